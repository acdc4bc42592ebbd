/**
 * The status of a pod, from what its node knows.
 *
 * @see kubernetes `pkg/kubelet/kubelet_pods.go` (`getPhase`), `pkg/kubelet/status/generate.go` v1.36
 */
import type { ContainerState, ContainerStatus, PodCondition, PodStatus } from "kubernetes-types/core/v1";
import { timestamp } from "../../store.ts";
import { findCondition } from "../conditions.ts";
import { fullImageName, parseImageName } from "../image_name.ts";
import type { LivePod } from "../pods.ts";
import { imageId } from "./pull.ts";
import {
  type ContainerRuntime,
  isContainerReady,
  isInitDone,
  isUp,
  type PodRuntime,
  type PodWork,
  type Termination,
} from "./runtime.ts";

/** Conditions that the kubelet writes; all others are kept as they are. */
const OWN_CONDITIONS = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

/** Computes the whole status. `verdict` overrides the phase, as an eviction does. */
export function computePodStatus(work: PodWork, verdict?: { reason: string; message: string }): PodStatus {
  const { pod, runtime, now } = work;
  const phase = verdict === undefined ? phaseOf(work) : "Failed";
  const init = runtime.containers.filter(({ isInit }) => isInit);
  const main = runtime.containers.filter(({ isInit }) => !isInit);
  const status = (container: ContainerRuntime) => containerStatus(container, now);
  const isTerminal = phase === "Failed" || phase === "Succeeded";
  return {
    ...verdict,
    phase,
    conditions: computeConditions(work, phase),
    hostIP: runtime.hostIp,
    hostIPs: [{ ip: runtime.hostIp }],
    podIP: runtime.podIp,
    podIPs: runtime.podIp === undefined ? undefined : [{ ip: runtime.podIp }],
    startTime: pod.status?.startTime ?? timestamp(runtime.acceptedMs),
    initContainerStatuses: init.length === 0 ? undefined : init.map(status),
    containerStatuses: main.map((container) => isTerminal ? { ...status(container), ready: false } : status(container))
      .sort((a, b) => a.name < b.name ? -1 : 1),
    qosClass: pod.status?.qosClass ?? qosClassOf(pod),
    observedGeneration: pod.metadata.generation,
  } as PodStatus;
}

function containerStatus(container: ContainerRuntime, now: number): ContainerStatus {
  const { spec, restartCount, containerId, last } = container;
  const name = parseImageName(spec.image ?? "");
  const wasCreated = containerId !== undefined;
  return {
    name: spec.name,
    state: stateOf(container),
    lastState: last === undefined ? {} : { terminated: terminated(last) },
    ready: isContainerReady(container, now),
    restartCount,
    image: wasCreated && name !== undefined ? fullImageName(name) : spec.image ?? "",
    imageID: wasCreated && name !== undefined ? imageId(name) : "",
    containerID: containerId,
    started: isUp(container, now),
  };
}

function stateOf({ view }: ContainerRuntime): ContainerState {
  if (view.at === "running") return { running: { startedAt: timestamp(view.run.startedMs) } };
  if (view.at === "terminated") return { terminated: terminated(view.end) };
  return { waiting: { reason: view.reason, message: view.message } };
}

function terminated({ exitCode, reason, message, startedMs, finishedMs, containerId }: Termination) {
  return {
    exitCode,
    reason,
    message,
    startedAt: timestamp(startedMs),
    finishedAt: timestamp(finishedMs),
    containerID: containerId,
  };
}

/** How a container counts for the phase. */
function lastExitCode({ view, last }: ContainerRuntime): number | undefined {
  return view.at === "terminated" ? view.end.exitCode : last?.exitCode;
}

function phaseOf({ pod, runtime, now }: PodWork): string {
  const policy = pod.spec?.restartPolicy ?? "Always";
  const main = runtime.containers.filter(({ isInit }) => !isInit);
  const initWaits = runtime.containers.some((container) => container.isInit && !isInitDone(container, now));
  const hasBegun = main.some(({ creations }) => creations > 0);
  if (initWaits && !hasBegun) {
    const failed = runtime.containers.some((one) => one.isInit && !one.isSidecar && (lastExitCode(one) ?? 0) !== 0);
    return failed && policy === "Never" ? "Failed" : "Pending";
  }
  if (main.some((container) => container.view.at === "waiting" && container.last === undefined)) return "Pending";
  if (main.some(({ view }) => view.at === "running")) return "Running";
  const isRunningOn = runtime.goneAtMs === undefined && main.some(({ step }) => step.do !== "nothing");
  if (isRunningOn) return "Running";
  return main.every((container) => lastExitCode(container) === 0) ? "Succeeded" : "Failed";
}

/** Status, reason and message of a condition. */
type Verdict = [isTrue: boolean, reason?: string, message?: string];

function computeConditions(work: PodWork, phase: string): PodCondition[] {
  const { pod, runtime, now } = work;
  const before = pod.status?.conditions ?? [];
  const ready = readinessOf(runtime, phase, now);
  const verdicts: Record<string, Verdict> = {
    PodReadyToStartContainers: [runtime.isPrepared && phase !== "Succeeded" && phase !== "Failed"],
    Initialized: initializationOf(runtime, phase, now),
    Ready: ready[0] ? gatesOf(pod) : ready,
    ContainersReady: ready,
    PodScheduled: [true],
  };
  const own = OWN_CONDITIONS.map((type) => {
    const [isTrue, reason, message] = verdicts[type]!;
    return podCondition(pod, type, isTrue, reason, message, now);
  });
  return [...before.filter(({ type }) => !OWN_CONDITIONS.includes(type)), ...own];
}

/** A condition of a pod; its transition time stays while the status does. */
export function podCondition(
  pod: LivePod,
  type: string,
  isTrue: boolean,
  reason: string | undefined,
  message: string | undefined,
  now: number,
): PodCondition {
  const before = findCondition(pod.status?.conditions, type);
  const observedGeneration = pod.metadata.generation;
  const status = isTrue ? "True" : "False";
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp(now);
  // Real pods have the null and the generation; the published type knows neither.
  const condition = { type, observedGeneration, status, reason, message, lastProbeTime: null, lastTransitionTime };
  return condition as unknown as PodCondition;
}

function readinessOf(runtime: PodRuntime, phase: string, now: number): Verdict {
  if (phase === "Succeeded") return [false, "PodCompleted"];
  if (phase === "Failed") return [false, "PodFailed"];
  const unready = runtime.containers
    .filter((container) => (!container.isInit || container.isSidecar) && !isContainerReady(container, now))
    .map(({ spec }) => spec.name);
  return unready.length === 0
    ? [true]
    : [false, "ContainersNotReady", `containers with unready status: [${unready.join(" ")}]`];
}

function initializationOf(runtime: PodRuntime, phase: string, now: number): Verdict {
  if (phase === "Succeeded") return [true, "PodCompleted"];
  if (runtime.containers.some(({ isInit, creations }) => !isInit && creations > 0)) return [true];
  const incomplete = runtime.containers.filter((container) => container.isInit && !isInitDone(container, now));
  if (incomplete.length === 0) return [true];
  const names = incomplete.map(({ spec }) => spec.name).join(" ");
  return [false, "ContainersNotInitialized", `containers with incomplete status: [${names}]`];
}

/** Whether the readiness gates, conditions that others write, are all true. */
function gatesOf(pod: LivePod): Verdict {
  const problems = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = findCondition(pod.status?.conditions, conditionType);
    if (condition === undefined) {
      return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    }
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`];
  });
  return problems.length === 0 ? [true] : [false, "ReadinessGatesNotReady", problems.join(", ")];
}

function qosClassOf({ spec }: LivePod): string {
  const all = [...spec?.initContainers ?? [], ...spec?.containers ?? []].map(({ resources }) => resources);
  const amounts = all.flatMap((resources) => [
    ...Object.values(resources?.requests ?? {}),
    ...Object.values(resources?.limits ?? {}),
  ]);
  if (amounts.length === 0) return "BestEffort";
  const isGuaranteed = all.every((resources) =>
    ["cpu", "memory"].every((name) => {
      const limit = resources?.limits?.[name];
      return limit !== undefined && (resources?.requests?.[name] ?? limit) === limit;
    })
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}
