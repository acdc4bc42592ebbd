import { deepEqual, equal, ok } from "../../assert.ts";
import fc from "fast-check";
import { FieldSet, formatFieldPath, withNamedFields } from "../../../src/sandbox/fields/field_set.ts";
import { schemaTable } from "../../../src/sandbox/schema/schema.ts";

const step = fc.constantFrom("f:spec", "f:name", 'k:{"name":"web"}', 'k:{"port":80,"protocol":"TCP"}', 'v:"x"', "i:0");
const path = fc.array(step, { minLength: 1, maxLength: 4 });
const set = fc.array(path, { maxLength: 12 }).map((paths) => {
  const result = new FieldSet();
  for (const item of paths) result.insert(item);
  return result;
});

Deno.test("a set survives being written and read", () => {
  fc.assert(fc.property(set, (a) => FieldSet.fromJson(JSON.parse(JSON.stringify(a.toJson()))).equals(a)));
});

Deno.test("sets obey the laws of sets", () => {
  fc.assert(fc.property(set, set, (a, b) => {
    ok(a.union(b).equals(b.union(a)));
    ok(a.intersection(b).equals(b.intersection(a)));
    ok(a.difference(b).union(a.intersection(b)).equals(a));
    ok(a.union(b).difference(b).equals(a.difference(b)));
    ok(a.difference(a).isEmpty);
    for (const item of a.recursiveDifference(b).paths()) {
      ok(item.every((_, end) => !b.has(item.slice(0, end + 1))));
    }
  }));
});

Deno.test("paths are given once, parents first", () => {
  fc.assert(fc.property(set, (a) => {
    const paths = [...a.paths()].map((item) => JSON.stringify(item));
    equal(new Set(paths).size, paths.length);
    const again = new FieldSet();
    for (const item of a.paths()) again.insert(item);
    ok(again.equals(a));
  }));
});

Deno.test("a step that is a member and has children is written with a dot", () => {
  const owned = new FieldSet();
  owned.insert(["f:spec", 'k:{"name":"web"}']);
  owned.insert(["f:spec", 'k:{"name":"web"}', "f:image"]);
  deepEqual(owned.toJson(), { "f:spec": { 'k:{"name":"web"}': { ".": {}, "f:image": {} } } });
});

Deno.test("paths are shown as the server shows them", () => {
  equal(
    formatFieldPath(["f:spec", 'k:{"name":"web"}', 'k:{"port":80,"protocol":"TCP"}', 'v:"x"', "i:3"]),
    '.spec[name="web"][port=80,protocol="TCP"][="x"][3]',
  );
});

Deno.test("fields of records that lead to a path count as owned, keys of maps do not", () => {
  const type = schemaTable().kinds.get("apps/v1/Deployment")!;
  const owned = new FieldSet();
  owned.insert(["f:spec", "f:replicas"]);
  owned.insert(["f:metadata", "f:labels", "f:app"]);
  const named = withNamedFields(owned, type);
  ok(named.has(["f:spec"]));
  ok(named.has(["f:metadata", "f:labels"]));
  const inMap = new FieldSet();
  inMap.insert(["f:x", "f:y"]);
  ok(!withNamedFields(inMap, { is: "map", element: { is: "any" }, atomic: false }).has(["f:x"]));
});
