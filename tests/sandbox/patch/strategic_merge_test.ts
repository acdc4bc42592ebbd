import { deepEqual, throws } from "../../assert.ts";
import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import { applyStrategicMerge, StrategicMergeError } from "../../../src/sandbox/patch/strategic_merge.ts";
import { schemaTable } from "../../../src/sandbox/schema/schema.ts";

const pod = schemaTable().kinds.get("/v1/Pod")!;
const deploymentType = schemaTable().kinds.get("apps/v1/Deployment")!;

function patchSpec(spec: JsonObject, patch: JsonValue): JsonValue {
  return applyStrategicMerge({ spec }, { spec: patch }, pod).spec!;
}

const containers = (...names: string[]): JsonObject[] => names.map((name) => ({ name, image: `${name}:1` }));

Deno.test("lists merge by the key of their kind, others are replaced", () => {
  deepEqual(
    patchSpec({ containers: containers("a", "b") }, { containers: [{ name: "b", image: "b:2" }, { name: "c" }] }),
    { containers: [{ name: "a", image: "a:1" }, { name: "b", image: "b:2" }, { name: "c" }] },
  );
  deepEqual(
    patchSpec({ containers: [{ name: "a", args: ["1", "2"] }] }, { containers: [{ name: "a", args: ["3"] }] }),
    { containers: [{ name: "a", args: ["3"] }] },
  );
});

Deno.test("nulls remove", () => {
  deepEqual(patchSpec({ nodeName: "n", hostname: "h" }, { nodeName: null }), { hostname: "h" });
});

Deno.test("$patch deletes an item, and replaces a list or a map", () => {
  deepEqual(
    patchSpec({ containers: containers("a", "b") }, { containers: [{ name: "a", $patch: "delete" }] }),
    { containers: containers("b") },
  );
  deepEqual(
    patchSpec({ containers: containers("a", "b") }, { containers: [{ name: "c" }, { $patch: "replace" }] }),
    { containers: [{ name: "c" }] },
  );
  deepEqual(
    patchSpec({ securityContext: { runAsUser: 1, fsGroup: 2 } }, {
      securityContext: { $patch: "replace", fsGroup: 3 },
    }),
    { securityContext: { fsGroup: 3 } },
  );
});

Deno.test("$setElementOrder orders, new items included", () => {
  deepEqual(
    patchSpec({ containers: containers("a", "b", "x") }, {
      "$setElementOrder/containers": [{ name: "b" }, { name: "n" }, { name: "a" }],
      containers: [{ name: "n" }],
    }),
    { containers: [...containers("b"), { name: "n" }, ...containers("a", "x")] },
  );
});

Deno.test("$deleteFromPrimitiveList takes values out of a merged list", () => {
  const patched = applyStrategicMerge(
    { metadata: { finalizers: ["a/x", "a/y"] } },
    { metadata: { "$deleteFromPrimitiveList/finalizers": ["a/x"], finalizers: ["a/z"] } },
    pod,
  );
  deepEqual(patched, { metadata: { finalizers: ["a/z", "a/y"] } });
});

Deno.test("$retainKeys keeps the named fields alone", () => {
  deepEqual(
    applyStrategicMerge(
      { spec: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } } },
      { spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } } },
      deploymentType,
    ),
    { spec: { strategy: { type: "Recreate" } } },
  );
});

Deno.test("items without their key, and unknown directives, are refused", () => {
  throws(() => patchSpec({ containers: containers("a") }, { containers: [{ image: "x" }] }), StrategicMergeError);
  throws(() => patchSpec({}, { securityContext: { $patch: "jump" } }), StrategicMergeError);
});

Deno.test("neither argument is changed", () => {
  const document = { spec: { containers: containers("a") } };
  const patch: JsonObject = { spec: { containers: [{ name: "a", $patch: "delete" }, { name: "b" }] } };
  const copy = structuredClone(patch);
  applyStrategicMerge(document, patch, pod);
  deepEqual(document, { spec: { containers: containers("a") } });
  deepEqual(patch, copy);
});
