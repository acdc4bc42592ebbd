import { NetworkError, type NetworkErrorCode } from "../base/mod.ts";
import type { ProxyChoice } from "./proxy_choice.ts";

/**
 * Deno's `fetch` gives its errors no codes: the texts below come from reqwest, rustls and the system, and stand in the
 * cause's message on Deno 2.9, in the error's own on 2.7. `node:https` adds OpenSSL-style codes.
 */
const PATTERNS: readonly (readonly [RegExp, NetworkErrorCode])[] = [
  [
    /unsuccessful tunnel|tunnel error|proxy (connect|auth)|No acceptable auth methods|Proxy server unreachable/i,
    "PROXY",
  ],
  [/CaUsedAsEndEntity|DEPTH_ZERO_SELF_SIGNED_CERT/, "TLS_CA_AS_LEAF"],
  [
    /UnknownIssuer|BadSignature|UNABLE_TO_VERIFY_LEAF|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER/,
    "TLS_UNKNOWN_ISSUER",
  ],
  [
    /not valid for (any )?name|NotValidForName|ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match/,
    "TLS_WRONG_NAME",
  ],
  [/certificate expired|certificate not valid yet|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, "TLS_EXPIRED"],
  [/InvalidContentType|wrong version number|first record does not look like/i, "TLS_NOT_TLS"],
  // Whoever hangs up during the handshake says nothing about TLS: a load balancer whose server restarts does.
  [/handshake eof/i, "RESET"],
  [/peer certificate|tls|ssl|handshake|alert/i, "TLS_OTHER"],
  [/dns error|invalid dns name|failed to lookup|ENOTFOUND|EAI_AGAIN/, "DNS"],
  [/Connection refused|ECONNREFUSED/, "REFUSED"],
  [/timed out|ETIMEDOUT|deadline has elapsed/i, "TIMEOUT"],
  [
    /connection reset|ECONNRESET|broken pipe|EPIPE|closed before|unexpected eof|UnexpectedEof|IncompleteMessage|socket hang up|error reading a body/i,
    "RESET",
  ],
];

/**
 * Turns what a failed request threw into a {@link NetworkError}; the message keeps the detail behind the last
 * "client error", which never holds a header or a body.
 *
 * @param proxy The proxy that the request went through: then it is the proxy that could not be reached.
 */
export function toNetworkError(url: string, error: unknown, proxy?: ProxyChoice): NetworkError {
  // Shortened first: what comes before names the URL, whose host may be called anything.
  const text = shorten(detailOf(error));
  const code = codeOf(error, text);
  const isOfProxy = code === "PROXY" || code === "REFUSED" || code === "DNS" || code === "TIMEOUT" || code === "OTHER";
  if (proxy === undefined || !isOfProxy) return new NetworkError(code, `Cannot reach ${originOf(url)}: ${text}`, url);
  // Neither user nor password.
  const name = `${proxy.url.protocol}//${proxy.url.host}`;
  const message = `Cannot reach ${originOf(url)} through the proxy ${name} (${proxy.source}): ${text}`;
  return new NetworkError("PROXY", message, url);
}

function codeOf(error: unknown, text: string): NetworkErrorCode {
  if (error instanceof Error && (error.name === "ProxyError" || error.name === "ProxyAddressError")) return "PROXY";
  return PATTERNS.find(([pattern]) => pattern.test(text))?.[1] ?? "OTHER";
}

function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as { code?: unknown }).code;
  const own = typeof code === "string" ? `${error.message} (${code})` : error.message;
  return error.cause instanceof Error ? `${own}: ${detailOf(error.cause)}` : own;
}

function shorten(text: string): string {
  const tail = /(?:client error \(\w+\): )(.*)$/s.exec(text)?.[1] ?? text;
  return tail.replace(/ \(os error \d+\)/, "").replace(/-----BEGIN[\s\S]*/, "(a certificate that cannot be parsed)");
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return "the server";
  }
}
