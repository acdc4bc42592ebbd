import type { FindingCode } from "./catalogue/catalogue.ts";
import type { Evidence } from "./evidence/evidence.ts";
import { DEFAULT_PATIENCE, type Patience } from "./patience.ts";
import type { Suspicion } from "./finding.ts";
import { cannotStartRule } from "./rules/cannot_start.ts";
import { containerConfigRule } from "./rules/container_config.ts";
import { crashRule } from "./rules/crash.ts";
import { evictionRule } from "./rules/eviction.ts";
import { imagePullRule } from "./rules/image_pull.ts";
import { pinnedRule } from "./rules/pinned.ts";
import { podCreationRule } from "./rules/pod_creation.ts";
import { readinessRule } from "./rules/readiness.ts";
import type { Rule } from "./rules/rule.ts";
import { schedulingRule } from "./rules/scheduling.ts";
import { volumesRule } from "./rules/volumes.ts";
import { workloadRule } from "./rules/workload.ts";

/** All rules; what says most of the cause comes first, what only sums up comes last. */
const RULES: readonly Rule[] = [
  pinnedRule,
  imagePullRule,
  containerConfigRule,
  cannotStartRule,
  crashRule,
  podCreationRule,
  volumesRule,
  schedulingRule,
  readinessRule,
  evictionRule,
  workloadRule,
];

/**
 * All that seems to be wrong with a workload at this moment, by the rules' order. Pure: the same evidence gives the
 * same suspicions; whether they last is for `SuspicionLog` to tell.
 */
export function diagnose(evidence: Evidence, patience: Patience = DEFAULT_PATIENCE): Suspicion[] {
  return RULES.flatMap((rule) => rule(evidence, patience));
}

/** Codes of an outcome rather than a cause. */
const OUTCOMES: ReadonlySet<FindingCode> = new Set(["K1601", "K1602", "K1605", "K1704", "K1801"]);

/** Whether a finding of this code names a cause, rather than an outcome. */
export function isCause(code: FindingCode): boolean {
  return !OUTCOMES.has(code);
}

/** Whether a finding only says that the time was up: whatever else there is explains more. */
export function isTimeUp(code: FindingCode): boolean {
  return code === "K1601" || code === "K1704" || code === "K1801";
}
