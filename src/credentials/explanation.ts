import type { Env } from "../base/mod.ts";
import type { CertificateInfo } from "./certificate.ts";
import type { TokenClaims } from "./claims.ts";

/** Why a cluster cannot be talked to. */
export type ExplanationCode =
  | "DNS"
  | "REFUSED"
  | "TIMEOUT"
  | "RESET"
  | "PROXY"
  | "NO_CA"
  | "WRONG_CA"
  | "ROTATED_CA"
  | "LEAF_AS_CA"
  | "WRONG_NAME"
  | "NO_NAMES"
  | "CERTIFICATE_EXPIRED"
  | "CLOCK_WRONG"
  | "NOT_TLS"
  | "TLS_OTHER"
  | "NO_ANSWER"
  | "PLAIN_HTTP"
  | "NOT_KUBERNETES"
  | "REDIRECT"
  | "SERVER_DOWN"
  | "NO_TOKEN"
  | "TOKEN_OPAQUE"
  | "TOKEN_OF_GITLAB"
  | "TOKEN_OF_GITHUB"
  | "TOKEN_EXPIRED"
  | "TOKEN_TOO_NEW"
  | "TOKEN_REJECTED"
  | "CERTIFICATE_REJECTED"
  | "WRONG_NAMESPACE"
  | "RULE_MISSING";

/** What is wrong, how that shows, and what to do. No part holds a secret. */
export interface Explanation {
  /** Stable, for programs. */
  code: ExplanationCode;
  /** One sentence, no final period. */
  cause: string;
  /** What was seen, a line each. */
  evidence: string[];
  /** One sentence or lines, no final period. */
  remedy: string;
}

/** What is known beside the error itself. The more, the more certain the explanation. */
export interface ConnectionFacts {
  /** The server's URL. */
  address: string;
  /** Milliseconds since 1970. */
  nowMs: number;
  /** Where the values came from. @default the three variables */
  sources?: { address: string; ca: string; token: string };
  /** The certificates that are trusted beside the public ones; absent: none. */
  ca?: readonly CertificateInfo[];
  /** The name that the certificate is checked for, when it is not the URL's host. */
  serverName?: string;
  /** The certificates that the server showed, its own first. */
  peer?: readonly CertificateInfo[];
  /** The token's claims (absent: it is no JWT) and fingerprint; absent: none is sent. */
  token?: { claims?: TokenClaims; fingerprint: string };
  /** The client certificate, where one authenticates. */
  clientCertificate?: CertificateInfo;
  /** What the server's `Date` header said. */
  serverDateMs?: number;
  /** The namespace that is deployed to. */
  namespace?: string;
  /** Variables of proxies and of the CI system. */
  env?: Env;
}

/** {@link ConnectionFacts} with the names of the variables filled in. */
export interface NamedFacts extends ConnectionFacts {
  sources: { address: string; ca: string; token: string };
}

/** Host and port of the server, for messages. */
export function hostOf({ address }: ConnectionFacts): string {
  return URL.canParse(address) ? new URL(address).host : "the server";
}

/** Host alone, without an IPv6 address's brackets. */
export function hostNameOf({ address }: ConnectionFacts): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[|\]$/g, "") : "";
}

/** An explanation as text for a terminal. */
export function formatExplanation({ cause, evidence, remedy }: Explanation): string {
  return [cause, ...evidence.map((line) => `  ${line}`), `  → ${remedy.replaceAll("\n", "\n    ")}`].join("\n");
}
