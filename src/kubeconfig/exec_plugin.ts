import { FileError, getKey, getPath, type Host, isObject, type JsonObject, parseJson } from "../base/mod.ts";
import { encodeBase64 } from "./base64.ts";
import type { ExecConfig } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import type { ResolvedContext } from "./resolve.ts";

/** What an exec credential plugin gave. Holds secrets. */
export interface ExecCredential {
  /** A bearer token. */
  token?: string;
  /** A client certificate; always with its key. */
  certificatePem?: string;
  /** The client certificate's key. */
  keyPem?: string;
  /** Milliseconds since 1970 after which the plugin must be asked again; absent: only after a 401. */
  expiresAtMs?: number;
}

const API_VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/**
 * Runs an exec credential plugin: `KUBERNETES_EXEC_INFO` in, an `ExecCredential` on its standard output. The plugin never
 * gets a terminal.
 *
 * @throws {KubeconfigError} EXEC_FAILED, with client-go's words; the plugin's output is never quoted.
 * @see client-go `plugin/pkg/client/auth/exec/exec.go` v0.36
 */
export async function runExecPlugin(
  { processes }: Pick<Host, "processes">,
  exec: ExecConfig,
  context: ResolvedContext,
  signal?: AbortSignal,
): Promise<ExecCredential> {
  const fail = (state: string, hint?: string): never => {
    throw new KubeconfigError("EXEC_FAILED", `Cannot get credentials for context "${context.name}": ${state}`, "", {
      hint,
    });
  };
  const apiVersion = exec.apiVersion ?? "";
  if (!API_VERSIONS.includes(apiVersion)) fail(`exec plugin: invalid apiVersion "${apiVersion}"`);
  if (exec.interactiveMode === "Always") {
    fail("exec plugin cannot support interactive mode: standard input is not a terminal");
  }
  const variables = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  let stdout: Uint8Array;
  try {
    const result = await processes.run(exec.command!, exec.args ?? [], {
      env: { ...variables, KUBERNETES_EXEC_INFO: JSON.stringify(execInfo(apiVersion, exec, context)) },
      signal,
    });
    if (result.exitCode !== 0) {
      fail(
        `exec: executable ${exec.command} failed with exit code ${result.exitCode}`,
        lastLine(new TextDecoder().decode(result.stderr)),
      );
    }
    stdout = result.stdout;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return fail(
      error.code === "NOT_FOUND" ? `exec: executable ${exec.command} not found` : `exec: ${error.message}`,
      exec.installHint,
    );
  }
  return parseExecCredential(new TextDecoder().decode(stdout), apiVersion, fail);
}

function execInfo(apiVersion: string, exec: ExecConfig, context: ResolvedContext): JsonObject {
  const spec: JsonObject = { interactive: false };
  if (exec.provideClusterInfo) spec.cluster = clusterInfo(context);
  return { kind: "ExecCredential", apiVersion, spec };
}

/** Extension of a cluster that holds what its plugins need to know. */
const CLUSTER_CONFIG = "client.authentication.k8s.io/exec";

function clusterInfo({ cluster, tls, server }: ResolvedContext): JsonObject {
  const info: JsonObject = { server };
  if (tls.serverName) info["tls-server-name"] = tls.serverName;
  if (tls.insecure) info["insecure-skip-tls-verify"] = true;
  if (tls.caPem !== undefined) info["certificate-authority-data"] = encodeBase64(tls.caPem);
  if (tls.proxyUrl) info["proxy-url"] = tls.proxyUrl;
  const config = cluster.extensions?.find(({ name }) => name === CLUSTER_CONFIG)?.extension;
  if (config !== undefined) info.config = config;
  return info;
}

/** Checks a plugin's output. @param fail Throws, with the problem in client-go's words. */
function parseExecCredential(text: string, apiVersion: string, fail: (state: string) => never): ExecCredential {
  let value;
  try {
    value = parseJson(text);
  } catch {
    return fail("decoding stdout: it is no JSON");
  }
  if (!isObject(value)) return fail("decoding stdout: it is no JSON object");
  const kind = getKey(value, "kind") ?? "";
  if (kind !== "ExecCredential") fail(`decoding stdout: no kind "${kind}" is registered, ExecCredential is wanted`);
  const returned = getKey(value, "apiVersion") ?? "";
  if (returned !== apiVersion) {
    fail(`exec plugin is configured to use API version ${apiVersion}, plugin returned version ${returned}`);
  }
  const status = getKey(value, "status");
  if (!isObject(status)) return fail("exec plugin didn't return a status field");
  const [token, certificatePem, keyPem] = ["token", "clientCertificateData", "clientKeyData"].map((key) => {
    const field = getPath(status, key) ?? "";
    return typeof field === "string" ? field : fail(`decoding stdout: status.${key} is no string`);
  });
  if (!token && !certificatePem && !keyPem) fail("exec plugin didn't return a token or cert/key pair");
  if (!certificatePem !== !keyPem) fail("exec plugin returned only certificate or key, not both");
  const credential: ExecCredential = {};
  if (token) credential.token = token;
  if (certificatePem) Object.assign(credential, { certificatePem, keyPem });
  const expires = getKey(status, "expirationTimestamp");
  if (expires !== undefined && expires !== null) credential.expiresAtMs = parseTimestamp(expires, fail);
  return credential;
}

function parseTimestamp(value: unknown, fail: (state: string) => never): number {
  const isRfc3339 = typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  const ms = isRfc3339 ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? fail("decoding stdout: status.expirationTimestamp is no RFC 3339 time") : ms;
}

/** The last line that a plugin complained with; long words of it may be credentials. */
function lastLine(stderr: string): string | undefined {
  const line = stderr.trim().split("\n").at(-1)?.trim().replace(/[\w+/=.~-]{32,}/g, "…").slice(0, 300);
  return line === undefined || line === "" ? undefined : `It said: ${line}`;
}
