import { type Clock, type HttpClient, NetworkError, type NetworkErrorCode } from "../base/mod.ts";
import { type ConnectionFacts, decodeTokenClaims, fingerprint, parseCertificate } from "../credentials/mod.ts";
import { parsePem, type ResolvedContext } from "../kubeconfig/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** What a connection knows of itself beside its context. */
export interface ConnectionOrigin {
  /** Which variables or flags the values came from; the kubeconfig's fields otherwise. */
  sources?: ConnectionFacts["sources"];
  /** By how much the server's clock was ahead of this machine's, in milliseconds, when it last answered. */
  clockSkewMs?: number | undefined;
  /** What the last request authenticated with; absent where there was none to be had. */
  credential?: { token?: string; certificatePem?: string } | undefined;
}

/** Failures of which the server's certificate is the evidence. */
const ABOUT_CERTIFICATES: ReadonlySet<NetworkErrorCode> = new Set([
  "TLS_UNKNOWN_ISSUER",
  "TLS_WRONG_NAME",
  "TLS_EXPIRED",
  "TLS_CA_AS_LEAF",
]);

/**
 * Gathers what explains why a cluster can't be talked to. Only for an error about its certificate is the server asked
 * again, and then for that alone: the token isn't sent.
 */
export async function readConnectionFacts(
  host: ProtectedHost,
  resolved: ResolvedContext,
  { sources, clockSkewMs, credential = {} }: ConnectionOrigin,
  error?: unknown,
): Promise<ConnectionFacts> {
  const { tls, server, namespace } = resolved;
  const { token, certificatePem } = credential;
  const [clientCertificate] = await parseAll(parsePem(certificatePem ?? "").map(({ der }) => der));
  const isAboutCertificates = error instanceof NetworkError && ABOUT_CERTIFICATES.has(error.code);
  const peer = isAboutCertificates ? await parseAll(await host.network.readPeerCertificates(server, tls)) : [];
  const nowMs = host.clock.now();
  return {
    address: server,
    nowMs,
    namespace,
    env: host.env,
    sources: sources ?? nameFields(resolved),
    ca: await parseAll(parsePem(tls.caPem ?? "").map(({ der }) => der)),
    ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
    ...(peer.length === 0 ? {} : { peer }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(clockSkewMs === undefined ? {} : { serverDateMs: nowMs + clockSkewMs }),
    ...(token === undefined
      ? {}
      : { token: { claims: decodeTokenClaims(token), fingerprint: await fingerprint(token) } }),
  };
}

/** What gives the token, where that is not the field `token`. */
const TOKEN_FIELDS: Partial<Record<ResolvedContext["authentication"]["kind"], string>> = {
  tokenFile: "tokenFile",
  exec: "what the exec plugin gives",
  oidc: "id-token",
};

/** Where the user of a kubeconfig finds the three values. */
function nameFields({ name, authentication: { kind } }: ResolvedContext): NonNullable<ConnectionFacts["sources"]> {
  return {
    address: `server of context "${name}"`,
    ca: `certificate-authority-data of context "${name}"`,
    token: `${TOKEN_FIELDS[kind] ?? "token"} of context "${name}"`,
  };
}

async function parseAll(ders: readonly (Uint8Array | undefined)[]) {
  const certificates = await Promise.all(ders.filter((der) => der !== undefined).map(parseCertificate));
  return certificates.filter((certificate) => certificate !== undefined);
}

/** An HTTP client that notes by how much the server's clock differs from this machine's. */
export interface ClockWatchingClient extends HttpClient {
  /** Milliseconds that the server was ahead when it last answered; undefined when no answer had a date. */
  readonly clockSkewMs: number | undefined;
}

/** Reads the `Date` of each answer that passes; it has whole seconds. */
export function watchServerClock(http: HttpClient, clock: Clock): ClockWatchingClient {
  let clockSkewMs: number | undefined;
  return {
    async fetch(url, init) {
      const response = await http.fetch(url, init);
      const dateMs = Date.parse(response.headers.get("Date") ?? "");
      if (!Number.isNaN(dateMs)) clockSkewMs = dateMs - clock.now();
      return response;
    },
    prepare: async (url, connections) => await http.prepare?.(url, connections),
    close: () => http.close(),
    get clockSkewMs() {
      return clockSkewMs;
    },
  };
}
