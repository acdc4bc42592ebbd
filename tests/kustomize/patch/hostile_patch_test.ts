import { deepEqual, equal, throws } from "../../assert.ts";
import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import { applyJsonPatch } from "../../../src/kustomize/patch/json_patch.ts";
import { parseJsonPatch } from "../../../src/kustomize/patch/parse_json_patch.ts";

Deno.test("applyJsonPatch() applies ten thousand operations in short time", () => {
  const operations = Array.from(
    { length: 10_000 },
    (_, i) => ({ op: "add", path: i % 2 ? "/l/0" : `/m/k${i}`, value: i }),
  );
  const start = performance.now();
  const patched = applyJsonPatch({ l: [], m: {} }, parseJsonPatch(JSON.stringify(operations)));
  equal((patched.l as JsonValue[]).length, 5_000);
  equal(Object.keys(patched.m as JsonObject).length, 5_000);
  equal(performance.now() - start < 3000, true);
});

Deno.test("applyJsonPatch() refuses copies that double the document again and again", () => {
  const operations = Array.from({ length: 64 }, (_, i) => ({ op: "copy", from: "/a", path: `/a/k${i}` }));
  throws(() => applyJsonPatch({ a: {} }, operations), /Unable to complete the copy/);
});

Deno.test("applyJsonPatch() keeps prototypes out of reach", () => {
  const patch = '[{"op":"add","path":"/__proto__","value":{"x":1}},{"op":"add","path":"/__proto__/y","value":2}]';
  const patched = applyJsonPatch({ a: 1 }, parseJsonPatch(patch));
  deepEqual(Object.keys(patched), ["a", "__proto__"]);
  equal(({} as JsonObject).x, undefined);
  equal(({} as JsonObject).y, undefined);
});

Deno.test("parseJsonPatch() refuses patches that are no patches, or nested too deep", () => {
  const deep = `[{"op":"add","path":"/a","value":${"[".repeat(200_000)}${"]".repeat(200_000)}}]`;
  for (const text of ["", "{}", "5", '["x"]', '[{"op":"add",}]', "- a: [", deep]) {
    throws(() => parseJsonPatch(text), { name: "KustomizeError", code: "INVALID_PATCH" }, text.slice(0, 40));
  }
  deepEqual(parseJsonPatch("null"), []);
});
