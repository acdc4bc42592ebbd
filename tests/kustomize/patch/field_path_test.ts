import { deepEqual, equal, throws } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { lookUp, splitFieldPath, valueAt } from "../../../src/kustomize/patch/field_path.ts";

Deno.test("splitFieldPath() splits at dots that are neither escaped nor in brackets", () => {
  const rows: Record<string, string[]> = {
    "spec.replicas": ["spec", "replicas"],
    "metadata.annotations.a\\.b/c": ["metadata", "annotations", "a.b/c"],
    "metadata.annotations.[a.b/c]": ["metadata", "annotations", "a.b/c"],
    "spec.containers.[name=a.b].image": ["spec", "containers", "[name=a.b]", "image"],
    "spec.containers.[name=a].image": ["spec", "containers", "[name=a]", "image"],
    ".metadata.name": ["metadata", "name"],
    "a..b": ["a", "", "b"],
    "a.[b.c": ["a", "b.c"],
    "": [""],
    ".": [""],
  };
  for (const [path, parts] of Object.entries(rows)) deepEqual(splitFieldPath(path), parts, path);
});

Deno.test("lookUp() finds fields, indexes, items and nothing", () => {
  const root: JsonObject = {
    a: { l: [{ name: "x", v: 1 }, { name: "y", v: 2 }], n: null, "5": "five" },
    s: ["p", "q"],
  };
  const rows: [path: string, value: unknown][] = [
    ["a.l.0.v", 1],
    ["a.l.[name=y].v", 2],
    ["a.l.-.v", 2],
    ["s.[=q]", "q"],
    ["a.n", null],
    ["a.n.x", undefined],
    ["a.l.7", undefined],
    ["a.none.x", undefined],
    ["a.toString", undefined],
    ["a.. l .1.v", 2],
  ];
  for (const [path, value] of rows) {
    const place = lookUp(root, splitFieldPath(path));
    equal(place && valueAt(place), value, path);
  }
  for (const path of ["a.5", "a.l.name", "a.*", "a.l.[name]", "s.-1", "s.0.x"]) {
    throws(() => lookUp(root, splitFieldPath(path)), { name: "KustomizeError" }, path);
  }
});
