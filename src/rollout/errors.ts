import { CodedError } from "../base/mod.ts";

/**
 * What can be wrong with a rollout command:
 * - `BAD_ARGUMENT` an argument that doesn't name an object; `UNKNOWN_KIND` one of a kind that isn't known;
 * - `NOT_FOUND` no such workload; `NOT_RESTARTABLE` a kind that can't be restarted; `PAUSED` a paused Deployment.
 */
export type RolloutErrorCode = "BAD_ARGUMENT" | "UNKNOWN_KIND" | "NOT_FOUND" | "NOT_RESTARTABLE" | "PAUSED";

/** A rollout command could not be carried out. */
export class RolloutError extends CodedError<RolloutErrorCode> {
  /** For `error.name`. */
  override name = "RolloutError";
}
