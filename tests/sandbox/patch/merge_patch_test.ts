import { deepEqual } from "../../assert.ts";
import fc from "fast-check";
import type { JsonValue } from "../../../src/base/mod.ts";
import { applyMergePatch } from "../../../src/sandbox/patch/merge_patch.ts";

Deno.test("the test cases of RFC 7386 hold", () => {
  const cases: [JsonValue, JsonValue, JsonValue][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [["a", "b"], ["c", "d"], ["c", "d"]],
    [{ a: "b" }, ["c"], ["c"]],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [document, patch, wanted] of cases) deepEqual(applyMergePatch(document, patch), wanted);
});

Deno.test("a patch twice is a patch once", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (document, patch) => {
    const once = applyMergePatch(document as JsonValue, patch as JsonValue);
    deepEqual(applyMergePatch(once, patch as JsonValue), once);
  }));
});
