/**
 * The DaemonSet controller: one pod on each node that it may run on.
 *
 * @see kubernetes `pkg/controller/daemon` v1.36
 */
import type { DaemonSet, DaemonSetStatus } from "kubernetes-types/apps/v1";
import type { Node, Pod } from "kubernetes-types/core/v1";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { StoreEvent } from "../store.ts";
import { claimantsOf, claimObjects } from "./claims.ts";
import { currentRevision, removeRevisions, REVISION_HASH, revisionHash, revisionsOf } from "./controller_history.ts";
import { controlledBy, isDeleting, type Live, live, millis, omitZeros, scaledValue, writeStatus } from "./live.ts";
import { fitsDaemon, keepsDaemon } from "./node_fit.ts";
import { createPod, deletePod, isAvailable, isFinished, isReady, type LivePod, nextAvailability } from "./pods.ts";
import { createRetries, type Retries } from "./retries.ts";
import { type Controller, earliest, isKind, type World } from "./world.ts";

type LiveDaemonSet = Live<DaemonSet>;

/** A DaemonSet while it is being reconciled. */
interface DaemonWork {
  world: World;
  retries: Retries;
  set: LiveDaemonSet;
  hash: string;
  nodes: Live<Node>[];
  /** Pods by node, oldest first; nodes without pods are absent. */
  podsByNode: Map<string, LivePod[]>;
  maxSurge: number;
  maxUnavailable: number;
}

/** Keeps DaemonSets. */
export function createDaemonSetController(world: World): Controller {
  const retries = createRetries(world);
  return {
    name: "daemonset-controller",
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    *concerned(event: StoreEvent): Iterable<ObjectRef> {
      yield* claimantsOf(world, event, "Pod", "apps/v1", "DaemonSet");
      if (!isKind(event.object, "v1", "Node")) return;
      for (const { apiVersion, kind, metadata } of world.store.list("apps/v1", "DaemonSet")) {
        yield { apiVersion, kind, name: metadata.name, namespace: String(metadata.namespace) };
      }
    },
    reconcile: (manifest) => reconcile(world, retries, manifest),
    forget: (manifest) => retries.forget(String(manifest.metadata.uid)),
  };
}

function reconcile(world: World, retries: Retries, manifest: Manifest): number | undefined {
  const set = live<DaemonSet>(manifest);
  if (isDeleting(set) || set.spec?.template === undefined) return undefined;
  const work = plan(world, retries, set);
  placePods(work);
  if (set.spec.updateStrategy?.type !== "OnDelete") rollPods({ ...work, podsByNode: groupByNode(world, set) });
  const after = groupByNode(world, set);
  writeStatus(world.store, set, computeStatus({ ...work, podsByNode: after }));
  const pods = [...after.values()].flat();
  const used = new Set([work.hash, ...pods.map((pod) => pod.metadata.labels?.[REVISION_HASH])]);
  const limit = set.spec.revisionHistoryLimit ?? 10;
  removeRevisions(world, revisionsOf(world, set), (revision) => used.has(revisionHash(revision)), limit);
  return earliest(retries.retryTime(set.metadata.uid), nextAvailability(pods, set.spec.minReadySeconds, world.now()));
}

function plan(world: World, retries: Retries, set: LiveDaemonSet): DaemonWork {
  const nodes = world.store.list("v1", "Node").map((node) => live<Node>(node));
  const wanted = nodes.filter((node) => fitsDaemon(node, set.spec!.template.spec)).length;
  const { maxSurge = 0, maxUnavailable = 1 } = set.spec?.updateStrategy?.rollingUpdate ?? {};
  const surge = scaledValue(maxSurge, wanted, true);
  const unavailable = scaledValue(maxUnavailable, wanted, true);
  return {
    world,
    retries,
    set,
    hash: revisionHash(currentRevision(world, set, REVISION_HASH)),
    nodes,
    podsByNode: groupByNode(world, set),
    maxSurge: surge,
    maxUnavailable: surge === 0 && unavailable === 0 ? 1 : unavailable,
  };
}

function groupByNode(world: World, set: LiveDaemonSet): Map<string, LivePod[]> {
  const groups = new Map<string, LivePod[]>();
  const pods = claimObjects<Pod>(world, set, "Pod");
  pods.sort((a, b) => millis(a.metadata.creationTimestamp) - millis(b.metadata.creationTimestamp));
  for (const pod of pods) {
    const node = targetNode(pod);
    groups.set(node, [...groups.get(node) ?? [], pod]);
  }
  return groups;
}

/** The node that a pod runs on or is meant for. */
function targetNode({ spec }: LivePod): string {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms[0]?.matchFields?.find(({ key }) => key === "metadata.name")?.values?.[0] ?? "";
}

/** Creates the pods that nodes lack, ends those that have ended, are too many or on a node that they must leave. */
function placePods(work: DaemonWork): void {
  const { set, nodes, podsByNode, maxSurge } = work;
  const template = set.spec!.template.spec;
  for (const node of nodes) {
    const pods = podsByNode.get(node.metadata.name) ?? [];
    if (!keepsDaemon(node, template)) {
      pods.forEach((pod) => endPod(work, pod));
      continue;
    }
    const running = pods.filter((pod) => !isDeleting(pod) && !isFinished(pod));
    for (const pod of pods.filter((one) => !isDeleting(one) && isFinished(one))) replaceFinished(work, pod, node);
    if (maxSurge === 0) running.slice(1).forEach((pod) => endPod(work, pod));
    const isFree = maxSurge === 0 ? pods.length === 0 : running.length === 0;
    if (isFree && fitsDaemon(node, template)) createOne(work, node.metadata.name);
  }
}

function replaceFinished(work: DaemonWork, pod: LivePod, node: Live<Node>): void {
  const { name, namespace } = pod.metadata;
  const hasFailed = pod.status?.phase === "Failed";
  work.world.events.record(work.set, {
    type: hasFailed ? "Warning" : "Normal",
    reason: hasFailed ? "FailedDaemonPod" : "SucceededDaemonPod",
    message: hasFailed
      ? `Found failed daemon pod ${namespace}/${name} on node ${node.metadata.name}, will try to kill it`
      : `Found succeeded daemon pod ${namespace}/${name} on node ${node.metadata.name}, will try to delete it`,
    component: "daemonset-controller",
  });
  endPod(work, pod);
}

/** Replaces pods of older revisions, as far as surge and availability allow. */
function rollPods(work: DaemonWork): void {
  if (work.maxSurge > 0) surgePods(work);
  else replacePods(work);
}

/** Ends old pods; the next pass creates their successors. */
function replacePods(work: DaemonWork): void {
  const candidates: LivePod[] = [];
  let unavailable = 0;
  for (const pods of work.podsByNode.values()) {
    const { updated, old } = newestOnNode(work, pods);
    if (updated === undefined && old === undefined) unavailable++;
    else if (updated !== undefined) unavailable += isUsable(work, updated) ? 0 : 1;
    else if (isUsable(work, old!)) candidates.push(old!);
    else {
      endPod(work, old!);
      unavailable++;
    }
  }
  candidates.slice(0, Math.max(0, work.maxUnavailable - unavailable)).forEach((pod) => endPod(work, pod));
}

/** Creates new pods beside old ones, which end when their successors are available. */
function surgePods(work: DaemonWork): void {
  const candidates: string[] = [];
  let surging = 0;
  for (const [node, pods] of work.podsByNode) {
    const { updated, old } = newestOnNode(work, pods);
    if (old === undefined) continue;
    if (updated !== undefined) {
      if (isUsable(work, updated)) endPod(work, old);
      else surging++;
    } else if (isUsable(work, old)) candidates.push(node);
    else createOne(work, node);
  }
  candidates.slice(0, Math.max(0, work.maxSurge - surging)).forEach((node) => createOne(work, node));
}

function newestOnNode({ hash }: DaemonWork, pods: LivePod[]): { updated?: LivePod; old?: LivePod } {
  const running = pods.filter((pod) => !isDeleting(pod));
  return {
    updated: running.find((pod) => pod.metadata.labels?.[REVISION_HASH] === hash),
    old: running.find((pod) => pod.metadata.labels?.[REVISION_HASH] !== hash),
  };
}

function isUsable({ world, set }: DaemonWork, pod: LivePod): boolean {
  return isAvailable(pod, set.spec?.minReadySeconds, world.now());
}

function createOne(work: DaemonWork, node: string): void {
  const { world, retries, set, hash } = work;
  if (!retries.isDue(set.metadata.uid)) return;
  const { template } = set.spec!;
  const tolerations = [...template.spec?.tolerations ?? [], ...DAEMON_TOLERATIONS];
  const creation = createPod(world, {
    template: { ...template, spec: { ...template.spec!, tolerations } },
    owner: set,
    ownerReference: controlledBy(set),
    adjust: (pod) => {
      pod.metadata.labels![REVISION_HASH] = hash;
      pod.metadata.labels!["pod-template-generation"] = String(set.metadata.generation ?? 1);
      pod.spec!.affinity = { ...pod.spec!.affinity, nodeAffinity: affinityTo(node) };
    },
  });
  const isRefused = "refusal" in creation;
  world.events.record(set, {
    type: isRefused ? "Warning" : "Normal",
    reason: isRefused ? "FailedCreate" : "SuccessfulCreate",
    message: isRefused ? `Error creating: ${creation.refusal}` : `Created pod: ${creation.pod.metadata.name}`,
    component: "daemonset-controller",
  });
  if (isRefused) retries.fail(set.metadata.uid, creation.refusal);
  else retries.forget(set.metadata.uid);
}

function affinityTo(node: string) {
  const matchFields = [{ key: "metadata.name", operator: "In", values: [node] }];
  return { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
}

const DAEMON_TOLERATIONS = [
  { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" },
  { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" },
  ...["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map((taint) => ({
    key: `node.kubernetes.io/${taint}`,
    operator: "Exists",
    effect: "NoSchedule",
  })),
];

function endPod({ world, set }: DaemonWork, pod: LivePod): void {
  if (isDeleting(pod)) return;
  deletePod(world, pod);
  world.events.record(set, {
    type: "Normal",
    reason: "SuccessfulDelete",
    message: `Deleted pod: ${pod.metadata.name}`,
    component: "daemonset-controller",
  });
}

function computeStatus(work: DaemonWork): DaemonSetStatus {
  const { set, hash, nodes, podsByNode } = work;
  const wanted = nodes.filter((node) => fitsDaemon(node, set.spec!.template.spec));
  const onWanted = wanted.flatMap((node) => podsByNode.get(node.metadata.name)?.[0] ?? []);
  const misplaced = nodes.filter((node) => !wanted.includes(node) && podsByNode.has(node.metadata.name)).length;
  const available = onWanted.filter((pod) => isUsable(work, pod)).length;
  return {
    currentNumberScheduled: onWanted.length,
    numberMisscheduled: misplaced,
    desiredNumberScheduled: wanted.length,
    numberReady: onWanted.filter(isReady).length,
    observedGeneration: set.metadata.generation,
    ...omitZeros({
      updatedNumberScheduled: onWanted.filter((pod) => pod.metadata.labels?.[REVISION_HASH] === hash).length,
      numberAvailable: available,
      numberUnavailable: wanted.length - available,
    }),
  };
}
