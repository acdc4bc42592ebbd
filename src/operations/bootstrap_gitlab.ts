import { FileError } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import { type GitlabApi, openGitlabApi } from "../gitlab/mod.ts";
import { isLoopback } from "../kubeconfig/mod.ts";
import { BootstrapError } from "./bootstrap_objects.ts";
import type { ProtectedHost } from "./protect.ts";

/** Where variables are stored. */
export interface GitlabTarget {
  /** `group/project`. */
  project: string;
  /** The environment that gets them; `*` for all. */
  scope: string;
  /** Whether protected branches and tags alone get them. */
  protected: boolean;
  /** URL of GitLab. @default CI_SERVER_URL, else https://gitlab.com */
  url?: string;
}

/**
 * Opens GitLab's API with the token of GITLAB_TOKEN, or of the file that GITLAB_TOKEN_FILE names. A GitLab with a CA of
 * its own is trusted by the file that CI_SERVER_TLS_CA_FILE names, as GitLab's own jobs have it.
 *
 * @throws {BootstrapError} NO_GITLAB_TOKEN, PLAIN_GITLAB.
 * @throws {FileError} When the CA's file can't be read.
 */
export function openGitlab(host: ProtectedHost, { url }: GitlabTarget): GitlabApi & Disposable {
  const token = readToken(host);
  host.registerSecrets(createRedactor, token);
  const base = url ?? host.env.get("CI_SERVER_URL") ?? "https://gitlab.com";
  if (!URL.canParse(base) || (new URL(base).protocol !== "https:" && !isLoopback(new URL(base).hostname))) {
    throw new BootstrapError("PLAIN_GITLAB", "Cannot ask GitLab: its URL must begin with https://", {
      hint: "Check --gitlab-url, or CI_SERVER_URL: an access token is not sent without TLS",
    });
  }
  const caFile = host.env.get("CI_SERVER_TLS_CA_FILE");
  const http = host.network.open(caFile ? { caPem: host.fs.readText(caFile) } : {});
  return { ...openGitlabApi({ url: base, token, http }), [Symbol.dispose]: () => http.close() };
}

function readToken({ env, fs }: ProtectedHost): string {
  const file = env.get("GITLAB_TOKEN_FILE");
  try {
    const token = (file ? fs.readText(file) : env.get("GITLAB_TOKEN") ?? "").trim();
    if (/^[\x21-\x7e]+$/.test(token)) return token;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  throw new BootstrapError("NO_GITLAB_TOKEN", "Cannot ask GitLab: there is no usable access token", {
    hint: "Set GITLAB_TOKEN, or GITLAB_TOKEN_FILE to a file's path: a token with the scope api of a Maintainer",
  });
}
