import type { ObjectRef } from "../../manifest/mod.ts";
import type { Finding } from "../finding.ts";
import type { ReplicaCounts } from "../status/counts.ts";
import type { Status } from "../status/status.ts";

/**
 * How a workload's rollout ended:
 * - `healthy`: rolled out, and stayed so;
 * - `failed`: it can't succeed, and a fatal finding says why;
 * - `timedOut`: the time was up;
 * - `interrupted`: the watch was stopped before anything was certain, by its signal or because another one failed.
 */
export type RolloutOutcome = "healthy" | "failed" | "timedOut" | "interrupted";

/** One pod, for showing. */
export interface PodSummary {
  /** The pod's name. */
  name: string;
  /** Whether it's of the newest revision. */
  isNewest: boolean;
  /** `Pending`, `Running`, `Succeeded`, `Failed`. */
  phase: string;
  /** Whether its condition Ready is true. */
  isReady: boolean;
  /** Whether it's being deleted. */
  isTerminating: boolean;
  /** How often its containers were restarted, all together. */
  restarts: number;
  /** Why it isn't running: `ImagePullBackOff`, `Unschedulable` … */
  reason?: string;
  /** Milliseconds since 1970. */
  createdMs?: number;
}

/** How far one workload is, for showing. */
export interface WorkloadProgress {
  /** The workload. */
  ref: ObjectRef;
  /** In words. */
  status: Status;
  /** In numbers, for kinds that have pods. */
  counts?: ReplicaCounts;
  /** Name of the newest ReplicaSet, or of the newest revision. */
  revision?: string;
  /** Pods, newest revision first. Empty until something makes kstage look at pods. */
  pods: PodSummary[];
}

/** The end of one workload's rollout. */
export interface WorkloadResult {
  /** The workload. */
  ref: ObjectRef;
  /** How it ended. */
  outcome: RolloutOutcome;
  /** The last status that was seen; undefined when the object was never seen. */
  status?: Status;
  /** The last numbers, for kinds that have pods. */
  counts?: ReplicaCounts;
  /** What was found, the most telling first; those of a healthy rollout are warnings. */
  findings: Finding[];
  /** How long it was watched. */
  seconds: number;
}

/**
 * What happens during a rollout, in order: any number of `progress`, `finding`, `note` and (when asked for) `log`, one `result` for each
 * workload, and one `finished` at the end.
 */
export type RolloutEvent =
  | { type: "progress"; atMs: number; progress: WorkloadProgress }
  | { type: "finding"; atMs: number; ref: ObjectRef; finding: Finding }
  | { type: "note"; atMs: number; message: string; hint?: string }
  | { type: "log"; atMs: number; ref: ObjectRef; pod: string; container: string; line: string }
  | { type: "result"; atMs: number; result: WorkloadResult }
  | { type: "finished"; atMs: number; outcome: RolloutOutcome; results: WorkloadResult[] };

/** The outcome of several rollouts: the worst of theirs. */
export function combineOutcomes(results: readonly WorkloadResult[]): RolloutOutcome {
  const order: RolloutOutcome[] = ["failed", "timedOut", "interrupted"];
  return order.find((outcome) => results.some((result) => result.outcome === outcome)) ?? "healthy";
}
