import { deepEqual, equal } from "../../assert.ts";
import fc from "fast-check";
import { cloneJson, type JsonObject, type JsonValue } from "../../../src/base/mod.ts";
import { mergeStrategic } from "../../../src/kustomize/patch/strategic_merge.ts";
import { BuildSchema } from "../../../src/schema/mod.ts";

const schema = new BuildSchema();
const key = fc.constantFrom("a", "b", "c", "d");
const leaf: fc.Arbitrary<JsonValue> = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const container = fc.record({ name: key, image: leaf, args: fc.array(leaf, { maxLength: 3 }) }, {
  requiredKeys: ["name"],
});
const containers = fc.uniqueArray(container, { selector: (item) => item.name, maxLength: 4 });
const pod: fc.Arbitrary<JsonObject> = fc.record({
  apiVersion: fc.constant("v1"),
  kind: fc.constant("Pod"),
  spec: fc.record({ containers, nodeSelector: fc.dictionary(key, leaf) }, { requiredKeys: [] }) as fc.Arbitrary<
    JsonObject
  >,
}).map((value) => cloneJson(value as JsonObject)); // fast-check gives some objects no prototype

function merge(target: JsonObject, patch: JsonObject): JsonObject {
  const merged = cloneJson(target);
  equal(mergeStrategic(merged, cloneJson(patch), schema), true);
  return merged;
}

Deno.test("mergeStrategic() with an empty patch changes nothing where keys are unique", () => {
  fc.assert(fc.property(pod, (target) => deepEqual(merge(target, {}), target)));
});

Deno.test("mergeStrategic() with the same patch twice does no more than once", () => {
  fc.assert(fc.property(pod, pod, (target, patch) => {
    const once = merge(target, patch);
    deepEqual(merge(once, patch), once);
  }));
});

Deno.test("mergeStrategic() keeps every item of both lists, the patch's first", () => {
  fc.assert(fc.property(containers, containers, (target, patch) => {
    const wrap = (list: JsonValue[]): JsonObject => ({ apiVersion: "v1", kind: "Pod", spec: { containers: list } });
    const merged = (merge(wrap(target), wrap(patch)).spec as JsonObject).containers as JsonObject[];
    const names = [...patch, ...target].map((item) => item.name);
    deepEqual(merged.map((item) => item.name), [...new Set(names)]);
  }));
});

Deno.test("mergeStrategic() merges lists of ten thousand items in short time", () => {
  const list = (from: number) => Array.from({ length: 10_000 }, (_, i) => ({ name: `n${from + i}`, value: String(i) }));
  const wrap = (env: JsonValue[]): JsonObject => ({
    apiVersion: "v1",
    kind: "Pod",
    spec: { containers: [{ name: "a", env }] },
  });
  const start = performance.now();
  const merged = merge(wrap(list(0)), wrap(list(5_000)));
  const env = ((merged.spec as JsonObject).containers as JsonObject[])[0]!.env as JsonValue[];
  equal(env.length, 15_000);
  equal(performance.now() - start < 2000, true);
});
