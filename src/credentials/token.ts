import { formatDuration } from "../base/mod.ts";
import { decodeTokenClaims, fingerprint, type TokenClaims } from "./claims.ts";
import {
  classifyValue,
  decodeTextLoosely,
  describeGithubToken,
  describeGitlabToken,
  MAX_BASE64_LAYERS,
  removeWhiteSpace,
} from "./classify.ts";
import { type Normalized, refusal, type TidiedValue, tidyValue, type ValueSource } from "./raw_value.ts";

/** A bearer token. `value` is a secret. */
export interface NormalizedToken extends Normalized {
  /** What it says of itself; absent where it is no JWT. */
  claims?: TokenClaims;
  /** Names the token without telling it. See {@link fingerprint}. */
  fingerprint: string;
}

/** How to judge a token. */
export interface TokenOptions extends ValueSource {
  /** Milliseconds since 1970; without it no token counts as expired. */
  nowMs?: number;
}

/** What an API server's check of `exp` tolerates. @see go-jose `jwt/validation.go`, DefaultLeeway */
const LEEWAY_MS = 60_000;

/** A token that ends sooner than this is worth a word. */
const SOON_MS = 14 * 86_400_000;

/**
 * Makes a bearer token of what was stored: the token, base64 of it (what `kubectl get secret -o yaml` shows), with stray
 * white space, `Bearer ` or quotes, or a path to any of these.
 *
 * A token that is no JWT is used as it is: Rancher, OpenShift and others issue such.
 *
 * @throws {CredentialsError} EMPTY, UNEXPANDED, REDACTED, TOO_LARGE, UNREADABLE, NOT_A_TOKEN, PRIVATE_KEY, GITLAB_TOKEN, GITHUB_TOKEN,
 * EXPIRED.
 */
export async function normalizeToken(raw: string, options: TokenOptions = {}): Promise<NormalizedToken> {
  const { text, repairs } = removeBearer(tidyValue(raw, options), options);
  const found = findToken(text, options);
  repairs.push(...found.repairs);
  const { value } = found;
  const claims = decodeTokenClaims(value);
  const notes = claims === undefined ? [describeOpaque(value)] : describeClaims(claims, options);
  return { value, repairs, notes, ...(claims === undefined ? {} : { claims }), fingerprint: await fingerprint(value) };
}

function removeBearer(tidied: TidiedValue, source: ValueSource): TidiedValue {
  const bare = tidied.text.replace(/^(authorization:\s*)?bearer(\s+|$)/i, "");
  if (bare === tidied.text) return tidied;
  const inner = tidyValue(bare, { ...source, readFile: undefined });
  return { text: inner.text, repairs: [...tidied.repairs, 'removed "Bearer"', ...inner.repairs] };
}

function findToken(text: string, source: ValueSource): { value: string; repairs: string[] } {
  refuseOtherKinds(text, source);
  const compact = removeWhiteSpace(text);
  const joined = compact === text ? [] : ["joined its lines"];
  let current = compact;
  for (let layers = 0; layers <= MAX_BASE64_LAYERS; layers++) {
    const isToken = decodeTokenClaims(current) !== undefined || (layers > 0 && describeShape(current) !== undefined);
    if (isToken) {
      const decoded = layers === 0
        ? []
        : [`decoded base64${layers === 1 ? "" : layers === 2 ? " twice" : ` ${layers} times`}`];
      return { value: current, repairs: [...joined, ...decoded] };
    }
    const next = decodeTextLoosely(current)?.trim();
    if (next === undefined) break;
    // What only base64 hid is refused in any case; what is no JWT inside stays as it was given.
    refuseOtherKinds(next, source);
    current = removeWhiteSpace(next);
  }
  return { value: checkOpaque(text, source), repairs: [] };
}

function refuseOtherKinds(text: string, source: ValueSource): void {
  const fail = (state: string, hint: string): never => {
    throw refusal("NOT_A_TOKEN", source, state, hint);
  };
  switch (classifyValue(text)) {
    case "GitLab token":
      throw refusal(
        "GITLAB_TOKEN",
        source,
        `it is ${describeGitlabToken(text)}`,
        "A cluster takes the token of a ServiceAccount (kubectl create token, or the token of its Secret), which " +
          'starts with "eyJ"',
      );
    case "GitHub token":
      throw refusal(
        "GITHUB_TOKEN",
        source,
        `it is ${describeGithubToken(text)}`,
        "A cluster takes the token of a ServiceAccount: pass that secret to the step by env:",
      );
    case "private key":
      throw refusal("PRIVATE_KEY", source, "it is a private key", "Replace the key: whoever could read this has it");
    case "certificate":
      return fail("it is a certificate", "Were the CA and the token exchanged?");
    case "kubeconfig":
      return fail("it is a kubeconfig", "Save it as a file and name it with --kubeconfig, or take its user's token");
    case "Secret":
      return fail("it is a whole Secret", "Take the token of its data");
    case "URL":
      return fail("it is a URL", "Were the address and the token exchanged?");
  }
}

function checkOpaque(text: string, source: ValueSource): string {
  if (text.startsWith("eyJ")) {
    const parts = text.split(".").length;
    const state = parts === 3 ? "it is a damaged JWT" : `it is a JWT with ${parts} of 3 parts`;
    throw refusal("NOT_A_TOKEN", source, state, "It was cut off or changed when it was copied: copy it again");
  }
  const at = text.search(/[^\x21-\x7e]/);
  if (at < 0) return text;
  const character = text[at]!;
  const what = /[\r\n]/.test(character)
    ? "a line break"
    : /\s/.test(character)
    ? "white space"
    : /\p{Cc}/u.test(character)
    ? "a control character"
    : "a character outside ASCII";
  const hint = "A token is one word of letters, digits and signs: copy it again";
  throw refusal("NOT_A_TOKEN", source, `it has ${what} at position ${at + 1}`, hint);
}

/** Shapes of tokens that are no JWT, and who issues them. */
const OPAQUE: readonly (readonly [RegExp, string])[] = [
  [/^sha256~/, "is an OpenShift token"],
  [/^(token|kubeconfig)-[^:]+:\w+$/, "is a Rancher token"],
  [/^(ci|pat):\d+:/, "is a token for a GitLab agent"],
  [/^[a-z0-9]{6}\.[a-z0-9]{16}$/, "is a bootstrap token, which is meant for nodes that join a cluster"],
];

function describeShape(token: string): string | undefined {
  return OPAQUE.find(([pattern]) => pattern.test(token))?.[1];
}

function describeOpaque(token: string): string {
  return `${describeShape(token) ?? "is no JWT"}: whose it is and when it expires cannot be told from it`;
}

function describeClaims(claims: TokenClaims, options: TokenOptions): string[] {
  const { nowMs } = options;
  const { expiresAtMs, notBeforeMs, gitlabProject, issuer, subject } = claims;
  const notes: string[] = [];
  if (nowMs !== undefined && expiresAtMs !== undefined) {
    if (nowMs > expiresAtMs + LEEWAY_MS) throw expired(claims, nowMs, options);
    if (expiresAtMs - nowMs < SOON_MS) {
      notes.push(`expires ${formatDate(expiresAtMs)}, in ${formatDuration(Math.max(0, expiresAtMs - nowMs))}`);
    }
  }
  if (nowMs !== undefined && notBeforeMs !== undefined && notBeforeMs > nowMs + LEEWAY_MS) {
    notes.push(`is not valid before ${formatDate(notBeforeMs)}: this machine's clock may be slow`);
  }
  if (gitlabProject !== undefined) {
    notes.push(`is a GitLab ID token of ${gitlabProject}: the cluster must be set up to trust ${issuer}`);
  } else if (!subject?.startsWith("system:serviceaccount:")) {
    notes.push("is no ServiceAccount's token: the cluster must be set up to trust its issuer");
  }
  return notes;
}

function expired(
  { expiresAtMs, issuedAtMs, serviceAccount, namespace }: TokenClaims,
  nowMs: number,
  source: ValueSource,
) {
  const lifetime = issuedAtMs === undefined ? "" : `; it was valid for ${formatDuration(expiresAtMs! - issuedAtMs)}`;
  const state = `the token expired ${formatDate(expiresAtMs!)}, ${formatDuration(nowMs - expiresAtMs!)} ago${lifetime}`;
  const renew = serviceAccount === undefined
    ? "Get a new token"
    : `Get a new token: kubectl create token ${serviceAccount} -n ${namespace} --duration=…, ` +
      "or a token Secret, which does not expire";
  return refusal("EXPIRED", source, state, renew);
}

/** A point in time for people, in UTC: `2026-01-31 08:00 UTC`. */
export function formatDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
