import { type CodedError, formatDuration, type Host } from "../base/mod.ts";
import {
  type ApplyEvent,
  type ApplyReport,
  describePlan,
  executePlan,
  isRefused,
  type ObjectResult,
  type Plan,
  planApply,
  refusalOf,
  reportPlan,
} from "../apply/mod.ts";
import { formatRef, type Manifest } from "../manifest/mod.ts";
import type { DeployReport, Progress, ReportedObject } from "../report/mod.ts";
import { buildOverlay } from "./build.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { InterruptedError } from "./interrupt.ts";
import { explainError, withConnection } from "./with_connection.ts";

/** How to apply an overlay. */
export interface ApplyOverlayOptions extends ConnectOptions {
  /** A directory with a kustomization file. */
  overlay: string;
  /** Take over fields that others own. @default {false} */
  force?: boolean;
  /** `server` asks the server about everything and writes nothing; `client` asks it nothing. @default {"none"} */
  dryRun?: "none" | "client" | "server";
  /** Requests at the same time. @default {50} */
  concurrency?: number;
  /** Is told what goes on. */
  progress: Progress;
  /** Stops the apply; the result tells what was applied. */
  signal: AbortSignal;
}

/** What an apply did, and what made it stop early. */
export interface ApplyOverlayResult {
  /** What was done, or would be. */
  report: DeployReport;
  /** Why it stopped early, when it did. */
  error?: CodedError;
}

/** The manifests of an overlay. Whether they have what an apply needs is checked by the plan, which names those that don't. */
export async function buildManifests(host: Host, overlay: string, progress?: Progress): Promise<Manifest[]> {
  const warn = progress && ((message: string) => progress.log(`warning: ${message.replace(/^# Warning: /, "")}`));
  return await buildOverlay(host, overlay, warn && { warn }) as Manifest[];
}

/** Builds an overlay and applies it; does not wait for rollouts. */
export async function applyOverlay(host: ProtectedHost, options: ApplyOverlayOptions): Promise<ApplyOverlayResult> {
  const startMs = host.clock.now();
  const { overlay, dryRun = "none" } = options;
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, options.progress);
    const plan = await planOverlay(connection, await buildManifests(host, overlay, options.progress), options);
    const finish = (objects: ReportedObject[], outcome: DeployReport["outcome"]) =>
      toReport(connection, overlay, { objects, outcome, seconds: (host.clock.now() - startMs) / 1000 });
    if (dryRun !== "none") return { report: finish(reportDryRun(plan), "dry run"), ...withError(refusalOf(plan)) };
    const applied = await executeWithProgress(host, connection, plan, options);
    return {
      report: finish(applied.results.map(toReportedObject), REPORT_OUTCOME[applied.outcome]),
      ...withError(await explainError(connection, applied.error)),
    };
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
 * Asks the server what applying the manifests would do, and says it in one line.
 *
 * @throws {InterruptedError} Which says that nothing was applied yet.
 */
export async function planOverlay(
  connection: Connection,
  manifests: readonly Manifest[],
  options: ApplyOverlayOptions,
): Promise<Plan> {
  const { force = false, concurrency = 50, dryRun, signal, progress } = options;
  const planning = planApply(connection.client, manifests, {
    namespace: connection.namespace,
    requireNamespace: options.namespace !== undefined,
    fieldManager: FIELD_MANAGER,
    force,
    concurrency,
    clientOnly: dryRun === "client",
    signal,
  });
  const plan = await planning.catch((error) => {
    throw signal.aborted && signal.reason instanceof InterruptedError ? signal.reason.beforeApply() : error;
  });
  progress.log(`plan: ${describePlan(plan)}`);
  for (const { ref, warnings } of plan.changes) {
    for (const warning of warnings) progress.log(`warning: ${formatRef(ref)}: ${warning}`);
  }
  return plan;
}

/** Who owns the fields that the overlay names. */
export const FIELD_MANAGER = "kstage";

/** Carries out a plan and shows each object as it is done. */
export async function executeWithProgress(
  host: Host,
  connection: Connection,
  plan: Plan,
  { progress, signal }: ApplyOverlayOptions,
): Promise<ApplyReport> {
  if (plan.changes.some(isRefused)) progress.log("nothing was applied");
  return await executePlan(connection.client, plan, {
    clock: host.clock,
    signal,
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
  overlay: string,
  { objects, outcome, seconds }: {
    objects: ReportedObject[];
    outcome: DeployReport["outcome"];
    seconds: number;
  },
): DeployReport {
  return {
    overlay,
    server: connection.server,
    namespace: connection.namespace,
    outcome,
    objects,
    notes: connection.notes,
    seconds,
  };
}

/** The lines of a plan that is not carried out. */
export function reportDryRun(plan: Plan): ReportedObject[] {
  const unchecked = new Set(plan.changes.filter(({ kind }) => kind === "unchecked").map(({ ref }) => ref));
  return reportPlan(plan).map((result) => {
    const object = toReportedObject(result);
    if (unchecked.has(result.ref)) return { ...object, action: "built", status: "not checked" };
    return object.status === "applied" ? { ...object, status: "accepted" } : object;
  });
}

/** One object's line before its rollout is known. */
export function toReportedObject({ ref, action, seconds, error }: ObjectResult): ReportedObject {
  const status = action === "failed" ? "failed" : action === "skipped" ? "not applied" : "applied";
  return { ref, action, status, seconds, findings: [], ...(error === undefined ? {} : { message: error.message }) };
}
