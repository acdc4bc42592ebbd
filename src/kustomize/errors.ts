import { CodedError, type CodedErrorOptions } from "../base/mod.ts";

/** What can be wrong with a build. */
export type KustomizeErrorCode =
  /** A file or directory that is named does not exist. */
  | "NOT_FOUND"
  /** A directory has no kustomization file. */
  | "NO_KUSTOMIZATION"
  /** A directory has more than one kustomization file. */
  | "MULTIPLE_KUSTOMIZATIONS"
  /** A kustomization, generator, transformer or its configuration has a wrong shape or value. */
  | "INVALID_CONFIG"
  /** A field that kustomize does not know. */
  | "UNKNOWN_FIELD"
  /** A feature that is not available, or not switched on. */
  | "UNSUPPORTED"
  /** A text is no YAML, or no Kubernetes objects. */
  | "INVALID_RESOURCE"
  /** Two resources share one id. */
  | "ID_CONFLICT"
  /** Something that is to be changed or read is not there. */
  | "NO_MATCH"
  /** Something that is to be changed or read is there more than once. */
  | "AMBIGUOUS"
  /** A patch, replacement or variable cannot be applied. */
  | "INVALID_PATCH"
  /** A path outside of the kustomization's root. */
  | "SECURITY"
  /** A base that includes itself. */
  | "CYCLE"
  /** A remote resource could not be fetched. */
  | "REMOTE"
  /** helm, a function or a validator failed. */
  | "PLUGIN";

/** A kustomization could not be built. */
export class KustomizeError extends CodedError<KustomizeErrorCode> {
  override name = "KustomizeError";

  constructor(code: KustomizeErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}
