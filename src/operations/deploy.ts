import { CodedError } from "../base/mod.ts";
import { type ApplyReport, type Plan, refusalOf } from "../apply/mod.ts";
import { type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import { readManifests, type StoredRelease } from "../release/mod.ts";
import type { DeployReport, ReportedObject } from "../report/mod.ts";
import type { RolloutTarget, WorkloadArgument } from "../rollout/mod.ts";
import {
  executeWithProgress,
  logConnection,
  planOverlay,
  REPORT_OUTCOME,
  reportDryRun,
  toReport,
  toReportedObject,
  withError,
} from "./apply.ts";
import type { Connection } from "./connect.ts";
import type { DeployOverlayOptions } from "./deploy_options.ts";
import { dependencyError } from "./dependency_error.ts";
import { isChanged, type Permit } from "./plan_apply.ts";
import type { PlannedApply } from "./planned_apply.ts";
import { requirePermissions } from "./permission_check.ts";
import { noteNotPruned, pruneAfterwards } from "./prune.ts";
import { checkJob } from "./job_checks.ts";
import type { ProtectedHost } from "./protect.ts";
import { failureCodes } from "./release_end.ts";
import { ReleaseSession } from "./release_session.ts";
import { checkRestarts, parseRestartArgument, restartWorkloads } from "./restart.ts";
import { explainError, withConnection } from "./with_connection.ts";
import { isWaitedFor, ROLLOUT_OUTCOME, waitForRollouts, type WaitResult, withRollout } from "./watch.ts";

/** What a deploy did; `error` is why the apply stopped, when it did. */
export interface DeployOverlayResult {
  /** What was done, or would be. */
  report: DeployReport;
  /** Why it stopped early, when it did. */
  error?: CodedError;
}

/**
 * The main job: credentials, build, plan, apply, restart, watch. Nothing is written before every object has passed its
 * dry-run, and what was written is in the report whatever happens afterwards.
 *
 * @throws {CodedError} For all that goes wrong before the first write.
 */
export async function deployOverlay(host: ProtectedHost, options: DeployOverlayOptions): Promise<DeployOverlayResult> {
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, options.progress);
    for (const { cause, remedy } of checkJob(host.env)) options.progress.log(`warning: ${cause}; ${remedy}`);
    return await deployOn(host, connection, options);
  });
}

/**
 * Deploys over a connection: lock, plan, apply, restart, watch, record.
 *
 * @param rollbackTo The release that is brought back, if it is one.
 */
export async function deployOn(
  host: ProtectedHost,
  connection: Connection,
  options: DeployOverlayOptions,
  rollbackTo?: number,
): Promise<DeployOverlayResult> {
  const startMs = host.clock.now();
  const { dryRun = "none" } = options;
  const restarts = (options.restart ?? []).map((text) => parseRestartArgument(text));
  const session = dryRun === "none" ? ReleaseSession.open(host, connection, options) : undefined;
  try {
    const permit: Permit = (manifests) => requirePermissions(host, connection, manifests, options);
    let planned = await planOverlay(host, connection, options, permit);
    // What was planned while others deployed is out of date.
    if ((await session?.ready())?.waited) {
      // Standard input can't be read twice.
      planned = await planOverlay(host, connection, { ...options, manifests: planned.manifests });
    }
    const finish = (outcome: DeployReport["outcome"], objects: ReportedObject[], notes: readonly string[] = []) => {
      const report = toReport(connection, options, { objects, outcome, seconds: (host.clock.now() - startMs) / 1000 });
      return { ...report, isChanged: isChanged(planned), notes: [...report.notes, ...notes] };
    };
    const signal = session?.writeSignal ?? options.signal;
    const run = new DeployRun(host, connection, { ...options, signal }, restarts);
    const refusal = refusalOf(planned.plan);
    if (refusal === undefined && dryRun !== "client") {
      await checkRestarts(host, connection, restarts, { plan: planned.plan, signal });
    }
    if (session === undefined) return { report: finish("dry run", reportDryRun(planned)), ...withError(refusal) };
    if (refusal === undefined) session.record.begin(planned, rollbackTo);
    const { objects, outcome, notes, error } = await run.release(planned, session);
    return {
      report: finish(outcome, objects, [...notes, ...session.notes]),
      ...withError(await explainError(connection, error)),
    };
  } finally {
    await session?.close();
  }
}

const NOT_HEALTHY = {
  failed: "the rollout failed",
  timedOut: "the rollout did not finish in time",
  interrupted: "the run was interrupted",
} as const;

interface RunResult {
  objects: ReportedObject[];
  outcome: DeployReport["outcome"];
  notes: string[];
  error?: CodedError;
}

/** Outcomes after which the cluster may be brought back to what ran before. */
const FAILURES: ReadonlySet<DeployReport["outcome"]> = new Set(["apply failed", "rollout failed", "rollout timed out"]);

class DeployRun {
  /** For workloads that others depend on. */
  #waitedMs = 0;

  constructor(
    readonly host: ProtectedHost,
    readonly connection: Connection,
    readonly options: DeployOverlayOptions,
    readonly restarts: readonly WorkloadArgument[],
  ) {}

  /** Carries out a plan and records how it ended; after a failure, brings the last good release back if that is wanted. */
  async release(planned: PlannedApply, session: ReleaseSession): Promise<RunResult> {
    const done = await this.execute(planned, () => session.record.applied());
    const { lostLock } = session;
    const isLost = done.outcome === "interrupted" && lostLock !== undefined;
    const result: RunResult = isLost ? { ...done, outcome: "apply failed", error: lostLock } : done;
    const codes = failureCodes(result, result.error);
    if (!this.options.rollbackOnFailure || isLost || !FAILURES.has(result.outcome)) {
      await session.finish(result.outcome, codes);
      return result;
    }
    const target = await session.lastSucceeded();
    await session.record.end(result.outcome, codes);
    const note = await this.#bringBack(target, session);
    this.options.progress.log(note);
    return { ...result, notes: [...result.notes, note] };
  }

  /** Applies an earlier release again. @returns What became of it. */
  async #bringBack(target: StoredRelease | undefined, session: ReleaseSession): Promise<string> {
    if (target === undefined) return "not rolled back: no earlier release has succeeded";
    const { number } = target.record;
    this.options.progress.log(`rolling back to release ${number}`);
    try {
      const manifests = await readManifests(this.connection.client, target, this.options.signal);
      const options = { ...this.options, manifests, savePlan: undefined };
      const planned = await planOverlay(this.host, this.connection, options);
      session.record.begin(planned, number);
      const run = new DeployRun(this.host, this.connection, options, []);
      const { outcome, objects, error } = await run.execute(planned, () => session.record.applied());
      await session.finish(outcome, failureCodes({ objects }, error));
      return outcome === "done"
        ? `rolled back to release ${number}: it is healthy again`
        : `rolled back to release ${number}: ${outcome}${error === undefined ? "" : `: ${error.message}`}`;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      await session.finish("apply failed", [error.code]);
      return `not rolled back to release ${number}: ${error.message}`;
    }
  }

  async execute(planned: PlannedApply, onApplied: () => void = () => {}): Promise<RunResult> {
    const { plan } = planned;
    const { progress } = this.options;
    const appliedMs = this.host.clock.now();
    const waitUntilReady = (refs: readonly ObjectRef[], signal: AbortSignal) =>
      this.#waitUntilReady(plan, refs, { appliedMs, signal });
    const applied = await executeWithProgress(this.host, this.connection, planned, this.options, waitUntilReady);
    const objects = applied.results.map(toReportedObject);
    const notPruned = (because: string) => noteNotPruned(planned, because, progress);
    if (applied.outcome !== "applied") {
      const notes = notPruned("the apply did not end well");
      return { objects, outcome: REPORT_OUTCOME[applied.outcome], notes, ...withError(applied.error) };
    }
    try {
      onApplied();
      const restarted = await restartWorkloads(this.host, this.connection, this.restarts, {
        plan,
        applied,
        objects,
        ...this.options,
      });
      if (this.options.wait === false) {
        return { objects, outcome: "done", notes: notPruned("the rollouts were not waited for") };
      }
      const waited = await this.#wait(plan, this.#targets(applied, restarted), appliedMs);
      const rolledOut = addRollouts(objects, waited);
      if (waited.outcome !== "healthy") {
        const notes = notPruned(NOT_HEALTHY[waited.outcome]);
        return { objects: rolledOut, outcome: ROLLOUT_OUTCOME[waited.outcome], notes: [...waited.notes, ...notes] };
      }
      const pruned = await pruneAfterwards(this.host, this.connection, planned, this.options);
      const { outcome, error } = pruned;
      return { objects: [...rolledOut, ...pruned.objects], outcome, notes: waited.notes, ...withError(error) };
    } catch (error) {
      // What was applied is told whatever happens afterwards.
      if (!(error instanceof CodedError)) throw error;
      const outcome = this.options.signal.aborted ? "interrupted" : "rollout failed";
      return { objects, outcome, notes: notPruned("the rollouts could not be watched"), error };
    }
  }

  /** What is left of the one time limit for all rollouts. */
  #timeLeftMs(): number {
    return Math.max(0, (this.options.timeoutMs ?? 300_000) - this.#waitedMs);
  }

  /** Waits for what others depend on, by their annotation, before these are written. */
  async #waitUntilReady(
    plan: Plan,
    refs: readonly ObjectRef[],
    { appliedMs, signal }: { appliedMs: number; signal: AbortSignal },
  ): Promise<void> {
    const { progress, unstick } = this.options;
    const targets = refs.filter(isWaitedFor);
    const overlay = plan.changes.map(({ ref }) => ref);
    const startMs = this.host.clock.now();
    const options = { timeoutMs: this.#timeLeftMs(), overlay, appliedMs, unstick, progress, signal };
    const { outcome, results } = await waitForRollouts(this.host, this.connection, targets, options);
    this.#waitedMs += this.host.clock.now() - startMs;
    if (outcome !== "healthy") throw dependencyError(outcome, results);
  }

  #targets({ results }: ApplyReport, restarted: readonly Manifest[]): RolloutTarget[] {
    const targets = new Map<string, RolloutTarget>();
    const add = (ref: ObjectRef, object: Manifest | undefined) => {
      const uid = object?.metadata.uid;
      const applied = object === undefined ? {} : { object };
      targets.set(refKey(ref), { ...ref, ...(typeof uid === "string" ? { uid } : {}), ...applied });
    };
    for (const { ref, object } of results) if (isWaitedFor(ref)) add(ref, object);
    for (const object of restarted) add(refOf(object), object);

    return [...targets.values()];
  }

  async #wait(plan: Plan, targets: RolloutTarget[], appliedMs: number): Promise<WaitResult> {
    const { progress, signal, stabilityMs, unstick, followLogs } = this.options;
    const overlay = plan.changes.map(({ ref }) => ref);
    return await waitForRollouts(this.host, this.connection, targets, {
      timeoutMs: this.#timeLeftMs(),
      overlay,
      appliedMs,
      stabilityMs,
      unstick,
      followLogs,
      progress,
      signal,
    });
  }
}

function addRollouts(objects: readonly ReportedObject[], { results }: WaitResult): ReportedObject[] {
  const byKey = new Map(results.map((result) => [refKey(result.ref), result]));
  return objects.map((object) => {
    const result = byKey.get(refKey(object.ref));
    return result === undefined ? object : withRollout(object, result);
  });
}
