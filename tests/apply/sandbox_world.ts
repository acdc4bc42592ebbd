import {
  type ApplyReport,
  type ApplySet,
  defineApplySet,
  type ExecuteOptions,
  executePlan,
  executePrune,
  type ExecutePruneOptions,
  type Plan,
  planApply,
  type PlanOptions,
  planPrune,
  type PruneOptions,
  type PrunePlan,
  type PruneReport,
  readInventory,
  withoutNoise,
} from "../../src/apply/mod.ts";
import { isObject, type JsonObject } from "../../src/base/mod.ts";
import { createKubeClient, type KubeClient, type Transport } from "../../src/kube/mod.ts";
import type { Manifest, ObjectRef } from "../../src/manifest/mod.ts";
import { createSandbox, type Sandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { createVirtualClock, type VirtualClock } from "../kube/virtual_clock.ts";
import { manifest } from "./fake_cluster.ts";

/** How long the sandbox takes to answer. */
export const LATENCY_MS = 20;

const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };

/** What became of a deploy with prune. */
export interface Deployed {
  plan: Plan;
  report: ApplyReport;
  /** What the plan showed beforehand. */
  preview: PrunePlan;
  prune: PruneReport | undefined;
}

/**
 * A sandbox with the namespace `shop`, of which each has the same uids. Controllers run only by {@link settle}.
 */
export class SandboxWorld {
  readonly clock: VirtualClock = createVirtualClock();
  readonly sandbox: Sandbox;
  readonly client: KubeClient;
  set!: ApplySet;

  private constructor(options: { controllers: boolean; latencyMs: number }) {
    let count = 0;
    this.sandbox = createSandbox({
      clock: this.clock,
      uuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`,
      random: () => 0.5,
      latencyMs: options.latencyMs,
      users: [{ name: "admin", token: "admin", groups: ["system:masters"] }],
      ...(options.controllers ? {} : { controllers: false }),
    });
    this.client = this.clientOn(this.transport);
    this.sandbox.create(manifest("v1", "Namespace", "shop"));
  }

  static async create(options: { controllers?: boolean; latencyMs?: number } = {}): Promise<SandboxWorld> {
    const world = new SandboxWorld({ controllers: false, latencyMs: LATENCY_MS, ...options });
    world.set = await defineApplySet({ namespace: "shop", name: "kstage-shop" });
    return world;
  }

  get transport(): Transport {
    return sandboxTransport(this.sandbox, "admin");
  }

  clientOn(transport: Transport): KubeClient {
    return createKubeClient(transport, { clock: this.clock, random });
  }

  drive<T>(promise: Promise<T>): Promise<T> {
    return this.clock.drive(promise);
  }

  plan(manifests: readonly Manifest[], options: Partial<PlanOptions> = {}): Promise<Plan> {
    return this.drive(planApply(this.client, manifests, { namespace: "shop", ...options }));
  }

  /** Plans and applies, without an inventory. */
  async apply(
    manifests: readonly Manifest[],
    options: Partial<PlanOptions> = {},
    execute: Partial<ExecuteOptions> & { client?: KubeClient } = {},
  ): Promise<ApplyReport> {
    const { client = this.client, ...rest } = execute;
    const plan = await this.plan(manifests, options);
    return await this.drive(executePlan(client, plan, { clock: this.clock, ...rest }));
  }

  /** A client with controllers that do what is due before each of its requests. */
  get tickingClient(): KubeClient {
    return this.clientOn({
      send: (request, signal) => {
        this.sandbox.tick();
        return this.transport.send(request, signal);
      },
    });
  }

  /** All that a deploy with prune does, in its order; `afterApply` stands for the wait until all is healthy. */
  async deploy(
    manifests: readonly Manifest[],
    options: PruneOptions & Partial<PlanOptions> & Partial<ExecutePruneOptions> & {
      client?: KubeClient;
      set?: ApplySet;
      afterApply?: () => void;
    } = {},
  ): Promise<Deployed> {
    const { client = this.client, set = this.set, afterApply, ...rest } = options;
    return await this.drive(deployWithPrune(client, this.clock, manifests, { ...rest, set, afterApply }));
  }

  /** Lets controllers do what they have to do. */
  async settle(seconds = 30): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await this.clock.advance(1000);
      this.sandbox.tick();
    }
  }

  get(ref: ObjectRef): Manifest | undefined {
    return this.sandbox.store.get(ref);
  }

  /** `Kind/name` of all objects of some kinds in `shop`, but for those that every namespace has. */
  names(...kinds: [apiVersion: string, kind: string][]): string[] {
    return kinds.flatMap(([apiVersion, kind]) => this.sandbox.store.list(apiVersion, kind, "shop"))
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      .filter((name) => name !== "ConfigMap/kube-root-ca.crt" && name !== "ServiceAccount/default");
  }
}

async function deployWithPrune(
  client: KubeClient,
  clock: VirtualClock,
  manifests: readonly Manifest[],
  options: PruneOptions & Partial<PlanOptions> & Partial<ExecutePruneOptions> & {
    set: ApplySet;
    afterApply: (() => void) | undefined;
  },
): Promise<Deployed> {
  const { set, afterApply } = options;
  const [plan, inventory] = await Promise.all([
    planApply(client, manifests, { namespace: "shop", ...options, applySet: set }),
    readInventory(client, set, { manifests }),
  ]);
  const preview = await planPrune(client, inventory, plan, options);
  const report = await executePlan(client, plan, { clock, inventory });
  if (report.outcome !== "applied") return { plan, report, preview, prune: undefined };
  afterApply?.();
  const current = await planPrune(client, await readInventory(client, set, { manifests }), plan, options);
  return { plan, report, preview, prune: await executePrune(client, current, { clock, ...options }) };
}

/** `action Kind/name` of each result. */
export function brief(results: readonly { action: string; ref: ObjectRef }[]): string[] {
  return results.map(({ action, ref }) => `${action} ${ref.kind}/${ref.name}`);
}

/** An object as it can be compared: without what the server keeps by itself, and a Service without its address. */
export function comparable(object: Manifest | undefined): JsonObject {
  if (object === undefined) return {};
  const bare = withoutNoise(object);
  if (bare.kind !== "Service" || !isObject(bare.spec)) return bare;
  // Which address is given out depends on how many were before, also in dry-runs.
  const { clusterIP: _ip, clusterIPs: _ips, ...spec } = bare.spec;
  return { ...bare, spec };
}

/** A Deployment whose pods need a ConfigMap. */
export function webDeployment(configMap: string, spec: JsonObject = {}): Manifest {
  return manifest("apps/v1", "Deployment", "web", {
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "app", image: "app:1", envFrom: [{ configMapRef: { name: configMap } }] }] },
      },
      ...spec,
    },
  });
}

/** A ConfigMap. */
export function configMap(name: string, data: JsonObject = {}): Manifest {
  return manifest("v1", "ConfigMap", name, { data });
}
