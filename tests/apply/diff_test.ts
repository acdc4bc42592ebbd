import { deepEqual, equal } from "../assert.ts";
import { type Change, diffPlan, maskSecret, type Plan } from "../../src/apply/mod.ts";
import { type Manifest, refOf } from "../../src/manifest/mod.ts";
import { deployment, manifest } from "./fake_cluster.ts";

function planOf(...changes: Change[]): Plan {
  return { changes, fieldManager: "kstage", force: false, fieldValidation: "Strict", concurrency: 50 };
}

function create(result: Manifest): Change {
  return { kind: "create", ref: refOf(result), desired: result, result, rank: 0, warnings: [] };
}

function update(live: Manifest, result: Manifest, paths = [".x"]): Change {
  return { kind: "update", ref: refOf(result), desired: result, live, result, paths, rank: 0, warnings: [] };
}

const secret = (data: Record<string, string>) =>
  manifest("v1", "Secret", "s", { metadata: { name: "s", namespace: "shop" }, data } as never);

Deno.test("diffPlan() shows a change as a unified diff without noise", async () => {
  const live = deployment("api");
  live.metadata = { name: "api", namespace: "shop", resourceVersion: "5", managedFields: [{ manager: "x" }] };
  live.status = { replicas: 1 };
  const result = { ...deployment("api", "app:2"), metadata: { name: "api", namespace: "shop", resourceVersion: "6" } };
  const [diff] = await diffPlan(planOf(update(live, result)), { context: 1 });
  equal(
    diff?.text,
    `--- live/apps.v1.Deployment.shop.api
+++ planned/apps.v1.Deployment.shop.api
@@ -13,3 +13,3 @@
       containers:
-      - image: app:1
+      - image: app:2
         name: app
`,
  );
});

Deno.test("diffPlan() shows new objects as a whole, and none for what stays as it is", async () => {
  const config = manifest("v1", "ConfigMap", "c", { data: { a: "1" } });
  const unchanged: Change = {
    kind: "unchanged",
    ref: refOf(config),
    desired: config,
    live: config,
    rank: 0,
    warnings: [],
  };
  const diffs = await diffPlan(planOf(create(config), unchanged, update(config, config, [])));
  deepEqual(diffs.map(({ kind, text }) => ({ kind, text })), [{
    kind: "create",
    text: `--- live/v1.ConfigMap..c
+++ planned/v1.ConfigMap..c
@@ -0,0 +1,6 @@
+apiVersion: v1
+data:
+  a: "1"
+kind: ConfigMap
+metadata:
+  name: c
`,
  }]);
});

Deno.test("diffPlan() hides a Secret's values but shows which of them change", async () => {
  const before = secret({ same: "c2FtZQ==", changed: "b2xk", gone: "Z29uZQ==" });
  const lastApplied = { "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"changed":"b2xk"}}' };
  const live = { ...before, metadata: { ...before.metadata, annotations: lastApplied } };
  const [diff] = await diffPlan(planOf(update(live, secret({ same: "c2FtZQ==", changed: "bmV3", added: "YWRk" }))));
  deepEqual(diff?.text.split("\n").filter((line) => /^[+-] /.test(line)), [
    "-  changed: '*** (before)'",
    "-  gone: '***'",
    "+  added: '***'",
    "+  changed: '*** (after)'",
  ]);
  deepEqual(["c2FtZQ", "b2xk", "Z29uZQ", "bmV3", "YWRk"].filter((value) => diff?.text.includes(value)), []);
});

Deno.test("maskSecret() leaves other objects as they are, Secrets of other groups included", () => {
  const config = manifest("v1", "ConfigMap", "c", { data: { a: "1" } });
  const foreign = manifest("example.com/v1", "Secret", "c", { data: { a: "1" } });
  for (const object of [config, foreign]) equal(maskSecret(object, undefined).before, object);
});

Deno.test("maskSecret() hides stringData as well and changes nothing in its arguments", () => {
  const object = manifest("v1", "Secret", "s", { stringData: { a: "hunter2" } });
  deepEqual(maskSecret(undefined, object).after?.stringData, { a: "***" });
  deepEqual(object.stringData, { a: "hunter2" });
});
