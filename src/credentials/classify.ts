import { decodeBase64 } from "../kubeconfig/mod.ts";

/** What a text that was given for something else looks like. */
export type ValueKind =
  | "certificate"
  | "private key"
  | "kubeconfig"
  | "JWT"
  | "GitLab token"
  | "GitHub token"
  | "URL"
  | "Secret"
  | "other";

/**
 * Prefixes of GitLab's tokens, and what each is.
 *
 * @see GitLab `doc/security/tokens/_index.md`, "Token prefixes"
 */
const GITLAB_TOKENS: Record<string, string> = {
  "glpat-": "a GitLab access token",
  "gldt-": "a GitLab deploy token, which only git and the registry take",
  "glcbt-": "a GitLab job token",
  "gloas-": "a GitLab OAuth application secret",
  "glrt-": "a GitLab runner token",
  "glrtr-": "a GitLab runner registration token",
  "glptt-": "a GitLab pipeline trigger token",
  "glft-": "a GitLab feed token",
  "glimt-": "a GitLab incoming mail token",
  "glagent-": "a GitLab agent's token",
  "glsoat-": "a GitLab SCIM token",
  "glffct-": "a GitLab feature flags token",
  "glwt-": "a GitLab workspace token",
  "GR1348941": "a GitLab runner registration token",
};

/** What a token of GitLab is, such as `a GitLab access token`; undefined for any other text. */
export function describeGitlabToken(text: string): string | undefined {
  const prefix = Object.keys(GITLAB_TOKENS).find((prefix) => text.startsWith(prefix));
  return prefix === undefined ? undefined : GITLAB_TOKENS[prefix];
}

/**
 * Prefixes of GitHub's tokens, and what each is.
 *
 * @see GitHub "About authentication to GitHub", "GitHub's token formats"
 */
const GITHUB_TOKENS: Record<string, string> = {
  "github_pat_": "a GitHub personal access token",
  "ghp_": "a GitHub personal access token",
  "gho_": "a GitHub OAuth token",
  "ghu_": "a GitHub App's user token",
  "ghs_": "a GitHub job's or App's token (GITHUB_TOKEN)",
  "ghr_": "a GitHub App's refresh token",
};

/** What a token of GitHub is, such as `a GitHub OAuth token`; undefined for any other text. */
export function describeGithubToken(text: string): string | undefined {
  const prefix = /^(github_pat_|gh[pousr]_)\w{16,}$/.exec(text)?.[1];
  return prefix === undefined ? undefined : GITHUB_TOKENS[prefix];
}

/** What a text looks like, as far as that shows without decoding base64. */
export function classifyValue(text: string): ValueKind {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return "private key";
  if (/-----BEGIN/.test(text)) return "certificate";
  if (describeGitlabToken(text) !== undefined) return "GitLab token";
  if (describeGithubToken(text) !== undefined) return "GitHub token";
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(text)) return "JWT";
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text)) return "URL";
  if (/^\s*("?kind"?:\s*"?Config\b|"?(current-context|clusters)"?:)/m.test(text)) return "kubeconfig";
  if (/"?kind"?:\s*"?Secret\b/.test(text)) return "Secret";
  return "other";
}

/** Most layers of base64 that are taken off: twice happens, more is a script gone wild. */
export const MAX_BASE64_LAYERS = 4;

/**
 * Decodes base64 of either alphabet, padded or not, with white space anywhere.
 *
 * @returns Undefined when it is no base64 or its bytes are no UTF-8 text.
 */
export function decodeTextLoosely(text: string): string | undefined {
  const bytes = decodeLoosely(text);
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** As {@link decodeTextLoosely}, for bytes. */
export function decodeLoosely(text: string): Uint8Array | undefined {
  const compact = removeWhiteSpace(text).replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  if (compact === "") return undefined;
  const bytes = decodeBase64(compact.padEnd(Math.ceil(compact.length / 4) * 4, "="));
  return bytes instanceof Uint8Array ? bytes : undefined;
}

/** A text without white space, and without the line breaks that were escaped as `\n`. */
export function removeWhiteSpace(text: string): string {
  return text.replace(/\s+|\\[nrt]/g, "");
}
