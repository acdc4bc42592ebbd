import { deepEqual, equal } from "../assert.ts";
import { type Change, changesPodTemplate, consequenceOf, describePlan, type Plan } from "../../src/apply/mod.ts";
import { type Manifest, refOf } from "../../src/manifest/mod.ts";
import { deployment, manifest } from "./fake_cluster.ts";

const IMAGE = '.spec.template.spec.containers[name="app"].image';

function update(live: Manifest, result: Manifest, ...paths: string[]): Change {
  return { kind: "update", ref: refOf(result), desired: result, live, result, paths, rank: 0, warnings: [] };
}

function simple(kind: "deferred" | "unchecked", object: Manifest): Change {
  return { kind, ref: refOf(object), desired: object, rank: 0, warnings: [], waitsFor: [] };
}

function create(result: Manifest): Change {
  return { kind: "create", ref: refOf(result), desired: result, result, rank: 0, warnings: [] };
}

const planOf = (...changes: Change[]): Plan => ({
  changes,
  fieldManager: "kstage",
  force: false,
  fieldValidation: "Strict",
  concurrency: 50,
});

Deno.test("consequenceOf() says what happens to pods", () => {
  const app = deployment("a", "app:1", 3);
  const paused = { ...app, spec: { ...app.spec as object, paused: true } } as Manifest;
  const set = manifest("apps/v1", "StatefulSet", "s", { spec: { replicas: 2, updateStrategy: { type: "OnDelete" } } });
  const daemons = manifest("apps/v1", "DaemonSet", "d", { status: { desiredNumberScheduled: 5 } });
  deepEqual(consequenceOf(create(app)), { kind: "starts", pods: 3 });
  deepEqual(consequenceOf(update(app, app, IMAGE)), { kind: "rolls", pods: 3 });
  deepEqual(consequenceOf(update(daemons, daemons, IMAGE)), { kind: "rolls", pods: 5 });
  deepEqual(consequenceOf(update(app, deployment("a", "app:1", 5), ".spec.replicas")), {
    kind: "scales",
    from: 3,
    to: 5,
  });
  deepEqual(consequenceOf(update(paused, paused, IMAGE)), { kind: "waits", because: "paused" });
  deepEqual(consequenceOf(update(set, set, IMAGE)), { kind: "waits", because: "OnDelete" });
  equal(consequenceOf(update(app, app, ".metadata.labels.a")), undefined);
  equal(consequenceOf(create(manifest("v1", "Service", "s"))), undefined);
});

Deno.test("changesPodTemplate() is true where the controller rolls by itself, so that no restart is needed", () => {
  const app = deployment("a");
  equal(changesPodTemplate(update(app, app, IMAGE)), true);
  equal(changesPodTemplate(create(app)), true);
  equal(changesPodTemplate(simple("deferred", app)), true);
  equal(changesPodTemplate(update(app, app, ".spec.replicas")), false);
  equal(changesPodTemplate(update(app, app, ".spec.templateGeneration")), false);
  equal(
    changesPodTemplate(
      update(manifest("batch/v1", "CronJob", "c"), manifest("batch/v1", "CronJob", "c"), ".spec.template"),
    ),
    false,
  );
});

Deno.test("describePlan() tells the plan in words", () => {
  const app = deployment("a", "app:1", 3);
  const service = manifest("v1", "Service", "s");
  const unchanged: Change = {
    kind: "unchanged",
    ref: refOf(service),
    desired: service,
    live: service,
    rank: 0,
    warnings: [],
  };
  equal(
    describePlan(
      planOf(create(service), simple("deferred", service), update(app, app, IMAGE), update(app, app, IMAGE), unchanged),
    ),
    "2 to create, 2 to change, 1 unchanged; rolls 2 Deployments (6 pods)",
  );
  equal(describePlan(planOf(simple("unchecked", service))), "1 to apply, not checked");
  equal(describePlan(planOf()), "nothing to apply");
});
