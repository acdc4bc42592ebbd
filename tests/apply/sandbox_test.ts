import { deepEqual, equal } from "../assert.ts";
import { describePlan, diffPlan, executePlan, planApply, type PlanOptions, refusalOf } from "../../src/apply/mod.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createSandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { createVirtualClock, type VirtualClock } from "../kube/virtual_clock.ts";
import { manifest } from "./fake_cluster.ts";

const LATENCY_MS = 20;

/** A sandbox without controllers, and a client with the rights of a token. */
class World {
  readonly clock: VirtualClock = createVirtualClock();
  readonly sandbox = createSandbox({
    clock: this.clock,
    latencyMs: LATENCY_MS,
    controllers: false,
    users: [{ name: "admin", token: "admin", groups: ["system:masters"] }, { name: "poor", token: "poor", groups: [] }],
  });
  readonly client: KubeClient = createKubeClient(sandboxTransport(this.sandbox, "admin"), {
    clock: this.clock,
    random: { number: () => 0.5, bytes: (count) => new Uint8Array(count) },
  });

  constructor() {
    this.sandbox.create(manifest("v1", "Namespace", "shop"));
  }

  plan(manifests: Manifest[], options: Partial<PlanOptions> = {}) {
    return this.clock.drive(planApply(this.client, manifests, { namespace: "shop", ...options }));
  }

  /** Plans and applies; counts requests by kind and the round trips one after another. */
  async deploy(manifests: Manifest[], options: Partial<PlanOptions> = {}) {
    const [startMs, seen] = [this.clock.now(), this.sandbox.requests.length];
    const plan = await this.plan(manifests, options);
    const report = await this.clock.drive(executePlan(this.client, plan, { clock: this.clock }));
    const requests = this.sandbox.requests.slice(seen);
    const count = (isWanted: (request: typeof requests[number]) => boolean) => requests.filter(isWanted).length;
    return {
      report,
      actions: report.results.map(({ action, ref }) => `${action} ${ref.kind}/${ref.name}`),
      dryRuns: count(({ method, query }) => method === "PATCH" && query.dryRun === "All"),
      writes: count(({ method, query }) => method === "PATCH" && query.dryRun === undefined),
      reads: count(({ method }) => method === "GET"),
      roundTrips: (this.clock.now() - startMs) / LATENCY_MS,
    };
  }
}

function deployment(image = "app:1", spec: JsonObject = {}): Manifest {
  return manifest("apps/v1", "Deployment", "api", {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: "api" } },
      template: { metadata: { labels: { app: "api" } }, spec: { containers: [{ name: "app", image }] } },
      ...spec,
    },
  });
}

const SERVICE = manifest("v1", "Service", "api", { spec: { selector: { app: "api" }, ports: [{ port: 80 }] } });
const DEFINITION = manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
    versions: [{
      name: "v1",
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", properties: { size: { type: "integer" } } } },
        },
      },
    }],
  },
});

Deno.test("a first deploy costs a dry-run and a write per object, in three round trips", async () => {
  const { actions, dryRuns, writes, reads, roundTrips } = await new World().deploy([deployment(), SERVICE]);
  deepEqual(actions, ["created Service/api", "created Deployment/api"]);
  deepEqual({ dryRuns, writes, reads, roundTrips }, { dryRuns: 2, writes: 2, reads: 0, roundTrips: 3 });
});

Deno.test("a second deploy of the same writes nothing, although the server added its defaults", async () => {
  const world = new World();
  await world.deploy([deployment(), SERVICE]);
  const { actions, dryRuns, writes, reads, roundTrips } = await world.deploy([deployment(), SERVICE]);
  deepEqual(actions, ["unchanged Service/api", "unchanged Deployment/api"]);
  deepEqual({ dryRuns, writes, reads, roundTrips }, { dryRuns: 2, writes: 0, reads: 3, roundTrips: 2 });
});

Deno.test("a changed image is one write and rolls once", async () => {
  const world = new World();
  await world.deploy([deployment(), SERVICE]);
  const plan = await world.plan([deployment("app:2"), SERVICE]);
  equal(describePlan(plan), "1 to change, 1 unchanged; rolls 1 Deployment (2 pods)");
  const [diff] = await diffPlan(plan, { context: 0 });
  deepEqual(diff?.text.split("\n").slice(3, 5), ["-      - image: app:1", "+      - image: app:2"]);
  const { writes, actions } = await world.deploy([deployment("app:2"), SERVICE]);
  deepEqual([writes, actions], [1, ["unchanged Service/api", "configured Deployment/api"]]);
});

Deno.test("what others changed beside the overlay stays and is no change", async () => {
  const world = new World();
  await world.deploy([deployment()]);
  const ref = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "api" };
  const stamp = { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } } } } };
  await world.clock.drive(world.client.patch(ref, "merge", stamp, { fieldManager: "kstage-restart" }));
  deepEqual((await world.deploy([deployment()])).actions, ["unchanged Deployment/api"]);
});

Deno.test("a field that leaves the overlay leaves the object", async () => {
  const world = new World();
  await world.deploy([manifest("v1", "ConfigMap", "c", { data: { a: "1", b: "2" } })]);
  const plan = await world.plan([manifest("v1", "ConfigMap", "c", { data: { a: "1" } })]);
  deepEqual(plan.changes.map((change) => change.kind === "update" && change.paths), [[".data.b"]]);
});

Deno.test("namespace, definition and what needs them go into an empty cluster in one apply", async () => {
  const world = new World();
  const manifests = [
    manifest("example.com/v1", "Widget", "w", { spec: { size: 3 } }),
    deployment(),
    DEFINITION,
    manifest("v1", "Namespace", "fresh"),
    manifest("v1", "Secret", "s", { stringData: { password: "hunter22" } }),
  ];
  const first = await world.deploy(manifests, { namespace: "fresh" });
  deepEqual(first.actions, [
    "created Namespace/fresh",
    "created CustomResourceDefinition/widgets.example.com",
    "created Secret/s",
    "created Deployment/api",
    "created Widget/w",
  ]);
  deepEqual([first.dryRuns, first.writes], [5, 5]);
  const second = await world.deploy(manifests, { namespace: "fresh" });
  deepEqual([second.writes, second.actions.every((action) => action.startsWith("unchanged"))], [0, true]);
});

Deno.test("refusals of every kind are told at once, and nothing is written", async () => {
  const world = new World();
  await world.deploy([deployment()]);
  const ref = { apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "theirs" };
  const theirs = {
    ...manifest("v1", "ConfigMap", "theirs", { data: { a: "1" } }),
    metadata: { name: "theirs", namespace: "shop" },
  };
  await world.clock.drive(world.client.apply(theirs, { fieldManager: "them" }));
  const manifests = [
    deployment("app:1", { selector: { matchLabels: { app: "other" } } }),
    manifest("v1", "Service", "bad", { spec: { ports: [{ port: 99999 }] } }),
    manifest("v1", "ConfigMap", "theirs", { data: { a: "2" } }),
    manifest("apps/v1", "Deploymnet", "typo"),
    manifest("v1", "ConfigMap", "odd", { dta: {} }),
    manifest("v1", "ConfigMap", "good"),
  ];
  const plan = await world.plan(manifests);
  deepEqual(plan.changes.map(({ kind, ref }) => `${kind} ${ref.kind}/${ref.name}`), [
    "conflict ConfigMap/theirs",
    "refused ConfigMap/odd",
    "create ConfigMap/good",
    "refused Service/bad",
    "refused Deployment/api",
    "refused Deploymnet/typo",
  ]);
  const error = refusalOf(plan);
  deepEqual([error?.code, error?.message.split("\n")[0]], [
    "REFUSED",
    "Cannot apply 5 of 6 objects: nothing was written",
  ]);
  deepEqual((await world.clock.drive(world.client.get(ref)))?.data, { a: "1" });
  equal(await world.clock.drive(world.client.get({ ...ref, name: "good" })), undefined);
});

Deno.test("an immutable field is told as such", async () => {
  const world = new World();
  await world.deploy([deployment()]);
  const labels = { app: "other" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:1" }] } };
  const plan = await world.plan([deployment("app:1", { selector: { matchLabels: labels }, template })]);
  deepEqual(plan.changes.map((change) => change.kind === "immutable" && change.fields), [["spec.selector"]]);
});

Deno.test("a token without permissions is told the rules for all objects", async () => {
  const world = new World();
  const client = createKubeClient(sandboxTransport(world.sandbox, "poor"), {
    clock: world.clock,
    random: { number: () => 0.5, bytes: (count) => new Uint8Array(count) },
  });
  const plan = await world.clock.drive(planApply(client, [deployment(), SERVICE], { namespace: "shop" }));
  const error = refusalOf(plan);
  equal(error?.code, "FORBIDDEN");
  equal(error?.hint?.match(/resources:/g)?.length, 2);
});

Deno.test("a two-hundred-object deploy keeps its budget", async () => {
  const world = new World();
  const manifests = Array.from(
    { length: 200 },
    (_, i) => manifest("v1", "ConfigMap", `c${i}`, { data: { i: String(i) } }),
  );
  const first = await world.deploy(manifests);
  deepEqual([first.dryRuns, first.writes, first.reads, first.roundTrips], [200, 200, 0, 8]);
  const second = await world.deploy(manifests);
  deepEqual([second.writes, second.report.outcome], [0, "applied"]);
});

Deno.test("objects of client-side apply are taken over, and what left the overlay goes", async () => {
  const world = new World();
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const old = manifest("v1", "ConfigMap", "c", { data: { kept: "1", gone: "2" } });
  const metadata = { name: "c", namespace: "shop", annotations: { [annotation]: JSON.stringify(old) } };
  await world.clock.drive(world.client.create({ ...old, metadata }, { fieldManager: "kubectl-client-side-apply" }));
  const desired = manifest("v1", "ConfigMap", "c", { data: { kept: "changed" } });
  const plan = await world.plan([desired]);
  deepEqual(plan.changes.map((change) => change.kind === "update" && [change.paths, change.takesOver]), [
    [[".data.kept", ".data.gone"], ["kubectl-client-side-apply"]],
  ]);
  const { actions, report } = await world.deploy([desired]);
  deepEqual(actions, ["configured ConfigMap/c"]);
  deepEqual(report.results[0]?.object?.data, { kept: "changed" });
  deepEqual((await world.deploy([desired])).actions, ["unchanged ConfigMap/c"]);
});
