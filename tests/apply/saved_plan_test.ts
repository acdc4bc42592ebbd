import { deepEqual, equal, ok, rejects } from "../assert.ts";
import fc from "fast-check";
import {
  describeChanges,
  describePlan,
  executePlan,
  executePrune,
  identifyCluster,
  type Plan,
  planApply,
  type PlanOptions,
  planPrune,
  type PrunePlan,
  readInventory,
  readPlan,
  restrictPrune,
  verifyPlan,
  writePlan,
} from "../../src/apply/mod.ts";
// Not part of the folder's face: what must not be read from a file is worth a test of its own.
import { hashOf, sealSecret } from "../../src/apply/seal.ts";
import { type JsonObject, parseJson } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { refusal } from "../kube/fake_transport.ts";
import { manifest } from "./fake_cluster.ts";
import { brief, comparable, configMap, SandboxWorld, webDeployment } from "./sandbox_world.ts";

const SERVER = "https://cluster.example.com";
const PASSWORD = "correct horse battery staple";
const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count).fill(7) };
const WEB = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

function secret(password: string): Manifest {
  return manifest("v1", "Secret", "login", { stringData: { password }, data: { user: btoa("admin") } });
}

async function save(world: SandboxWorld, plan: Plan, prune?: PrunePlan): Promise<string> {
  const cluster = await world.drive(identifyCluster(world.client, { server: SERVER, namespace: "shop" }));
  return await writePlan(plan, {
    cluster,
    nowMs: world.clock.now(),
    random,
    ...(prune === undefined ? {} : { prune }),
  });
}

/** Plans and saves. */
async function planAndSave(
  world: SandboxWorld,
  manifests: Manifest[],
  options: Partial<PlanOptions> = {},
): Promise<string> {
  return await save(world, await world.plan(manifests, options));
}

/** Reads, verifies and carries out. */
async function carryOut(world: SandboxWorld, text: string, manifests: Manifest[] = [], server = SERVER) {
  const saved = await readPlan(text, { manifests });
  // Hashing takes no time of the clock: what awaits it can't be driven by it.
  const plan = await verifyPlan(world.client, saved, { server });
  return await world.drive(executePlan(world.client, plan, { clock: world.clock }));
}

function createdWorld(): Promise<SandboxWorld> {
  return SandboxWorld.create({ latencyMs: 0 });
}

Deno.test("a saved plan leaves the same as the plan itself", async () => {
  const first = [configMap("a", { a: "1" }), configMap("same"), webDeployment("a"), secret("old")];
  const second = [
    manifest("v1", "Namespace", "fresh"),
    { ...configMap("inside"), metadata: { name: "inside", namespace: "fresh" } },
    configMap("a", { a: "2" }),
    configMap("same"),
    configMap("new"),
    webDeployment("a", { replicas: 3 }),
    secret("new"),
  ];
  const [direct, saved] = await Promise.all([createdWorld(), createdWorld()]);
  for (const world of [direct, saved]) await world.apply(first);
  const report = await direct.apply(second);
  const text = await planAndSave(saved, second);
  const later = await carryOut(saved, text, second);
  deepEqual(brief(later.results), brief(report.results));
  const stateOf = (world: SandboxWorld) =>
    ["shop", "fresh"].flatMap((namespace) => world.sandbox.store.listNamespace(namespace)).map(comparable);
  deepEqual(stateOf(saved), stateOf(direct));
});

Deno.test("a saved plan tells what it does as the plan did", async () => {
  const world = await createdWorld();
  await world.apply([webDeployment("a"), configMap("c")]);
  const labels = { app: "other" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "app", image: "app:2" }] } };
  const recreated = webDeployment("a", { selector: { matchLabels: labels }, template });
  const manifests = [recreated, configMap("c", { a: "1" }), configMap("new")];
  const plan = await world.plan(manifests, { recreate: true });
  const saved = await readPlan(await save(world, plan));
  const again = await verifyPlan(world.client, saved, { server: SERVER });
  deepEqual([describePlan(again), describeChanges(again)], [describePlan(plan), describeChanges(plan)]);
});

Deno.test("no value of a Secret is in the file, and no hash that tells equal values apart from others", async () => {
  const world = await createdWorld();
  await world.apply([{ ...secret("first"), metadata: { name: "changed" } }, {
    ...secret(PASSWORD),
    metadata: { name: "same" },
  }]);
  const manifests = ["login", "changed", "same"].map((name) => ({ ...secret(PASSWORD), metadata: { name } }));
  const text = await planAndSave(world, manifests);
  for (const value of [PASSWORD, btoa(PASSWORD), "first", btoa("first"), "admin", btoa("admin")]) {
    ok(!text.includes(value), value);
  }
  const document = parseJson(text) as { changes: JsonObject[] };
  const seals = document.changes.map(({ sealed }) => sealed).filter((seal) => seal !== undefined);
  equal(new Set(seals).size, 2);
  ok(document.changes.every(({ mark }) => (mark as JsonObject | undefined)?.fingerprint === undefined));
});

Deno.test("the values of Secrets come from the manifests that the plan was made from, or it is not carried out", async () => {
  const world = await createdWorld();
  const text = await planAndSave(world, [secret(PASSWORD)]);
  const hint = "Give the overlay or the manifests that the plan was made from, unchanged, beside the plan";
  await rejects(readPlan(text), {
    code: "PLAN_INCOMPLETE",
    message: "Cannot carry out the plan: it holds no values of Secrets, and nothing else gives those of secret/login " +
      "in namespace shop",
    hint,
  });
  await rejects(readPlan(text, { manifests: [secret("other")] }), {
    code: "PLAN_INCOMPLETE",
    message:
      "Cannot carry out the plan: the manifests have other values than the plan was made with for secret/login " +
      "in namespace shop",
    hint,
  });
  await carryOut(world, text, [secret(PASSWORD)]);
  const live = world.get({ apiVersion: "v1", kind: "Secret", namespace: "shop", name: "login" });
  deepEqual(live?.data, { user: btoa("admin"), password: btoa(PASSWORD) });
  // A Secret that is as it should be is not written: its values are not needed.
  const unchanged = await planAndSave(world, [secret(PASSWORD), configMap("a")]);
  deepEqual(
    brief((await carryOut(world, unchanged)).results),
    ["unchanged Secret/login", "created ConfigMap/a"],
  );
});

Deno.test("a plan whose objects have changed is not carried out, and says which", async () => {
  const world = await createdWorld();
  const before = ["changed", "gone", "again", "same"].map((name) => configMap(name, { a: "1" }));
  await world.apply(before);
  const after = [...before.slice(0, 3).map(({ metadata }) => configMap(metadata.name, { a: "2" })), before[3]!];
  const text = await planAndSave(world, [...after, configMap("new")]);
  const ref = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name });
  const { store } = world.sandbox;
  store.update({ ...world.get(ref("changed"))!, data: { a: "theirs" } });
  store.remove(ref("gone"));
  store.remove(ref("again"));
  for (const name of ["again", "new"]) {
    world.sandbox.create({ ...configMap(name), metadata: { name, namespace: "shop" } });
  }
  const count = world.sandbox.requests.length;
  await rejects(carryOut(world, text), {
    code: "PLAN_STALE",
    message: "Cannot carry out the plan: the cluster has changed since it was made, at 2026-01-01T00:00:00.000Z\n" +
      "  configmap/changed in namespace shop: it has changed\n" +
      "  configmap/gone in namespace shop: it is gone\n" +
      "  configmap/again in namespace shop: it was deleted and created anew\n" +
      "  configmap/new in namespace shop: it is there by now",
  });
  ok(world.sandbox.requests.slice(count).every(({ method }) => method === "GET"));
});

Deno.test("a status, and the number of pods that an autoscaler has set meanwhile, do not make a plan stale", async () => {
  const world = await SandboxWorld.create({ controllers: true, latencyMs: 0 });
  const autoscaler = manifest("autoscaling/v2", "HorizontalPodAutoscaler", "web", {
    metadata: { name: "web", annotations: { "sandbox.kstage.dev/recommended-replicas": "3" } },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      minReplicas: 1,
      maxReplicas: 9,
    },
  });
  await world.apply([webDeployment("a"), autoscaler, configMap("a")]);
  await world.settle(2);
  const text = await planAndSave(world, [webDeployment("b"), autoscaler, configMap("a")]);
  const live = world.get({ ...autoscaler, ...WEB, apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" });
  const before = world.get(WEB)!.metadata.resourceVersion;
  world.sandbox.store.update({
    ...live!,
    metadata: { ...live!.metadata },
    status: { currentReplicas: 2, desiredReplicas: 2 },
  });
  world.sandbox.store.update({ ...world.get(WEB)!, spec: { ...world.get(WEB)!.spec as JsonObject, replicas: 5 } });
  ok(world.get(WEB)!.metadata.resourceVersion !== before);
  deepEqual(brief((await carryOut(world, text)).results), [
    "unchanged ConfigMap/a",
    "configured Deployment/web",
    "unchanged HorizontalPodAutoscaler/web",
  ]);
});

Deno.test("a plan is for one cluster", async () => {
  const [one, other] = await Promise.all([createdWorld(), createdWorld()]);
  // Each has the same uids, but for this one.
  other.sandbox.store.remove({ apiVersion: "v1", kind: "Namespace", name: "kube-system" });
  other.sandbox.create(manifest("v1", "Namespace", "kube-system"));
  const text = await planAndSave(one, [configMap("a")]);
  await rejects(carryOut(other, text), {
    code: "PLAN_STALE",
    message: "Cannot carry out the plan: it was made for another cluster: namespace/kube-system is not the same",
  });
  // The same cluster behind another address.
  equal((await carryOut(one, text, [], "https://10.0.0.1")).outcome, "applied");
});

Deno.test("a token that sees little knows its cluster by the namespace's copy of the CA, or else by the address", async () => {
  const world = await createdWorld();
  const forbidden = (...patterns: RegExp[]) =>
    world.clientOn({
      send: (request, signal) =>
        patterns.some((pattern) => pattern.test(request.path))
          ? Promise.resolve(refusal(403, "Forbidden", "unknown"))
          : world.transport.send(request, signal),
    });
  const options = { server: SERVER, namespace: "shop" };
  const namespaces = /^\/api\/v1\/namespaces\/[^/]+$/;
  const some = await world.drive(identifyCluster(forbidden(namespaces), options));
  equal(some.witness?.ref.name, "kube-root-ca.crt");
  const none = await world.drive(identifyCluster(forbidden(namespaces, /configmaps/), options));
  deepEqual(none, { server: SERVER });
  const plan = await world.plan([configMap("a")]);
  const text = await writePlan(plan, { cluster: none, nowMs: 0, random });
  await rejects(carryOut(world, text, [], "https://other"), { code: "PLAN_STALE" });
  equal((await carryOut(world, text)).outcome, "applied");
});

Deno.test("what is no plan, or was changed, is refused", async () => {
  const world = await createdWorld();
  const text = await planAndSave(world, [configMap("a", { a: "1" })]);
  const cases: [string, string][] = [
    [text.slice(0, 200), "Cannot read the plan: it is no JSON"],
    ["{}", "Cannot read the plan: it is something else"],
    ["[]", "Cannot read the plan: it is something else"],
    [
      text.replace("kstage.dev/v1", "kstage.dev/v2"),
      'Cannot read the plan: its apiVersion is "kstage.dev/v2", not "kstage.dev/v1"',
    ],
    [text.replace('"a": "1"', '"a": "2"'), "Cannot read the plan: it was changed after it was saved"],
  ];
  for (const [changed, message] of cases) await rejects(readPlan(changed), { code: "PLAN_INVALID", message });
  // Laid out in another way, it is the same plan.
  equal((await readPlan(JSON.stringify(JSON.parse(text)))).changes.length, 1);
});

Deno.test("a plan that could not be carried out is not saved", async () => {
  const world = await createdWorld();
  const bad = await world.plan([manifest("v1", "Service", "bad", { spec: { ports: [{ port: 99999 }] } })]);
  await rejects(save(world, bad), { code: "INVALID" });
  const unchecked = await world.plan([configMap("a")], { clientOnly: true });
  await rejects(save(world, unchecked), { code: "UNCHECKED" });
});

Deno.test("a saved plan prunes what it said and nothing beyond", async () => {
  const world = await createdWorld();
  await world.deploy([configMap("a"), configMap("b"), configMap("stays")]);
  const overlay = [configMap("stays")];
  const options = { namespace: "shop", applySet: world.set };
  const plan = await world.drive(planApply(world.client, overlay, options));
  const prune = await world.drive(
    readInventory(world.client, world.set).then((found) => planPrune(world.client, found, plan)),
  );
  const text = await save(world, plan, prune);
  // Meanwhile another deploy adds one that is not in the plan, and recreates one that is.
  await world.deploy([configMap("a"), configMap("late"), configMap("stays")]);
  await world.deploy([configMap("a"), configMap("b"), configMap("late"), configMap("stays")]);
  const saved = await readPlan(text);
  const verified = await verifyPlan(world.client, saved, { server: SERVER });
  equal((await world.drive(executePlan(world.client, verified, { clock: world.clock }))).outcome, "applied");
  const current = await world.drive(
    readInventory(world.client, world.set).then((found) => planPrune(world.client, found, verified)),
  );
  const report = await world.drive(
    executePrune(world.client, restrictPrune(current, saved.prune!), { clock: world.clock }),
  );
  deepEqual(report.results.map(({ action, ref, because }) => [action, ref.name, because]), [
    ["pruned", "a", undefined],
    ["kept", "b", "unplanned"],
    ["kept", "late", "unplanned"],
  ]);
});

Deno.test("a hash depends on the value, not on the order of its keys", async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse()) as JsonObject;
      equal(await hashOf(reversed), await hashOf(value as JsonObject));
      ok(await hashOf({ ...reversed, another: 1 }) !== await hashOf({ ...reversed, another: 2 }));
    }),
    { numRuns: 50 },
  );
});

Deno.test("a seal depends on values and salt", async () => {
  const seals = await Promise.all([
    sealSecret({ data: { a: "1" } }, "s"),
    sealSecret({ data: { a: "2" } }, "s"),
    sealSecret({ stringData: { a: "1" } }, "s"),
    sealSecret({ data: { a: "1" } }, "t"),
  ]);
  equal(new Set(seals).size, 4);
  equal(await sealSecret({ data: { a: "1" } }, "s"), seals[0]);
});
