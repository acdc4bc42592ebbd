import { deepEqual, equal } from "../assert.ts";
import { type Change, describeChanges, describeKeep, type Plan } from "../../src/apply/mod.ts";
import { ApiError } from "../../src/kube/mod.ts";
import { type Manifest, type ObjectRef, refOf } from "../../src/manifest/mod.ts";
import { deployment, manifest } from "./fake_cluster.ts";

const IMAGE = '.spec.template.spec.containers[name="app"].image';
const app = deployment("a", "app:1", 3);

function textOf(change: Change): string {
  const plan: Plan = {
    changes: [change],
    fieldManager: "kstage",
    force: false,
    fieldValidation: "Strict",
    concurrency: 50,
  };
  return describeChanges(plan)[0]!.text;
}

function base(object: Manifest) {
  return { ref: refOf(object), desired: object, rank: 0, warnings: [] };
}

function update(result: Manifest, paths: string[], rest: Partial<Extract<Change, { kind: "update" }>> = {}): Change {
  return { kind: "update", ...base(result), live: app, result, paths, ...rest };
}

Deno.test("a plan is told object by object, with what it does to pods", () => {
  const error = new ApiError("CONFLICT", "no", { status: 409, verb: "apply" });
  const space = { apiVersion: "v1", kind: "Namespace", name: "n" };
  const paused = { ...app, spec: { ...app.spec as object, paused: true } } as Manifest;
  const cases: [Change, string][] = [
    [{ kind: "create", ...base(app), result: app }, "create; starts 3 pods"],
    [{ kind: "deferred", ...base(app), waitsFor: [space] }, "create once namespace/n is there"],
    [update(app, [IMAGE]), `change ${IMAGE}; rolls 3 pods`],
    [update(deployment("a", "app:1", 1), [".spec.replicas"]), "change .spec.replicas; scales from 3 to 1 pod"],
    [update(paused, [IMAGE]), `change ${IMAGE}; rolls when it is resumed`],
    [update(app, []), "change who owns its fields"],
    [update(app, [], { takesOver: ["x"] }), "change who owns its fields; takes it over from kubectl apply"],
    [
      update(app, [], { handsOver: 3, leaves: [{ field: ".spec.replicas", to: "horizontalpodautoscaler/a" }] }),
      "change who owns its fields; keeps 3 pods until the autoscaler sets the number; " +
      "leaves .spec.replicas to horizontalpodautoscaler/a",
    ],
    [
      { kind: "recreate", ...base(app), live: app, result: app, fields: ["spec.selector"] },
      "recreate, because spec.selector can't be changed; all pods stop before 3 new ones start",
    ],
    [{ kind: "unchanged", ...base(app), live: app }, "unchanged"],
    [{ kind: "unchecked", ...base(app) }, "apply, not checked"],
    [
      { kind: "conflict", ...base(app), error, conflicts: [{ field: ".spec.replicas", manager: "m" }] },
      '.spec.replicas is owned by "m"',
    ],
    [{ kind: "foreign", ...base(app), set: "applyset-x-v1" }, 'it belongs to another ApplySet, "applyset-x-v1"'],
  ];
  for (const [change, text] of cases) equal(textOf(change), text);
});

Deno.test("many changed fields are counted", () => {
  const service = manifest("v1", "Service", "s");
  const paths = Array.from({ length: 9 }, (_, i) => `.p${i}`);
  equal(textOf(update(service, paths)), "change .p0, .p1, .p2, .p3, .p4, .p5 and 3 more");
});

Deno.test("what is kept is told with the objects for which it is", () => {
  const sets = (count: number): ObjectRef[] =>
    Array.from({ length: count }, (_, i) => ({ apiVersion: "apps/v1", kind: "ReplicaSet", name: `r${i}` }));
  const texts = [1, 2, 4, 5].map((count) => describeKeep({ because: "referenced", by: sets(count) }));
  deepEqual(texts, [
    "needed by replicaset/r0",
    "needed by replicaset/r0 and replicaset/r1",
    "needed by replicaset/r0, replicaset/r1, replicaset/r2 and replicaset/r3",
    "needed by replicaset/r0, replicaset/r1, replicaset/r2 and 2 more",
  ]);
  equal(describeKeep({ because: "terminating" }), "it is being deleted already");
});
