import { deepEqual, equal, rejects } from "../assert.ts";
import { planApply, type PlanOptions } from "../../src/apply/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createFakeCluster, manifest } from "./fake_cluster.ts";

/** Plans without a server; gives the objects as they would be sent. */
async function prepare(manifests: Manifest[], options: Partial<PlanOptions> = {}): Promise<Manifest[]> {
  const cluster = createFakeCluster();
  const plan = await planApply(cluster.client, manifests, { namespace: "shop", clientOnly: true, ...options });
  equal(cluster.transport.requests.length, 0);
  return plan.changes.map(({ desired }) => desired);
}

function inNamespace(namespace: string): Manifest {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "api", namespace } };
}

Deno.test("an object without a namespace gets the context's; an empty one counts as none", async () => {
  for (const object of [manifest("v1", "Service", "api"), inNamespace("")]) {
    deepEqual((await prepare([object]))[0]?.metadata, { name: "api", namespace: "shop" });
  }
});

Deno.test("an object's own namespace stays", async () => {
  deepEqual((await prepare([inNamespace("other")]))[0]?.metadata.namespace, "other");
});

Deno.test("a cluster-scoped object has no namespace, even if its manifest names one", async () => {
  const role: Manifest = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "r", namespace: "x" },
  };
  deepEqual((await prepare([role], { requireNamespace: true }))[0]?.metadata, { name: "r" });
});

Deno.test("another namespace than the one asked for is refused", async () => {
  await rejects(prepare([inNamespace("other")], { requireNamespace: true }), {
    name: "ApplyError",
    code: "NAMESPACE_MISMATCH",
    message: 'Cannot apply service/api: its namespace "other" does not match the namespace "shop" that was asked for',
    hint: "Use --namespace=other, or leave --namespace out",
  });
  equal((await prepare([inNamespace("shop")], { requireNamespace: true })).length, 1);
});

Deno.test("the same object twice is refused, whatever the version and however its namespace is written", async () => {
  const hpa = (apiVersion: string) => manifest(apiVersion, "HorizontalPodAutoscaler", "h");
  await rejects(prepare([hpa("autoscaling/v1"), hpa("autoscaling/v2")]), { code: "DUPLICATE" });
  await rejects(prepare([manifest("v1", "Service", "api"), inNamespace("shop")]), {
    code: "DUPLICATE",
    message: "Cannot apply service/api in namespace shop: it is there more than once",
  });
  equal((await prepare([inNamespace("a"), inNamespace("b")])).length, 2);
});

Deno.test("what is no object that can be applied is refused with its number", async () => {
  const broken: [unknown, string][] = [
    [{ kind: "X", metadata: { name: "x" } }, "Cannot apply a X (number 2): it has no apiVersion"],
    [{ apiVersion: "v1", metadata: { name: "x" } }, "Cannot apply an object (number 2): it has no kind"],
    [{ apiVersion: "v1", kind: "Pod" }, "Cannot apply a Pod (number 2): it has no metadata.name"],
    [
      { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "j-" } },
      "Cannot apply a Job (number 2): it has metadata.generateName in place of metadata.name",
    ],
  ];
  for (const [object, message] of broken) {
    await rejects(prepare([inNamespace("a"), object as Manifest]), { code: "MANIFEST_INVALID", message });
  }
});

Deno.test("inside a rank the manifests keep their order", async () => {
  const names = ["c", "a", "b"];
  const prepared = await prepare([
    manifest("v1", "Service", "s"),
    ...names.map((name) => manifest("v1", "ConfigMap", name)),
  ]);
  deepEqual(prepared.map(({ metadata }) => metadata.name), ["c", "a", "b", "s"]);
});

Deno.test("preparing changes nothing in the manifests given", async () => {
  const given = manifest("v1", "Service", "api");
  await prepare([given]);
  deepEqual(given, { apiVersion: "v1", kind: "Service", metadata: { name: "api" } });
});
