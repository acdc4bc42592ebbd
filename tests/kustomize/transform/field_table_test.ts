import { deepEqual, throws } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { KindTable } from "../../../src/kustomize/kind_table.ts";
import { Resource } from "../../../src/kustomize/resource.ts";
import { mergeFieldSpecs, parseFieldSpecs } from "../../../src/kustomize/transform/field_specs.ts";
import { compileField, setScalar, splitPath, visitField } from "../../../src/kustomize/transform/field_table.ts";
import {
  defaultTransformerConfig,
  EMPTY_CONFIG,
  mergeConfigs,
} from "../../../src/kustomize/transform/transformer_config.ts";

const kinds = new KindTable({ isClusterScoped: () => false });

function visit(spec: string, value: JsonObject, created: "object" | "scalar" | undefined): JsonObject {
  const resource = new Resource({ apiVersion: "v1", kind: "X", metadata: { name: "x" }, ...value }, kinds);
  const field = compileField(parseFieldSpecs(spec)[0]!);
  visitField(resource, field, created, (container, key) => setScalar(container, key, "set"));
  const { apiVersion: _1, kind: _2, metadata: _3, ...rest } = resource.value;
  return rest;
}

Deno.test("splitPath() keeps escaped slashes", () => {
  deepEqual(splitPath("a/b\\/c/d"), ["a", "b/c", "d"]);
  deepEqual(splitPath("/a/b"), ["a", "b"]);
});

Deno.test("visitField() goes through lists and creates what the spec says", () => {
  deepEqual(visit("+a/b", {}, "scalar"), { a: { b: "set" } });
  deepEqual(visit("a/b", {}, "scalar"), {});
  deepEqual(visit("+a/b", {}, undefined), {});
  deepEqual(visit("a/b", { a: [{ b: 1 }, { c: 2 }] }, undefined), { a: [{ b: "set" }, { c: 2 }] });
  deepEqual(visit("+a[]/b", {}, "scalar"), {});
  deepEqual(visit("+a[]/b", { a: null }, "scalar"), { a: [] });
  deepEqual(visit("+a/b", { a: null }, "scalar"), { a: { b: "set" } });
  throws(
    () => visit("a/b", { a: "text" }, undefined),
    /considering field 'a\/b' of object X.v1.\[noGrp\]\/x.\[noNs\]: expected/,
  );
});

Deno.test("mergeFieldSpecs() drops what a spec of the same path covers", () => {
  const one = parseFieldSpecs("p //A");
  const all = parseFieldSpecs("p");
  deepEqual(mergeFieldSpecs(one, all), one);
  deepEqual(mergeFieldSpecs(all, one), [...all, ...one]);
  throws(() => mergeFieldSpecs(one, parseFieldSpecs("+p //A")), /conflicting fieldspecs/);
});

Deno.test("mergeConfigs() leaves the defaults as they are when nothing is added", () => {
  const defaults = defaultTransformerConfig();
  deepEqual(mergeConfigs(EMPTY_CONFIG, { ...defaults }), defaults);
  deepEqual(mergeConfigs(defaults, { ...defaults }), defaults);
});
