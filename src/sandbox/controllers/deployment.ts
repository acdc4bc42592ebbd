/**
 * The Deployment controller: one ReplicaSet per template, rolled over as the strategy says.
 *
 * @see kubernetes `pkg/controller/deployment` v1.36
 */
import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1";
import type { Pod } from "kubernetes-types/core/v1";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { StoreEvent } from "../store.ts";
import { claimantsOf, claimObjects } from "./claims.ts";
import { byAge, goalOf, type LiveReplicaSet, sizeOf, totalOf, totalSize } from "./deployment_spec.ts";
import {
  createCurrentSet,
  isScaling,
  newSetSize,
  noteProgress,
  progressing,
  removeHistory,
  type Rollout,
  scaleProportionally,
  scaleSet,
  sortSets,
  syncRevision,
} from "./deployment_sets.ts";
import { allSets, computeCounts, computeRolloutStatus, isDone, progressCheckTime } from "./deployment_status.ts";
import { controlledObjects, controllerOf, isDeleting, live, writeStatus } from "./live.ts";
import { isFinished } from "./pods.ts";
import { type Controller, isKind, type World } from "./world.ts";

/** Rolls Deployments out. */
export function createDeploymentController(world: World): Controller {
  return {
    name: "deployment-controller",
    apiVersion: "apps/v1",
    kind: "Deployment",
    *concerned(event) {
      yield* deploymentOfGonePod(world, event);
      yield* claimantsOf(world, event, "ReplicaSet", "apps/v1", "Deployment");
    },
    reconcile: (manifest) => reconcile(world, manifest),
  };
}

/** Recreate waits for the last old pod to be gone, which changes no ReplicaSet. */
function* deploymentOfGonePod({ store }: World, { type, object }: StoreEvent): Iterable<ObjectRef> {
  if (type !== "DELETED" || !isKind(object, "v1", "Pod")) return;
  const owner = controllerOf(live<Pod>(object));
  const set = owner && store.getByUid(owner.uid);
  const deployment = set && controllerOf(live<ReplicaSet>(set));
  if (deployment?.kind !== "Deployment") return;
  yield {
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: deployment.name,
    namespace: String(object.metadata.namespace),
  };
}

function reconcile(world: World, manifest: Manifest): number | undefined {
  const deployment = live<Deployment>(manifest);
  if (deployment.spec?.template === undefined) return undefined;
  const sets = sortSets(deployment, claimObjects<ReplicaSet>(world, deployment, "ReplicaSet"));
  const rollout: Rollout = { world, deployment, goal: goalOf(deployment), sets };
  if (isDeleting(deployment)) {
    writeStatus(world.store, deployment, computeCounts(deployment, rollout.goal, sets, world.now()));
    return undefined;
  }
  notePause(rollout);
  syncRevision(rollout);
  const isPaused = deployment.spec.paused === true;
  if (isPaused || isScaling(rollout)) {
    scaleProportionally(rollout);
    if (isPaused) removeHistory(rollout);
    const status = computeCounts(rollout.deployment, rollout.goal, rollout.sets, world.now());
    writeStatus(world.store, rollout.deployment, status);
    return undefined;
  }
  if (rollout.goal.isRecreate) recreate(rollout);
  else roll(rollout);
  return finish(rollout);
}

/** Pausing stops the clock of the progress deadline; resuming starts it anew. */
function notePause(rollout: Rollout): void {
  if (rollout.goal.deadlineSeconds === undefined) return;
  const reason = progressing(rollout.deployment)?.reason;
  if (reason === "ProgressDeadlineExceeded") return;
  const isPaused = rollout.deployment.spec?.paused === true;
  if (isPaused && reason !== "DeploymentPaused") {
    noteProgress(rollout, "Unknown", "DeploymentPaused", "Deployment is paused");
  }
  if (!isPaused && reason === "DeploymentPaused") {
    noteProgress(rollout, "Unknown", "DeploymentResumed", "Deployment is resumed");
  }
}

/** One step of a rolling update: up if there is room, else down if availability allows. */
function roll(rollout: Rollout): void {
  if (rollout.sets.current === undefined) createCurrentSet(rollout);
  const { current } = rollout.sets;
  if (current === undefined) return;
  const { replicas } = rollout.goal;
  const size = sizeOf(current);
  const wanted = size > replicas ? replicas : newSetSize(rollout, size);
  if (size !== wanted) scaleSet(rollout, current, wanted);
  else if (!scaleOldSetsDown(rollout) && isDone(rollout.deployment, rollout.goal, rollout.deployment.status ?? {})) {
    removeHistory(rollout);
  }
}

/** @see kubernetes `pkg/controller/deployment/rolling.go` (`reconcileOldReplicaSets`) v1.36 */
function scaleOldSetsDown(rollout: Rollout): boolean {
  const { goal, sets } = rollout;
  const current = sets.current!;
  const active = () => rollout.sets.old.filter((set) => sizeOf(set) > 0).sort(byAge);
  const minAvailable = goal.replicas - goal.maxUnavailable;
  // Pods of the new set that are not available yet must not count as room for ending old ones.
  const newUnavailable = sizeOf(current) - (current.status?.availableReplicas ?? 0);
  const room = totalSize(allSets(sets)) - minAvailable - newUnavailable;
  if (active().length === 0 || room <= 0) return false;
  const broken = scaleDown(rollout, active(), room, (set) => sizeOf(set) - (set.status?.availableReplicas ?? 0));
  const spare = totalOf(allSets(rollout.sets), "availableReplicas") - minAvailable;
  const healthy = spare > 0 ? scaleDown(rollout, active(), spare, sizeOf) : 0;
  return broken + healthy > 0;
}

/** Takes at most `limit` pods from the sets, oldest set first; returns how many. */
function scaleDown(
  rollout: Rollout,
  sets: LiveReplicaSet[],
  limit: number,
  available: (set: LiveReplicaSet) => number,
): number {
  let taken = 0;
  for (const set of sets) {
    const count = Math.min(limit - taken, available(set));
    if (count <= 0) continue;
    scaleSet(rollout, set, sizeOf(set) - count);
    taken += count;
  }
  return taken;
}

/** Recreate: first all old pods end, then the new ones begin. */
function recreate(rollout: Rollout): void {
  const active = rollout.sets.old.filter((set) => sizeOf(set) > 0);
  if (active.length > 0) {
    for (const set of active) scaleSet(rollout, set, 0);
    return;
  }
  if (hasOldPods(rollout)) return;
  if (rollout.sets.current === undefined) createCurrentSet(rollout);
  const { current } = rollout.sets;
  if (current === undefined) return;
  if (sizeOf(current) !== rollout.goal.replicas) scaleSet(rollout, current, rollout.goal.replicas);
  if (isDone(rollout.deployment, rollout.goal, rollout.deployment.status ?? {})) removeHistory(rollout);
}

function hasOldPods({ world, sets }: Rollout): boolean {
  return sets.old.some((set) =>
    (set.status?.replicas ?? 0) > 0 ||
    controlledObjects<Pod>(world.store, set, "Pod").some((pod) => !isFinished(pod))
  );
}

function finish({ world, deployment, goal, sets }: Rollout): number | undefined {
  const status = computeRolloutStatus(deployment, goal, sets, world.now());
  writeStatus(world.store, deployment, status);
  return progressCheckTime(status, goal);
}
