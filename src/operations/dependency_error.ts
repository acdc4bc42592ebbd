import { CodedError } from "../base/mod.ts";
import { formatRef } from "../manifest/mod.ts";
import type { RolloutOutcome, WorkloadResult } from "../rollout/mod.ts";

/** What others depend on did not become ready, so that these were not applied. */
export class DependencyError extends CodedError<"FAILED" | "TIMED_OUT"> {
  /** For `error.name`. */
  override name = "DependencyError";
}

/** The error for rollouts that others depend on, with the first cause that was found. */
export function dependencyError(
  outcome: Exclude<RolloutOutcome, "healthy">,
  results: readonly WorkloadResult[],
): DependencyError {
  const stuck = results.filter((result) => result.outcome !== "healthy");
  const names = stuck.map(({ ref }) => formatRef(ref)).join(", ");
  const finding = stuck.flatMap(({ findings }) => findings)[0];
  const state = outcome === "timedOut" ? "it is not ready in time" : "it can't become ready";
  const cause = finding === undefined ? "" : `: ${finding.message} (${finding.code})`;
  const message = `Cannot apply what depends on ${names}: ${state}${cause}`;
  const hint = finding?.nextStep ?? "The annotation config.kubernetes.io/depends-on says what waits for it";
  return new DependencyError(outcome === "timedOut" ? "TIMED_OUT" : "FAILED", message, { hint });
}
