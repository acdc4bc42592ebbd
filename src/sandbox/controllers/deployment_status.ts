/** The status of a Deployment: counts and conditions. */
import type { DeploymentCondition, DeploymentStatus } from "kubernetes-types/apps/v1";
import { timestamp } from "../store.ts";
import { findCondition, withCondition, withoutCondition } from "./conditions.ts";
import {
  type DeploymentGoal,
  type LiveDeployment,
  type LiveReplicaSet,
  totalOf,
  totalSize,
} from "./deployment_spec.ts";
import { millis, omitZeros } from "./live.ts";

/** The ReplicaSets of a Deployment; `current` has its template. */
export interface DeploymentSets {
  current: LiveReplicaSet | undefined;
  old: LiveReplicaSet[];
}

/** All ReplicaSets, old ones first. */
export function allSets({ current, old }: DeploymentSets): LiveReplicaSet[] {
  return current === undefined ? old : [...old, current];
}

/** A condition of a Deployment that begins now. */
export function condition(
  type: string,
  status: string,
  reason: string,
  message: string,
  now: number,
): DeploymentCondition {
  const time = timestamp(now);
  return { type, status, reason, message, lastUpdateTime: time, lastTransitionTime: time };
}

/**
 * Counts, and the condition Available.
 *
 * @see kubernetes `pkg/controller/deployment/sync.go` (`calculateStatus`) v1.36
 */
export function computeCounts(
  deployment: LiveDeployment,
  goal: DeploymentGoal,
  sets: DeploymentSets,
  now: number,
): DeploymentStatus {
  const all = allSets(sets);
  const terminating = terminatingPods(all);
  const available = totalOf(all, "availableReplicas");
  const isAvailable = available >= goal.replicas - goal.maxUnavailable;
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation,
    ...omitZeros({
      replicas: totalOf(all, "replicas"),
      updatedReplicas: sets.current?.status?.replicas ?? 0,
      readyReplicas: totalOf(all, "readyReplicas"),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, totalSize(all) - available),
    }),
    ...terminating === undefined ? {} : { terminatingReplicas: terminating },
    collisionCount,
    conditions: withCondition(
      conditions,
      isAvailable
        ? condition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now)
        : condition(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.",
          now,
        ),
    ),
  };
}

/** Pods that are being stopped; undefined while a ReplicaSet has not counted its own. */
function terminatingPods(sets: readonly LiveReplicaSet[]): number | undefined {
  const observed = sets.filter(({ status }) => status?.observedGeneration !== undefined);
  const counts = observed.map(({ status }) => (status as { terminatingReplicas?: number }).terminatingReplicas);
  return counts.some((count) => count === undefined)
    ? undefined
    : counts.reduce<number>((sum, count) => sum + count!, 0);
}

/**
 * Counts, Available, Progressing and ReplicaFailure, during a rollout.
 *
 * @see kubernetes `pkg/controller/deployment/progress.go` (`syncRolloutStatus`) v1.36
 */
export function computeRolloutStatus(
  deployment: LiveDeployment,
  goal: DeploymentGoal,
  sets: DeploymentSets,
  now: number,
): DeploymentStatus {
  const status = computeCounts(deployment, goal, sets, now);
  const before = findCondition(deployment.status?.conditions, "Progressing");
  let conditions = status.conditions ?? [];
  const isComplete = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) &&
    before?.reason === "NewReplicaSetAvailable";
  if (goal.deadlineSeconds === undefined) conditions = withoutCondition(conditions, "Progressing");
  else if (!isComplete) conditions = judgeProgress(deployment, goal, sets, status, now);
  const failure = replicaFailure(sets);
  conditions = failure === undefined
    ? withoutCondition(conditions, "ReplicaFailure")
    : withCondition(conditions, failure);
  return { ...status, conditions };
}

function judgeProgress(
  deployment: LiveDeployment,
  goal: DeploymentGoal,
  { current }: DeploymentSets,
  status: DeploymentStatus,
  now: number,
): DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const before = findCondition(deployment.status?.conditions, "Progressing");
  const subject = current === undefined
    ? `Deployment "${deployment.metadata.name}"`
    : `ReplicaSet "${current.metadata.name}"`;
  if (isDone(deployment, goal, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, condition("Progressing", "True", "NewReplicaSetAvailable", message, now));
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const next = condition("Progressing", "True", "ReplicaSetUpdated", `${subject} is progressing.`, now);
    if (before?.status === "True") next.lastTransitionTime = before.lastTransitionTime;
    // Not withCondition: each progress renews lastUpdateTime, from which the deadline counts.
    return [...withoutCondition(conditions, "Progressing"), next];
  }
  if (isTimedOut(before, goal, now)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(conditions, condition("Progressing", "False", "ProgressDeadlineExceeded", message, now));
  }
  return conditions;
}

/** Whether all pods are of the newest template and available. */
export function isDone(
  { metadata: { generation = 0 } }: LiveDeployment,
  goal: DeploymentGoal,
  status: DeploymentStatus,
): boolean {
  return (status.observedGeneration ?? 0) >= generation && (status.updatedReplicas ?? 0) === goal.replicas &&
    (status.replicas ?? 0) === goal.replicas &&
    (status.availableReplicas ?? 0) === goal.replicas;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  return (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) || old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0);
}

function isTimedOut(before: DeploymentCondition | undefined, goal: DeploymentGoal, now: number): boolean {
  if (before === undefined || before.reason === "NewReplicaSetAvailable") return false;
  if (before.reason === "ProgressDeadlineExceeded") return true;
  return millis(before.lastUpdateTime) + (goal.deadlineSeconds ?? Infinity) * 1000 < now;
}

/** When the progress has to be judged again though nothing changes. */
export function progressCheckTime(status: DeploymentStatus, goal: DeploymentGoal): number | undefined {
  const progressing = findCondition(status.conditions, "Progressing");
  const isOpen = progressing !== undefined && progressing.reason !== "ProgressDeadlineExceeded" &&
    progressing.reason !== "NewReplicaSetAvailable" && goal.deadlineSeconds !== undefined;
  return isOpen ? millis(progressing.lastUpdateTime) + goal.deadlineSeconds! * 1000 + 1000 : undefined;
}

function replicaFailure(sets: DeploymentSets): DeploymentCondition | undefined {
  const candidates = sets.current === undefined ? sets.old : [sets.current, ...sets.old];
  for (const set of candidates) {
    const failure = findCondition(set.status?.conditions, "ReplicaFailure");
    if (failure !== undefined) return { ...failure, lastUpdateTime: failure.lastTransitionTime };
  }
  return undefined;
}
