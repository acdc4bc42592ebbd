import { CodedError, type CodedErrorOptions } from "../base/mod.ts";

/**
 * What GitLab said no to: `UNAUTHORIZED` 401; `FORBIDDEN` 403, the role is too low; `NOT_FOUND` 404, also for what may not
 * be seen; `CONFLICT` taken already, or several of one name; `INVALID` a value that can't be stored as asked;
 * `NOT_GITLAB` something else answered; `NOT_STORED` what was read back is not what was written.
 */
export type GitlabErrorCode =
  | "NO_TOKEN"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "CONFLICT"
  | "INVALID"
  | "NOT_GITLAB"
  | "NOT_STORED";

/** GitLab's API refused, or cannot be asked. No message holds a token or a variable's value. */
export class GitlabError extends CodedError<GitlabErrorCode> {
  /** For `error.name`. */
  override name = "GitlabError";

  /** Makes an error of a code. @param status The HTTP status; 0 when nothing was asked. */
  constructor(code: GitlabErrorCode, message: string, readonly status: number, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}
