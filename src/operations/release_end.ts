import type { CodedError } from "../base/mod.ts";
import type { ReleaseState } from "../release/mod.ts";
import type { DeployReport } from "../report/mod.ts";

const STATE_BY_OUTCOME: Record<DeployReport["outcome"], Exclude<ReleaseState, "running">> = {
  "done": "succeeded",
  "dry run": "succeeded",
  "apply failed": "failed",
  "prune failed": "failed",
  "rollout failed": "failed",
  "rollout timed out": "timed out",
  "interrupted": "interrupted",
};

/** Codes of what went wrong: of the findings, and of the error. */
export function failureCodes(
  { objects }: Pick<DeployReport, "objects">,
  error: CodedError | undefined,
): string[] {
  const codes = objects.flatMap(({ findings }) => findings.filter(({ severity }) => severity !== "transient"))
    .map(({ code }) => code);
  return [...new Set(error === undefined ? codes : [...codes, error.code])];
}

/** The state of a release whose rollout ended like this. */
export function stateOf(outcome: DeployReport["outcome"]): Exclude<ReleaseState, "running"> {
  return STATE_BY_OUTCOME[outcome];
}
