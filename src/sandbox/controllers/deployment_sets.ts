/** Creating, scaling and removing the ReplicaSets of a Deployment. */
import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1";
import { findCondition, withCondition } from "./conditions.ts";
import {
  byAge,
  bySize,
  type DeploymentGoal,
  DESIRED_REPLICAS,
  type LiveDeployment,
  type LiveReplicaSet,
  MAX_REPLICAS,
  REVISION,
  REVISION_HISTORY,
  revisionOf,
  sizeOf,
  TEMPLATE_HASH,
  templateKey,
  totalSize,
} from "./deployment_spec.ts";
import { allSets, condition, type DeploymentSets } from "./deployment_status.ts";
import { safeHash } from "./hash.ts";
import { controlledBy, isDeleting, live, manifestOf, write } from "./live.ts";
import type { World } from "./world.ts";

/** A Deployment while it is being reconciled; its parts are replaced by what was written. */
export interface Rollout {
  world: World;
  deployment: LiveDeployment;
  goal: DeploymentGoal;
  sets: DeploymentSets;
}

const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  "deprecated.deployment.rollback.to",
]);

/** The ReplicaSet with the Deployment's template (the oldest, if several), and all others. */
export function sortSets(deployment: LiveDeployment, sets: LiveReplicaSet[]): DeploymentSets {
  const wanted = templateKey(deployment.spec!.template);
  const aged = [...sets].sort(byAge);
  const current = aged.find((set) => set.spec?.template !== undefined && templateKey(set.spec.template) === wanted);
  return { current, old: aged.filter((set) => set !== current) };
}

/** Brings revision and annotations of the current ReplicaSet and of the Deployment up to date. */
export function syncRevision(rollout: Rollout): void {
  const { world, deployment, goal, sets } = rollout;
  if (sets.current === undefined) return;
  const annotations = revisedAnnotations(deployment, sets.current, nextRevision(sets));
  const spec = { ...sets.current.spec!, minReadySeconds: goal.minReadySeconds || undefined };
  sets.current = write<ReplicaSet>(world.store, sets.current, {
    metadata: { ...sets.current.metadata, annotations },
    spec: (sets.current.spec!.minReadySeconds ?? 0) === goal.minReadySeconds ? sets.current.spec! : spec,
  });
  recordRevision(rollout, sets.current);
  if (goal.deadlineSeconds !== undefined && progressing(rollout.deployment) === undefined) {
    noteProgress(rollout, "True", "FoundNewReplicaSet", `Found new replica set "${sets.current.metadata.name}"`);
  }
}

/** Creates the ReplicaSet of the Deployment's template, as large as the strategy allows. */
export function createCurrentSet(rollout: Rollout): void {
  const { world, deployment, goal, sets } = rollout;
  const { template, selector } = deployment.spec!;
  const hash = safeHash(templateKey(template) + (deployment.status?.collisionCount ?? ""));
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  const name = `${deployment.metadata.name}-${hash}`;
  const { namespace } = deployment.metadata;
  if (world.store.get({ apiVersion: "apps/v1", kind: "ReplicaSet", namespace, name }) !== undefined) {
    // The name is taken by another template or owner: the next attempt hashes with a higher count.
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    rollout.deployment = write<Deployment>(world.store, deployment, {
      status: { ...deployment.status, collisionCount },
    });
    return;
  }
  const size = newSetSize(rollout, 0);
  const revision = nextRevision(sets);
  sets.current = live<ReplicaSet>(world.store.create(manifestOf({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      namespace,
      labels,
      annotations: { ...copiedAnnotations(deployment), ...sizeAnnotations(goal), [REVISION]: String(revision) },
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: size,
      minReadySeconds: goal.minReadySeconds || undefined,
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  })));
  if (size > 0) recordScaling(rollout, name, 0, size);
  recordRevision(rollout, sets.current);
  if (goal.deadlineSeconds !== undefined) {
    noteProgress(rollout, "True", "NewReplicaSetCreated", `Created new replica set "${name}"`);
  }
}

/** How large the current ReplicaSet may be now. */
export function newSetSize({ goal, sets }: Rollout, size: number): number {
  if (goal.isRecreate) return goal.replicas;
  const room = goal.replicas + goal.maxSurge - totalSize(allSets(sets));
  return room <= 0 ? size : size + Math.min(room, goal.replicas - size);
}

/** Gives a ReplicaSet another size and says so in an event; returns it as it is then. */
export function scaleSet(rollout: Rollout, set: LiveReplicaSet, size: number): LiveReplicaSet {
  const before = sizeOf(set);
  const scaled = write<ReplicaSet>(rollout.world.store, set, {
    metadata: { ...set.metadata, annotations: { ...set.metadata.annotations, ...sizeAnnotations(rollout.goal) } },
    spec: before === size ? set.spec! : { ...set.spec!, replicas: size },
  });
  if (before !== size) recordScaling(rollout, set.metadata.name, before, size);
  const { sets } = rollout;
  if (sets.current?.metadata.uid === set.metadata.uid) sets.current = scaled;
  sets.old = sets.old.map((old) => old.metadata.uid === set.metadata.uid ? scaled : old);
  return scaled;
}

/** Whether the Deployment was scaled since its ReplicaSets were. */
export function isScaling({ goal, sets }: Rollout): boolean {
  return allSets(sets).some((set) => {
    const desired = set.metadata.annotations?.[DESIRED_REPLICAS];
    return sizeOf(set) > 0 && desired !== undefined && Number(desired) !== goal.replicas;
  });
}

/**
 * Spreads a new size over the ReplicaSets in proportion to their sizes, so that scaling does not hasten a rollout.
 *
 * @see kubernetes `pkg/controller/deployment/sync.go` (`scale`) v1.36
 */
export function scaleProportionally(rollout: Rollout): void {
  const { goal, sets } = rollout;
  const active = allSets(sets).filter((set) => sizeOf(set) > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? sets.current ?? sets.old.at(-1) : undefined;
  if (active.length <= 1) {
    if (only !== undefined && sizeOf(only) !== goal.replicas) scaleSet(rollout, only, goal.replicas);
    return;
  }
  if (isSaturated(rollout)) {
    for (const set of active.filter((one) => one !== sets.current)) scaleSet(rollout, set, 0);
    return;
  }
  if (goal.isRecreate) return;
  const allowed = goal.replicas > 0 ? goal.replicas + goal.maxSurge : 0;
  const toAdd = allowed - totalSize(active);
  active.sort(bySize(toAdd > 0));
  let added = 0;
  const sizes = active.map((set) => {
    const share = toAdd === 0 ? 0 : proportion(rollout, set, toAdd, added);
    added += share;
    return sizeOf(set) + share;
  });
  sizes[0] = Math.max(0, sizes[0]! + toAdd - added);
  active.forEach((set, index) => scaleSet(rollout, set, sizes[index]!));
}

function proportion({ deployment, goal }: Rollout, set: LiveReplicaSet, toAdd: number, added: number): number {
  const size = sizeOf(set);
  const left = toAdd - added;
  if (left === 0) return 0;
  if (goal.replicas === 0) return Math.max(-size, left);
  const before = Number(set.metadata.annotations?.[MAX_REPLICAS] ?? 0) || deployment.status?.replicas || 0;
  const fraction = before === 0 ? 0 : Math.round(size * (goal.replicas + goal.maxSurge) / before) - size;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function isSaturated({ goal, sets: { current } }: Rollout): boolean {
  return current !== undefined && sizeOf(current) === goal.replicas &&
    Number(current.metadata.annotations?.[DESIRED_REPLICAS]) === goal.replicas &&
    (current.status?.availableReplicas ?? 0) === goal.replicas;
}

/** Removes the oldest ReplicaSets beyond `revisionHistoryLimit` that are empty. */
export function removeHistory({ world, goal, sets }: Rollout): void {
  const candidates = sets.old.filter((set) => !isDeleting(set)).sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of candidates.slice(0, Math.max(0, candidates.length - goal.historyLimit))) {
    const isObserved = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0);
    if (sizeOf(set) > 0 || (set.status?.replicas ?? 0) > 0 || !isObserved) continue;
    const { name, namespace } = set.metadata;
    world.store.remove({ apiVersion: set.apiVersion, kind: set.kind, namespace, name });
    sets.old = sets.old.filter((old) => old !== set);
  }
}

/** Sets the condition Progressing from outside the judgement of progress. */
export function noteProgress(rollout: Rollout, status: string, reason: string, message: string): void {
  const { world, deployment } = rollout;
  const next = condition("Progressing", status, reason, message, world.now());
  const conditions = withCondition(deployment.status?.conditions ?? [], next);
  rollout.deployment = write<Deployment>(world.store, deployment, { status: { ...deployment.status, conditions } });
}

/** The condition Progressing. */
export function progressing(deployment: LiveDeployment) {
  return findCondition(deployment.status?.conditions, "Progressing");
}

function nextRevision({ old }: DeploymentSets): number {
  return Math.max(0, ...old.map(revisionOf)) + 1;
}

function copiedAnnotations(deployment: LiveDeployment): Record<string, string> {
  const entries = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  return Object.fromEntries(entries);
}

function sizeAnnotations({ replicas, maxSurge }: DeploymentGoal): Record<string, string> {
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(replicas + maxSurge) };
}

function revisedAnnotations(deployment: LiveDeployment, set: LiveReplicaSet, revision: number): Record<string, string> {
  const annotations: Record<string, string> = { ...set.metadata.annotations, ...copiedAnnotations(deployment) };
  const before = revisionOf(set);
  if (before >= revision) return annotations;
  annotations[REVISION] = String(revision);
  // A former revision that is current again keeps the numbers that it had.
  if (before > 0) {
    annotations[REVISION_HISTORY] = [annotations[REVISION_HISTORY], String(before)].filter(Boolean).join(",");
  }
  return annotations;
}

function recordRevision(rollout: Rollout, current: LiveReplicaSet): void {
  const { world, deployment } = rollout;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: String(revisionOf(current)) };
  rollout.deployment = write<Deployment>(world.store, deployment, {
    metadata: { ...deployment.metadata, annotations },
  });
}

function recordScaling({ world, deployment }: Rollout, name: string, from: number, to: number): void {
  const direction = from < to ? "up" : "down";
  world.events.record(deployment, {
    type: "Normal",
    reason: "ScalingReplicaSet",
    message: `Scaled ${direction} replica set ${name} from ${from} to ${to}`,
    component: "deployment-controller",
  });
}
