import type { JsonObject, JsonValue } from "../../src/base/mod.ts";
import type { Manifest, ObjectMeta } from "../../src/manifest/mod.ts";
import { timeAt } from "./virtual_clock.ts";

type Fields = Record<string, JsonValue>;

const NAMESPACE = "shop";
const LABELS = { app: "web" };

function meta(name: string, more: Fields = {}): ObjectMeta {
  return { name, namespace: NAMESPACE, uid: `uid-${name}`, labels: LABELS, ...more };
}

function ownedBy(kind: string, name: string): JsonObject[] {
  return [{ apiVersion: "apps/v1", kind, name, uid: `uid-${name}`, controller: true }];
}

/** A pod template; another `version` is another template. */
export function template(version = 1, more: Fields = {}): JsonObject {
  return { metadata: { labels: LABELS }, spec: { containers: [{ name: "web", image: `web:${version}` }], ...more } };
}

/** The state of a workload's rollout; what is absent is 0. */
export interface Rollout {
  replicas?: number;
  updated?: number;
  ready?: number;
  available?: number;
  total?: number;
  generation?: number;
  observed?: number;
  revision?: number;
  conditions?: JsonObject[];
  uid?: string;
  annotations?: Fields;
  spec?: Fields;
  status?: Fields;
  metadata?: Fields;
  name?: string;
}

/** Deployment `web`, in the middle of the rollout of its second revision. */
export function deployment(rollout: Rollout = {}): Manifest {
  const { replicas = 2, updated = 0, ready = 0, available = ready, total = updated, generation = 2 } = rollout;
  const name = rollout.name ?? "web";
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta(name, {
      generation,
      annotations: { "deployment.kubernetes.io/revision": String(rollout.revision ?? 2), ...rollout.annotations },
      ...(rollout.uid === undefined ? {} : { uid: rollout.uid }),
      ...rollout.metadata,
    }),
    spec: { replicas, selector: { matchLabels: LABELS }, template: template(2), ...rollout.spec },
    status: {
      observedGeneration: rollout.observed ?? generation,
      replicas: total,
      updatedReplicas: updated,
      readyReplicas: ready,
      availableReplicas: available,
      conditions: rollout.conditions ?? [],
      ...rollout.status,
    },
  };
}

/** A ReplicaSet of Deployment `web`. */
export function replicaSet(
  name: string,
  { revision = 2, replicas = 2, total = replicas, available = 0, conditions = [], owner = "web" }: {
    revision?: number;
    replicas?: number;
    total?: number;
    available?: number;
    conditions?: JsonObject[];
    owner?: string;
  } = {},
): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: meta(name, {
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: ownedBy("Deployment", owner),
    }),
    spec: { replicas },
    status: { replicas: total, availableReplicas: available, conditions },
  };
}

/** StatefulSet `web`, in the middle of an update from revision `web-a` to `web-b`. */
export function statefulSet(rollout: Rollout = {}): Manifest {
  const { replicas = 2, updated = 0, ready = 0, available = ready, total = replicas, generation = 2 } = rollout;
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: meta(rollout.name ?? "web", { generation, annotations: rollout.annotations ?? {}, ...rollout.metadata }),
    spec: {
      replicas,
      selector: { matchLabels: LABELS },
      template: template(2),
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      ...rollout.spec,
    },
    status: {
      observedGeneration: rollout.observed ?? generation,
      replicas: total,
      readyReplicas: ready,
      availableReplicas: available,
      updatedReplicas: updated,
      currentRevision: "web-a",
      updateRevision: "web-b",
      ...rollout.status,
    },
  };
}

/** DaemonSet `web` at template generation 2. */
export function daemonSet(rollout: Rollout = {}): Manifest {
  const { replicas = 2, updated = 0, available = 0, generation = 2 } = rollout;
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: meta("web", { generation, annotations: { "deprecated.daemonset.template.generation": "2" } }),
    spec: { selector: { matchLabels: LABELS }, template: template(2), updateStrategy: { type: "RollingUpdate" } },
    status: {
      observedGeneration: rollout.observed ?? generation,
      desiredNumberScheduled: replicas,
      currentNumberScheduled: replicas,
      updatedNumberScheduled: updated,
      numberReady: available,
      numberAvailable: available,
    },
  };
}

/** A ControllerRevision of DaemonSet `web`. */
export function controllerRevision(revision: number, hash: string): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: meta(`web-${hash}`, {
      labels: { ...LABELS, "controller-revision-hash": hash },
      ownerReferences: ownedBy("DaemonSet", "web"),
    }),
    revision,
  };
}

/** Job `web`. */
export function job(status: Fields = {}, spec: Fields = {}): Manifest {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: meta("web", { generation: 1 }),
    spec: { completions: 1, parallelism: 1, backoffLimit: 6, template: template(), ...spec },
    status: { startTime: timeAt(0), ...status },
  };
}

/** A condition. */
export function condition(type: string, status: string, reason = "", message = "", more: Fields = {}): JsonObject {
  return { type, status, reason, message, ...more };
}

/** The status of a container; the spec's part is `spec`. */
export interface ContainerFixture {
  status: Fields;
  spec?: Fields;
}

/** A container that waits. */
export function waiting(reason: string, message = "", more: Fields = {}): ContainerFixture {
  return { status: { ready: false, restartCount: 0, state: { waiting: { reason, message } }, ...more } };
}

/** A container that runs. */
export function running(more: Fields = {}, spec: Fields = {}): ContainerFixture {
  return { status: { ready: true, restartCount: 0, state: { running: { startedAt: timeAt(1) } }, ...more }, spec };
}

/** How a run ended, as `state` or `lastState` has it. */
export function terminated(exitCode: number, reason = "Error", message = "", finishedAt = timeAt(2)): JsonObject {
  return { terminated: { exitCode, reason, message, startedAt: timeAt(1), finishedAt } };
}

/** A container that crashed and waits for its restart. */
export function crashing(restartCount: number, exitCode = 1, reason = "Error", message = ""): ContainerFixture {
  return waiting("CrashLoopBackOff", "back-off 10s restarting failed container", {
    restartCount,
    lastState: terminated(exitCode, reason, message),
  });
}

/** A pod to be. */
export interface PodFixture {
  /** Kind and name of the owner. @default ReplicaSet web-2 */
  owner?: [kind: string, name: string] | null;
  phase?: string;
  container?: ContainerFixture;
  /** More containers by name. */
  containers?: Record<string, ContainerFixture>;
  init?: Record<string, ContainerFixture>;
  conditions?: JsonObject[];
  labels?: Fields;
  node?: string;
  /** Seconds after the start. @default {0} */
  created?: number;
  status?: Fields;
  spec?: Fields;
  metadata?: Fields;
}

/** A pod with a container `web`; without anything else said, it's being created. */
export function pod(name: string, fixture: PodFixture = {}): Manifest {
  const { owner = ["ReplicaSet", "web-2"], node = "node-1", created = 0, phase = "Pending" } = fixture;
  const mains = { web: fixture.container ?? waiting("ContainerCreating"), ...fixture.containers };
  const isReady = phase === "Running" && Object.values(mains).every(({ status }) => status.ready === true);
  const conditions = fixture.conditions ?? [condition("Ready", isReady ? "True" : "False")];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(name, {
      creationTimestamp: timeAt(created),
      labels: { ...LABELS, ...fixture.labels },
      ...(owner === null ? {} : { ownerReferences: ownedBy(...owner) }),
      ...fixture.metadata,
    }),
    spec: {
      nodeName: node,
      containers: toSpecs(mains),
      ...(fixture.init === undefined ? {} : { initContainers: toSpecs(fixture.init) }),
      ...fixture.spec,
    },
    status: {
      phase,
      conditions,
      containerStatuses: toStatuses(mains),
      ...(fixture.init === undefined ? {} : { initContainerStatuses: toStatuses(fixture.init) }),
      ...fixture.status,
    },
  };
}

function toSpecs(containers: Record<string, ContainerFixture>): JsonObject[] {
  return Object.entries(containers).map(([name, { spec }]) => ({ name, image: "registry.example.com/web:2", ...spec }));
}

function toStatuses(containers: Record<string, ContainerFixture>): JsonObject[] {
  return Object.entries(containers).map(([name, { status }]) => ({ name, ...status }));
}

/** A pod that is ready. */
export function readyPod(name: string, fixture: PodFixture = {}): Manifest {
  return pod(name, { phase: "Running", container: running(), ...fixture });
}

let eventCount = 0;

/** An event about an object of the fixtures. */
export function event(
  about: Manifest,
  reason: string,
  message: string,
  { type = "Warning", first = 0, last = first, count = 1, fieldPath = "" }: {
    type?: string;
    /** Seconds after the start. */
    first?: number;
    last?: number;
    count?: number;
    fieldPath?: string;
  } = {},
): Manifest {
  const name = `${about.metadata.name}.${reason.toLowerCase()}.${eventCount++}`;
  const { name: objectName, uid = "" } = about.metadata;
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: NAMESPACE, uid: `uid-${name}` },
    involvedObject: { kind: about.kind, name: objectName, namespace: NAMESPACE, uid, fieldPath },
    type,
    reason,
    message,
    count,
    firstTimestamp: timeAt(first),
    lastTimestamp: timeAt(last),
  };
}
