import { cloneJson, type JsonObject, type JsonValue } from "../../../src/base/mod.ts";
import { type ApplyResult, createKubeClient, type KubeClient } from "../../../src/kube/mod.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import {
  type RolloutEvent,
  type RolloutTarget,
  watchRollout,
  type WatchRolloutOptions,
  type WorkloadResult,
} from "../../../src/rollout/mod.ts";
import {
  ADMIN_TOKEN,
  type ControllerSettings,
  createSandbox,
  parseFaults,
  type Sandbox,
  sandboxTransport,
} from "../../../src/sandbox/mod.ts";
import { VirtualClock } from "../virtual_clock.ts";

const NAMESPACE = "shop";

/** A sandbox on a virtual clock, and the real client talking to it in memory. */
export class SandboxCluster {
  readonly clock = new VirtualClock();
  readonly sandbox: Sandbox;
  readonly client: KubeClient;
  /** Who watches rollouts. */
  readonly watcher: KubeClient;
  readonly #stop = new AbortController();

  /**
   * @param rules What the watching user's role in the namespace allows. @default everything
   */
  constructor(faults: JsonValue = [], rules?: JsonObject[], settings: Partial<ControllerSettings> = {}) {
    const { clock } = this;
    let uid = 0;
    this.sandbox = createSandbox({
      clock,
      uuid: () => `00000000-0000-4000-8000-${String(++uid).padStart(12, "0")}`,
      random: () => 0.5,
      objects: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, ...roleObjects(rules ?? [])],
      users: [
        { name: "admin", token: ADMIN_TOKEN, groups: ["system:masters"] },
        { name: "watcher", token: "watcher-token", groups: ["system:authenticated"] },
      ],
      controllers: { faults: parseFaults(faults), settings },
    });
    const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
    this.client = createKubeClient(sandboxTransport(this.sandbox), { clock, random });
    this.watcher = rules === undefined
      ? this.client
      : createKubeClient(sandboxTransport(this.sandbox, "watcher-token"), { clock, random });
    void this.#keepTicking();
  }

  /** Applies an object as a deploy does. */
  apply(manifest: JsonObject): Promise<ApplyResult> {
    const object = manifest as Manifest;
    const metadata = { namespace: NAMESPACE, ...object.metadata };
    return this.clock.run(this.client.apply({ ...object, metadata }, { fieldManager: "kstage", force: true }));
  }

  /** Does something while a watch goes on, that many seconds from now. */
  after(seconds: number, action: (client: KubeClient) => unknown): void {
    void this.clock.sleep(seconds * 1000).then(() => action(this.client));
  }

  /** Lets seconds pass. */
  pass(seconds: number): Promise<void> {
    return this.clock.run(this.clock.sleep(seconds * 1000));
  }

  /** Watches one workload to the end. */
  async watch(
    target: RolloutTarget,
    options: Partial<WatchRolloutOptions> = {},
  ): Promise<{ result: WorkloadResult; events: RolloutEvent[] }> {
    const events: RolloutEvent[] = [];
    const watch = async () => {
      for await (const event of watchRollout(this.watcher, [target], { clock: this.clock, ...options })) {
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
    this.sandbox.close();
  }

  async #keepTicking(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.sandbox.tick();
      await this.clock.sleep(1000, this.#stop.signal).catch(() => {});
    }
  }
}

function roleObjects(rules: JsonObject[]): Manifest[] {
  const metadata = { name: "watcher", namespace: NAMESPACE };
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "watcher" };
  const subjects = [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "watcher" }];
  return [
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules },
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata, roleRef, subjects },
  ];
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
