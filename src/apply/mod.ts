/**
 * Applying: what would change, whether the server accepts it, and doing it in the right order; then deleting what has
 * left the overlay.
 *
 * {@link planApply} asks the server about every object and writes nothing; {@link diffPlan}, {@link describePlan},
 * {@link describeChanges} and {@link reportPlan} show the plan; {@link executePlan} carries it out. Applying ends when
 * the server has answered: waiting for pods is another question, and so is pruning, which comes after that:
 * {@link planPrune} and {@link executePrune}, on the inventory of an {@link ApplySet}.
 *
 * A plan can be saved and carried out later, exactly or not at all: {@link writePlan}, {@link readPlan},
 * {@link verifyPlan}.
 *
 * Requests of an apply of N objects with an inventory, all of one step at the same time:
 * - plan: the parent (1), then a list per kind and namespace of the inventory; beside them N dry-runs, then the objects
 *   that exist (a read each, or a list), and a list of autoscalers per namespace that has workloads with replicas;
 *   where objects come with their namespace, kind or role, one question about permissions per namespace beside them;
 * - apply: the parent, if it has to name more (1), then a write per object that changes;
 * - prune: only when members have left the overlay: the inventory anew, references (3 lists per namespace) where
 *   configuration is among them, a deletion each, and the parent (1).
 *
 * So N new objects cost N dry-runs and N + 2 other requests, and N unchanged ones no write.
 */
export { ApplyError, type ApplyErrorCode } from "./apply_error.ts";
export {
  type ApplySet,
  type ApplySetParent,
  computeApplySetId,
  defineApplySet,
  PART_OF_LABEL,
  type SetScope,
} from "./apply_set.ts";
export { DEPENDS_ON } from "./depends_on.ts";
export {
  type Change,
  type ChangeBase,
  type ConflictChange,
  type CreateChange,
  type DeferredChange,
  type ForeignChange,
  type ImmutableChange,
  isRefused,
  type Plan,
  type RecreateChange,
  type RefusedChange,
  type RefusedKind,
  type UnchangedChange,
  type UncheckedChange,
  type UpdateChange,
} from "./change.ts";
export { type ClusterIdentity, identifyCluster } from "./cluster_identity.ts";
export { changedPaths, withoutNoise } from "./compare.ts";
export type { FieldConflict } from "./conflicts.ts";
export { changesPodTemplate, type Consequence, consequenceOf } from "./consequence.ts";
export { describeChanges, describeKeep, describePrune, type PlannedAction, type PlannedLine } from "./describe.ts";
export { type DiffOptions, diffPlan, type ObjectDiff } from "./diff.ts";
export { type ApplyEvent, type ExecuteOptions, executePlan } from "./execute.ts";
export type { GraceOptions } from "./grace.ts";
export { type Inventory, readInventory, type ReadInventoryOptions } from "./inventory.ts";
export type { LeftField } from "./left_fields.ts";
export { maskSecret } from "./mask.ts";
export { applyPlace, applyRank } from "./order.ts";
export { planApply, type PlanOptions } from "./plan.ts";
export {
  executePrune,
  type ExecutePruneOptions,
  type PruneAction,
  type PruneReport,
  type PruneResult,
} from "./prune.ts";
export {
  isPruneEmpty,
  type KeepChange,
  type KeepReason,
  planPrune,
  PRUNE_ANNOTATION,
  type PruneChange,
  type PruneOptions,
  type PrunePlan,
} from "./prune_plan.ts";
export { RECREATE_ANNOTATION } from "./recreate_rules.ts";
export { refusalOf } from "./refusal.ts";
export { type ApplyAction, type ApplyReport, type ObjectResult, reportPlan } from "./report.ts";
export {
  readPlan,
  type ReadPlanOptions,
  type SavedChange,
  type SavedPlan,
  type SavedPrune,
  writePlan,
  type WritePlanOptions,
} from "./saved_plan.ts";
export { describePlan, type PlanSummary, summarizePlan } from "./summary.ts";
export type { Adoption } from "./adoption.ts";
export { restrictPrune, verifyPlan } from "./verify_plan.ts";
