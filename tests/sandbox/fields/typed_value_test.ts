import { deepEqual, equal, ok, throws } from "../../assert.ts";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import { compareValues } from "../../../src/sandbox/fields/compare.ts";
import { FieldSet } from "../../../src/sandbox/fields/field_set.ts";
import { ItemKeyError, mergeValues, removePaths, stepOf, toFieldSet } from "../../../src/sandbox/fields/typed_value.ts";
import { validateTyped } from "../../../src/sandbox/fields/validate.ts";
import { type ListType, schemaTable } from "../../../src/sandbox/schema/schema.ts";

const type = schemaTable().kinds.get("/v1/Pod")!;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const container = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  image: maybe(fc.constantFrom("x:1", "x:2")),
  args: maybe(fc.array(fc.constantFrom("1", "2"), { maxLength: 2 })),
  env: maybe(fc.uniqueArray(fc.record({ name: fc.constantFrom("E", "F"), value: fc.constantFrom("1", "2") }), {
    selector: ({ name }) => name,
  })),
});
const pod: fc.Arbitrary<JsonObject> = fc.record({
  metadata: maybe(fc.record({
    labels: maybe(fc.dictionary(fc.constantFrom("l", "m"), fc.constantFrom("1", "2"))),
    finalizers: maybe(fc.uniqueArray(fc.constantFrom("x/y", "x/z"))),
  })),
  spec: maybe(fc.record({
    nodeName: maybe(fc.constantFrom("n", "m")),
    containers: maybe(fc.uniqueArray(container, { selector: ({ name }) => name })),
  })),
}).map((value) => JSON.parse(JSON.stringify(value)));

Deno.test("laying an object over another one gives all that it says", () => {
  fc.assert(fc.property(pod, pod, (live, applied) => {
    const merged = mergeValues(live, applied, type)!;
    const { removed, modified } = compareValues(applied, merged, type);
    // An empty map or list of the applied object may be filled by the live one.
    const said = toFieldSet(applied, type);
    for (const lost of [...removed.paths(), ...modified.paths()]) {
      ok(!said.has(lost) || isEmptyAt(applied, lost), JSON.stringify(lost));
    }
    deepEqual(mergeValues(merged, applied, type), merged);
  }));
});

function isEmptyAt(value: JsonValue, path: readonly string[]): boolean {
  const found = path.reduce((at: JsonValue | undefined, step) => {
    if (Array.isArray(at)) return at.find((item) => stepOf(listType(), item) === step);
    return (at as JsonObject | undefined)?.[step.slice(2)];
  }, value);
  return found !== undefined && JSON.stringify(found).length === 2;
}

function listType(): ListType {
  return { is: "list", element: { is: "any" }, semantic: "map", keys: ["name"] };
}

Deno.test("an object does not differ from itself, and differs in what one of two has", () => {
  fc.assert(fc.property(pod, pod, (a, b) => {
    const same = compareValues(a, JSON.parse(JSON.stringify(a)), type);
    ok(same.added.isEmpty && same.removed.isEmpty && same.modified.isEmpty);
    const there = compareValues(a, b, type);
    const back = compareValues(b, a, type);
    ok(there.added.equals(back.removed) && there.modified.equals(back.modified));
  }));
});

Deno.test("nothing that is removed is left", () => {
  fc.assert(fc.property(pod, (a) => {
    const left = removePaths(a, toFieldSet(a, type), type);
    ok(toFieldSet(left, type).intersection(toFieldSet(a, type)).isEmpty);
  }));
});

Deno.test("new items of a list come after their neighbours", () => {
  const list = (...names: string[]): JsonObject => ({ spec: { containers: names.map((name) => ({ name })) } });
  const merge = (live: string[], applied: string[]): JsonValue => {
    const { spec } = mergeValues(list(...live), list(...applied), type) as { spec: { containers: JsonObject[] } };
    return spec.containers.map(({ name }) => name!);
  };
  deepEqual(merge(["a", "b"], ["b", "a"]), ["b", "a"]);
  deepEqual(merge(["a", "b", "c"], ["c"]), ["a", "b", "c"]);
  deepEqual(merge(["a", "c"], ["a", "b", "c"]), ["a", "b", "c"]);
  deepEqual(merge(["x"], ["a"]), ["x", "a"]);
});

Deno.test("items are told apart by their keys, defaults included", () => {
  const ports = (schemaTable().kinds.get("/v1/Service")!.fields.get("spec")!.type as typeof type).fields.get("ports")!
    .type as ListType;
  equal(stepOf(ports, { port: 80 }), 'k:{"port":80,"protocol":"TCP"}');
  equal(stepOf(ports, { port: 80, protocol: "UDP" }), 'k:{"port":80,"protocol":"UDP"}');
  throws(() => stepOf(listType(), { image: "x" }), ItemKeyError);
  throws(() => stepOf({ ...listType(), semantic: "set" }, { a: 1 }), ItemKeyError);
});

Deno.test("what cannot be merged is told by its path", () => {
  const problems = (spec: JsonValue): string[] => validateTyped({ spec }, type);
  deepEqual(problems({ foo: 1 }), [".spec.foo: field not declared in schema"]);
  deepEqual(problems({ containers: {} }), [".spec.containers: expected list, got &{map[]}"]);
  deepEqual(problems({ containers: [{ name: "a" }, { name: "a" }] }), [
    '.spec.containers: duplicate entries for key [name="a"]',
  ]);
  deepEqual(problems({ containers: [{ name: "a", image: 1 }] }), [
    '.spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:1}',
  ]);
  deepEqual(problems({ hostNetwork: "x" }), [".spec.hostNetwork: expected boolean, got &{x}"]);
});

Deno.test("a removal leaves null where nothing is left", () => {
  const paths = new FieldSet();
  paths.insert(["f:spec", "f:containers", 'k:{"name":"a"}']);
  deepEqual(removePaths({ spec: { nodeName: "n", containers: [{ name: "a" }] } }, paths, type), {
    spec: { nodeName: "n", containers: null },
  });
});
