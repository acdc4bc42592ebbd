import { FileError, formatDuration, type Host, type JsonObject, parseDuration, withDeadline } from "../base/mod.ts";
import { encodeBase64 } from "./base64.ts";
import type { ExecConfig } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import { type ExecCredential, parseExecCredential } from "./exec_credential.ts";
import type { ResolvedContext } from "./resolve.ts";

const API_VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** How long a plugin may take that nobody talks with, and one that asks somebody, in milliseconds. */
const LIMIT_MS = 60_000;
const LIMIT_WITH_TERMINAL_MS = 300_000;

/** Variable with another limit. */
const LIMIT_VARIABLE = "KSTAGE_EXEC_TIMEOUT";

/** The world, as far as a plugin needs it. */
export type ExecPluginHost = Pick<Host, "processes" | "clock" | "env" | "stdinIsTerminal" | "stderr">;

/**
 * Runs an exec credential plugin: `KUBERNETES_EXEC_INFO` in, an `ExecCredential` on its standard output. Where standard
 * input is a terminal and `interactiveMode` is not `Never`, the plugin has it, and what the plugin says on standard error
 * is shown as it comes. A plugin that does not end is ended after a minute, or five where it may ask somebody;
 * KSTAGE_EXEC_TIMEOUT is another limit.
 *
 * @throws {KubeconfigError} EXEC_FAILED, with client-go's words; the plugin's output is never quoted.
 * @see client-go `plugin/pkg/client/auth/exec/exec.go` v0.36, which has no limit
 */
export async function runExecPlugin(
  host: ExecPluginHost,
  exec: ExecConfig,
  context: ResolvedContext,
  signal?: AbortSignal,
): Promise<ExecCredential> {
  const fail: Fail = (state, hint) => {
    throw new KubeconfigError("EXEC_FAILED", `Cannot get credentials for context "${context.name}": ${state}`, "", {
      hint,
    });
  };
  const apiVersion = exec.apiVersion ?? "";
  if (!API_VERSIONS.includes(apiVersion)) fail(`exec plugin: invalid apiVersion "${apiVersion}"`);
  const isInteractive = exec.interactiveMode !== "Never" && host.stdinIsTerminal();
  if (exec.interactiveMode === "Always" && !isInteractive) {
    fail("exec plugin cannot support interactive mode: standard input is not a terminal", exec.installHint);
  }
  const stdout = await runProgram(host, { exec, context, isInteractive, signal }, fail);
  return parseExecCredential(new TextDecoder().decode(stdout), apiVersion, fail);
}

type Fail = (state: string, hint?: string) => never;

interface PluginRun {
  exec: ExecConfig;
  context: ResolvedContext;
  isInteractive: boolean;
  signal: AbortSignal | undefined;
}

async function runProgram(host: ExecPluginHost, run: PluginRun, fail: Fail): Promise<Uint8Array> {
  const { exec, context, isInteractive, signal } = run;
  const variables = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const info = execInfo(exec, context, isInteractive);
  const limitMs = readLimit(host, isInteractive, fail);
  const isTerminal = host.stderr.isTerminal();
  let said = "";
  const onTimeout = () => new TimedOutError();
  try {
    const result = await withDeadline(
      { clock: host.clock, limitMs, signal, onTimeout },
      (limited) =>
        host.processes.run(exec.command!, exec.args ?? [], {
          env: { ...variables, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
          inheritStdin: isInteractive,
          onStderr(text) {
            said = (said + text).slice(-10_000);
            if (isTerminal) host.stderr.write(text);
          },
          signal: limited,
        }),
    );
    if (result.exitCode === 0) return result.stdout;
    const hint = isTerminal ? undefined : lastLine(said || new TextDecoder().decode(result.stderr));
    return fail(`exec: executable ${exec.command} failed with exit code ${result.exitCode}`, hint);
  } catch (error) {
    if (error instanceof TimedOutError) {
      return fail(
        `exec: executable ${exec.command} did not end within ${formatDuration(limitMs)}`,
        joinHints(lastLine(said), exec.installHint, `${LIMIT_VARIABLE}, such as 3m, is another limit`),
      );
    }
    if (!(error instanceof FileError)) throw error;
    return fail(
      error.code === "NOT_FOUND" ? `exec: executable ${exec.command} not found` : `exec: ${error.message}`,
      exec.installHint,
    );
  }
}

/** Never seen outside this file. */
class TimedOutError extends Error {}

function readLimit({ env }: ExecPluginHost, isInteractive: boolean, fail: Fail): number {
  const text = env.get(LIMIT_VARIABLE) ?? "";
  if (text === "") return isInteractive ? LIMIT_WITH_TERMINAL_MS : LIMIT_MS;
  return parseDuration(text) || fail(`${LIMIT_VARIABLE} is no duration such as 30s or 3m`);
}

function execInfo(exec: ExecConfig, context: ResolvedContext, interactive: boolean): JsonObject {
  const spec: JsonObject = { interactive };
  if (exec.provideClusterInfo) spec.cluster = clusterInfo(context);
  return { kind: "ExecCredential", apiVersion: exec.apiVersion!, spec };
}

/** Extension of a cluster that holds what its plugins need to know. */
const CLUSTER_CONFIG = "client.authentication.k8s.io/exec";

function clusterInfo({ cluster, tls, server }: ResolvedContext): JsonObject {
  const info: JsonObject = { server: cluster.server ?? server };
  if (tls.serverName) info["tls-server-name"] = tls.serverName;
  if (tls.insecure) info["insecure-skip-tls-verify"] = true;
  if (tls.caPem !== undefined) info["certificate-authority-data"] = encodeBase64(tls.caPem);
  if (tls.proxyUrl) info["proxy-url"] = tls.proxyUrl;
  if (cluster["disable-compression"]) info["disable-compression"] = true;
  const config = cluster.extensions?.find(({ name }) => name === CLUSTER_CONFIG)?.extension;
  // client-go gives null where there is none.
  info.config = config ?? null;
  return info;
}

/** The last line that a plugin complained with; long words of it may be credentials. */
function lastLine(stderr: string): string | undefined {
  const line = stderr.trim().split("\n").at(-1)?.trim().replace(/[\w+/=.~-]{32,}/g, "…").slice(0, 300);
  return line === undefined || line === "" ? undefined : `It said: ${line}`;
}

function joinHints(...hints: (string | undefined)[]): string {
  return hints.filter((hint) => hint !== undefined && hint !== "").join("\n");
}
