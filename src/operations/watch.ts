import type { Clock } from "../base/mod.ts";
import { groupOf, type ObjectRef } from "../manifest/mod.ts";
import type { DeployReport, Progress, ReportedFinding, ReportedObject, ReportedStatus } from "../report/mod.ts";
import {
  type Finding,
  type RolloutOutcome,
  type RolloutTarget,
  watchRollout,
  type WorkloadResult,
} from "../rollout/mod.ts";
import type { Connection } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";

/** What of the watch can be tuned. */
export interface WatchTuning {
  /** For how long a workload must stay ready; its `minReadySeconds` count towards it. @default {3_000} */
  stabilityMs?: number;
  /** Delete a broken pod of a former revision that a StatefulSet waits for. @default {false} */
  unstick?: boolean;
  /** Show every line that new pods write, until their workload has a verdict. @default {false} */
  followLogs?: boolean;
}

/** How to wait. */
export interface WaitOptions extends WatchTuning {
  timeoutMs: number;
  /** The objects of the overlay, so that the diagnosis can say whether a missing Secret is one of them. */
  overlay?: readonly ObjectRef[];
  /** When the objects were applied (milliseconds since 1970). */
  appliedMs?: number;
  progress: Progress;
  signal: AbortSignal;
}

/** How all the rollouts ended. */
export interface WaitResult {
  outcome: RolloutOutcome;
  results: WorkloadResult[];
  notes: string[];
}

/** Kinds whose rollout a deploy waits for. */
const WAITED_KINDS = new Set([
  "apps/Deployment",
  "apps/StatefulSet",
  "apps/DaemonSet",
  "apps/ReplicaSet",
  "batch/Job",
  "/Pod",
]);

/** Whether a deploy waits for objects of this kind. */
export function isWaitedFor({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
  return WAITED_KINDS.has(`${groupOf(apiVersion)}/${kind}`);
}

/** Watches rollouts to their end and shows what happens. */
export async function waitForRollouts(
  host: ProtectedHost,
  { client }: Connection,
  targets: readonly RolloutTarget[],
  { progress, timeoutMs, overlay, appliedMs, signal, stabilityMs, unstick, followLogs }: WaitOptions,
): Promise<WaitResult> {
  if (targets.length === 0) return { outcome: "healthy", results: [], notes: [] };
  const notes: string[] = [];
  const events = watchRollout(client, targets, {
    timeoutMs,
    overlay,
    appliedMs,
    signal,
    stabilityMs,
    unstick,
    followLogs,
    clock: host.clock,
    redact: (text) => host.redact(text),
  });
  const ticking = new AbortController();
  void tickEverySecond(host.clock, progress, ticking.signal);
  try {
    for await (const event of events) {
      progress.rollout(event);
      if (event.type === "note") {
        notes.push(event.hint === undefined ? event.message : `${event.message}. ${event.hint}`);
      }
      if (event.type === "finished") return { outcome: event.outcome, results: event.results, notes };
    }
  } finally {
    ticking.abort();
    progress.finish();
  }
  throw new Error("The watch ended without a result");
}

async function tickEverySecond(clock: Clock, progress: Progress, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // Aborting a sleep rejects it: that's the end of the watch.
    await clock.sleep(1000, signal).catch(() => {});
    if (!signal.aborted) progress.tick();
  }
}

const STATUS_BY_OUTCOME: Record<RolloutOutcome, ReportedStatus> = {
  healthy: "healthy",
  failed: "failed",
  timedOut: "timed out",
  interrupted: "unknown",
};

/** What the whole report says, by the worst outcome. */
export const ROLLOUT_OUTCOME: Record<RolloutOutcome, DeployReport["outcome"]> = {
  healthy: "done",
  failed: "rollout failed",
  timedOut: "rollout timed out",
  interrupted: "interrupted",
};

/** An object's line with what became of its rollout. */
export function withRollout(object: ReportedObject, result: WorkloadResult): ReportedObject {
  const status = result.status === undefined ? {} : { message: result.status.message };
  return {
    ...object,
    ...status,
    status: STATUS_BY_OUTCOME[result.outcome],
    seconds: object.seconds + result.seconds,
    findings: result.findings.map(toReportedFinding),
  };
}

function toReportedFinding({ code, message, evidence, nextStep, severity }: Finding): ReportedFinding {
  return {
    code,
    severity,
    message,
    evidence: evidence.map(({ kind, text }) => `${kind}: ${text}`),
    hint: nextStep,
  };
}
