import { groupOf, type Manifest } from "../../manifest/mod.ts";
import { type Evidence, expectedPods } from "../evidence/evidence.ts";
import type { PodView } from "../evidence/pod_view.ts";
import type { SurroundingKind } from "../evidence/surroundings.ts";
import type { Status } from "../status/status.ts";

/** Kind of workload → what must be watched to tell its newest pods. */
const SURROUNDINGS: Readonly<Record<string, readonly SurroundingKind[]>> = {
  "apps/Deployment": ["ReplicaSet", "Pod"],
  "apps/StatefulSet": ["Pod"],
  "apps/DaemonSet": ["ControllerRevision", "Pod"],
  "apps/ReplicaSet": ["Pod"],
  "batch/Job": ["Pod"],
  "/Pod": [],
};

/** Pods are created within moments, or there's an event that says why not. */
const MISSING_PODS_MS = 3_000;
/** Containers are created within moments, or a volume is missing, of which only an event tells. */
const CREATING_MS = 5_000;
/** Whoever is not done by then may need an explanation. */
const SLOW_MS = 10_000;
/** Nodes are many, and their changes frequent: only the last resort. */
const NODES_MS = 20_000;

/** Whether a workload has pods that can be judged. */
export function ownsPods({ apiVersion, kind }: Pick<Manifest, "apiVersion" | "kind">): boolean {
  return Object.hasOwn(SURROUNDINGS, `${groupOf(apiVersion)}/${kind}`);
}

/** What should be watched for a workload. */
export interface Needs {
  kinds: SurroundingKind[];
  /** Milliseconds in progress after which more may be needed; undefined when all is. */
  moreAfterMs?: number;
}

/**
 * What should be watched around a workload, so that a healthy rollout costs few requests and a failing one is
 * explained at once: nothing for what is current, pods for what is in progress, events for what looks suspicious.
 *
 * @param inProgressMs For how long the workload has been in progress.
 */
export function findNeeds(evidence: Evidence, status: Status, inProgressMs: number): Needs {
  const { workload } = evidence;
  const base = SURROUNDINGS[`${groupOf(workload.apiVersion)}/${workload.kind}`];
  const hasEvents = status.kind === "failed" && evidence.ref.namespace !== undefined;
  if (base === undefined) return { kinds: hasEvents ? ["Event"] : [] };
  const kinds = [...base];
  const thresholds = [MISSING_PODS_MS, CREATING_MS, SLOW_MS];
  const isLacking = inProgressMs >= MISSING_PODS_MS &&
    evidence.newestPods.length < (expectedPods(evidence) ?? 0);
  const isCreating = inProgressMs >= CREATING_MS && evidence.newestPods.some(isUntouched);
  const isSlow = inProgressMs >= SLOW_MS;
  if (status.kind === "failed" || isLacking || isCreating || isSlow || isSuspicious(evidence)) kinds.push("Event");
  if (workload.kind === "DaemonSet") {
    thresholds.push(NODES_MS);
    if (inProgressMs >= NODES_MS) kinds.push("Node");
  }
  const moreAfterMs = thresholds.find((threshold) => threshold > inProgressMs);
  return moreAfterMs === undefined ? { kinds } : { kinds, moreAfterMs };
}

/** Whether something about the newest pods, or their absence, asks for an explanation. */
function isSuspicious({ newestPods, olderPods, replicaSet, workload }: Evidence): boolean {
  const isRefused = replicaSet?.conditions.some(({ type, status }) => type === "ReplicaFailure" && status === "True");
  const pods = workload.kind === "StatefulSet" ? [...newestPods, ...olderPods] : newestPods;
  return isRefused === true || pods.some(isInTrouble);
}

/** Has a node, and there no container yet. */
function isUntouched({ nodeName, phase, containers }: PodView): boolean {
  return nodeName !== "" && phase === "Pending" && containers.every(({ state }) => state.kind !== "terminated");
}

const NORMAL_WAITS = new Set(["ContainerCreating", "PodInitializing", ""]);

function isInTrouble({ containers, conditions, phase }: PodView): boolean {
  return phase === "Failed" ||
    conditions.some(({ type, status }) => type === "PodScheduled" && status === "False") ||
    containers.some(({ state, restartCount }) =>
      restartCount > 0 || (state.kind === "waiting" && !NORMAL_WAITS.has(state.reason)) ||
      (state.kind === "terminated" && state.termination.exitCode !== 0)
    );
}
