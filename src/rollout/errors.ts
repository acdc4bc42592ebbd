import { CodedError } from "../base/mod.ts";

/**
 * What can be wrong with a rollout command:
 * - `BAD_ARGUMENT` an argument that doesn't name an object; `UNKNOWN_KIND` one of a kind that isn't known;
 * - `NOT_FOUND` no such workload; `PAUSED` a paused Deployment;
 * - `NOT_RESTARTABLE`, `NOT_PAUSABLE`, `NO_HISTORY` a kind that can't be restarted, can't be paused, has no revisions;
 * - `ALREADY_PAUSED`, `NOT_PAUSED` there is nothing to pause or to resume;
 * - `REVISION_NOT_FOUND` the history doesn't go back to that revision.
 */
export type RolloutErrorCode =
  | "BAD_ARGUMENT"
  | "UNKNOWN_KIND"
  | "NOT_FOUND"
  | "NOT_RESTARTABLE"
  | "NOT_PAUSABLE"
  | "NO_HISTORY"
  | "ALREADY_PAUSED"
  | "NOT_PAUSED"
  | "REVISION_NOT_FOUND"
  | "PAUSED";

/** A rollout command could not be carried out. */
export class RolloutError extends CodedError<RolloutErrorCode> {
  /** For `error.name`. */
  override name = "RolloutError";
}
