import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { type Manifest, type ObjectRef, refOf } from "../../manifest/mod.ts";
import { type Condition, readConditions, readNumber, readObjects, readText, readTime } from "../status/fields.ts";

/** How a container's run ended. */
export interface Termination {
  exitCode: number;
  /** `Error`, `OOMKilled`, `Completed`, `ContainerCannotRun`, `StartError` … */
  reason: string;
  message: string;
  startedMs?: number;
  finishedMs?: number;
}

/** What a container is doing. */
export type ContainerState =
  | { kind: "waiting"; reason: string; message: string }
  | { kind: "running"; startedMs?: number }
  | { kind: "terminated"; termination: Termination }
  | { kind: "unknown" };

/** `init` runs to its end before the others start; `sidecar` is an init container that keeps running. */
export type ContainerRole = "init" | "sidecar" | "main";

/** What kstage keeps of one container: its spec and its status together. */
export interface ContainerView {
  name: string;
  role: ContainerRole;
  image: string;
  isReady: boolean;
  restartCount: number;
  state: ContainerState;
  /** How the previous run ended. */
  last?: Termination;
  /** How its runs ended, as far as that was seen, the newest last; at most three. */
  ends: readonly Termination[];
  /** The newest error of pulling the image; kubelets before 1.32 say it only in between two tries. */
  pullError?: string;
  /** How many failed pulls of the image were seen; 0 while none fails. */
  pullFailures: number;
  hasReadinessProbe: boolean;
  /** What the probes ask, for people: `readiness` → `GET :8080/healthz`. */
  probes: Partial<Record<ProbeKind, string>>;
}

/** The three probes a container may have. */
export type ProbeKind = "readiness" | "liveness" | "startup";

/** What kstage keeps of a pod. */
export interface PodView {
  ref: ObjectRef;
  uid: string;
  /** The controller that owns it. */
  ownerUid?: string;
  /** Label `controller-revision-hash`, which pods of StatefulSets and DaemonSets have. */
  revisionHash: string;
  /** Label `pod-template-generation`, which pods of DaemonSets have. */
  templateGeneration: string;
  createdMs?: number;
  /** Whether it was created while it was being watched, whatever its clock says. */
  hasArrived: boolean;
  phase: string;
  reason: string;
  message: string;
  nodeName: string;
  isTerminating: boolean;
  /** How long it's given to end once it was told to; milliseconds. */
  graceMs: number;
  isReady: boolean;
  conditions: Condition[];
  /** Conditions that must be true beside the containers' readiness. */
  readinessGates: string[];
  containers: ContainerView[];
  /** Names of image pull secrets. */
  pullSecrets: string[];
  restartPolicy: string;
}

/**
 * Reads a pod.
 *
 * @param before What was known of it, whose pull errors are kept while the pull goes on failing.
 * @param isArriving Whether the cluster has just said that it's new.
 */
export function readPod(pod: Manifest, before?: PodView, isArriving = false): PodView {
  const conditions = readConditions(pod);
  const labels = getPath(pod, "metadata", "labels");
  return {
    ref: refOf(pod),
    uid: readText(pod, "metadata", "uid"),
    ownerUid: ownerUidOf(pod),
    revisionHash: readText(labels, "controller-revision-hash"),
    templateGeneration: readText(labels, "pod-template-generation"),
    createdMs: readTime(pod, "metadata", "creationTimestamp"),
    hasArrived: before?.hasArrived ?? isArriving,
    phase: readText(pod, "status", "phase"),
    reason: readText(pod, "status", "reason"),
    message: readText(pod, "status", "message"),
    nodeName: readText(pod, "spec", "nodeName"),
    isTerminating: readText(pod, "metadata", "deletionTimestamp") !== "",
    graceMs: readNumber(30, pod, "metadata", "deletionGracePeriodSeconds") * 1000,
    isReady: conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    conditions,
    readinessGates: readObjects(pod, "spec", "readinessGates").map((gate) => readText(gate, "conditionType")),
    containers: readContainers(pod, before),
    pullSecrets: readObjects(pod, "spec", "imagePullSecrets").map((secret) => readText(secret, "name")),
    restartPolicy: readText(pod, "spec", "restartPolicy") || "Always",
  };
}

/** The UID of the controller that owns an object. */
export function ownerUidOf(object: Manifest): string | undefined {
  const owners = readObjects(object, "metadata", "ownerReferences");
  return readText(owners.find((owner) => owner.controller === true), "uid") || undefined;
}

function readContainers(pod: Manifest, before: PodView | undefined): ContainerView[] {
  const read = (specs: string, statuses: string): ContainerView[] => {
    const statusByName = new Map(
      readObjects(pod, "status", statuses).map((status) => [readText(status, "name"), status]),
    );
    return readObjects(pod, "spec", specs).map((spec) => {
      const role = specs === "containers" ? "main" : spec.restartPolicy === "Always" ? "sidecar" : "init";
      const name = readText(spec, "name");
      const known = before?.containers.find((container) => container.name === name);
      return readContainer(role, spec, statusByName.get(name), known);
    });
  };
  return [...read("initContainers", "initContainerStatuses"), ...read("containers", "containerStatuses")];
}

function readContainer(
  role: ContainerRole,
  spec: JsonObject,
  status: JsonObject | undefined,
  known: ContainerView | undefined,
): ContainerView {
  const state = readState(getPath(status, "state"));
  const lastState = getPath(status, "lastState", "terminated");
  const last = isObject(lastState) ? readTermination(lastState) : undefined;
  return {
    name: readText(spec, "name"),
    role,
    image: readText(spec, "image"),
    isReady: status?.ready === true,
    restartCount: readNumber(0, status, "restartCount"),
    state,
    last,
    ends: rememberEnds(known?.ends ?? [], last, state.kind === "terminated" ? state.termination : undefined),
    pullError: readPullError(state, known?.pullError),
    pullFailures: countPullFailures(state, known),
    hasReadinessProbe: isObject(spec.readinessProbe),
    probes: describeProbes(spec),
  };
}

function readState(state: JsonValue | undefined): ContainerState {
  const waiting = getPath(state, "waiting");
  if (isObject(waiting)) {
    return { kind: "waiting", reason: readText(waiting, "reason"), message: readText(waiting, "message") };
  }
  const terminated = getPath(state, "terminated");
  if (isObject(terminated)) return { kind: "terminated", termination: readTermination(terminated) };
  if (getPath(state, "running") !== undefined) {
    return { kind: "running", startedMs: readTime(state, "running", "startedAt") };
  }
  return { kind: "unknown" };
}

/** A status shows two ends at most. */
function rememberEnds(known: readonly Termination[], ...seen: (Termination | undefined)[]): readonly Termination[] {
  const ends = [...known];
  for (const end of seen) {
    const isKnown = end === undefined ||
      ends.some(({ startedMs, finishedMs, exitCode }) =>
        startedMs === end.startedMs && finishedMs === end.finishedMs && exitCode === end.exitCode
      );
    if (!isKnown) ends.push(end);
  }
  return ends.length === known.length ? known : ends.slice(-3);
}

function readTermination(terminated: JsonObject): Termination {
  return {
    exitCode: readNumber(0, terminated, "exitCode"),
    reason: readText(terminated, "reason"),
    message: readText(terminated, "message"),
    startedMs: readTime(terminated, "startedAt"),
    finishedMs: readTime(terminated, "finishedAt"),
  };
}

function readPullError(state: ContainerState, known: string | undefined): string | undefined {
  if (state.kind !== "waiting") return undefined;
  if (state.reason === "ImagePullBackOff") {
    // `Back-off pulling image "x": ErrImagePull: rpc error …` since Kubernetes 1.32, without the error before.
    const [, error] = /^Back-off pulling image "[^"]*":\s*(.+)$/s.exec(state.message) ?? [];
    return error ?? known;
  }
  return /Image|Registry|Signature/.test(state.reason) ? state.message || known : undefined;
}

/** Each time that a back-off gives way to another error is another try. */
function countPullFailures(state: ContainerState, known: ContainerView | undefined): number {
  if (state.kind !== "waiting" || !/ImagePull/.test(state.reason)) return 0;
  const before = known?.pullFailures ?? 0;
  const isNewTry = state.reason === "ErrImagePull" &&
    !(known?.state.kind === "waiting" && known.state.reason === "ErrImagePull");
  return Math.max(1, isNewTry ? before + 1 : before);
}

function describeProbes(spec: JsonObject): Partial<Record<ProbeKind, string>> {
  const probes: Partial<Record<ProbeKind, string>> = {};
  for (const kind of ["readiness", "liveness", "startup"] as const) {
    const probe = spec[`${kind}Probe`];
    if (isObject(probe)) probes[kind] = describeProbe(probe);
  }
  return probes;
}

function describeProbe(probe: JsonObject): string {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const port = (handler: JsonValue) => String(getPath(handler, "port") ?? "");
  if (isObject(httpGet)) return `GET :${port(httpGet)}${readText(httpGet, "path") || "/"}`;
  if (isObject(tcpSocket)) return `TCP :${port(tcpSocket)}`;
  if (isObject(grpc)) return `gRPC :${port(grpc)}`;
  const command = getPath(exec, "command");
  return Array.isArray(command) ? `exec ${command.join(" ")}` : "a probe";
}
