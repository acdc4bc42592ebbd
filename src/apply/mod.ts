/**
 * Applying: what would change, whether the server accepts it, and doing it in the right order.
 *
 * {@link planApply} asks the server about every object and writes nothing; {@link diffPlan}, {@link describePlan} and
 * {@link reportPlan} show the plan; {@link executePlan} carries it out. Applying ends when the server has answered:
 * waiting for pods is another question.
 */
export { ApplyError, type ApplyErrorCode } from "./apply_error.ts";
export {
  type Change,
  type ChangeBase,
  type ConflictChange,
  type CreateChange,
  type DeferredChange,
  type ImmutableChange,
  isRefused,
  type Plan,
  type RefusedChange,
  type RefusedKind,
  type UnchangedChange,
  type UncheckedChange,
  type UpdateChange,
} from "./change.ts";
export { changedPaths, withoutNoise } from "./compare.ts";
export type { FieldConflict } from "./conflicts.ts";
export { changesPodTemplate, type Consequence, consequenceOf } from "./consequence.ts";
export { type DiffOptions, diffPlan, type ObjectDiff } from "./diff.ts";
export { type ApplyEvent, type ExecuteOptions, executePlan } from "./execute.ts";
export { maskSecret } from "./mask.ts";
export { applyRank } from "./order.ts";
export { planApply, type PlanOptions } from "./plan.ts";
export { refusalOf } from "./refusal.ts";
export { type ApplyAction, type ApplyReport, type ObjectResult, reportPlan } from "./report.ts";
export { describePlan, type PlanSummary, summarizePlan } from "./summary.ts";
