import { equal, throws } from "../assert.ts";
import { parseJson, stringifyJson } from "../../src/base/mod.ts";
import { readYaml, writeYaml } from "../../src/yaml/mod.ts";

interface Golden {
  header: string;
  cases: { input: string; want?: string; error?: string }[];
}

const testdata = new URL("../testdata/yaml/", import.meta.url);
const readGolden = (name: string) => Deno.readTextFile(new URL(name, testdata));

/** The reference's words without its line numbers, which are off by one more often than not, and without Go values. */
function phrase(error: string): RegExp {
  const words = error.replace(/^line \d+: /, "").replace(/ at line \d+$/, "").replace(/^(invalid map key): .*/, "$1");
  return new RegExp(words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
}

/** What kstage reads otherwise than the reference program, and why. */
const OTHERWISE = new Map([
  [
    "a: |2\n  \tx\n",
    "kustomize loses the indentation indicator when it writes the resource, and fails on its own output",
  ],
  ["a: &x\n  b:\nc: {d: *x}\n", "kustomize rewrites an anchor's scalars by the style of where the alias stands"],
  ["a: {d: &x }\nc: *x\n", "likewise"],
  ["a: &x >\n  l\n    m\n  n\nc: [*x]\n", "likewise"],
  ["a: &x [1]\nb: {<<: *x}\n", "refused in other words: the alias is resolved when the merge is checked"],
  ["? !!null\n: b\n", "a key that is tagged as null and empty is dropped"],
  ["!!null x: b\n", "refused in other words"],
  ["!!binary aGk=: c\n", "a key that is tagged as binary is decoded"],
  ["? [a]\n: b\n", "refused in other words: a key of the document itself is read as a string there"],
]);

Deno.test("readYaml() and writeYaml() print resources as kubectl kustomize does, and fail where it fails", async (t) => {
  const { header, cases } = JSON.parse(await readGolden("reading.json")) as Golden;
  for (const { input, want, error } of cases) {
    if (OTHERWISE.has(input)) continue;
    await t.step(JSON.stringify(input).slice(0, 100), () => {
      const build = () => writeYaml(readYaml(header + input));
      if (want === undefined) throws(build, { name: "YamlError", message: phrase(error!) });
      else equal(build(), want);
    });
  }
});

Deno.test("writeYaml() writes values as kubectl kustomize does, and fails where it fails", async (t) => {
  const text = await readGolden("writing.json");
  const { header } = JSON.parse(text) as Golden;
  const { cases } = parseJson(text) as unknown as { cases: { input: never; want?: string; error?: string }[] };
  for (const { input, want, error } of cases) {
    await t.step(stringifyJson(input).slice(0, 100), () => {
      const value = { ...JSON.parse(`{${header}}`), data: input };
      if (want === undefined) throws(() => writeYaml(value), { name: "YamlError", message: phrase(error!) });
      else equal(writeYaml(value), want);
    });
  }
});

Deno.test("writeYaml() writes what readYaml() reads again", async () => {
  const { header, cases } = JSON.parse(await readGolden("reading.json")) as Golden;
  for (const { input, want } of cases) {
    if (want === undefined) continue;
    const written = writeYaml(readYaml(header + input));
    equal(writeYaml(readYaml(written)), written, input);
  }
});
