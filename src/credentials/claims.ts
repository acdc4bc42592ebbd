import { getPath, isObject, type JsonObject, type JsonValue, parseJson } from "../base/mod.ts";
import { decodeTextLoosely } from "./classify.ts";

/** What a JWT says of itself; nothing is verified. */
export interface TokenClaims {
  /** Who issued it: a URL, or `kubernetes/serviceaccount`. */
  issuer?: string;
  /** `system:serviceaccount:NAMESPACE:NAME` for a ServiceAccount. */
  subject?: string;
  /** Whom it is for. */
  audiences: string[];
  /** The ServiceAccount's namespace. */
  namespace?: string;
  /** The ServiceAccount's name. */
  serviceAccount?: string;
  /** The Secret that a legacy token stands in, or that a requested one is bound to. */
  secret?: string;
  /** Milliseconds since 1970; absent: never. */
  expiresAtMs?: number;
  /** When it was issued, in milliseconds since 1970. */
  issuedAtMs?: number;
  /** From when it is valid, in milliseconds since 1970. */
  notBeforeMs?: number;
  /** `group/project` of a GitLab ID token. */
  gitlabProject?: string;
}

/**
 * Reads the claims of a JWT without verifying it.
 *
 * @returns Undefined when the text is no JWT.
 * @see kubernetes `pkg/serviceaccount/claims.go` and `legacy.go` v1.36: nested claims of requested tokens, flat ones of
 *   tokens in Secrets
 */
export function decodeTokenClaims(token: string): TokenClaims | undefined {
  const parts = /^([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(token);
  const header = parseObject(parts?.[1]);
  const payload = parseObject(parts?.[2]);
  if (header === undefined || payload === undefined) return undefined;
  const nested = payload["kubernetes.io"];
  const legacy = (name: string) => payload[`kubernetes.io/serviceaccount/${name}`];
  const subject = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(typeof payload.sub === "string" ? payload.sub : "");
  const audiences = Array.isArray(payload.aud) ? payload.aud : [payload.aud];
  return {
    ...text("issuer", payload.iss),
    ...text("subject", payload.sub),
    audiences: audiences.filter((audience) => typeof audience === "string"),
    ...text("namespace", getPath(nested, "namespace") ?? legacy("namespace") ?? subject?.[1]),
    ...text(
      "serviceAccount",
      getPath(nested, "serviceaccount", "name") ?? legacy("service-account.name") ?? subject?.[2],
    ),
    ...text("secret", getPath(nested, "secret", "name") ?? legacy("secret.name")),
    ...time("expiresAtMs", payload.exp),
    ...time("issuedAtMs", payload.iat),
    ...time("notBeforeMs", payload.nbf),
    ...text("gitlabProject", payload.project_path),
  };
}

/**
 * A short name for a secret that tells nothing about it: the first 8 hexadecimal digits of its SHA-256. The same token has
 * the same one everywhere.
 */
export async function fingerprint(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return Array.from(new Uint8Array(digest, 0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parseObject(segment: string | undefined): JsonObject | undefined {
  const decoded = segment === undefined ? undefined : decodeTextLoosely(segment);
  if (decoded === undefined) return undefined;
  try {
    const value = parseJson(decoded);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function text<Key extends string>(key: Key, value: JsonValue | undefined): { [K in Key]?: string } {
  return (typeof value === "string" && value !== "" ? { [key]: value } : {}) as { [K in Key]?: string };
}

/** JWT times are seconds, possibly with a fraction. */
function time<Key extends string>(key: Key, value: JsonValue | undefined): { [K in Key]?: number } {
  return (typeof value === "number" ? { [key]: value * 1000 } : {}) as { [K in Key]?: number };
}
