import { CodedError } from "../base/mod.ts";
import { type ApplyReport, type Change, type Plan, refusalOf } from "../apply/mod.ts";
import { formatRef, type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import type { DeployReport, ReportedObject } from "../report/mod.ts";
import {
  isRestartable,
  parseWorkloadArgument,
  restartWorkload,
  RolloutError,
  type RolloutTarget,
  shouldRestart,
  type WorkloadArgument,
} from "../rollout/mod.ts";
import {
  type ApplyOverlayOptions,
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
import { dependencyError } from "./dependency_error.ts";
import { isChanged, type PlannedApply } from "./plan_apply.ts";
import { noteNotPruned, pruneAfterwards } from "./prune.ts";
import type { ProtectedHost } from "./protect.ts";
import { explainError, withConnection } from "./with_connection.ts";
import {
  isWaitedFor,
  ROLLOUT_OUTCOME,
  waitForRollouts,
  type WaitResult,
  type WatchTuning,
  withRollout,
} from "./watch.ts";

/** How to deploy. */
export interface DeployOverlayOptions extends ApplyOverlayOptions, WatchTuning {
  /** Workloads to restart where the apply itself didn't roll them, such as `deployment/api`. @default {[]} */
  restart?: readonly string[];
  /** How long to wait for the rollouts. @default {300_000} */
  timeoutMs?: number;
  /** Whether to wait for the rollouts. @default {true} */
  wait?: boolean;
}

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
  const startMs = host.clock.now();
  const { progress, dryRun = "none" } = options;
  const restarts = (options.restart ?? []).map((text) => parseRestartArgument(text));
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, progress);
    const planned = await planOverlay(host, connection, options);
    const { plan } = planned;
    const finish = (outcome: DeployReport["outcome"], objects: ReportedObject[], notes: readonly string[] = []) => {
      const report = toReport(connection, options, { objects, outcome, seconds: (host.clock.now() - startMs) / 1000 });
      return { ...report, isChanged: isChanged(planned), notes: [...report.notes, ...notes] };
    };
    const run = new DeployRun(host, connection, options, restarts);
    const refusal = refusalOf(plan);
    if (refusal === undefined && dryRun !== "client") await run.checkRestarts(plan);
    if (dryRun !== "none") return { report: finish("dry run", reportDryRun(planned)), ...withError(refusal) };
    const { objects, outcome, notes, error } = await run.execute(planned);
    return { report: finish(outcome, objects, notes), ...withError(await explainError(connection, error)) };
  });
}

function parseRestartArgument(text: string): WorkloadArgument {
  const argument = parseWorkloadArgument(text);
  if (isRestartable(argument)) return argument;
  const hint = "Deployments, StatefulSets and DaemonSets can be restarted";
  throw new RolloutError("NOT_RESTARTABLE", `Cannot restart ${formatRef(argument)}: it has no pods to replace`, {
    hint,
  });
}

/** The object as it will be, where the plan knows. */
function plannedObject(change: Change): Manifest | undefined {
  switch (change.kind) {
    case "create":
    case "update":
      return change.result;
    case "unchanged":
      return change.live;
    case "deferred":
      return change.desired;
    default:
      return undefined;
  }
}

/** Why a workload needs no restart after its apply. */
function skipReason(change: Change, after: Manifest): string | undefined {
  const before = change.kind === "update" || change.kind === "unchanged" ? change.live : undefined;
  const { restart, reason } = shouldRestart({ before, after });
  return restart ? undefined : reason;
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

class DeployRun {
  constructor(
    readonly host: ProtectedHost,
    readonly connection: Connection,
    readonly options: DeployOverlayOptions,
    readonly restarts: readonly WorkloadArgument[],
  ) {}

  async execute(planned: PlannedApply): Promise<RunResult> {
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
      const restarted = await this.#restart(plan, applied, objects);
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

  /** Waits for what others depend on, by their annotation, before these are written. */
  async #waitUntilReady(
    plan: Plan,
    refs: readonly ObjectRef[],
    { appliedMs, signal }: { appliedMs: number; signal: AbortSignal },
  ): Promise<void> {
    const { timeoutMs = 300_000, progress } = this.options;
    const targets = refs.filter(isWaitedFor);
    const overlay = plan.changes.map(({ ref }) => ref);
    const options = { timeoutMs, overlay, appliedMs, progress, signal };
    const { outcome, results } = await waitForRollouts(this.host, this.connection, targets, options);
    if (outcome !== "healthy") throw dependencyError(outcome, results);
  }

  /**
   * Asks the server whether the restarts will be possible, so that nothing is written when one isn't.
   *
   * @throws {RolloutError} And ApiError.
   */
  async checkRestarts(plan: Plan): Promise<void> {
    for (const restart of this.restarts) {
      const change = plan.changes.find(({ ref }) => ref.kind === restart.kind && ref.name === restart.name);
      const after = change === undefined ? undefined : plannedObject(change);
      if (change !== undefined && after !== undefined && skipReason(change, after) !== undefined) continue;
      const ref = change?.ref ?? { ...restart, namespace: this.connection.namespace };
      const { clock } = this.host;
      await restartWorkload(this.connection.client, ref, { clock, dryRun: true, signal: this.options.signal });
    }
  }

  /** Restarts the named workloads whose pods the apply has not replaced already. */
  async #restart(plan: Plan, applied: ApplyReport, objects: ReportedObject[]): Promise<Manifest[]> {
    const restarted: Manifest[] = [];
    for (const { apiVersion, kind, name } of this.restarts) {
      const isNamed = ({ ref }: { ref: ObjectRef }) => ref.kind === kind && ref.name === name;
      const change = plan.changes.find(isNamed);
      const after = applied.results.find(isNamed)?.object;
      const ref = change?.ref ?? { apiVersion, kind, name, namespace: this.connection.namespace };
      const reason = change && after ? skipReason(change, after) : undefined;
      if (reason !== undefined) {
        this.options.progress.log(`${formatRef(ref)} not restarted: ${reason}`);
        continue;
      }
      const { object } = await restartWorkload(this.connection.client, ref, {
        clock: this.host.clock,
        signal: this.options.signal,
      });
      this.options.progress.log(`${formatRef(ref)} restarted`);
      restarted.push(object);
      const line = objects.find(isNamed);
      if (line === undefined) objects.push({ ref, action: "restarted", status: "applied", seconds: 0, findings: [] });
      else line.action = "restarted";
    }
    return restarted;
  }

  #targets({ results }: ApplyReport, restarted: readonly Manifest[]): RolloutTarget[] {
    const targets = new Map<string, RolloutTarget>();
    const add = (ref: ObjectRef, object: Manifest | undefined) => {
      const uid = object?.metadata.uid;
      targets.set(refKey(ref), { ...ref, ...(typeof uid === "string" ? { uid } : {}) });
    };
    for (const { ref, object } of results) if (isWaitedFor(ref)) add(ref, object);
    for (const object of restarted) add(refOf(object), object);

    return [...targets.values()];
  }

  async #wait(plan: Plan, targets: RolloutTarget[], appliedMs: number): Promise<WaitResult> {
    const { timeoutMs = 300_000, progress, signal, stabilityMs, unstick } = this.options;
    const overlay = plan.changes.map(({ ref }) => ref);
    return await waitForRollouts(this.host, this.connection, targets, {
      timeoutMs,
      overlay,
      appliedMs,
      stabilityMs,
      unstick,
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
