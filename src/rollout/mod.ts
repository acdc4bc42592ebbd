/** Has a rollout finished, and if not, why? Status per kind, watching, evidence, diagnosis, restart, undo. */
export { CATALOGUE, type CatalogueEntry, explainFinding, type FindingCode } from "./catalogue/catalogue.ts";
export { RolloutError, type RolloutErrorCode } from "./errors.ts";
export { type EvidenceItem, type Finding, type Severity } from "./finding.ts";
export { describePodTemplate } from "./history/pod_template_text.ts";
export { hasHistory, readRevisions, type Revision } from "./history/revisions.ts";
export { type Undo, UNDO_MANAGER, type UndoOptions, undoRollout } from "./history/undo.ts";
export { DEFAULT_PATIENCE, type Patience } from "./patience.ts";
export { PAUSE_MANAGER, pauseRollout, resumeRollout } from "./pause.ts";
export {
  type AppliedChange,
  isRestartable,
  type Restart,
  RESTART_ANNOTATION,
  RESTART_MANAGER,
  type RestartDecision,
  type RestartOptions,
  restartWorkload,
  shouldRestart,
} from "./restart.ts";
export { computeStatus, hasStatusRule } from "./status/compute_status.ts";
export { readCounts, type ReplicaCounts } from "./status/counts.ts";
export { READY_ANNOTATION } from "./status/ready_annotation.ts";
export type { Status } from "./status/status.ts";
export type { RolloutTarget, WatchRolloutOptions } from "./watch/options.ts";
export {
  combineOutcomes,
  type PodSummary,
  type RolloutEvent,
  type RolloutOutcome,
  type WorkloadProgress,
  type WorkloadResult,
} from "./watch/rollout_event.ts";
export { watchRollout } from "./watch/watch_rollout.ts";
export {
  parseWorkloadArgument,
  parseWorkloadArguments,
  parseWorkloadSelection,
  type WorkloadArgument,
  type WorkloadSelection,
} from "./workload_argument.ts";
