import { CodedError, type CodedErrorOptions, type SourcePlace } from "../base/mod.ts";

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
  | "PLUGIN"
  /** An edit of a kustomization is asked for that makes no sense, or not for this kustomization. */
  | "INVALID_EDIT";

/** A kustomization could not be built. */
export class KustomizeError extends CodedError<KustomizeErrorCode> {
  /** The class's name, as errors of all kinds have it. */
  override name = "KustomizeError";

  /**
   * @param code What kind of failure it is.
   * @param message Holds kustomize's own words where scripts look for them.
   */
  /** Makes an error of a code. */
  constructor(code: KustomizeErrorCode, message: string, options: CodedErrorOptions = {}) {
    super(code, message, options);
  }
}

/** What an error is to say besides. */
export interface ErrorContext {
  /** Put before the message. */
  prefix?: string;
  /** Where the error belongs that has no place of its own. */
  place?: () => SourcePlace | undefined;
}

/**
 * Runs a step, and says more in the errors that it throws.
 *
 * @throws {KustomizeError} As the step does, with the prefix and a place.
 */
export async function withContext<T>(context: ErrorContext, step: () => Promise<T> | T): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw addContext(error, context);
  }
}

/** The error with a prefix and a place; errors of other kinds are left as they are. */
export function addContext(error: unknown, { prefix = "", place }: ErrorContext): unknown {
  if (!(error instanceof KustomizeError)) return error;
  return new KustomizeError(error.code, prefix + error.message, {
    hint: error.hint,
    place: error.place ?? place?.(),
    cause: error,
  });
}
