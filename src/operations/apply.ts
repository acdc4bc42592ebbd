import { type CodedError, formatDuration, type Host } from "../base/mod.ts";
import {
  type ApplyEvent,
  type ApplyReport,
  describeChanges,
  describePlan,
  describePrune,
  type ExecuteOptions,
  executePlan,
  isRefused,
  type ObjectResult,
  refusalOf,
  reportPlan,
} from "../apply/mod.ts";
import { formatRef } from "../manifest/mod.ts";
import type { DeployReport, Progress, ReportedObject } from "../report/mod.ts";
import { type ApplyInput, describeInput } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import { InterruptedError } from "./interrupt.ts";
import type { ProtectedHost } from "./protect.ts";
import { loadPlan, storePlan } from "./plan_file.ts";
import { isChanged, makePlan, type Permit } from "./plan_apply.ts";
import type { PlannedApply } from "./planned_apply.ts";
import type { ApplyOverlayOptions } from "./apply_options.ts";
import { noteNotPruned, pruneAfterwards, reportPreview } from "./prune.ts";
import { explainError, withConnection } from "./with_connection.ts";

/** What an apply did, and what made it stop early. */
export interface ApplyOverlayResult {
  /** What was done, or would be. */
  report: DeployReport;
  /** Why it stopped early, when it did. */
  error?: CodedError;
}

/** Builds an overlay and applies it; does not wait for rollouts, and so prunes as soon as all is applied. */
export async function applyOverlay(host: ProtectedHost, options: ApplyOverlayOptions): Promise<ApplyOverlayResult> {
  const startMs = host.clock.now();
  const { dryRun = "none" } = options;
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, options.progress);
    const planned = await planOverlay(host, connection, options);
    const finish = (objects: ReportedObject[], outcome: DeployReport["outcome"], notes: readonly string[] = []) => {
      const report = toReport(connection, options, { objects, outcome, seconds: (host.clock.now() - startMs) / 1000 });
      return { ...report, isChanged: isChanged(planned), notes: [...report.notes, ...notes] };
    };
    if (dryRun !== "none") {
      return { report: finish(reportDryRun(planned), "dry run"), ...withError(refusalOf(planned.plan)) };
    }
    const applied = await executeWithProgress(host, connection, planned, options);
    const objects = applied.results.map(toReportedObject);
    if (applied.outcome !== "applied") {
      const notes = noteNotPruned(planned, "the apply did not end well", options.progress);
      const error = await explainError(connection, applied.error);
      return { report: finish(objects, REPORT_OUTCOME[applied.outcome], notes), ...withError(error) };
    }
    const pruned = await pruneAfterwards(host, connection, planned, options);
    const error = await explainError(connection, pruned.error);
    return { report: finish([...objects, ...pruned.objects], pruned.outcome), ...withError(error) };
  });
}

/** Says what was repaired and noticed, and which cluster it is. */
export function logConnection({ notes, server, namespace }: Connection, progress: Progress): void {
  for (const note of notes) progress.log(`note: ${note}`);
  progress.log(`cluster: ${server}, namespace ${namespace}`);
}

/** What a report says of an apply that nobody waits for. */
export const REPORT_OUTCOME: Record<ApplyReport["outcome"], DeployReport["outcome"]> = {
  applied: "done",
  failed: "apply failed",
  interrupted: "interrupted",
};

/** An `error` property, where there is one. */
export function withError(error: CodedError | undefined): { error?: CodedError } {
  return error === undefined ? {} : { error };
}

/**
 * Asks the server what applying the objects and pruning would do, says it in words, and saves it where that is asked for.
 *
 * @throws {InterruptedError} Which says that nothing was applied yet.
 */
export async function planOverlay(
  host: ProtectedHost,
  connection: Connection,
  options: ApplyOverlayOptions,
  permit?: Permit,
): Promise<PlannedApply> {
  const { signal, progress, planFile, savePlan } = options;
  const planning = planFile === undefined
    ? makePlan(host, connection, options, permit)
    : loadPlan(host, connection, { ...options, planFile });
  const planned = await planning.catch((error) => {
    throw signal.aborted && signal.reason instanceof InterruptedError ? signal.reason.beforeApply() : error;
  });
  showPlan(planned, progress);
  if (savePlan !== undefined) await storePlan(host, connection, planned, { file: savePlan, signal });
  return planned;
}

/** More lines than this are counted: each object is named again when it is applied. */
const MOST_LINES = 50;

function showPlan({ plan, preview }: PlannedApply, progress: Progress): void {
  progress.log(`plan: ${describePlan(plan, preview)}`);
  const lines = [...describeChanges(plan), ...(preview === undefined ? [] : describePrune(preview))]
    .filter(({ action }) => action !== "unchanged" && action !== "refuse" && action !== "apply");
  for (const { ref, text } of lines.slice(0, MOST_LINES)) progress.log(`plan: ${formatRef(ref)}: ${text}`);
  if (lines.length > MOST_LINES) progress.log(`plan: … and ${lines.length - MOST_LINES} more objects`);
  for (const { ref, leaves = [], kind } of plan.changes) {
    if (kind !== "unchanged") continue;
    for (const { field, to } of leaves) progress.log(`note: ${formatRef(ref)} leaves ${field} to ${to}`);
  }
  for (const { ref, warnings } of plan.changes) {
    for (const warning of warnings) progress.log(`warning: ${formatRef(ref)}: ${warning}`);
  }
}

/** Carries out a plan and shows each object as it is done. */
export async function executeWithProgress(
  host: Host,
  connection: Connection,
  { plan, inventory }: PlannedApply,
  { progress, signal }: Pick<ApplyOverlayOptions, "progress" | "signal">,
  waitUntilReady?: ExecuteOptions["waitUntilReady"],
): Promise<ApplyReport> {
  if (plan.changes.some(isRefused)) progress.log("nothing was applied");
  return await executePlan(connection.client, plan, {
    clock: host.clock,
    signal,
    ...(inventory === undefined ? {} : { inventory }),
    ...(waitUntilReady === undefined ? {} : { waitUntilReady }),
    onEvent: (event) => showEvent(event, progress),
  });
}

function showEvent(event: ApplyEvent, progress: Progress): void {
  if (event.type === "waiting") progress.log(`${formatRef(event.ref)}: waiting until it is ${event.for}`);
  if (event.type !== "finished") return;
  const { ref, action, seconds } = event.result;
  if (action !== "skipped") {
    progress.log(`${formatRef(ref)} ${action}${action === "unchanged" ? "" : ` (${formatDuration(seconds * 1000)})`}`);
  }
}

/** The report of objects that were applied, or would be. */
export function toReport(
  connection: Connection,
  input: ApplyInput,
  { objects, outcome, seconds }: {
    objects: ReportedObject[];
    outcome: DeployReport["outcome"];
    seconds: number;
  },
): DeployReport {
  return {
    overlay: describeInput(input),
    server: connection.server,
    namespace: connection.namespace,
    outcome,
    objects,
    notes: connection.notes,
    seconds,
  };
}

/** The lines of a plan that is not carried out. */
export function reportDryRun({ plan, preview }: PlannedApply): ReportedObject[] {
  const unchecked = new Set(plan.changes.filter(({ kind }) => kind === "unchecked").map(({ ref }) => ref));
  const objects = reportPlan(plan).map((result): ReportedObject => {
    const object = toReportedObject(result);
    if (unchecked.has(result.ref)) return { ...object, action: "built", status: "not checked" };
    return object.status === "applied" ? { ...object, status: "accepted" } : object;
  });
  return [...objects, ...reportPreview(preview)];
}

/** One object's line before its rollout is known. */
export function toReportedObject({ ref, action, seconds, error }: ObjectResult): ReportedObject {
  const status = action === "failed" ? "failed" : action === "skipped" ? "not applied" : "applied";
  return { ref, action, status, seconds, findings: [], ...(error === undefined ? {} : { message: error.message }) };
}
