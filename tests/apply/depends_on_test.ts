import { deepEqual, equal, rejects, throws } from "../assert.ts";
import { applyRank } from "../../src/apply/mod.ts";
// Not part of the folder's face: the order is worth a test of its own.
import { dependencyRanks, parseDependency } from "../../src/apply/depends_on.ts";
import { type Manifest, refKey, refOf } from "../../src/manifest/mod.ts";
import { manifest } from "./fake_cluster.ts";
import { brief, SandboxWorld } from "./sandbox_world.ts";

function dependent(kind: "ConfigMap" | "Service" | "Pod", name: string, on?: string): Manifest {
  const object = kind === "Service"
    ? manifest("v1", kind, name, { spec: { ports: [{ port: 80 }] } })
    : manifest("v1", kind, name);
  object.metadata.namespace = "shop";
  if (on !== undefined) object.metadata.annotations = { "config.kubernetes.io/depends-on": on };
  return object;
}

const config = (name: string, on?: string) => dependent("ConfigMap", name, on);
const onConfig = (...names: string[]) => names.map((name) => `/namespaces/shop/ConfigMap/${name}`).join(", ");

function order(...objects: Manifest[]): string[] {
  const ranks = dependencyRanks(objects.map((desired) => ({ ref: refOf(desired), desired })));
  const rankOf = (object: Manifest) => ranks.get(refKey(refOf(object)))!.rank;
  return objects.sort((a, b) => rankOf(a) - rankOf(b)).map(({ metadata }) => metadata.name);
}

Deno.test("an entry of the annotation names group, namespace, kind and name", () => {
  deepEqual(parseDependency("apps/namespaces/shop/StatefulSet/db"), {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    namespace: "shop",
    name: "db",
  });
  deepEqual(parseDependency("/namespaces/shop/Pod/p"), { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "p" });
  deepEqual(parseDependency("rbac.authorization.k8s.io/ClusterRole/r")?.kind, "ClusterRole");
  deepEqual(parseDependency("/Namespace/n"), { apiVersion: "v1", kind: "Namespace", name: "n" });
  for (
    const text of ["", "a", "a/b", "a/b/c/d", "apps/namespaces//Pod/x", "apps/namespaces/n/Pod/", "a//c", "a/b/c/d/e"]
  ) {
    equal(parseDependency(text), undefined, text);
  }
});

Deno.test("what another object names comes before it, whatever the order of the manifests", () => {
  deepEqual(order(config("c", onConfig("b")), config("b", onConfig("a")), config("a")), ["a", "b", "c"]);
  deepEqual(order(config("z", onConfig("a", "b")), config("b"), config("a")), ["b", "a", "z"]);
});

Deno.test("the order of kinds gives way where an object names one of a later kind", () => {
  const pod = dependent("Pod", "p");
  deepEqual(order(config("c", "/namespaces/shop/Pod/p"), pod, config("d")), ["d", "p", "c"]);
});

Deno.test("objects keep their rank where what they name comes before it anyway", () => {
  const objects = [config("a"), dependent("Pod", "p", onConfig("a"))];
  const ranks = dependencyRanks(objects.map((desired) => ({ ref: refOf(desired), desired })));
  deepEqual([...ranks.values()].map(({ rank }) => rank), objects.map((object) => applyRank(object)));
});

Deno.test("objects that name each other are refused with the way around", () => {
  const objects = [config("a", onConfig("b")), config("b", onConfig("c")), config("c", onConfig("b"))];
  throws(() => order(...objects), {
    code: "DEPENDENCY_CYCLE",
    message: "Cannot order the objects: configmap/b in namespace shop depends on configmap/c in namespace shop " +
      "depends on configmap/b in namespace shop",
  });
  const ranks = dependencyRanks(objects.map((desired) => ({ ref: refOf(desired), desired })), { onCycle: "ignore" });
  equal(ranks.size, 3);
});

Deno.test("an annotation that can't be read is refused with an example", async () => {
  const world = await SandboxWorld.create();
  await rejects(world.plan([config("a", "ConfigMap/b")]), {
    code: "MANIFEST_INVALID",
    message:
      'Cannot apply configmap/a in namespace shop: its annotation config.kubernetes.io/depends-on has "ConfigMap/b"',
    hint: "Write group/kind/name, or group/namespaces/NAMESPACE/kind/name, such as /namespaces/shop/ConfigMap/a",
  });
});

Deno.test("what is not among the objects is told and not waited for", async () => {
  const world = await SandboxWorld.create();
  const plan = await world.plan([config("a", onConfig("elsewhere"))]);
  deepEqual(plan.changes[0]?.warnings, [
    "It depends on configmap/elsewhere in namespace shop, which is not among the objects and is not waited for",
  ]);
});

Deno.test("objects of a rank are written in the order of what they name", async () => {
  const world = await SandboxWorld.create();
  await world.apply([config("c", onConfig("b")), config("b", onConfig("a")), config("a"), config("d")]);
  const writes = world.sandbox.requests.filter(({ method, query }) => method === "PATCH" && !query.dryRun);
  deepEqual(writes.map(({ path }) => path.split("/").at(-1)), ["a", "d", "b", "c"]);
});

Deno.test("what others name is waited for, if somebody can tell when it is ready", async () => {
  const world = await SandboxWorld.create();
  const overlay = [config("b", onConfig("a")), config("a"), dependent("Service", "s", onConfig("a", "b"))];
  const waits: string[][] = [];
  const waitUntilReady = (refs: readonly { name: string }[]) => {
    waits.push(refs.map(({ name }) => name));
    return Promise.resolve();
  };
  await world.apply(overlay, {}, { waitUntilReady });
  deepEqual(waits, [["a"], ["a", "b"]]);
  const failing = await world.apply([config("d", onConfig("c")), config("c")], {}, {
    waitUntilReady: () => Promise.reject(new Error("never ready")),
  });
  deepEqual([failing.outcome, brief(failing.results)], ["failed", ["created ConfigMap/c", "skipped ConfigMap/d"]]);
});

Deno.test("what is pruned goes before what it names", async () => {
  const world = await SandboxWorld.create();
  await world.deploy([config("a"), config("b", onConfig("a")), dependent("Service", "s")]);
  const { prune } = await world.deploy([dependent("Service", "s")]);
  deepEqual(brief(prune!.results), ["pruned ConfigMap/b", "pruned ConfigMap/a"]);
});
