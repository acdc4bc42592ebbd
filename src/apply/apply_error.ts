import { CodedError, type CodedErrorOptions } from "../base/mod.ts";
import type { ObjectRef } from "../manifest/mod.ts";

/**
 * Why objects can't be applied:
 * - `MANIFEST_INVALID`, `DUPLICATE`, `NAMESPACE_MISMATCH`: seen before any request;
 * - `CONFLICT` another manager owns a field; `IMMUTABLE` a field can't be changed; `REFUSED` several objects were
 *   refused, each for its own reason;
 * - `NOT_ESTABLISHED` a CustomResourceDefinition is not served; `FAILED` an object was refused although its dry-run
 *   had passed; `INTERRUPTED` the answer was not waited for; `UNCHECKED` the plan was made without asking the server.
 */
export type ApplyErrorCode =
  | "MANIFEST_INVALID"
  | "DUPLICATE"
  | "NAMESPACE_MISMATCH"
  | "CONFLICT"
  | "IMMUTABLE"
  | "REFUSED"
  | "NOT_ESTABLISHED"
  | "FAILED"
  | "INTERRUPTED"
  | "UNCHECKED";

/** Objects could not be applied. */
export class ApplyError extends CodedError<ApplyErrorCode> {
  /** The class, for those who can't use `instanceof`. */
  override name = "ApplyError";

  /** Takes the objects along. */
  constructor(
    code: ApplyErrorCode,
    message: string,
    /** The objects that it is about. */
    readonly refs: readonly ObjectRef[],
    options: CodedErrorOptions = {},
  ) {
    super(code, message, options);
  }
}
