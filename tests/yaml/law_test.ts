import { equal, ok } from "../assert.ts";
import fc from "fast-check";
import { equalJson, type JsonObject, type JsonValue, setKey, stringifyJson } from "../../src/base/mod.ts";
import { readYaml, readYamlDocuments, writeYaml, writeYamlDocuments } from "../../src/yaml/mod.ts";

/** Strings of what matters to YAML, without what kustomize itself cannot pass on unchanged: NEL and C1 controls. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc.array(
    fc.constantFrom(
      ..."aZ09 \n\t:#-?,[]{}&*!|>'\"%@`\\/=~<.é日😀\u00a0\u2028\ufeff\0",
      ...[": ", " #", "- ", "\n\n", "  ", "yes", "null", "1e3", "word ", "longer-word "],
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join("")),
).map((value) => value.toWellFormed().replace(/[\x7f-\x9f\ufffe\uffff]/g, ""));

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)),
);

const key = text.filter((value) => value !== "<<" && value.length < 200);

const value: fc.Arbitrary<JsonValue> = fc.letrec<{ node: JsonValue }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie("node"), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie("node")), { maxLength: 5 }).map((entries) => {
      const object: JsonObject = {};
      for (const [name, item] of entries) setKey(object, name, item);
      return object;
    }),
  ),
})).node;

Deno.test("what is written reads back as the same value, whichever rules read it", () => {
  fc.assert(fc.property(value, (original) => {
    const written = writeYaml(original);
    for (const rules of ["kustomize", "sigs"] as const) {
      ok(equalJson(readYaml(written, { rules }), original), written);
    }
  }));
});

Deno.test("what is written once is written again the same", () => {
  fc.assert(fc.property(value, (original) => {
    const written = writeYaml(original);
    equal(writeYaml(readYaml(written)), written);
  }));
});

Deno.test("JSON is YAML", () => {
  fc.assert(fc.property(value, (original) => {
    // A line break of YAML and a byte order mark must be escaped; JSON may leave them as they are.
    const json = stringifyJson(original)
      .replace(/[\u2028\u2029\ufeff]/g, (char) => "\\u" + char.charCodeAt(0).toString(16));
    ok(equalJson(readYaml(json), original), json);
  }));
});

Deno.test("documents are read one by one as they are written together", () => {
  fc.assert(fc.property(fc.array(value.filter((item) => typeof item === "object" && item !== null)), (values) => {
    const written = writeYamlDocuments(values);
    // Behind a text that ends in a line separator, kustomize writes the next document's dashes on the same line.
    fc.pre(!/[\u2028\u2029]---\n/.test(written));
    const read = readYamlDocuments(written).map((document) => document.value);
    equal(read.length, values.length);
    for (const [i, item] of read.entries()) ok(equalJson(item, values[i]));
  }));
});

Deno.test("any text is read or refused with a coded error", () => {
  fc.assert(fc.property(text, (source) => {
    for (const rules of ["kustomize", "sigs"] as const) {
      try {
        readYamlDocuments(source, { rules });
      } catch (error) {
        equal((error as Error).name, "YamlError", (error as Error).stack);
      }
    }
  }));
});
