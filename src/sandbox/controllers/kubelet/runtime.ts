/** What a node knows of its pods, beyond what their status shows. */
import type { Container } from "kubernetes-types/core/v1";
import type { FaultSubject } from "../fault_table.ts";
import type { LivePod } from "../pods.ts";
import type { World } from "../world.ts";

/** One line of a container's log. */
export interface LogLine {
  /** Milliseconds since 1970. */
  timeMs: number;
  /** Without its line break. */
  text: string;
}

/** How a container ended. */
export interface Termination {
  exitCode: number;
  reason: string;
  message?: string;
  startedMs: number;
  finishedMs: number;
  containerId?: string;
}

/** A probe that fails again and again. */
export interface FailingProbe {
  probe: "Readiness" | "Liveness" | "Startup";
  message: string;
  nextMs: number;
  periodMs: number;
  /** When it begins to succeed; undefined: never. */
  untilMs?: number;
  /** Failures until the container is killed; infinite for readiness. */
  failuresLeft: number;
}

/** One run of a container. */
export interface ContainerRun {
  startedMs: number;
  /** When the start-up probe succeeds; undefined: never. */
  upMs?: number;
  /** When the readiness probe succeeds; undefined: never. */
  readyMs?: number;
  /** When it stops being ready. */
  unreadyMs?: number;
  probes: FailingProbe[];
  /** When and how the process ends by itself. */
  exit?: { atMs: number; exitCode: number; reason: string; log: readonly string[] };
}

/** What a container shows. */
export type ContainerView =
  | { at: "waiting"; reason: string; message?: string }
  | { at: "running"; run: ContainerRun }
  | { at: "terminated"; end: Termination };

/** What happens to a container next, and when, in milliseconds since 1970. */
export type ContainerStep =
  /** It isn't its turn yet, or nothing happens any more. */
  | { do: "nothing" }
  /** Make sure that the image is there. */
  | { do: "begin"; atMs: number }
  | { do: "endPull"; atMs: number; beganMs: number }
  | { do: "backOffPull"; atMs: number; retryMs: number; error: string }
  | { do: "create"; atMs: number }
  | { do: "run" }
  | { do: "backOffStart"; atMs: number; retryMs: number; delaySeconds: number };

/** A container on its node. */
export interface ContainerRuntime {
  spec: Container;
  isInit: boolean;
  /** An init container that goes on running (`restartPolicy: Always`). */
  isSidecar: boolean;
  view: ContainerView;
  step: ContainerStep;
  /** Whether its turn has come. */
  hasBegun: boolean;
  last?: Termination;
  restartCount: number;
  /** How often it was created, whatever became of it. */
  creations: number;
  /** How often a pull, a configuration or a run failed: what `times` of a fault counts. */
  pullFailures: number;
  configFailures: number;
  exits: number;
  /** Length of the crash back-off: 10 s × 2^(n-1). */
  crashes: number;
  containerId?: string;
  log: LogLine[];
  previousLog?: LogLine[];
}

/** A pod on its node. */
export interface PodRuntime {
  uid: string;
  node: string;
  hostIp: string;
  podIp?: string;
  /** When the kubelet saw the pod first. */
  acceptedMs: number;
  /** Whether the volumes are there and the sandbox with the network is made. */
  isPrepared: boolean;
  prepareAtMs: number;
  prepareFailures: number;
  evictAtMs?: number;
  /** When a pod that is being deleted is gone. */
  goneAtMs?: number;
  containers: ContainerRuntime[];
}

/** What the steps of one pod work with. */
export interface PodWork {
  world: World;
  pod: LivePod;
  runtime: PodRuntime;
  subject: FaultSubject;
  /** Images that the node has. */
  images: Set<string>;
  /** An address that no pod has had. */
  newAddress(): string;
  now: number;
}

/** A pod that the kubelet has just been given. */
export function newPodRuntime(pod: LivePod, hostIp: string, now: number): PodRuntime {
  const container = (spec: Container, isInit: boolean): ContainerRuntime => ({
    spec,
    isInit,
    isSidecar: isInit && (spec as { restartPolicy?: string }).restartPolicy === "Always",
    view: {
      at: "waiting",
      reason: (pod.spec?.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating",
    },
    step: { do: "nothing" },
    hasBegun: false,
    restartCount: 0,
    creations: 0,
    pullFailures: 0,
    configFailures: 0,
    exits: 0,
    crashes: 0,
    log: [],
  });
  return {
    uid: pod.metadata.uid,
    node: pod.spec?.nodeName ?? "",
    hostIp,
    acceptedMs: now,
    isPrepared: false,
    prepareAtMs: now,
    prepareFailures: 0,
    containers: [
      ...(pod.spec?.initContainers ?? []).map((spec) => container(spec, true)),
      ...(pod.spec?.containers ?? []).map((spec) => container(spec, false)),
    ],
  };
}

/** The container as faults see it. */
export function faultContainer({ spec, isInit }: ContainerRuntime) {
  return { name: spec.name, image: spec.image ?? "", isInit };
}

/** Whether a container is up: its start-up probe, if any, has succeeded. */
export function isUp({ view }: ContainerRuntime, now: number): boolean {
  return view.at === "running" && view.run.upMs !== undefined && view.run.upMs <= now;
}

/** Whether a container's readiness counts as given. */
export function isContainerReady(container: ContainerRuntime, now: number): boolean {
  const { view } = container;
  if (container.isInit && !container.isSidecar) return view.at === "terminated" && view.end.exitCode === 0;
  if (view.at !== "running" || !isUp(container, now)) return false;
  const { readyMs, unreadyMs } = view.run;
  return readyMs !== undefined && readyMs <= now && (unreadyMs === undefined || unreadyMs > now);
}

/** Whether an init container lets the next one begin. */
export function isInitDone(container: ContainerRuntime, now: number): boolean {
  return container.isSidecar ? isUp(container, now) : isContainerReady(container, now);
}

/** Says something about a pod, or about one of its containers. */
export function tell(
  work: PodWork,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
  container?: ContainerRuntime,
): void {
  const list = container?.isInit ? "initContainers" : "containers";
  work.world.events.record(work.pod, {
    type,
    reason,
    message,
    component: "kubelet",
    host: work.runtime.node,
    fieldPath: container && `spec.${list}{${container.spec.name}}`,
  });
}

/** `web-6d4b-x7k2p_default(0f7c…)`, as the kubelet names a pod in its messages. */
export function podLabel({ metadata: { name, namespace, uid } }: LivePod): string {
  return `${name}_${namespace}(${uid})`;
}
