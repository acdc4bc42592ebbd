import { equal, throws } from "../assert.ts";
import type { JsonObject, JsonValue } from "../../src/base/mod.ts";
import { writeYaml, writeYamlDocuments } from "../../src/yaml/mod.ts";

Deno.test("writeYaml() sorts keys as go-yaml does: signs, then numbers by value, then letters", () => {
  const keys = ["b", "a10", "a9", "B", "-", "10", "9", "a", "é", "_", "a-1", "日"];
  const object: JsonObject = Object.fromEntries(keys.map((key) => [key, 0]));
  const want = ['"-"', "_", '"9"', '"10"', "B", "a", "a-1", "a9", "a10", "b", "é", "日"];
  equal(writeYaml(object), want.map((key) => `${key}: 0\n`).join("").replace('"-"', "'-'"));
});

Deno.test("writeYaml() writes scalars and lists at the top too", () => {
  const cases: [JsonValue, string][] = [
    [null, "null\n"],
    ["a", "a\n"],
    ["a\nb\n", "|\n  a\n  b\n"],
    [[], "[]\n"],
    [{}, "{}\n"],
    [[1, [2, { a: 3 }]], "- 1\n- - 2\n  - a: 3\n"],
    [1n, "1\n"],
    [2n ** 64n, "1.8446744073709552e+19\n"],
    [-0, "0\n"],
  ];
  for (const [value, want] of cases) equal(writeYaml(value), want);
});

Deno.test("writeYaml() leaves the value as it is", () => {
  const value = Object.freeze({ b: Object.freeze([1]), a: 2 }) as unknown as JsonObject;
  equal(writeYaml(value), "a: 2\nb:\n- 1\n");
  equal(Object.keys(value).join(), "b,a");
});

Deno.test("writeYaml() refuses what kustomize cannot write", () => {
  const cases: [JsonValue, RegExp][] = [
    [NaN, /json: unsupported value: NaN/],
    [[Infinity], /json: unsupported value: Infinity/],
    [{ a: "\x7f" }, /control characters are not allowed \(U\+007F in a string\)/],
    [{ "a\x80": 1 }, /control characters are not allowed \(U\+0080 in a key\)/],
    [{ "a\x85": 1 }, /a key holds the line break U\+0085/],
    [{ ["k".repeat(1023)]: 1 }, /the key "k+…" is too long/],
  ];
  for (const [value, message] of cases) {
    throws(() => writeYaml(value), { name: "YamlError", code: "BAD_VALUE", message });
  }
});

Deno.test("writeYamlDocuments() joins documents by a line of dashes", () => {
  equal(writeYamlDocuments([]), "");
  equal(writeYamlDocuments([{ a: 1 }]), "a: 1\n");
  equal(writeYamlDocuments([{ a: 1 }, { b: "x\n\n" }, [2]]), "a: 1\n---\nb: |+\n  x\n\n---\n- 2\n");
});
