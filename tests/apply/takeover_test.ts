import { deepEqual, equal } from "../assert.ts";
import { describePlan, executePlan, planApply } from "../../src/apply/mod.ts";
// Not part of the folder's face: what is sent to the server is worth a test of its own.
import { clientSideManagers, upgradeManagedFields, withoutGone } from "../../src/apply/takeover.ts";
import type { JsonObject, JsonValue } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { json, refusal } from "../kube/fake_transport.ts";
import { createFakeCluster, manifest, SHOP } from "./fake_cluster.ts";

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
const PATH = "/api/v1/namespaces/shop/configmaps/c";
const OWNS_ANNOTATION = { "f:metadata": { "f:annotations": { [`f:${ANNOTATION}`]: {} } } };

/** A ConfigMap as `kubectl apply` leaves it. */
function applied(data: JsonObject, entries: JsonObject[]): Manifest {
  const lastApplied = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" }, data });
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "c",
      namespace: "shop",
      resourceVersion: "7",
      annotations: { [ANNOTATION]: lastApplied },
      managedFields: entries,
    },
    data,
  };
}

function entry(manager: string, operation: string, fieldsV1: JsonObject, rest: JsonObject = {}): JsonObject {
  return { manager, operation, apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1, ...rest };
}

const BY_KUBECTL = entry("kubectl-client-side-apply", "Update", {
  ...OWNS_ANNOTATION,
  "f:data": { "f:a": {}, "f:b": {} },
});

Deno.test("client-side managers are those whose updates own the annotation of kubectl apply", () => {
  const others = [
    entry("kubectl-edit", "Update", { "f:data": {} }),
    entry("other", "Apply", OWNS_ANNOTATION),
    entry("status", "Update", OWNS_ANNOTATION, { subresource: "status" }),
  ];
  deepEqual(clientSideManagers(applied({}, [BY_KUBECTL, ...others])), ["kubectl-client-side-apply"]);
  deepEqual(clientSideManagers(applied({}, others)), []);
  deepEqual(clientSideManagers(manifest("v1", "ConfigMap", "c")), []);
});

Deno.test("upgradeManagedFields() makes the entry of kubectl apply ours", () => {
  const other = entry("other", "Update", { "f:data": { "f:z": {} } });
  deepEqual(upgradeManagedFields(applied({}, [other, BY_KUBECTL]), ["kubectl-client-side-apply"], "kstage"), [
    { ...BY_KUBECTL, manager: "kstage", operation: "Apply" },
    other,
  ]);
});

Deno.test("upgradeManagedFields() unites it with ours where we have one already", () => {
  const ours = entry("kstage", "Apply", { "f:data": { "f:a": {}, "f:c": {} } });
  const old = entry("kubectl-client-side-apply", "Update", { "f:data": { "f:x": {} } }, { apiVersion: "v0" });
  deepEqual(upgradeManagedFields(applied({}, [BY_KUBECTL, ours, old]), ["kubectl-client-side-apply"], "kstage"), [
    entry("kstage", "Apply", { "f:data": { "f:a": {}, "f:c": {}, "f:b": {} }, ...OWNS_ANNOTATION }),
  ]);
});

Deno.test("withoutGone() removes what was applied last time and is not applied any more", () => {
  const live = applied({ kept: "1", gone: "2" }, []);
  const desired = manifest("v1", "ConfigMap", "c", { data: { kept: "1" } });
  const result = { ...live, data: { kept: "1", gone: "2", byOthers: "3" } };
  deepEqual(withoutGone(result, live, desired).data, { kept: "1", byOthers: "3" });
  deepEqual(result.data, { kept: "1", gone: "2", byOthers: "3" }, "its argument stays as it is");
});

Deno.test("withoutGone() knows items of lists by their names", () => {
  const pods = (...containers: JsonValue[]) => manifest("v1", "X", "x", { spec: { containers } });
  const [a, b, injected] = [{ name: "a", env: [{ name: "E" }, { name: "F" }] }, { name: "b" }, { name: "injected" }];
  const before = pods(a, b);
  const live = { ...before, metadata: { name: "x", annotations: { [ANNOTATION]: JSON.stringify(before) } } };
  const desired = pods({ name: "a", env: [{ name: "F" }] });
  deepEqual(withoutGone(pods(a, b, injected), live, desired).spec, {
    containers: [{ name: "a", env: [{ name: "F" }] }, injected],
  });
});

Deno.test("an object of kubectl apply is taken over: dry-run, read, dry-run by force, patch of the owners, apply", async () => {
  const live = applied({ a: "1", b: "2" }, [BY_KUBECTL]);
  const conflict = refusal(409, "Conflict", "Apply failed with 1 conflict", {
    causes: [{
      reason: "FieldManagerConflict",
      field: ".data.a",
      message: 'conflict with "kubectl-client-side-apply" using v1',
    }],
  });
  const stale = refusal(
    409,
    "Conflict",
    'Operation cannot be fulfilled on configmaps "c": the object has been modified',
  );
  let owner = "kubectl";
  let patches = 0;
  const cluster = createFakeCluster({
    objects: { ...SHOP, [PATH]: live },
    intercept: ({ method, headers, query }) => {
      if (method !== "PATCH") return undefined;
      if (headers?.["Content-Type"] !== "application/json-patch+json") {
        return owner === "kubectl" && !query?.force ? conflict : undefined;
      }
      if (++patches === 1) return stale;
      owner = "kstage";
      return json(live);
    },
  });
  const desired = manifest("v1", "ConfigMap", "c", { data: { a: "new" } });
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, [desired], { namespace: "shop" }));
  const [change] = plan.changes;
  deepEqual(change?.kind === "update" && [change.paths, change.takesOver], [
    [".data.a", ".data.b"],
    ["kubectl-client-side-apply"],
  ]);
  equal(describePlan(plan), "1 to change; takes 1 object over from kubectl apply");
  const { value: report } = await cluster.measure(() => executePlan(cluster.client, plan, { clock: cluster.clock }));
  equal(report.outcome, "applied");
  deepEqual(cluster.steps.map((step) => step.split(" ")[0]), [
    "dry-run",
    "get",
    "dry-run",
    "write",
    "get",
    "write",
    "write",
  ]);
  const patch = JSON.parse(cluster.transport.requests.at(-2)!.body!);
  deepEqual(patch.map(({ op, path }: Record<string, string>) => `${op} ${path}`), [
    "replace /metadata/managedFields",
    "replace /metadata/resourceVersion",
  ]);
  equal(patch[1].value, "7");
  equal(cluster.transport.requests.at(-1)!.query?.force, undefined);
});

Deno.test("a conflict with anyone else beside kubectl apply is not taken over", async () => {
  const live = applied({ a: "1" }, [BY_KUBECTL, entry("kubectl-edit", "Update", {})]);
  const cause = (manager: string) => ({
    reason: "FieldManagerConflict",
    field: ".data.a",
    message: `conflict with "${manager}" using v1`,
  });
  const conflict = refusal(409, "Conflict", "Apply failed with 2 conflicts", {
    causes: [cause("kubectl-client-side-apply"), cause("kubectl-edit")],
  });
  const cluster = createFakeCluster({
    objects: { ...SHOP, [PATH]: live },
    intercept: ({ method }) => method === "PATCH" ? conflict : undefined,
  });
  const desired = manifest("v1", "ConfigMap", "c", { data: { a: "new" } });
  const { value: plan } = await cluster.measure(() => planApply(cluster.client, [desired], { namespace: "shop" }));
  deepEqual(plan.changes.map(({ kind }) => kind), ["conflict"]);
  equal(cluster.steps.filter((step) => step.startsWith("dry-run")).length, 1);
});
