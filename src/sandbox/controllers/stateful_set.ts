/**
 * The StatefulSet controller: pods with numbers, created, updated and ended in order.
 *
 * @see kubernetes `pkg/controller/statefulset/stateful_set_control.go` v1.36
 */
import type { StatefulSet, StatefulSetStatus } from "kubernetes-types/apps/v1";
import type { PersistentVolumeClaim, Pod } from "kubernetes-types/core/v1";
import type { Manifest } from "../../manifest/mod.ts";
import { claimantsOf, claimObjects } from "./claims.ts";
import {
  currentRevision,
  type LiveRevision,
  removeRevisions,
  REVISION_HASH,
  revisionsOf,
  templateOf,
} from "./controller_history.ts";
import { controlledBy, isDeleting, type Live, live, manifestOf, omitZeros, writeStatus } from "./live.ts";
import { createPod, deletePod, isAvailable, isFinished, isReady, type LivePod, nextAvailability } from "./pods.ts";
import { createRetries, type Retries } from "./retries.ts";
import { type Controller, earliest, type World } from "./world.ts";

type LiveStatefulSet = Live<StatefulSet>;

/** A StatefulSet while it is being reconciled. */
interface SetWork {
  world: World;
  retries: Retries;
  set: LiveStatefulSet;
  /** The revision that all pods had before the update, and the one that they are to have. */
  current: LiveRevision;
  update: LiveRevision;
  replicas: number;
  start: number;
  /** Pods below this number keep the current revision. */
  partition: number;
  isOrdered: boolean;
}

/** Keeps StatefulSets. */
export function createStatefulSetController(world: World): Controller {
  const retries = createRetries(world);
  return {
    name: "statefulset-controller",
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    concerned: (event) => claimantsOf(world, event, "Pod", "apps/v1", "StatefulSet"),
    reconcile: (manifest) => reconcile(world, retries, manifest),
    forget: (manifest) => retries.forget(String(manifest.metadata.uid)),
  };
}

function reconcile(world: World, retries: Retries, manifest: Manifest): number | undefined {
  const set = live<StatefulSet>(manifest);
  if (set.spec?.template === undefined) return undefined;
  const work = plan(world, retries, set);
  if (!isDeleting(set)) manage(work);
  const pods = podsOf(work);
  writeStatus(world.store, set, computeStatus(work, pods));
  const used = new Set([work.current.metadata.name, work.update.metadata.name, ...pods.map(revisionName)]);
  removeRevisions(
    world,
    revisionsOf(world, set),
    ({ metadata }) => used.has(metadata.name),
    set.spec.revisionHistoryLimit ?? 10,
  );
  return earliest(retries.retryTime(set.metadata.uid), nextAvailability(pods, set.spec.minReadySeconds, world.now()));
}

function plan(world: World, retries: Retries, set: LiveStatefulSet): SetWork {
  const update = currentRevision(world, set, "controller.kubernetes.io/hash");
  const named = revisionsOf(world, set).find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return {
    world,
    retries,
    set,
    update,
    current: named ?? update,
    replicas: set.spec?.replicas ?? 1,
    start: set.spec?.ordinals?.start ?? 0,
    partition: set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0,
    isOrdered: set.spec?.podManagementPolicy !== "Parallel",
  };
}

/** Pods of the set by number, lowest first. */
function podsOf({ world, set }: SetWork): LivePod[] {
  const isMember = ({ metadata }: LivePod) => metadata.name.replace(/-\d+$/, "") === set.metadata.name;
  return claimObjects<Pod>(world, set, "Pod", isMember).sort((a, b) => ordinalOf(a) - ordinalOf(b));
}

function ordinalOf({ metadata }: LivePod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);
}

function revisionName({ metadata }: LivePod): string {
  return metadata.labels?.[REVISION_HASH] ?? "";
}

/** One pass: living pods upwards, surplus pods downwards, then the update; an ordered set stops at the first obstacle. */
function manage(work: SetWork): void {
  const pods = podsOf(work);
  const isWanted = (pod: LivePod) => ordinalOf(pod) >= work.start && ordinalOf(pod) < work.start + work.replicas;
  const byOrdinal = new Map(pods.filter(isWanted).map((pod) => [ordinalOf(pod), pod]));
  for (let ordinal = work.start; ordinal < work.start + work.replicas; ordinal++) {
    if (tend(work, ordinal, byOrdinal.get(ordinal)) === "stop") return;
  }
  const surplus = pods.filter((pod) => !isWanted(pod) && ordinalOf(pod) >= 0).reverse();
  if (endSurplus(work, surplus) === "stop") return;
  if (work.set.spec?.updateStrategy?.type !== "OnDelete") updateOne(work, byOrdinal);
}

/** Brings one wanted pod forward; says whether the pass may go on to the next. */
function tend(work: SetWork, ordinal: number, pod: LivePod | undefined): "stop" | "go on" {
  if (pod !== undefined && isFinished(pod)) {
    endPod(work, pod);
    return work.isOrdered ? "stop" : "go on";
  }
  if (pod === undefined) return createOne(work, ordinal) || work.isOrdered ? "stop" : "go on";
  return work.isOrdered && !isSettled(work, pod) ? "stop" : "go on";
}

/** Whether a pod runs, has been ready for long enough and is to stay. */
function isSettled({ world, set }: SetWork, pod: LivePod): boolean {
  return !isDeleting(pod) && pod.status?.phase === "Running" &&
    isAvailable(pod, set.spec?.minReadySeconds, world.now());
}

function endSurplus(work: SetWork, surplus: LivePod[]): "stop" | "go on" {
  for (const pod of surplus) {
    if (isDeleting(pod)) {
      if (work.isOrdered) return "stop";
      continue;
    }
    const firstBroken = surplus.findLast((one) => !isSettled(work, one));
    if (work.isOrdered && !isSettled(work, pod) && pod !== firstBroken) return "stop";
    endPod(work, pod);
    if (work.isOrdered) return "stop";
  }
  return "go on";
}

/** Ends the highest pod that is not of the update revision, unless one above it is still unavailable. */
function updateOne(work: SetWork, byOrdinal: ReadonlyMap<number, LivePod>): void {
  for (let ordinal = work.start + work.replicas - 1; ordinal >= work.start + work.partition; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) return;
    if (revisionName(pod) !== work.update.metadata.name && !isDeleting(pod)) return endPod(work, pod);
    if (!isSettled(work, pod)) return;
  }
}

/** Creates a pod with its claims; says whether it was refused. */
function createOne(work: SetWork, ordinal: number): boolean {
  const { world, retries, set } = work;
  if (!retries.isDue(set.metadata.uid)) return true;
  const isOld = set.spec?.updateStrategy?.type !== "OnDelete" && ordinal < work.start + work.partition;
  const revision = isOld ? work.current : work.update;
  const name = `${set.metadata.name}-${ordinal}`;
  const claims = createClaims(work, ordinal, name);
  const creation = createPod(world, {
    name,
    template: templateOf(revision),
    owner: set,
    ownerReference: controlledBy(set),
    adjust: (pod) => {
      Object.assign(pod.metadata.labels!, {
        [REVISION_HASH]: revision.metadata.name,
        "statefulset.kubernetes.io/pod-name": name,
        "apps.kubernetes.io/pod-index": String(ordinal),
      });
      Object.assign(pod.spec!, { hostname: name, subdomain: set.spec?.serviceName });
      const others = (pod.spec!.volumes ?? []).filter((volume) => !claims.some((claim) => claim.name === volume.name));
      if (claims.length + others.length > 0) pod.spec!.volumes = [...claims, ...others];
    },
  });
  if ("refusal" in creation) {
    retries.fail(set.metadata.uid, creation.refusal);
    const message = `Create Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${creation.refusal}`;
    record(work, "Warning", "FailedCreate", message);
    return true;
  }
  retries.forget(set.metadata.uid);
  record(work, "Normal", "SuccessfulCreate", `Create Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  return false;
}

/** Creates the claims that a pod lacks; returns the volumes that use them. */
function createClaims(work: SetWork, ordinal: number, podName: string) {
  const { world, set } = work;
  const { namespace } = set.metadata;
  return (set.spec?.volumeClaimTemplates ?? []).map((template) => {
    const claimName = template.metadata?.name ?? "data";
    const name = `${claimName}-${set.metadata.name}-${ordinal}`;
    const ref = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name };
    if (world.store.get(ref) === undefined) {
      const labels = { ...template.metadata?.labels, ...set.spec?.selector?.matchLabels };
      world.store.create(
        manifestOf({ ...ref, namespace: undefined, name: undefined, ...claimOf(template, name, namespace, labels) }),
      );
      const message = `Create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name} success`;
      record(work, "Normal", "SuccessfulCreate", message);
    }
    return { name: claimName, persistentVolumeClaim: { claimName: name } };
  });
}

function claimOf(template: PersistentVolumeClaim, name: string, namespace: string | undefined, labels: object): object {
  return {
    metadata: { name, namespace, labels, annotations: template.metadata?.annotations },
    spec: { ...template.spec, volumeMode: template.spec?.volumeMode ?? "Filesystem" },
    status: { phase: "Pending" },
  };
}

function endPod(work: SetWork, pod: LivePod): void {
  if (isDeleting(pod)) return;
  deletePod(work.world, pod);
  const { name } = pod.metadata;
  record(work, "Normal", "SuccessfulDelete", `Delete Pod ${name} in StatefulSet ${work.set.metadata.name} successful`);
}

function record({ world, set }: SetWork, type: "Normal" | "Warning", reason: string, message: string): void {
  world.events.record(set, { type, reason, message, component: "statefulset-controller" });
}

function computeStatus(work: SetWork, pods: LivePod[]): StatefulSetStatus {
  const { set, world, current, update, replicas } = work;
  const ready = pods.filter((pod) => pod.status?.phase === "Running" && isReady(pod));
  const ofRevision = ({ metadata: { name } }: LiveRevision) =>
    pods.filter((pod) => !isDeleting(pod) && revisionName(pod) === name).length;
  const updatedReplicas = ofRevision(update);
  const isComplete = set.spec?.updateStrategy?.type !== "OnDelete" && updatedReplicas === replicas &&
    ready.length === replicas && pods.length === replicas;
  return {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    ...omitZeros({
      readyReplicas: ready.length,
      currentReplicas: isComplete ? updatedReplicas : ofRevision(current),
      updatedReplicas,
    }),
    currentRevision: (isComplete ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
    availableReplicas: ready.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds, world.now())).length,
  };
}
