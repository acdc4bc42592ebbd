import { deepEqual, equal, match, rejects } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { configMap, createFakeClient, json, listOf, notFound, pageNotFound, refusal } from "./fake_transport.ts";

const REF = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "settings" };
const DEPLOYMENT = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace: "shop" },
} as Manifest;

Deno.test("get() needs one request for a built-in kind", async () => {
  const { client, transport } = createFakeClient([json(configMap("settings"))]);
  equal((await client.get(REF))?.metadata.name, "settings");
  deepEqual(transport.log, ["GET /api/v1/namespaces/default/configmaps/settings"]);
});

Deno.test("get() answers undefined for an object that isn't there", async () => {
  const { client, transport } = createFakeClient([notFound("configmaps", "settings")]);
  equal(await client.get(REF), undefined);
  equal(transport.requests.length, 1);
});

Deno.test("get() leaves the namespace out for a cluster-scoped kind and encodes names", async () => {
  const { client, transport } = createFakeClient([json({})]);
  const apiVersion = "rbac.authorization.k8s.io/v1";
  await client.get({ apiVersion, kind: "ClusterRole", namespace: "x", name: "system:a/b" });
  deepEqual(transport.log, ["GET /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Aa%2Fb"]);
});

Deno.test("get() refuses a namespaced kind without a namespace before any request", async () => {
  const { client, transport } = createFakeClient([json({})]);
  await rejects(client.get({ apiVersion: "v1", kind: "Pod", name: "x" }), { code: "NAMESPACE_MISSING" });
  equal(transport.requests.length, 0);
});

Deno.test("list() puts pages together and names the items' kind", async () => {
  const pages = [listOf([{ metadata: { name: "a" } }], "7", "next"), listOf([{ metadata: { name: "b" } }], "7")];
  const { client, transport } = createFakeClient(pages, { pageSize: 1 });
  const query = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", labelSelector: "app=x" };
  deepEqual(await client.list(query), {
    resourceVersion: "7",
    items: [
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b" } },
    ],
  });
  deepEqual(transport.log, [
    "GET /api/v1/namespaces/default/configmaps?labelSelector=app=x&limit=1",
    "GET /api/v1/namespaces/default/configmaps?labelSelector=app=x&limit=1&continue=next",
  ]);
});

Deno.test("list() keeps what the caller wants of each object, from pages of the size that is asked for", async () => {
  const bulky = (name: string) => ({ metadata: { name, managedFields: [{ manager: "x" }] }, data: { a: "b" } });
  const pages = [listOf([bulky("a")], "7", "next"), listOf([bulky("b")], "7")];
  const { client, transport } = createFakeClient(pages);
  const keep = ({ apiVersion, kind, metadata: { name } }: Manifest): Manifest => ({
    apiVersion,
    kind,
    metadata: { name },
  });
  const { items } = await client.list({ apiVersion: "v1", kind: "ConfigMap", namespace: "default", pageSize: 1, keep });
  deepEqual(items, ["a", "b"].map((name) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } })));
  equal(transport.log.length, 2);
  match(transport.log[0]!, /limit=1$/);
});

Deno.test("list() starts again without pages when the snapshot expired", async () => {
  const expired = refusal(410, "Expired", "The provided continue parameter is too old");
  const { client, transport } = createFakeClient([listOf([configMap("a")], "7", "next"), expired, listOf([], "9")]);
  deepEqual(await client.list({ apiVersion: "v1", kind: "ConfigMap" }), { resourceVersion: "9", items: [] });
  equal(transport.log.at(-1), "GET /api/v1/configmaps");
});

Deno.test("apply() sends the manifest as JSON and reports creation and warnings", async () => {
  const answer = json(DEPLOYMENT, 201, { Warning: '299 - "a \\"b\\", c", 299 - "d"' });
  const { client, transport } = createFakeClient([answer]);
  const result = await client.apply(DEPLOYMENT, { fieldManager: "kstage", dryRun: true, force: true });
  deepEqual({ created: result.created, warnings: result.warnings }, { created: true, warnings: ['a "b", c', "d"] });
  const target = "/apis/apps/v1/namespaces/shop/deployments/api";
  deepEqual(transport.log, [`PATCH ${target}?fieldManager=kstage&dryRun=All&force=true&fieldValidation=Strict`]);
  equal(transport.requests[0]!.headers?.["Content-Type"], "application/apply-patch+yaml");
  deepEqual(JSON.parse(transport.requests[0]!.body!), DEPLOYMENT);
});

Deno.test("apply() keeps 64-bit integers exact both ways", async () => {
  const manifest = { ...DEPLOYMENT, spec: { big: 9223372036854775807n } } as Manifest;
  const { client, transport } = createFakeClient((request) =>
    new Response(request.body!, { headers: { "Content-Type": "application/json" } })
  );
  const { object } = await client.apply(manifest, { fieldManager: "kstage" });
  equal(transport.requests[0]!.body!.includes('"big":9223372036854775807'), true);
  deepEqual(object.spec, { big: 9223372036854775807n });
});

Deno.test("create() posts to the collection", async () => {
  const { client, transport } = createFakeClient([json(DEPLOYMENT, 201)]);
  await client.create(DEPLOYMENT, { fieldManager: "kstage" });
  deepEqual(transport.log, ["POST /apis/apps/v1/namespaces/shop/deployments?fieldManager=kstage"]);
});

Deno.test("patch() sends each format under its content type", async (t) => {
  for (
    const [type, contentType] of [
      ["merge", "application/merge-patch+json"],
      ["json", "application/json-patch+json"],
      ["strategic", "application/strategic-merge-patch+json"],
    ] as const
  ) {
    await t.step(type, async () => {
      const { client, transport } = createFakeClient([json(configMap("settings"))]);
      await client.patch(REF, type, { data: { a: "b" } });
      equal(transport.requests[0]!.headers?.["Content-Type"], contentType);
      equal(transport.requests[0]!.method, "PATCH");
    });
  }
});

Deno.test("delete() sends propagation and uid", async () => {
  const { client, transport } = createFakeClient([json({})]);
  await client.delete(REF, { propagation: "Foreground", uid: "u-1" });
  deepEqual(JSON.parse(transport.requests[0]!.body!), {
    apiVersion: "v1",
    kind: "DeleteOptions",
    propagationPolicy: "Foreground",
    preconditions: { uid: "u-1" },
  });
});

Deno.test("delete() sends the version that may be deleted", async () => {
  const { client, transport } = createFakeClient([json({})]);
  await client.delete(REF, { uid: "u-1", resourceVersion: "7" });
  deepEqual(JSON.parse(transport.requests[0]!.body!).preconditions, { uid: "u-1", resourceVersion: "7" });
});

Deno.test("delete() gives the object as long as something keeps it", async (t) => {
  const at = { deletionTimestamp: "2026-01-01T00:00:00Z" };
  const withMetadata = (metadata: JsonObject) => ({
    ...configMap("settings"),
    metadata: { name: "settings", ...metadata },
  });
  const cases: [string, JsonObject, boolean][] = [
    ["a Status", { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" }, false],
    ["the object as it was", configMap("settings"), false],
    ["no time to stop", withMetadata({ ...at, deletionGracePeriodSeconds: 0 }), false],
    ["time to stop", withMetadata({ ...at, deletionGracePeriodSeconds: 30 }), true],
    ["a finalizer", withMetadata({ ...at, deletionGracePeriodSeconds: 0, finalizers: ["a/b"] }), true],
    ["a namespace's finalizer", { ...withMetadata(at), spec: { finalizers: ["kubernetes"] } }, true],
  ];
  for (const [name, answer, isKept] of cases) {
    await t.step(name, async () => {
      const { client } = createFakeClient([json(answer)]);
      equal((await client.delete(REF)) !== undefined, isKept);
    });
  }
});

Deno.test("delete() rejects for an object that isn't there, but not when its own lost answer removed it", async () => {
  const missing = createFakeClient([notFound("configmaps", "settings")]);
  await rejects(missing.client.delete(REF), { code: "NOT_FOUND" });
  const unavailable = refusal(503, "ServiceUnavailable", "apiserver is shutting down");
  const repeated = createFakeClient([unavailable, notFound("configmaps", "settings")]);
  await repeated.clock.drive(repeated.client.delete(REF));
});

Deno.test("logs() returns the text", async () => {
  const { client, transport } = createFakeClient([
    new Response("one\ntwo\n", { headers: { "Content-Type": "text/plain" } }),
  ]);
  const pod = { apiVersion: "v1", kind: "Pod", namespace: "default", name: "web" };
  equal(await client.logs(pod, { container: "c", previous: true, tailLines: 5 }), "one\ntwo\n");
  deepEqual(transport.log, ["GET /api/v1/namespaces/default/pods/web/log?container=c&previous=true&tailLines=5"]);
});

Deno.test("a built-in kind that an old server hasn't got is found out by discovery, with the version to use", async () => {
  const { client, transport } = createFakeClient((request) => {
    if (request.path === "/apis/policy") {
      return json({
        preferredVersion: { groupVersion: "policy/v1beta1" },
        versions: [{ groupVersion: "policy/v1beta1" }],
      });
    }
    if (request.path !== "/apis/policy/v1beta1") return pageNotFound();
    return json({
      resources: [{ name: "poddisruptionbudgets", kind: "PodDisruptionBudget", namespaced: true, verbs: [] }],
    });
  });
  const budget = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name: "b", namespace: "d" } };
  await rejects(client.apply(budget as Manifest, { fieldManager: "kstage" }), {
    name: "ApiError",
    code: "KIND_UNKNOWN",
    message:
      'Cannot apply poddisruptionbudget/b in namespace d: the server has no kind "PodDisruptionBudget" in "policy/v1"',
    hint: "The server offers PodDisruptionBudget as policy/v1beta1: change the object's apiVersion",
  });
  equal(transport.log.includes("GET /apis/policy/v1"), true);
});

Deno.test("requests in flight reject with the signal's reason when it is aborted", async () => {
  const { client } = createFakeClient(() => new Promise(() => {}));
  const abort = new AbortController();
  const pending = client.get(REF, abort.signal);
  abort.abort(new Error("enough"));
  await rejects(pending, { message: "enough" });
  await rejects(client.get(REF, abort.signal), { message: "enough" });
});
