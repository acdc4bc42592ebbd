import { deepEqual, equal, throws } from "../assert.ts";
import { isEmptyNull, isRecordedQuoted, type JsonObject, type JsonValue, scalarTextAt } from "../../src/base/mod.ts";
import { readYaml, readYamlDocuments, YamlError, type YamlErrorCode } from "../../src/yaml/mod.ts";

const valuesOf = (text: string) => readYamlDocuments(text).map(({ value }) => value);

Deno.test("readYaml() resolves plain scalars as go-yaml v3 does", () => {
  const want: [string, JsonValue][] = [
    ["yes no", "yes no"],
    ["on", "on"],
    ["~", null],
    ["Null", null],
    ["True", true],
    ["0644", 420],
    ["0o644", 420],
    ["0b11", 3],
    ["0xff", 255],
    ["1_000", 1000],
    ["08", 8],
    ["+5", 5],
    ["-0", 0],
    ["1:20", "1:20"],
    ["1.0", 1],
    ["1e3", 1000],
    [".5", 0.5],
    ["1e400", "1e400"],
    ["9007199254740993", 9007199254740993n],
    ["18446744073709551615", 18446744073709551615n],
    ["18446744073709551616", 18446744073709551616],
    ["-9223372036854775808", -9223372036854775808n],
    ["2001-01-01", "2001-01-01T00:00:00Z"],
    ["2001-1-1t1:2:3.50+01:00", "2001-01-01T01:02:03.5+01:00"],
    ["2001-02-29", "2001-02-29"],
    ["1.2.3", "1.2.3"],
  ];
  for (const [text, value] of want) deepEqual(readYaml(`a: ${text}`), { a: value }, text);
});

Deno.test("readYaml() with the rules of sigs has YAML 1.1's booleans, keys of any type, and lets the last key win", () => {
  const read = (text: string) => readYaml(text, { rules: "sigs" });
  deepEqual(read("a: yes\nb: Off\nc: y\nd: 'no'\ne: 2001-01-01"), {
    a: true,
    b: false,
    c: true,
    d: "no",
    e: "2001-01-01",
  });
  deepEqual(read("1: a\ntrue: b\n1.5: c\nyes: d"), { "1": "a", "1.5": "c", true: "d" });
  deepEqual(read("a: 1\nb: 2\na: 3"), { a: 3, b: 2 });
  deepEqual(read("p: &p {a: 1}\nq: {a: 2, <<: *p}"), { p: { a: 1 }, q: { a: 1 } });
  deepEqual(read("a: {b: , c}"), { a: { b: null, c: null } });
  equal(read("a\n---\n: ["), "a");
  throws(() => read("~: a"), { code: "BAD_VALUE" });
});

Deno.test("readYaml() keeps nulls of left out values for patches when it is told to", () => {
  deepEqual(readYaml("a: {b: , c: ~}"), { a: { b: "", c: null } });
  deepEqual(readYaml("a: {b: , c: ~}", { keepEmptyNulls: true }), { a: { b: null, c: null } });
  deepEqual(readYaml("a:\nb: [c: ]\n", { keepEmptyNulls: true }), { a: null, b: [{ c: null }] });
});

Deno.test("readYamlDocuments() splits where kustomize splits", () => {
  deepEqual(valuesOf(""), []);
  deepEqual(valuesOf("# nothing\n"), [null]);
  deepEqual(valuesOf("---\na: 1\n--- # next\nb: 2\n---\n---\nc: 3"), [{ a: 1 }, { b: 2 }, { c: 3 }]);
  deepEqual(valuesOf("a: |\n  x\n  ---\n  y\n"), [{ a: "x\n---\ny\n" }]);
  deepEqual(valuesOf("a: 1\r\n---\r\nb: |\r\n  x\r\n"), [{ a: 1 }, { b: "x\n" }]);
  deepEqual(valuesOf("\ufeffa: 1\n---\n\ufeffb: 2\n"), [{ a: 1 }, { b: 2 }]);
  deepEqual(valuesOf("a: 1\n...\nignored: 2\n"), [{ a: 1 }]);
  throws(() => valuesOf("a: 1\n--- b\nc: 2\n"), { code: "SYNTAX", message: /invalid document separator: --- b/ });
});

Deno.test("readYamlDocuments() ends a document inside of a scalar or list where the separator stands", () => {
  for (const text of ['a: "x\n---\ny"\n', "a: [1,\n---\n2]\n", "a: 'x\n---#\ny'\n"]) {
    throws(() => valuesOf(text), { code: "SYNTAX" }, text);
  }
});

Deno.test("readYaml() expects one document", () => {
  equal(readYaml(""), null);
  throws(() => readYaml("a\n---\nb\n", { file: "f.yaml" }), {
    code: "DOCUMENT_COUNT",
    place: { file: "f.yaml", line: 3, column: 1 },
  });
});

Deno.test("aliases share nothing, and merge keys give way to the object's own", () => {
  const value = readYaml("a: &a {l: [1]}\nb: *a\nc: {<<: *a, m: 2}\n") as Record<string, JsonObject>;
  deepEqual(value, { a: { l: [1] }, b: { l: [1] }, c: { l: [1], m: 2 } });
  (value.b!.l as JsonValue[]).push(2);
  deepEqual(value.a, { l: [1] });
  deepEqual(readYaml("x: &x {a: 1, b: 1}\ny: &y {a: 2}\nz: {b: 3, <<: [*y, *x]}"), {
    x: { a: 1, b: 1 },
    y: { a: 2 },
    z: { a: 2, b: 3 },
  });
});

Deno.test("keys that JavaScript objects inherit are ordinary keys", () => {
  const value = readYaml("__proto__: {a: 1}\nconstructor: 1\ntoString: 2\n") as JsonObject;
  deepEqual(Object.keys(value), ["__proto__", "constructor", "toString"]);
  equal(Object.getPrototypeOf(value), Object.prototype);
  deepEqual(Object.getOwnPropertyDescriptor(value, "__proto__")?.value, { a: 1 });
  throws(() => readYaml("__proto__: 1\n__proto__: 2\n"), { code: "DUPLICATE_KEY" });
});

Deno.test("what a value does not tell of its text is recorded", () => {
  const text =
    `hex: 0x1F\nversion: 1.10\nempty:\ntilde: ~\nport: 8080\nname: "x"\nbare: x\nlist: [010]\nref: &r 0o7\nalias: *r\n`;
  const value = readYaml(text) as JsonObject;
  const texts = { hex: "0x1F", version: "1.10", empty: "", tilde: "~", port: "8080", ref: "0o7", alias: "0o7" };
  for (const [key, want] of Object.entries(texts)) equal(scalarTextAt(value, key), want, key);
  equal(scalarTextAt(value.list as JsonValue[], 0), "010");
  equal(isEmptyNull(value, "empty"), true);
  equal(isEmptyNull(value, "tilde"), false);
  equal(isRecordedQuoted(value, "name"), true);
  equal(isRecordedQuoted(value, "bare"), undefined);
});

Deno.test("placeOf() gives the place of a key or item, also behind merges and in later documents", () => {
  const text = "# c\na: 1\nb:\n  - x\n  - {y: 2}\nc: &c\n  d: 3\ne:\n  <<: *c\n---\n\nf: {g: 4}\n";
  const [first, second] = readYamlDocuments(text, { file: "f.yaml", places: true });
  const at = (line: number, column: number) => ({ file: "f.yaml", line, column });
  equal(first!.line, 2);
  equal(second!.line, 12);
  deepEqual(first!.placeOf([]), at(2, 1));
  deepEqual(first!.placeOf(["b"]), at(3, 1));
  deepEqual(first!.placeOf(["b", 1]), at(5, 3));
  deepEqual(first!.placeOf(["b", 1, "y"]), at(5, 6));
  deepEqual(first!.placeOf(["e", "d"]), at(7, 3));
  deepEqual(first!.placeOf(["nothing", "here"]), at(2, 1));
  deepEqual(second!.placeOf(["f", "g"]), at(12, 5));
  deepEqual(readYamlDocuments("\na: 1\n")[0]!.placeOf(["a"]), { file: "", line: 2, column: 1 });
});

Deno.test("placeOf() answers for the text as it was, however the value has changed since", () => {
  const [document] = readYamlDocuments("a:\n  b: 1\n", { places: true });
  delete (document!.value as JsonObject).a;
  deepEqual(document!.placeOf(["a", "b"]), { file: "", line: 2, column: 3 });
});

Deno.test("errors have a code, go-yaml's words and a place", () => {
  const cases: [string, YamlErrorCode, RegExp, [number, number]][] = [
    ["a: [1\nb: 2\n", "SYNTAX", /did not find expected ',' or '\]'/, [2, 2]],
    ["a:\n\tb: 1\n", "SYNTAX", /found character that cannot start any token/, [2, 1]],
    ["a: 1\nb\nc: 2\n", "SYNTAX", /could not find expected ':'/, [2, 1]],
    ["a: b: c\n", "SYNTAX", /mapping values are not allowed in this context/, [1, 5]],
    ["a: \u0001\n", "SYNTAX", /control characters are not allowed/, [1, 4]],
    ["a: 1\nb: {x: 1, x: 2}\n", "DUPLICATE_KEY", /mapping key "x" already defined/, [2, 11]],
    ["a: *x\n", "UNKNOWN_ANCHOR", /unknown anchor 'x' referenced/, [1, 4]],
    ["a: &x\n  b: *x\n", "BAD_VALUE", /anchor 'x' value contains itself/, [2, 6]],
    ["a: !!int x\n", "BAD_VALUE", /cannot decode !!str `x` as a !!int/, [1, 10]],
    ["a: .inf\n", "BAD_VALUE", /json: unsupported value: \+Inf/, [1, 4]],
    ["a: {1: b}\n", "BAD_VALUE", /mapping key 1 is no string/, [1, 5]],
  ];
  for (const [text, code, message, [line, column]] of cases) {
    throws(() => readYaml(text, { file: "f.yaml" }), (error: unknown) => {
      equal(error instanceof YamlError, true, text);
      const { code: actual, message: words, place } = error as YamlError;
      equal(actual, code, text);
      equal(message.test(words), true, words);
      deepEqual(place, { file: "f.yaml", line, column }, text);
      return true;
    });
  }
});

Deno.test("lines are counted at every line break of YAML 1.1", () => {
  for (const lineBreak of ["\n", "\r\n", "\r", "\u0085", "\u2028"]) {
    throws(() => readYaml(`a: 1${lineBreak}b: [${lineBreak}`, { rules: "sigs" }), (error: unknown) => {
      equal((error as YamlError).place?.line, 3, JSON.stringify(lineBreak));
      return true;
    });
  }
});
