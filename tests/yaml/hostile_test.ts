import { deepEqual, equal, throws } from "../assert.ts";
import type { JsonValue } from "../../src/base/mod.ts";
import { readYaml, readYamlDocuments, writeYaml } from "../../src/yaml/mod.ts";

const SIZE = 60_000;

Deno.test("texts nested too deeply are refused, whatever the brackets", () => {
  const nest = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  const block = (depth: number) => Array.from({ length: depth }, (_, i) => `${" ".repeat(i)}a:\n`).join("");
  for (
    const text of [
      nest("[", "]", 10_000),
      nest("{a: ", "}", 10_000),
      block(3000),
      "- ".repeat(10_000),
      "? ".repeat(10_000),
    ]
  ) {
    throws(() => readYaml(text), { code: "TOO_DEEP", message: /exceeded max depth/ });
  }
  equal(JSON.stringify(readYaml(nest("[", "]", 490))), nest("[", "]", 490));
});

Deno.test("aliases cannot nest deeper than text", () => {
  const levels = (open: string, inner: string) => open.repeat(200) + inner + "]".repeat(200);
  const text = `a: &a ${levels("[", "")}\nb: &b ${levels("[", "*a")}\nc: ${levels("[", "*b")}\n`;
  throws(() => readYaml(text), { code: "TOO_DEEP" });
});

Deno.test("an alias bomb is refused before it unfolds", () => {
  const levels = Array.from({ length: 12 }, (_, i) => {
    const item = i === 0 ? "x" : `*l${i - 1}`;
    return `l${i}: &l${i} [${Array(10).fill(item).join(", ")}]`;
  });
  for (const rules of ["kustomize", "sigs"] as const) {
    throws(() => readYaml(levels.join("\n"), { rules }), {
      code: "TOO_LARGE",
      message: /document contains excessive aliasing/,
    });
  }
});

Deno.test("values nested too deeply are not written", () => {
  let value: JsonValue = 1;
  for (let i = 0; i < 10_000; i++) value = [value];
  throws(() => writeYaml(value), { code: "TOO_DEEP" });
});

Deno.test("long runs of anything are read and written in one pass", () => {
  const texts = [
    `a: "${" ".repeat(SIZE)}x"`,
    `a: |\n${"\n".repeat(SIZE)}  x\n`,
    `a: >\n  x\n${"\n".repeat(SIZE)}   y\n`,
    `a: ${"x ".repeat(SIZE)}`,
    `a: ${"1".repeat(SIZE)}`,
    `a: 0x${"0".repeat(SIZE)}1`,
    `a: 0b${"1".repeat(SIZE)}`,
    `a: .${"1".repeat(SIZE)}`,
    `a: 1${"_".repeat(SIZE)}0`,
    `a: !!binary ${"A".repeat(SIZE)}`,
    `a: "${"\\n ".repeat(SIZE)}"`,
    `a: "x${"\u0085 ".repeat(SIZE)}y"`,
    `a: [${"b, ".repeat(SIZE)}]`,
    `a: {${Array.from({ length: SIZE / 10 }, (_, i) => `k${i}: ${i}`).join(", ")}}`,
    `${"#".repeat(SIZE)}\n${"# c\n".repeat(SIZE / 10)}a: 1`,
    `a:\n${"- b\n".repeat(SIZE)}`,
  ];
  for (const text of texts) {
    const value = readYaml(text);
    deepEqual(writeYaml(readYaml(writeYaml(value))), writeYaml(value), text.slice(0, 20));
  }
});

Deno.test("many items at great depth are read in one pass", () => {
  let value = readYaml(`${"[".repeat(490)}${"x, ".repeat(SIZE)}${"]".repeat(490)}`);
  while (Array.isArray(value) && Array.isArray(value[0])) [value] = value;
  equal((value as JsonValue[]).length, SIZE);
});

Deno.test("many documents and their lines cost one pass", () => {
  const documents = readYamlDocuments("a: 1\n---\n".repeat(20_000));
  equal(documents.length, 20_001);
  equal(documents[19_999]!.line, 39_999);
});
