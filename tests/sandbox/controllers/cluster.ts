/** A store with controllers and a clock of its own, for tests. */
import { parseFaults } from "../../../src/sandbox/controllers/mod.ts";
import { type ControllersOptions, createControllers } from "../../../src/sandbox/controllers/mod.ts";
import { ObjectStore } from "../../../src/sandbox/store.ts";
import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";

// deno-lint-ignore no-explicit-any
export type Loose = any;

export const START = Date.parse("2026-03-01T12:00:00Z");

export interface Cluster {
  store: ObjectStore;
  controllers: ReturnType<typeof createControllers>;
  /** Lets seconds pass, one by one; `each` is called after every one of them. */
  pass(seconds: number, each?: (second: number) => void): void;
  /** How many changes the store has had. */
  writes(): number;
  now(): number;
  apply(manifest: JsonObject): Loose;
  get(kind: string, name: string): Loose;
  list(kind: string): Loose[];
  /** `reason: message` of the events about an object, oldest first. */
  events(name: string): string[];
  pods(): Loose[];
}

const API: Record<string, string> = {
  Deployment: "apps/v1",
  ReplicaSet: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  ControllerRevision: "apps/v1",
  Job: "batch/v1",
  EndpointSlice: "discovery.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  StorageClass: "storage.k8s.io/v1",
};
const CLUSTER_SCOPED = ["Node", "Namespace", "PersistentVolume", "StorageClass"];

export function newCluster(faults: JsonValue = [], settings: ControllersOptions["settings"] = {}): Cluster {
  let now = START;
  let uid = 0;
  const store = new ObjectStore({
    now: () => now,
    uuid: () => `00000000-0000-4000-8000-${String(++uid).padStart(12, "0")}`,
  });
  const controllers = createControllers({ store, now: () => now, faults: parseFaults(faults), settings });
  const ref = (kind: string, name: string) => ({
    apiVersion: API[kind] ?? "v1",
    kind,
    name,
    ...(CLUSTER_SCOPED.includes(kind) ? {} : { namespace: "demo" }),
  });
  const cluster: Cluster = {
    store,
    controllers,
    now: () => now,
    writes: () => store.resourceVersion,
    pass(seconds, each) {
      for (let second = 1; second <= seconds; second++) {
        now += 1000;
        controllers.tick();
        each?.(second);
      }
    },
    apply(manifest) {
      const kind = String(manifest.kind);
      const metadata = {
        ...(CLUSTER_SCOPED.includes(kind) ? {} : { namespace: "demo" }),
        ...manifest.metadata as JsonObject,
      };
      const full = { apiVersion: API[kind] ?? "v1", ...manifest, metadata } as unknown as Manifest;
      const existing = store.get({ apiVersion: full.apiVersion, kind, ...full.metadata } as Loose);
      if (existing === undefined) return store.create(full);
      return store.update({
        ...existing,
        ...full,
        status: existing.status!,
        metadata: { ...existing.metadata, ...metadata } as Loose,
      });
    },
    get: (kind, name) => store.get(ref(kind, name)),
    list: (kind) => store.list(API[kind] ?? "v1", kind),
    events: (name) =>
      store.list("v1", "Event").filter((event: Loose) => event.involvedObject.name === name)
        .sort((a, b) => Number(a.metadata.uid!.toString().slice(-12)) - Number(b.metadata.uid!.toString().slice(-12)))
        .map((event: Loose) => `${event.reason}: ${event.message}`),
    pods: () => store.list("v1", "Pod"),
  };
  return cluster;
}

export interface DeploymentOptions {
  name?: string;
  replicas?: number;
  image?: string;
  spec?: JsonObject;
  container?: JsonObject;
  pod?: JsonObject;
  labels?: JsonObject;
}

/** A pod template with one container `web`. */
export function template(options: DeploymentOptions = {}): JsonObject {
  const { name = "web", image = "nginx:1.25", container = {}, pod = {}, labels = {} } = options;
  return {
    metadata: { labels: { app: name, ...labels } },
    spec: { containers: [{ name: "web", image, ...container }], ...pod },
  };
}

export function deployment(options: DeploymentOptions = {}): JsonObject {
  const { name = "web", replicas = 1, spec = {} } = options;
  return {
    kind: "Deployment",
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(options), ...spec },
  };
}

export function condition(object: Loose, type: string): Loose {
  return object.status?.conditions?.find((one: Loose) => one.type === type);
}

export function isReady(pod: Loose): boolean {
  return condition(pod, "Ready")?.status === "True";
}

/** The first container's state. */
export function stateOf(pod: Loose): Loose {
  return pod.status?.containerStatuses?.[0]?.state;
}
