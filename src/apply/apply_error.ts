import { CodedError, type CodedErrorOptions } from "../base/mod.ts";
import type { ObjectRef } from "../manifest/mod.ts";

/**
 * Why objects can't be applied:
 * - `MANIFEST_INVALID`, `DUPLICATE`, `NAMESPACE_MISMATCH`, `DEPENDENCY_CYCLE`: seen before any request;
 * - `CONFLICT` another manager owns a field; `IMMUTABLE` a field can't be changed; `OTHER_SET` the object belongs to
 *   another ApplySet; `REFUSED` several objects were refused, each for its own reason;
 * - `SET_FOREIGN` the object that should hold the inventory is something else, or another tool's;
 * - `NOT_ESTABLISHED` a CustomResourceDefinition is not served; `NOT_GONE` a deleted object is still there;
 *   `FAILED` an object was refused although its dry-run had passed; `INTERRUPTED` the answer was not waited for;
 *   `UNCHECKED` the plan was made without asking the server;
 * - `PLAN_INVALID` a file is no saved plan; `PLAN_INCOMPLETE` the values of its Secrets are missing or others;
 *   `PLAN_STALE` the cluster is another one or has changed since the plan was made.
 */
export type ApplyErrorCode =
  | "MANIFEST_INVALID"
  | "DUPLICATE"
  | "NAMESPACE_MISMATCH"
  | "DEPENDENCY_CYCLE"
  | "CONFLICT"
  | "IMMUTABLE"
  | "OTHER_SET"
  | "REFUSED"
  | "SET_FOREIGN"
  | "NOT_ESTABLISHED"
  | "NOT_GONE"
  | "FAILED"
  | "INTERRUPTED"
  | "UNCHECKED"
  | "PLAN_INVALID"
  | "PLAN_INCOMPLETE"
  | "PLAN_STALE";

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
