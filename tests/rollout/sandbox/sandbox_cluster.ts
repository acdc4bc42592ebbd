import { cloneJson, getPath, type JsonObject, type JsonValue } from "../../../src/base/mod.ts";
import { ApiError, type KubeClient, type LogOptions, type Query, type WatchEvent } from "../../../src/kube/mod.ts";
import type { Manifest, ObjectRef } from "../../../src/manifest/mod.ts";
import {
  type RolloutEvent,
  type RolloutTarget,
  watchRollout,
  type WatchRolloutOptions,
  type WorkloadResult,
} from "../../../src/rollout/mod.ts";
import { type ControllersOptions, createControllers, parseFaults } from "../../../src/sandbox/controllers/mod.ts";
import { ObjectStore } from "../../../src/sandbox/mod.ts";
import { VirtualClock } from "../virtual_clock.ts";

const NAMESPACE = "shop";

/** A sandbox's store and controllers on a virtual clock, without a server in between. */
export class SandboxCluster {
  readonly clock = new VirtualClock();
  readonly store: ObjectStore;
  readonly controllers: ReturnType<typeof createControllers>;
  readonly #stop = new AbortController();

  constructor(faults: JsonValue = [], settings: ControllersOptions["settings"] = {}) {
    let uid = 0;
    const now = () => this.clock.now();
    this.store = new ObjectStore({ now, uuid: () => `00000000-0000-4000-8000-${String(++uid).padStart(12, "0")}` });
    this.controllers = createControllers({ store: this.store, now, faults: parseFaults(faults), settings });
    void this.#keepTicking();
  }

  /** Creates an object, or replaces its spec. */
  apply(manifest: JsonObject): Manifest {
    const metadata = { namespace: NAMESPACE, ...(manifest as Manifest).metadata };
    const object = { ...manifest, metadata } as unknown as Manifest;
    const live = this.store.get({ ...object, namespace: NAMESPACE, name: metadata.name } as ObjectRef);
    if (live === undefined) return this.store.create(object);
    return this.store.update({ ...object, status: live.status!, metadata: { ...live.metadata, ...metadata } });
  }

  /** Lets seconds pass. */
  pass(seconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(seconds * 1000));
  }

  /** Does something when that many seconds have passed from now on. */
  after(seconds: number, action: () => void): void {
    void this.clock.sleep(seconds * 1000).then(action);
  }

  /** Watches one workload to the end. */
  async watch(
    target: RolloutTarget,
    options: Partial<WatchRolloutOptions> = {},
  ): Promise<{ result: WorkloadResult; events: RolloutEvent[] }> {
    const events: RolloutEvent[] = [];
    const watch = async () => {
      for await (const event of watchRollout(createStoreClient(this), [target], { clock: this.clock, ...options })) {
        events.push(event);
      }
    };
    await this.clock.run(watch());
    const finished = events.at(-1);
    if (finished?.type !== "finished") throw new Error("The watch did not finish");
    return { result: finished.results[0]!, events };
  }

  close(): void {
    this.#stop.abort();
    this.controllers.close();
  }

  async #keepTicking(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.controllers.tick();
      await this.clock.sleep(1000, this.#stop.signal).catch(() => {});
    }
  }
}

/** What rollouts ask of a cluster, answered from a store. */
function createStoreClient({ store, controllers }: SandboxCluster): KubeClient {
  const select = (query: Query) =>
    store.list(query.apiVersion, query.kind, query.namespace).filter((object) => matches(query, object));
  const refuse = () => Promise.reject(new Error("Not needed by rollouts"));
  return {
    resourceOf: refuse,
    apply: refuse,
    create: refuse,
    patch: refuse,
    request: refuse,
    get: (ref) => Promise.resolve(store.get(ref)),
    list: (query) => Promise.resolve({ resourceVersion: String(store.resourceVersion), items: select(query) }),
    delete(ref) {
      store.remove(ref);
      return Promise.resolve();
    },
    logs(ref, { container, previous = false, tailLines }: LogOptions = {}) {
      const log = controllers.podLog(store.get(ref)!, container, previous);
      if (!("lines" in log)) return Promise.reject(new ApiError("BAD_REQUEST", "no log", { status: 400, verb: "log" }));
      return Promise.resolve(log.lines.slice(-(tailLines ?? Infinity)).map(({ text }) => text).join("\n"));
    },
    async *watch(query, signal) {
      const queue: WatchEvent[] = [{ type: "relisted", items: select(query) }];
      let wake = () => {};
      const close = store.subscribe(({ type, object }) => {
        if (object.kind !== query.kind || !matches(query, object)) return;
        if (query.namespace !== undefined && object.metadata.namespace !== query.namespace) return;
        queue.push({ type: type.toLowerCase() as "added" | "modified" | "deleted", object });
        wake();
      });
      signal?.addEventListener("abort", () => wake(), { once: true });
      try {
        while (!signal?.aborted) {
          while (queue.length > 0) yield queue.shift()!;
          await new Promise<void>((resolve) => wake = resolve);
        }
      } finally {
        close();
      }
    },
  };
}

function matches({ labelSelector = "", fieldSelector }: Query, object: Manifest): boolean {
  if (fieldSelector !== undefined && fieldSelector !== `metadata.name=${object.metadata.name}`) return false;
  return labelSelector.split(",").filter(Boolean).every((pair) => {
    const [key = "", value] = pair.split("=");
    return getPath(object, "metadata", "labels", key) === value;
  });
}

/** How a workload of the sandbox differs from a plain one. */
export interface WorkloadOptions {
  kind?: "Deployment" | "StatefulSet" | "DaemonSet" | "Job";
  image?: string;
  replicas?: number;
  container?: JsonObject;
  pod?: JsonObject;
  spec?: JsonObject;
}

/** A workload `web` with one container `web`. */
export function workload(options: WorkloadOptions = {}): JsonObject {
  const { kind = "Deployment", image = "registry.example.com/web:1", replicas = 2, container = {}, pod = {} } = options;
  const labels = { app: "web" };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "web", image, ...container }], ...pod },
  };
  const spec: JsonObject = kind === "Job"
    ? { template: { ...template, spec: { restartPolicy: "Never", ...template.spec } } }
    : {
      ...(kind === "DaemonSet" ? {} : { replicas }),
      ...(kind === "StatefulSet" ? { serviceName: "web" } : {}),
      selector: { matchLabels: labels },
      template,
    };
  return cloneJson({
    apiVersion: kind === "Job" ? "batch/v1" : "apps/v1",
    kind,
    metadata: { name: "web" },
    spec: { ...spec, ...options.spec },
  });
}

/** The reference of {@link workload}. */
export function targetOf({ kind = "Deployment" }: WorkloadOptions = {}): RolloutTarget {
  return { apiVersion: kind === "Job" ? "batch/v1" : "apps/v1", kind, namespace: NAMESPACE, name: "web" };
}
