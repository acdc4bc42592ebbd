import { deepEqual, equal } from "../assert.ts";
import { describeChanges, describePlan, planApply, refusalOf } from "../../src/apply/mod.ts";
// Not part of the folder's face: the fields that a conflict names are found by their paths.
import { withoutField } from "../../src/apply/left_fields.ts";
import { getPath, isObject, type JsonObject } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { manifest } from "./fake_cluster.ts";
import { brief, configMap, SandboxWorld, webDeployment } from "./sandbox_world.ts";

const WEB = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };

function autoscaler(name = "web"): Manifest {
  return manifest("autoscaling/v2", "HorizontalPodAutoscaler", name, {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      minReplicas: 1,
      maxReplicas: 9,
    },
  });
}

function web(replicas?: number, image = "app:1"): Manifest {
  const { replicas: _replicas, ...spec } = webDeployment("c").spec as JsonObject;
  const template = structuredClone(spec.template) as { spec: { containers: JsonObject[] } };
  template.spec.containers[0]!.image = image;
  return manifest("apps/v1", "Deployment", "web", {
    spec: { ...spec, template: template as unknown as JsonObject, ...(replicas === undefined ? {} : { replicas }) },
  });
}

/** What an autoscaler does: it writes through the scale subresource. */
async function scale(world: SandboxWorld, replicas: number): Promise<void> {
  await world.drive(world.client.request({
    method: "PATCH",
    path: "/apis/apps/v1/namespaces/shop/deployments/web/scale",
    query: { fieldManager: "kube-controller-manager" },
    headers: { "Content-Type": "application/merge-patch+json" },
    body: JSON.stringify({ spec: { replicas } }),
  }));
}

function replicasOf(world: SandboxWorld): unknown {
  return getPath(world.get(WEB), "spec", "replicas");
}

function ownersOfReplicas(world: SandboxWorld): unknown[] {
  const entries = world.get(WEB)!.metadata.managedFields as JsonObject[];
  return entries.filter((entry) => getPath(entry, "fieldsV1", "f:spec", "f:replicas") !== undefined)
    .map(({ manager }) => manager);
}

Deno.test("a new workload starts with the overlay's number of pods, which then is its autoscaler's affair", async () => {
  const world = await SandboxWorld.create();
  const plan = await world.plan([web(3), autoscaler()]);
  equal(describePlan(plan), "2 to create");
  equal(
    describeChanges(plan)[0]?.text,
    "create; starts 3 pods; from then on horizontalpodautoscaler/web decides how many",
  );
  await world.apply([web(3), autoscaler()]);
  equal(replicasOf(world), 3);
  deepEqual((await world.apply([web(3), autoscaler()])).results.map(({ action }) => action), [
    "unchanged",
    "unchanged",
  ]);
  await scale(world, 7);
  deepEqual(ownersOfReplicas(world), ["kube-controller-manager"]);
  deepEqual((await world.apply([web(3), autoscaler()])).results.map(({ action }) => action), [
    "unchanged",
    "unchanged",
  ]);
  await world.apply([web(5, "app:2"), autoscaler()]);
  deepEqual([replicasOf(world), ownersOfReplicas(world)], [7, ["kube-controller-manager"]]);
});

Deno.test("a workload that its autoscaler has not scaled yet keeps its number when something else changes", async () => {
  for (const replicas of [3, 4, undefined]) {
    const world = await SandboxWorld.create();
    await world.apply([web(3), autoscaler()]);
    const plan = await world.plan([web(replicas, "app:2"), autoscaler()]);
    const [change] = plan.changes;
    deepEqual(change?.kind === "update" && [change.paths, change.handsOver], [
      ['.spec.template.spec.containers[name="app"].image'],
      3,
    ]);
    await world.apply([web(replicas, "app:2"), autoscaler()]);
    deepEqual([replicasOf(world), ownersOfReplicas(world)], [3, ["kstage-handover"]]);
    await scale(world, 2);
    equal((await world.apply([web(replicas, "app:2"), autoscaler()])).results[0]?.action, "unchanged");
  }
});

Deno.test("in a new namespace, too, a workload starts with the overlay's number of pods", async () => {
  const world = await SandboxWorld.create();
  const place = (object: Manifest) => ({ ...object, metadata: { ...object.metadata, namespace: "fresh" } });
  await world.apply([manifest("v1", "Namespace", "fresh"), place(web(3)), place(autoscaler())]);
  equal(getPath(world.get({ ...WEB, namespace: "fresh" }), "spec", "replicas"), 3);
});

Deno.test("a workload that is recreated has as many pods as its autoscaler gave it", async () => {
  const world = await SandboxWorld.create();
  await world.apply([web(3), autoscaler()]);
  await scale(world, 7);
  const other = web(3);
  const spec = structuredClone(other.spec) as { selector: JsonObject; template: { metadata: JsonObject } };
  spec.selector = { matchLabels: { app: "other" } };
  spec.template.metadata = { labels: { app: "other" } };
  const changed = { ...other, spec: spec as unknown as JsonObject };
  const report = await world.apply([changed, autoscaler()], { recreate: true });
  deepEqual([report.results[0]?.action, replicasOf(world)], ["recreated", 7]);
});

Deno.test("the number of pods is left to an autoscaler of the cluster", async () => {
  const world = await SandboxWorld.create();
  await world.apply([web(3)]);
  world.sandbox.create({ ...autoscaler(), metadata: { name: "web", namespace: "shop" } });
  await scale(world, 7);
  const plan = await world.plan([web(4, "app:2")]);
  deepEqual(plan.changes.map((change) => change.kind === "update" && [change.paths, change.leaves]), [[
    ['.spec.template.spec.containers[name="app"].image'],
    [{ field: ".spec.replicas", to: "horizontalpodautoscaler/web" }],
  ]]);
  await world.apply([web(4, "app:2")]);
  deepEqual([replicasOf(world), ownersOfReplicas(world)], [7, ["kube-controller-manager"]]);
});

Deno.test("force takes no number of pods from an autoscaler", async () => {
  const world = await SandboxWorld.create();
  await world.apply([web(3)]);
  world.sandbox.create({ ...autoscaler(), metadata: { name: "web", namespace: "shop" } });
  await scale(world, 7);
  await world.apply([web(4)], { force: true });
  equal(replicasOf(world), 7);
});

Deno.test("a workload does not shrink to one pod when an autoscaler takes over the number that was ours", async () => {
  for (const replicas of [4, undefined]) {
    const world = await SandboxWorld.create();
    await world.apply([web(5)]);
    const seen: unknown[] = [];
    const unsubscribe = world.sandbox.store.subscribe(({ object }) => {
      if (object.kind === "Deployment") seen.push(getPath(object, "spec", "replicas"));
    });
    const plan = await world.plan([web(replicas), autoscaler()]);
    const [change] = plan.changes;
    deepEqual(change?.kind === "update" && [change.paths, change.handsOver], [[], 5]);
    await world.apply([web(replicas), autoscaler()]);
    unsubscribe();
    deepEqual([replicasOf(world), new Set(seen)], [5, new Set([5])]);
    deepEqual((await world.apply([web(replicas), autoscaler()])).results.map(({ action }) => action), [
      "unchanged",
      "unchanged",
    ]);
    await scale(world, 2);
    deepEqual(ownersOfReplicas(world), ["kube-controller-manager"]);
    deepEqual((await world.apply([web(replicas), autoscaler()])).results[0]?.action, "unchanged");
  }
});

Deno.test("also a number that kubectl apply set does not fall when an autoscaler takes it over", async () => {
  const world = await SandboxWorld.create();
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const old = web(5);
  const metadata = { name: "web", namespace: "shop", annotations: { [annotation]: JSON.stringify(old) } };
  await world.drive(world.client.create({ ...old, metadata }, { fieldManager: "kubectl-client-side-apply" }));
  await world.apply([web(5), autoscaler()]);
  equal(replicasOf(world), 5);
});

Deno.test("when the autoscaler has gone the number of the overlay is applied, without a conflict", async () => {
  const world = await SandboxWorld.create();
  await world.apply([web(3)]);
  const hpa = { ...autoscaler(), metadata: { name: "web", namespace: "shop" } };
  world.sandbox.create(hpa);
  await scale(world, 7);
  await world.apply([web(3)]);
  equal(replicasOf(world), 7);
  world.sandbox.store.remove({ apiVersion: hpa.apiVersion, kind: hpa.kind, namespace: "shop", name: "web" });
  const plan = await world.plan([web(3)]);
  equal(
    describeChanges(plan)[0]?.text,
    "change .spec.replicas; scales from 7 to 3 pods; takes fields from kube-controller-manager, as whom nobody acts any more",
  );
  await world.apply([web(3)]);
  deepEqual([replicasOf(world), ownersOfReplicas(world)], [3, ["kstage"]]);
});

Deno.test("where autoscalers may not be listed, a number that one has set is a conflict", async () => {
  const world = await SandboxWorld.create();
  await world.apply([web(3)]);
  await scale(world, 7);
  const client = world.clientOn({
    send: (request, signal) =>
      request.path.endsWith("/horizontalpodautoscalers")
        ? Promise.resolve(
          new Response(JSON.stringify({ kind: "Status", reason: "Forbidden", message: "unknown" }), {
            status: 403,
            headers: { "Content-Type": "application/json" },
          }),
        )
        : world.transport.send(request, signal),
  });
  const plan = await world.drive(planApply(client, [web(3)], { namespace: "shop" }));
  deepEqual(plan.changes.map(({ kind }) => kind), ["conflict"]);
});

/** A ConfigMap of which two others own a field each. */
async function contested(): Promise<SandboxWorld> {
  const world = await SandboxWorld.create();
  for (const manager of ["one", "two"]) {
    const part = configMap("c", { [manager]: "theirs" });
    part.metadata.namespace = "shop";
    await world.drive(world.client.apply(part, { fieldManager: manager }));
  }
  return world;
}

const OURS = configMap("c", { one: "ours", two: "ours", three: "ours" });

function dataOf(world: SandboxWorld): unknown {
  return world.get({ apiVersion: "v1", kind: "ConfigMap", namespace: "shop", name: "c" })?.data;
}

Deno.test("fields in conflict are left to the managers that are named, and that is told", async () => {
  const world = await contested();
  const plan = await world.plan([OURS], { ignoreConflictsWith: ["one", "two"] });
  equal(describeChanges(plan)[0]?.text, "change .data.three; leaves .data.one to one; leaves .data.two to two");
  const { results } = await world.apply([OURS], { ignoreConflictsWith: ["one", "two"] });
  deepEqual(brief(results), ["configured ConfigMap/c"]);
  deepEqual(dataOf(world), { one: "theirs", two: "theirs", three: "ours" });
  deepEqual((await world.apply([OURS], { ignoreConflictsWith: ["one", "two"] })).results[0]?.action, "unchanged");
});

Deno.test("conflicts with others stay conflicts", async () => {
  const world = await contested();
  const error = refusalOf(await world.plan([OURS], { ignoreConflictsWith: ["one"] }));
  deepEqual([error?.message, error?.hint], [
    'Cannot apply configmap/c in namespace shop: .data.two is owned by "two"',
    "Leave the fields to their owner with --ignore-conflicts-with=two or by removing them from the overlay, or take " +
    "them over with --force-conflicts",
  ]);
});

Deno.test("force takes from all but the managers that are named", async () => {
  const world = await contested();
  await world.apply([OURS], { ignoreConflictsWith: ["one"], force: true });
  deepEqual(dataOf(world), { one: "theirs", two: "ours", three: "ours" });
});

Deno.test("withoutField() finds what a conflict names", async (t) => {
  const [TCP, UDP]: JsonObject[] = [{ port: 80 }, { port: 80, protocol: "UDP" }];
  const spec = {
    "a.b": { c: 1 },
    a: { b: 2 },
    containers: [{ name: "x]y", image: "1" }, { name: "z", image: "2" }],
    ports: [TCP!, UDP!],
    set: ["one", "two"],
    list: [{ v: 1 }, { v: 2 }],
  };
  const cases: [string, JsonObject][] = [
    [".spec.a.b", { a: {} }],
    [".spec.a.b.c", { "a.b": {} }],
    ['.spec.containers[name="x]y"].image', { containers: [{ name: "x]y" }, spec.containers[1]!] }],
    ['.spec.containers[name="z"]', { containers: [spec.containers[0]!] }],
    ['.spec.ports[port=80,protocol="TCP"]', { ports: [UDP!] }],
    ['.spec.ports[port=80,protocol="UDP"]', { ports: [TCP!] }],
    ['.spec.set[="two"]', { set: ["one"] }],
    [".spec.list[1].v", { list: [{ v: 1 }, {}] }],
    [".spec.list", { list: undefined as never }],
  ];
  for (const [field, changed] of cases) {
    await t.step(field, () => {
      const object = manifest("v1", "X", "x", { spec: structuredClone(spec) as JsonObject });
      const wanted: JsonObject = { ...spec as JsonObject, ...changed };
      for (const key of Object.keys(wanted)) if (wanted[key] === undefined) delete wanted[key];
      // `.spec.a.b` is the key "a.b" where there is one; the field of "a" only without it.
      if (field === ".spec.a.b") {
        const { "a.b": _key, ...rest } = spec;
        deepEqual(withoutField(object, field)?.spec, rest);
      } else deepEqual(withoutField(object, field)?.spec, wanted);
      deepEqual(object.spec, spec, "the manifest stays as it is");
    });
  }
  for (const field of [".spec.nothing", ".spec.set[=3]", ".spec.list[7]", ".spec.a[0]", "spec", ".spec.containers[x"]) {
    await t.step(`not ${field}`, () => {
      const object = manifest("v1", "X", "x", { spec: structuredClone(spec) as JsonObject });
      equal(withoutField(object, field), undefined);
    });
  }
});

Deno.test("an object without a record of owners is taken over, and only what kubectl apply set", async (t) => {
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const old = configMap("c", { kept: "1", gone: "2" });
  const start = async (metadata: JsonObject) => {
    const world = await SandboxWorld.create();
    world.sandbox.store.create({
      ...old,
      metadata: { name: "c", namespace: "shop", uid: "u", ...metadata },
      data: { ...old.data as JsonObject, byOthers: "3" },
    }, { isTracked: true });
    return world;
  };
  const desired = configMap("c", { kept: "changed" });
  await t.step("with the annotation of kubectl apply", async () => {
    const world = await start({ annotations: { [annotation]: JSON.stringify(old), other: "x" } });
    const plan = await world.plan([desired]);
    deepEqual(plan.changes.map((change) => change.kind === "update" && change.paths), [[".data.kept", ".data.gone"]]);
    equal(describePlan(plan), "1 to change; takes 1 object over from kubectl apply");
    const report = await world.apply([desired]);
    deepEqual(report.results[0]?.object?.data, { kept: "changed", byOthers: "3" });
    deepEqual(report.results[0]?.object?.metadata.annotations, { other: "x" });
    deepEqual((await world.apply([desired])).results[0]?.action, "unchanged");
  });
  await t.step("with the record that another apply began", async () => {
    const world = await start({ annotations: { [annotation]: JSON.stringify(old) } });
    const theirs = configMap("c", { another: "4" });
    theirs.metadata.namespace = "shop";
    await world.drive(world.client.apply(theirs, { fieldManager: "them" }));
    const report = await world.apply([desired]);
    deepEqual(report.results[0]?.object?.data, { kept: "changed", byOthers: "3", another: "4" });
    const managers = report.results[0]!.object!.metadata.managedFields as JsonObject[];
    const owned = Object.fromEntries(
      managers.filter(isObject).map((
        { manager, fieldsV1 },
      ) => [manager, Object.keys(getPath(fieldsV1, "f:data") ?? {})]),
    );
    deepEqual(owned, { kstage: ["f:kept"], them: ["f:another"], "before-first-apply": [".", "f:byOthers"] });
  });
  await t.step("without that annotation only what is in conflict is taken", async () => {
    const world = await start({});
    const plan = await world.plan([desired]);
    equal(
      describeChanges(plan)[0]?.text,
      "change .data.kept; takes fields from before-first-apply, as whom nobody acts any more",
    );
    const report = await world.apply([desired]);
    deepEqual(report.results[0]?.object?.data, { kept: "changed", gone: "2", byOthers: "3" });
    deepEqual((await world.apply([desired])).results[0]?.action, "unchanged");
  });
  await t.step("unless that manager is to be ignored", async () => {
    const world = await start({ annotations: { [annotation]: JSON.stringify(old) } });
    await world.apply([desired], { ignoreConflictsWith: ["before-first-apply"] });
    deepEqual(dataOf(world), { kept: "1", gone: "2", byOthers: "3" });
  });
});
