import { CodedError, type CodedErrorOptions } from "../base/mod.ts";

/** Why a value cannot be used as a credential. */
export type CredentialsErrorCode =
  /** Not set, empty, or white space alone. */
  | "EMPTY"
  /** `$NAME`: a reference to a variable that does not exist. */
  | "UNEXPANDED"
  /** `[MASKED]`, `REDACTED`: copied from a log or from `kubectl config view`. */
  | "REDACTED"
  /** The file that was named cannot be read. */
  | "UNREADABLE"
  /** More than any CA bundle or token has. */
  | "TOO_LARGE"
  | "NOT_A_CA"
  /** A private key where a certificate belongs: it has been seen by too many eyes. */
  | "PRIVATE_KEY"
  | "NOT_A_TOKEN"
  /** A token of GitLab, which no cluster knows. */
  | "GITLAB_TOKEN"
  /** A token of GitHub, which no cluster knows. */
  | "GITHUB_TOKEN"
  | "EXPIRED"
  | "BAD_ADDRESS"
  /** A plain http address. */
  | "HTTP_REFUSED"
  /** Several of these at once, in {@link CredentialsError.problems}. */
  | "SEVERAL";

/** A CA, token or address cannot be used. The message names where the value came from, never the value. */
export class CredentialsError extends CodedError<CredentialsErrorCode> {
  /** The class, for those who can't use `instanceof`. */
  override name = "CredentialsError";

  /**
   * Names what cannot be used and why.
   *
   * @param source What the value came from: `K8S_TOKEN`, `--token-file`.
   * @param problems The errors that a `SEVERAL` stands for.
   */
  constructor(
    code: CredentialsErrorCode,
    message: string,
    readonly source: string,
    options: CodedErrorOptions = {},
    /** The errors that a `SEVERAL` stands for. */
    readonly problems: readonly CredentialsError[] = [],
  ) {
    super(code, message, options);
  }
}
