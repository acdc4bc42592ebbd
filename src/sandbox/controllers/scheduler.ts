/**
 * The scheduler: gives each pod the node with the fewest pods that can take it.
 *
 * @see kubernetes `pkg/scheduler` (messages of `framework.FitError` and its plugins) v1.36
 */
import type { Node, PersistentVolumeClaim, Pod, PodStatus } from "kubernetes-types/core/v1";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { ScheduleFault } from "../faults.ts";
import type { StoreEvent } from "../store.ts";
import { findCondition, withoutCondition } from "./conditions.ts";
import { subjectOf } from "./fault_subject.ts";
import { podCondition } from "./kubelet/status.ts";
import { isDeleting, type Live, live, write } from "./live.ts";
import { type NodeLoad, obstaclesOn, requestsOf } from "./node_fit.ts";
import { classOf, SELECTED_NODE } from "./persistent_volume_claim.ts";
import { isFinished, type LivePod } from "./pods.ts";
import { type Controller, isKind, type World } from "./world.ts";

const NOT_HELPFUL = "Preemption is not helpful for scheduling";
const NO_VICTIMS = "No preemption victims found for incoming pod";

/** The nodes of a cluster, and what their pods have asked for. */
interface Cluster {
  loads: Map<string, NodeLoad>;
  /** Pods that found no node. */
  waiting: Map<string, ObjectRef>;
}

/** Assigns pods to nodes. */
export function createScheduler(world: World): Controller {
  const cluster: Cluster = { loads: new Map(), waiting: new Map() };
  return {
    name: "default-scheduler",
    apiVersion: "v1",
    kind: "Pod",
    concerned: (event) => observe(cluster, event),
    reconcile: (manifest) => reconcile(world, cluster, manifest),
    forget: ({ metadata }) => void cluster.waiting.delete(String(metadata.uid)),
  };
}

/** Keeps the loads, and wakes waiting pods when a change may have made room. */
function* observe({ loads, waiting }: Cluster, { type, object, previous }: StoreEvent): Iterable<ObjectRef> {
  if (isKind(object, "v1", "Pod")) {
    const before = type === "DELETED" ? object : previous;
    const wasCounted = before !== undefined && addLoad(loads, live<Pod>(before), -1);
    const isCounted = type !== "DELETED" && addLoad(loads, live<Pod>(object), 1);
    if (wasCounted && !isCounted) yield* waiting.values();
    return;
  }
  if (isKind(object, "v1", "Node") || isKind(object, "v1", "PersistentVolumeClaim")) yield* waiting.values();
}

function addLoad(loads: Map<string, NodeLoad>, pod: LivePod, sign: 1 | -1): boolean {
  const node = pod.spec?.nodeName;
  if (!node || isFinished(pod)) return false;
  const load = loads.get(node) ?? { pods: 0, cpu: 0, memory: 0 };
  const requests = requestsOf(pod);
  loads.set(node, {
    pods: load.pods + sign * requests.pods,
    cpu: load.cpu + sign * requests.cpu,
    memory: load.memory + sign * requests.memory,
  });
  return true;
}

function reconcile(world: World, cluster: Cluster, manifest: Manifest): number | undefined {
  const pod = live<Pod>(manifest);
  const { uid, name, namespace } = pod.metadata;
  if (pod.spec?.nodeName || isDeleting(pod) || isFinished(pod)) {
    cluster.waiting.delete(uid);
    return undefined;
  }
  if ((pod.spec?.schedulingGates ?? []).length > 0) {
    const message = "Scheduling is blocked due to non-empty scheduling gates";
    setUnscheduled(world, pod, "SchedulingGated", message);
    return undefined;
  }
  const outcome = findNode(world, cluster, pod);
  cluster.waiting.set(uid, { apiVersion: "v1", kind: "Pod", name, namespace });
  if ("node" in outcome) {
    // A volume that was asked for just now wakes the pod when it is there.
    if (!prepareVolumes(world, pod, outcome.node)) return undefined;
    cluster.waiting.delete(uid);
    bind(world, pod, outcome.node);
    return undefined;
  }
  reportFailure(world, pod, outcome.message, outcome.fault);
  return outcome.retryAt;
}

type Outcome = { node: string } | { message: string; fault?: ScheduleFault; retryAt: number };

function findNode(world: World, { loads }: Cluster, pod: LivePod): Outcome {
  const nodes = world.store.list("v1", "Node").map((node) => live<Node>(node));
  const retryAt = world.now() + world.settings.syncSeconds * 1000;
  const subject = subjectOf(world, pod);
  const fault = world.faults.find("schedule", subject, world.now());
  if (fault !== undefined) {
    const healsAt = subject.createdMs + (fault.healsAfterSeconds ?? Infinity) * 1000;
    return { message: fault.message ?? faultMessage(fault, nodes.length), fault, retryAt: Math.min(retryAt, healsAt) };
  }
  if (nodes.length === 0) return { message: "no nodes available to schedule pods", retryAt };
  const missing = claimObstacle(world, pod);
  if (missing !== undefined) return { message: prefilterMessage(nodes.length, missing), retryAt };
  const empty = { pods: 0, cpu: 0, memory: 0 };
  const judged = nodes.map((node) => {
    const load = loads.get(node.metadata.name) ?? empty;
    return { name: node.metadata.name, pods: load.pods, obstacles: obstaclesOn(node, pod, load) };
  });
  const free = judged.filter(({ obstacles }) => obstacles.reasons.length === 0).sort((a, b) => a.pods - b.pods);
  if (free.length > 0) return { node: free[0]!.name };
  const reasons = countTexts(judged.flatMap(({ obstacles }) => obstacles.reasons));
  return { message: fitMessage(reasons, judged.map(({ obstacles }) => obstacles.isPassing)), retryAt };
}

/** What is wrong with the claims of a pod; undefined when they are bound or wait for the pod. */
function claimObstacle(world: World, pod: LivePod): string | undefined {
  for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
    if (persistentVolumeClaim === undefined) continue;
    const claim = claimNamed(world, pod, persistentVolumeClaim.claimName);
    if (claim === undefined) return `persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found`;
    if (isDeleting(claim)) return `persistentvolumeclaim "${persistentVolumeClaim.claimName}" is being deleted`;
    if (claim.status?.phase === "Lost") {
      return `persistentvolumeclaim "${claim.metadata.name}" bound to non-existent persistentvolume "${claim.spec?.volumeName}"`;
    }
    const isBound = claim.status?.phase === "Bound";
    if (!isBound && !classOf(world, claim).waitsForPod) return "pod has unbound immediate PersistentVolumeClaims";
  }
  return undefined;
}

function claimNamed({ store }: World, pod: LivePod, name: string): Live<PersistentVolumeClaim> | undefined {
  const { namespace } = pod.metadata;
  const found = store.get({ apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace });
  return found && live<PersistentVolumeClaim>(found);
}

/** Asks for the volumes that wait for this pod; says whether all are there. */
function prepareVolumes(world: World, pod: LivePod, node: string): boolean {
  let areBound = true;
  for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
    const claim = persistentVolumeClaim && claimNamed(world, pod, persistentVolumeClaim.claimName);
    if (claim === undefined || claim.status?.phase === "Bound") continue;
    areBound = false;
    const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: node };
    write<PersistentVolumeClaim>(world.store, claim, { metadata: { ...claim.metadata, annotations } });
  }
  return areBound;
}

function bind(world: World, pod: LivePod, node: string): void {
  const bound = write<Pod>(world.store, pod, {
    spec: { ...pod.spec!, nodeName: node },
    status: withScheduled(pod, true, undefined, undefined, world.now()),
  });
  const { namespace, name } = pod.metadata;
  world.events.record(bound, {
    type: "Normal",
    reason: "Scheduled",
    message: `Successfully assigned ${namespace}/${name} to ${node}`,
    component: "default-scheduler",
    action: "Binding",
  });
}

function reportFailure(world: World, pod: LivePod, message: string, fault: ScheduleFault | undefined): void {
  world.events.record(pod, {
    type: "Warning",
    reason: "FailedScheduling",
    message,
    component: "default-scheduler",
    action: "Scheduling",
  });
  const isFirst = findCondition(pod.status?.conditions, "PodScheduled")?.status !== "False";
  if (isFirst && fault?.scaleUp !== undefined) reportScaleUp(world, pod, fault.scaleUp);
  setUnscheduled(world, pod, "Unschedulable", message);
}

function reportScaleUp(world: World, pod: LivePod, isPossible: boolean): void {
  world.events.record(pod, {
    type: "Normal",
    reason: isPossible ? "TriggeredScaleUp" : "NotTriggerScaleUp",
    message: isPossible
      ? "pod triggered scale-up: [{default-pool 1->2 (max: 5)}]"
      : "pod didn't trigger scale-up: 1 max node group size reached",
    component: "cluster-autoscaler",
  });
}

function setUnscheduled(world: World, pod: LivePod, reason: string, message: string): void {
  write<Pod>(world.store, pod, { status: withScheduled(pod, false, reason, message, world.now()) });
}

function withScheduled(
  pod: LivePod,
  isTrue: boolean,
  reason: string | undefined,
  message: string | undefined,
  now: number,
): PodStatus {
  const others = withoutCondition(pod.status?.conditions ?? [], "PodScheduled");
  const scheduled = podCondition(pod, "PodScheduled", isTrue, reason, message, now);
  return { ...pod.status, phase: pod.status?.phase ?? "Pending", conditions: [...others, scheduled] };
}

/**
 * The words for a pod that no node takes.
 *
 * @param isPassing For each node, whether the end of other pods could help there.
 * @see kubernetes `pkg/scheduler/framework/types.go` (`FitError.Error`) v1.36
 */
function fitMessage(reasons: string, isPassing: boolean[]): string {
  const all = isPassing.length;
  const hopes = countTexts(isPassing.map((passing) => passing ? NO_VICTIMS : NOT_HELPFUL));
  return `0/${all} nodes are available: ${reasons}. no new claims to deallocate, ` +
    `preemption: 0/${all} nodes are available: ${hopes}.`;
}

/** The words for what is wrong with the pod on any node; the "not found" is what 1.36 says of preemption then. */
function prefilterMessage(nodeCount: number, reason: string): string {
  return `0/${nodeCount} nodes are available: ${reason}. not found`;
}

/** `2 Insufficient cpu, 1 Too many pods`, in the order of the texts. */
function countTexts(texts: string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => `${count} ${text}`).sort().join(", ");
}

function faultMessage({ because = "cpu", taint = "dedicated: gpu" }: ScheduleFault, nodeCount: number): string {
  const nodes = Array.from({ length: Math.max(1, nodeCount) });
  if (because === "volume") {
    return prefilterMessage(nodes.length, "pod has unbound immediate PersistentVolumeClaims");
  }
  const reasons = {
    cpu: "Insufficient cpu",
    memory: "Insufficient memory",
    pods: "Too many pods",
    taint: `node(s) had untolerated taint {${taint}}`,
    affinity: "node(s) didn't match Pod's node affinity/selector",
  };
  const isPassing = because !== "taint" && because !== "affinity";
  return fitMessage(countTexts(nodes.map(() => reasons[because])), nodes.map(() => isPassing));
}
