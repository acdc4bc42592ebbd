import { CodedError } from "../base/mod.ts";

/**
 * What can go wrong with releases:
 * - `LOCKED` another deploy holds the lock; `LOCK_LOST` this one lost it; `OUTDATED` a newer pipeline has deployed;
 * - `NOT_FOUND` there is no such release; `NO_MANIFESTS` it was recorded without its manifests;
 * - `INCOMPLETE` it was cut off before all objects were applied;
 * - `RECORD_INVALID` a record can't be read.
 */
export type ReleaseErrorCode =
  | "LOCKED"
  | "LOCK_LOST"
  | "OUTDATED"
  | "NOT_FOUND"
  | "NO_MANIFESTS"
  | "INCOMPLETE"
  | "RECORD_INVALID";

/** A release could not be begun, found or read. */
export class ReleaseError extends CodedError<ReleaseErrorCode> {
  /** For `error.name`. */
  override name = "ReleaseError";
}
