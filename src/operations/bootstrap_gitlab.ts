import { FileError } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import { type GitlabApi, openGitlabApi } from "../gitlab/mod.ts";
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
 * Opens GitLab's API with the token of GITLAB_TOKEN, or of the file that GITLAB_TOKEN_FILE names.
 *
 * @throws {BootstrapError} NO_GITLAB_TOKEN.
 */
export function openGitlab(host: ProtectedHost, { url }: GitlabTarget): GitlabApi & Disposable {
  const token = readToken(host);
  host.registerSecrets(createRedactor, token);
  const http = host.network.open({});
  const base = url ?? host.env.get("CI_SERVER_URL") ?? "https://gitlab.com";
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
