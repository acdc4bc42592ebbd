/**
 * The kubelets of all nodes: they take pods through their lives.
 *
 * @see kubernetes `pkg/kubelet` v1.36
 */
import type { Node, Pod } from "kubernetes-types/core/v1";
import type { Manifest, ObjectRef } from "../../../manifest/mod.ts";
import type { StoreEvent } from "../../store.ts";
import { findCondition, withoutCondition } from "../conditions.ts";
import { subjectOf } from "../fault_subject.ts";
import { isDeleting, type Live, live, writeStatus } from "../live.ts";
import { nodeAddress } from "../node_fit.ts";
import { isFinished, type LivePod } from "../pods.ts";
import { type Controller, earliest, isKind, type World } from "../world.ts";
import { evictionOf } from "./eviction.ts";
import { preparePod } from "./prepare.ts";
import { nextProbeTime } from "./probes.ts";
import { backOffPull, beginContainer, endPull } from "./pull.ts";
import { advanceRun, backOffStart, createContainer } from "./run.ts";
import { type ContainerRuntime, isInitDone, newPodRuntime, type PodRuntime, type PodWork, tell } from "./runtime.ts";
import { computePodStatus, podCondition } from "./status.ts";

/** The kubelets' memory, of use to whoever serves logs. */
export interface KubeletState {
  /** By the pod's uid. */
  pods: Map<string, PodRuntime>;
  /** Images by node. */
  images: Map<string, Set<string>>;
  addresses: number;
}

/** An empty memory. */
export function newKubeletState(): KubeletState {
  return { pods: new Map(), images: new Map(), addresses: 1 };
}

/** Runs pods. */
export function createKubelet(world: World, state: KubeletState): Controller {
  return {
    name: "kubelet",
    apiVersion: "v1",
    kind: "Pod",
    concerned: (event) => podsOfChangedNode(world, event),
    reconcile: (manifest) => reconcile(world, state, manifest),
    forget: ({ metadata }) => void state.pods.delete(String(metadata.uid)),
  };
}

function* podsOfChangedNode({ store }: World, { object }: StoreEvent): Iterable<ObjectRef> {
  if (!isKind(object, "v1", "Node")) return;
  for (const manifest of store.list("v1", "Pod")) {
    const { spec, metadata } = live<Pod>(manifest);
    if (spec?.nodeName !== object.metadata.name) continue;
    yield { apiVersion: "v1", kind: "Pod", name: metadata.name, namespace: metadata.namespace };
  }
}

function reconcile(world: World, state: KubeletState, manifest: Manifest): number | undefined {
  const pod = live<Pod>(manifest);
  const nodeName = pod.spec?.nodeName;
  if (!nodeName) return undefined;
  const found = world.store.get({ apiVersion: "v1", kind: "Node", name: nodeName });
  if (found === undefined) {
    // The pod garbage collector: nothing can run on a node that is gone.
    world.store.remove({ apiVersion: "v1", kind: "Pod", name: pod.metadata.name, namespace: pod.metadata.namespace });
    return undefined;
  }
  if (!isNodeReady(live<Node>(found))) {
    loseContact(world, pod);
    return undefined;
  }
  return runPod(workOf(world, state, pod, live<Node>(found)));
}

function isNodeReady({ status }: Live<Node>): boolean {
  return (findCondition(status?.conditions, "Ready")?.status ?? "True") === "True";
}

/** The node doesn't answer: its pods count as unready, and nothing else is known of them. */
function loseContact(world: World, pod: LivePod): void {
  const before = findCondition(pod.status?.conditions, "Ready");
  if (before?.status !== "True") return;
  const condition = podCondition(pod, "Ready", false, undefined, undefined, world.now());
  const conditions = [...withoutCondition(pod.status?.conditions ?? [], "Ready"), condition];
  writeStatus(world.store, pod, { ...pod.status, conditions });
  const message = "Node is not ready";
  world.events.record(pod, { type: "Warning", reason: "NodeNotReady", message, component: "node-controller" });
}

function workOf(world: World, state: KubeletState, pod: LivePod, node: Live<Node>): PodWork {
  const now = world.now();
  const { uid } = pod.metadata;
  const hostIp = node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? nodeAddress(0);
  const runtime = state.pods.get(uid) ?? newPodRuntime(pod, hostIp, now);
  state.pods.set(uid, runtime);
  const images = state.images.get(runtime.node) ?? new Set<string>();
  state.images.set(runtime.node, images);
  const newAddress = () => {
    const number = ++state.addresses;
    return `10.244.${(number >> 8) & 255}.${number & 255}`;
  };
  return { world, pod, runtime, subject: subjectOf(world, pod), images, newAddress, now };
}

/** Does all that is due; returns when something is due next. */
function runPod(work: PodWork): number | undefined {
  const { world, pod, runtime } = work;
  if (isDeleting(pod)) return stopPod(work);
  if (isFinished(pod)) return undefined;
  const eviction = evictionOf(work);
  if (eviction !== undefined) {
    evict(work, eviction);
    return undefined;
  }
  if (preparePod(work)) advanceContainers(work);
  writeStatus(world.store, pod, computePodStatus(work));
  return earliest(
    runtime.evictAtMs,
    runtime.isPrepared ? undefined : runtime.prepareAtMs,
    ...runtime.containers.map((container) => nextTime(container, work.now)),
  );
}

function advanceContainers(work: PodWork): void {
  const { containers } = work.runtime;
  for (const [index, container] of containers.entries()) {
    const before = containers.slice(0, index).filter(({ isInit }) => isInit);
    if (!container.hasBegun && before.every((one) => isInitDone(one, work.now))) {
      container.hasBegun = true;
      container.step = { do: "begin", atMs: work.now };
    }
    advanceContainer(work, container);
  }
  const main = containers.filter(({ isInit }) => !isInit);
  const isOver = main.every(({ view, step }) => view.at === "terminated" && step.do === "nothing");
  // Sidecars end with what they accompany.
  if (isOver) { for (const container of containers) if (container.isSidecar) kill(work, container, 0); }
}

/** Takes one container as far as it gets now. */
function advanceContainer(work: PodWork, container: ContainerRuntime): void {
  for (;;) {
    const { step } = container;
    if (step.do === "run") advanceRun(work, container);
    else if (step.do === "nothing" || step.atMs > work.now) return;
    else if (step.do === "begin") beginContainer(work, container);
    else if (step.do === "endPull") endPull(work, container, step.beganMs);
    else if (step.do === "backOffPull") backOffPull(work, container, step.error, step.retryMs);
    else if (step.do === "create") createContainer(work, container);
    else backOffStart(work, container, step.retryMs, step.delaySeconds);
    if (container.step === step) return;
  }
}

function nextTime({ step, view }: ContainerRuntime, now: number): number | undefined {
  if (step.do === "nothing") return undefined;
  if (step.do !== "run") return step.atMs;
  return view.at === "running" ? earliest(nextProbeTime(view.run, now), view.run.exit?.atMs) : undefined;
}

/** Ends a running container from outside. */
function kill(work: PodWork, container: ContainerRuntime, exitCode: number): void {
  const { view, containerId } = container;
  container.step = { do: "nothing" };
  if (view.at !== "running") return;
  const end = { exitCode, reason: exitCode === 0 ? "Completed" : "Error", startedMs: view.run.startedMs };
  container.view = { at: "terminated", end: { ...end, finishedMs: work.now, containerId } };
}

/** Stops a pod that is being deleted; once it has stopped and nobody holds it, it is gone. */
function stopPod(work: PodWork): number | undefined {
  const { world, pod, runtime, now } = work;
  const { name, namespace, finalizers = [], deletionGracePeriodSeconds = 30 } = pod.metadata;
  if (runtime.goneAtMs === undefined) {
    runtime.goneAtMs = now + Math.min(world.settings.stopSeconds, deletionGracePeriodSeconds) * 1000;
    for (const container of runtime.containers) {
      if (container.view.at === "running") {
        tell(work, "Normal", "Killing", `Stopping container ${container.spec.name}`, container);
      }
    }
  }
  if (now < runtime.goneAtMs && !isFinished(pod)) return runtime.goneAtMs;
  if (finalizers.length === 0) {
    world.store.remove({ apiVersion: "v1", kind: "Pod", name, namespace });
    return undefined;
  }
  if (isFinished(pod)) return undefined;
  for (const container of runtime.containers) kill(work, container, SIGTERM_EXIT);
  writeStatus(world.store, pod, computePodStatus(work));
  return undefined;
}

/** What a process that dies of the polite signal leaves behind: 128 + 15. */
const SIGTERM_EXIT = 143;

function evict(work: PodWork, { reason, message }: { reason: string; message: string }): void {
  const { world, pod, now } = work;
  const condition = podCondition(pod, "DisruptionTarget", true, "TerminationByKubelet", message, now);
  const marked = { ...pod, status: { ...pod.status, conditions: [...pod.status?.conditions ?? [], condition] } };
  tell(work, "Warning", reason, message);
  for (const container of work.runtime.containers) {
    if (container.view.at === "running") {
      tell(work, "Normal", "Killing", `Stopping container ${container.spec.name}`, container);
    }
    kill(work, container, 137);
  }
  writeStatus(world.store, pod, computePodStatus({ ...work, pod: marked }, { reason, message }));
}
