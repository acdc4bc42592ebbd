import { CodedError, type CodedErrorOptions } from "../base/mod.ts";

/** What can be wrong with a kubeconfig or with its use. */
export type KubeconfigErrorCode =
  /** A file that was named does not exist. */
  | "NOT_FOUND"
  /** No file holds a context at all. */
  | "NO_CONTEXT"
  /** Not YAML, or not the shape of a kubeconfig. */
  | "INVALID"
  | "CONTEXT_MISSING"
  | "CLUSTER_MISSING"
  | "USER_MISSING"
  /** The context is there but cannot work: client-go's validation. */
  | "INVALID_CONTEXT"
  /** A plain http address. */
  | "HTTP_REFUSED"
  /** Something kubectl can and kstage cannot. */
  | "UNSUPPORTED"
  /** Another program holds the lock file. */
  | "LOCKED"
  /** An exec credential plugin gave no credential. */
  | "EXEC_FAILED"
  /** The `oidc` auth-provider has no valid token, and the issuer gave no new one. */
  | "OIDC_FAILED"
  /** What `config set` and its like were asked for can't be done; the message is kubectl's own, word for word. */
  | "BAD_PROPERTY";

/** A kubeconfig could not be read, used or written. Messages hold client-go's words where it has some. */
export class KubeconfigError extends CodedError<KubeconfigErrorCode> {
  /** The class, for those who can't use `instanceof`. */
  override name = "KubeconfigError";

  /**
   * Names what cannot be done and why.
   *
   * @param file The file concerned; empty when it is several or none.
   */
  constructor(code: KubeconfigErrorCode, message: string, readonly file: string, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}
