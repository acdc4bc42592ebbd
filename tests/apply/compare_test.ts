import { deepEqual } from "../assert.ts";
import fc from "fast-check";
import type { JsonValue } from "../../src/base/mod.ts";
import { changedPaths, withoutNoise } from "../../src/apply/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { manifest } from "./fake_cluster.ts";

function paths(before: JsonValue, after: JsonValue): string[] {
  return changedPaths(manifest("v1", "X", "x", { spec: before }), manifest("v1", "X", "x", { spec: after }));
}

Deno.test("changedPaths() names the smallest fields that differ", () => {
  deepEqual(paths({ a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 }, d: 4 }), [".spec.a.c", ".spec.d"]);
  deepEqual(paths({ a: 1 }, {}), [".spec.a"]);
  deepEqual(paths({ a: null }, {}), [".spec.a"]);
  deepEqual(paths([1, 2], [1, 3, 4]), [".spec[1]", ".spec[2]"]);
  deepEqual(paths({ "a.b/c": 1 }, { "a.b/c": 2 }), ['.spec["a.b/c"]']);
  deepEqual(paths({ a: [] }, { a: {} }), [".spec.a"]);
});

Deno.test("changedPaths() tells list items apart by their name or key", () => {
  const container = (name: string, image: string) => ({ name, image });
  deepEqual(
    paths([container("a", "1"), container("b", "1")], [
      container("new", "1"),
      container("a", "1"),
      container("b", "2"),
    ]),
    [
      '.spec[name="new"]',
      '.spec[name="b"].image',
    ],
  );
  deepEqual(paths([{ port: 80, x: 1 }], [{ port: 80, x: 2 }]), [".spec[port=80].x"]);
  deepEqual(paths([container("a", "1"), container("b", "1")], [container("b", "1"), container("a", "1")]), [".spec"]);
});

Deno.test("changedPaths() does not see what the server keeps by itself", () => {
  const noise = { resourceVersion: "1", uid: "u", generation: 1, creationTimestamp: "t", managedFields: [] };
  const before = { apiVersion: "v1", kind: "X", metadata: { name: "x", labels: { a: "b" } } };
  const after = { ...before, metadata: { ...before.metadata, ...noise }, status: { ready: true } };
  deepEqual(changedPaths(before, after), []);
  deepEqual(withoutNoise(after), before as Manifest);
});

Deno.test("changedPaths() is empty exactly for equal objects", () => {
  const value = fc.jsonValue({ maxDepth: 4 });
  fc.assert(fc.property(value, value, (a, b) => {
    const isEqual = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
    deepEqual(paths(a as JsonValue, b as JsonValue).length === 0, isEqual);
    deepEqual(paths(a as JsonValue, structuredClone(a) as JsonValue), []);
  }));
});

/** A form in which equal values have equal JSON texts, and others don't. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ["list", ...value.map(sorted)];
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, item]) => [key, sorted(item)]);
}
