import { FileError, type Host } from "../base/mod.ts";
import { decodeTokenClaims, normalizeAddress, normalizeCa, SYSTEM_CA } from "../credentials/mod.ts";
import { encodeBase64, isLoopback, type ResolvedContext } from "../kubeconfig/mod.ts";
import { BootstrapError, type Deployer } from "./bootstrap_objects.ts";
import type { DeployerToken } from "./bootstrap_token.ts";

/** Where CI finds the cluster. */
export interface ExportTarget {
  /** For CLUSTER_ADDRESS. */
  address: string;
  /** For CA_AUTH_DATA: base64 of PEM on one line, or `system`. */
  ca: string;
  /** What three variables can't say of the admin's context, a sentence each. */
  notes: string[];
}

/** How the cluster's address is to be exported. */
export interface ExportOptions {
  /** The address as CI reaches it. @default the admin's own */
  server?: string;
  /** A file with the CA that CI shall trust. @default the admin's own */
  caFile?: string;
  /** Export an address of this machine alone. @default {false} */
  allowLoopback?: boolean;
}

/** Names that lead to the machine itself. */
const LOCAL_NAMES =
  /^(localhost|.*\.localhost|0\.0\.0\.0|\[::\]|host\.docker\.internal|kubernetes\.docker\.internal)$/i;

/** Hosts of private networks. */
const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd])/i;

/**
 * Address and CA of a cluster as CI must see them.
 *
 * @throws {BootstrapError} LOOPBACK when nobody else could use the address.
 */
export async function exportTarget(
  host: Pick<Host, "fs">,
  { server, tls }: ResolvedContext,
  options: ExportOptions,
): Promise<ExportTarget> {
  const address = options.server === undefined
    ? server
    : normalizeAddress(options.server, { name: "--server", allowHttp: options.allowLoopback ?? false }).value;
  const { hostname } = new URL(address);
  if (!options.allowLoopback && (isLoopback(hostname) || LOCAL_NAMES.test(hostname))) {
    throw new BootstrapError("LOOPBACK", `Cannot export the address ${address}: it leads a job to its own machine`, {
      hint:
        "Give the address that CI reaches the cluster by: --server https://HOST:PORT (--allow-loopback exports this one)",
    });
  }
  const pem = options.caFile === undefined ? tls.caPem : await readCa(host, options.caFile);
  const notes = [
    ...(pem === undefined
      ? ["the context has no CA of its own: CA_AUTH_DATA says that the public ones are trusted"]
      : []),
    ...(tls.serverName === undefined ? [] : [
      `the context has tls-server-name ${tls.serverName}, which the three variables don't say: set CLUSTER_TLS_SERVER_NAME for the jobs, or --server to a name of the certificate`,
    ]),
    ...(tls.proxyUrl === undefined
      ? []
      : ["the context has a proxy-url: CI must reach the cluster without it, or set CLUSTER_PROXY_URL or HTTPS_PROXY"]),
    ...(tls.insecure
      ? ["the context verifies no certificate, which kstage does in CI: give the CA with --ca-file"]
      : []),
    ...(PRIVATE.test(hostname)
      ? [`${hostname} is of a private network: only runners within it reach the cluster`]
      : []),
  ];
  return { address, ca: pem === undefined ? SYSTEM_CA : encodeBase64(new TextEncoder().encode(pem)), notes };
}

async function readCa({ fs }: Pick<Host, "fs">, path: string): Promise<string> {
  try {
    return (await normalizeCa(fs.readText(path), { name: "--ca-file", fromFile: true })).value;
  } catch (error) {
    throw error instanceof FileError
      ? new FileError(error.code, `Cannot read --ca-file: ${error.message}`, path)
      : error;
  }
}

/** What a variable's description tells of a token, so that nobody needs to read the token itself. */
export interface TokenDescription {
  /** `namespace/name` of the ServiceAccount. */
  account: string;
  /** The Secret that the token ends with. */
  secret: string;
  /** First digits of its SHA-256. */
  fingerprint: string;
  /** ISO date and time; absent: it doesn't expire. */
  expires?: string;
}

const DESCRIPTION_LIMIT = 255;

/** The description of the variable with a token. */
export function describeToken({ namespace, serviceAccount }: Deployer, token: DeployerToken): string {
  const expires = token.expiresAtMs === undefined ? "never" : new Date(token.expiresAtMs).toISOString();
  const { secret, fingerprint, issuer } = token;
  const text =
    `kstage v=1 sa=${namespace}/${serviceAccount} secret=${secret.name} fp=${fingerprint} exp=${expires} iss=${issuer}`;
  return text.slice(0, DESCRIPTION_LIMIT);
}

/** What {@link describeToken} wrote; undefined for a description of somebody else. */
export function parseTokenDescription(text: string): TokenDescription | undefined {
  const fields = new Map(
    text.split(" ").map((word) => {
      const at = word.indexOf("=");
      return [word.slice(0, at), word.slice(at + 1)] as const;
    }),
  );
  const [account, secret, fingerprint] = ["sa", "secret", "fp"].map((name) => fields.get(name));
  if (!text.startsWith("kstage v=1 ") || !account || !secret || !fingerprint) return undefined;
  const expires = fields.get("exp");
  return { account, secret, fingerprint, ...(expires === undefined || expires === "never" ? {} : { expires }) };
}

/** One variable for CI. */
export interface ExportedVariable {
  /** Its name. */
  key: "CLUSTER_ADDRESS" | "CA_AUTH_DATA" | "K8S_TOKEN";
  /** Its value. */
  value: string;
  /** Whether it is a secret. */
  secret: boolean;
  /** What it is, without telling it. */
  description: string;
}

/** The variables of a deployer; without a token where an identity provider gives that. */
export function exportedVariables(
  target: ExportTarget,
  deployer: Deployer,
  token: DeployerToken | undefined,
): ExportedVariable[] {
  const of = `kstage v=1 sa=${deployer.namespace}/${deployer.serviceAccount}`;
  return [
    { key: "CLUSTER_ADDRESS", value: target.address, secret: false, description: of },
    { key: "CA_AUTH_DATA", value: target.ca, secret: false, description: of },
    ...(token === undefined
      ? []
      : [{ key: "K8S_TOKEN" as const, value: token.token, secret: true, description: describeToken(deployer, token) }]),
  ];
}

/** Whether the time that is left of a token is enough to go on using it: a week, or half of what is asked for. */
export function isFresh(expires: string | undefined, nowMs: number, wantedMs: number): boolean {
  return expires === undefined || Date.parse(expires) - nowMs > Math.min(7 * 86_400_000, wantedMs / 2);
}

/** When a token ends, for people. */
export function describeExpiry({ token, expiresAtMs }: DeployerToken, wantedMs: number): string {
  if (expiresAtMs === undefined) return "does not expire";
  const { issuedAtMs = expiresAtMs } = decodeTokenClaims(token) ?? {};
  const isShortened = expiresAtMs - issuedAtMs < wantedMs - 60_000;
  return `expires ${new Date(expiresAtMs).toISOString().slice(0, 16).replace("T", " ")} UTC` +
    (isShortened ? ", sooner than asked for: the cluster limits the lifetime of tokens" : "");
}
