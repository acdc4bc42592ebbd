/**
 * The ReplicaSet controller: as many pods as wanted.
 *
 * @see kubernetes `pkg/controller/replicaset` v1.36
 */
import type { ReplicaSet, ReplicaSetStatus } from "kubernetes-types/apps/v1";
import type { Pod } from "kubernetes-types/core/v1";
import type { Manifest } from "../../manifest/mod.ts";
import { timestamp } from "../store.ts";
import { claimantsOf, claimObjects } from "./claims.ts";
import { findCondition, withCondition, withoutCondition } from "./conditions.ts";
import { createRetries, type Retries } from "./retries.ts";
import {
  controlledBy,
  controlledObjects,
  controllerOf,
  isDeleting,
  type Live,
  live,
  millis,
  omitZeros,
  writeStatus,
} from "./live.ts";
import {
  createPod,
  deletePod,
  isActive,
  isAvailable,
  isFinished,
  isReady,
  type LivePod,
  nextAvailability,
} from "./pods.ts";
import { type Controller, earliest, type World } from "./world.ts";

type LiveReplicaSet = Live<ReplicaSet>;
/** Since 1.35 statuses count the pods that are being stopped; the published types don't know it yet. */
type Counted<T> = T & { terminatingReplicas?: number };

/** Keeps ReplicaSets at their size. */
export function createReplicaSetController(world: World): Controller {
  const retries = createRetries(world);
  return {
    name: "replicaset-controller",
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    concerned: (event) => claimantsOf(world, event, "Pod", "apps/v1", "ReplicaSet"),
    reconcile: (manifest) => reconcile(world, retries, manifest),
    forget: (manifest) => retries.forget(String(manifest.metadata.uid)),
  };
}

function reconcile(world: World, retries: Retries, manifest: Manifest): number | undefined {
  const set = live<ReplicaSet>(manifest);
  if (set.spec?.template === undefined) return undefined;
  const pods = () => claimObjects<Pod>(world, set, "Pod").filter((pod) => !isFinished(pod));
  const before = pods().filter(isActive);
  const wanted = set.spec?.replicas ?? 1;
  if (!isDeleting(set)) {
    if (before.length < wanted) createPods(world, retries, set, wanted - before.length);
    else retries.forget(set.metadata.uid);
    if (before.length > wanted) {
      for (const pod of podsToDelete(world, set, before).slice(0, before.length - wanted)) endPod(world, set, pod);
    }
  }
  const after = pods();
  writeStatus(world.store, set, computeStatus(set, after, retries.failure(set.metadata.uid), world.now()));
  return earliest(
    retries.retryTime(set.metadata.uid),
    nextAvailability(after.filter(isActive), set.spec?.minReadySeconds, world.now()),
  );
}

/** Creates pods in batches that double, so that a refusal is not repeated for each of them. */
function createPods(world: World, retries: Retries, set: LiveReplicaSet, count: number): void {
  const { uid } = set.metadata;
  if (!retries.isDue(uid)) return;
  for (let batch = 1; count > 0; batch *= 2) {
    const size = Math.min(batch, count);
    for (let i = 0; i < size; i++) {
      const refusal = createOne(world, set);
      if (refusal !== undefined) {
        retries.fail(uid, refusal);
        return;
      }
    }
    count -= size;
  }
  retries.forget(uid);
}

function createOne(world: World, set: LiveReplicaSet): string | undefined {
  const creation = createPod(world, { template: set.spec!.template!, owner: set, ownerReference: controlledBy(set) });
  const isRefused = "refusal" in creation;
  world.events.record(set, {
    type: isRefused ? "Warning" : "Normal",
    reason: isRefused ? "FailedCreate" : "SuccessfulCreate",
    message: isRefused ? `Error creating: ${creation.refusal}` : `Created pod: ${creation.pod.metadata.name}`,
    component: "replicaset-controller",
  });
  return isRefused ? creation.refusal : undefined;
}

function endPod(world: World, set: LiveReplicaSet, pod: LivePod): void {
  deletePod(world, pod);
  world.events.record(set, {
    type: "Normal",
    reason: "SuccessfulDelete",
    message: `Deleted pod: ${pod.metadata.name}`,
    component: "replicaset-controller",
  });
}

const PHASES = ["Pending", "Unknown", "Running"];

/**
 * Pods in the order in which scaling down ends them: unscheduled, pending, unready, cheap, crowded, young ones first.
 *
 * @see kubernetes `pkg/controller/controller_utils.go` (`ActivePodsWithRanks`) v1.36; without its logarithmic ages,
 * which make the choice among pods of a similar age depend on their uids.
 */
function podsToDelete(world: World, set: LiveReplicaSet, pods: LivePod[]): LivePod[] {
  const crowd = readyPodsByNode(world, set);
  const rank = (pod: LivePod): number[] => [
    pod.spec?.nodeName ? 1 : 0,
    PHASES.indexOf(pod.status?.phase ?? "Pending"),
    isReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.["controller.kubernetes.io/pod-deletion-cost"] ?? 0) || 0,
    -(crowd.get(pod.spec?.nodeName ?? "") ?? 0),
    isReady(pod) ? -millis(findCondition(pod.status?.conditions, "Ready")?.lastTransitionTime) : 0,
    -Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount)),
    -millis(pod.metadata.creationTimestamp),
  ];
  const ranked = pods.map((pod) => ({ pod, rank: rank(pod) }));
  ranked.sort((a, b) => {
    const at = a.rank.findIndex((value, index) => value !== b.rank[index]);
    return at < 0 ? (a.pod.metadata.name < b.pod.metadata.name ? -1 : 1) : a.rank[at]! - b.rank[at]!;
  });
  return ranked.map(({ pod }) => pod);
}

/** How many ready pods of the same Deployment each node has. */
function readyPodsByNode({ store }: World, set: LiveReplicaSet): Map<string, number> {
  const owner = controllerOf(set);
  const deployment = owner && store.getByUid(owner.uid);
  const sets = deployment === undefined ? [set] : controlledObjects<ReplicaSet>(store, live(deployment), "ReplicaSet");
  const counts = new Map<string, number>();
  for (const pod of sets.flatMap((one) => controlledObjects<Pod>(store, one, "Pod"))) {
    const node = pod.spec?.nodeName ?? "";
    if (isActive(pod) && isReady(pod)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

function computeStatus(
  set: LiveReplicaSet,
  unfinished: LivePod[],
  failure: string | undefined,
  now: number,
): Counted<ReplicaSetStatus> {
  const pods = unfinished.filter(isActive);
  const ready = pods.filter(isReady);
  const labels = Object.entries(set.spec?.template?.metadata?.labels ?? {});
  const conditions = failure === undefined
    ? withoutCondition(set.status?.conditions ?? [], "ReplicaFailure")
    : withCondition(set.status?.conditions ?? [], {
      type: "ReplicaFailure",
      status: "True",
      reason: "FailedCreate",
      message: failure,
      lastTransitionTime: timestamp(now),
    });
  return {
    replicas: pods.length,
    ...omitZeros({
      fullyLabeledReplicas: pods.filter((pod) =>
        labels.every(([key, value]) => pod.metadata.labels?.[key] === value)
      ).length,
      readyReplicas: ready.length,
      availableReplicas: ready.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds, now)).length,
    }),
    terminatingReplicas: unfinished.length - pods.length,
    observedGeneration: set.metadata.generation,
    conditions: conditions.length === 0 ? undefined : conditions,
  };
}
