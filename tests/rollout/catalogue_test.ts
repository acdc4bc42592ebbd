import { equal, match, ok } from "../assert.ts";
import { CATALOGUE, explainFinding } from "../../src/rollout/mod.ts";

Deno.test("every finding has a code, a name of its own, a meaning, a verdict and steps", () => {
  const names = Object.values(CATALOGUE).map(({ name }) => name);
  equal(new Set(names).size, names.length);
  for (const [code, { name, meaning, verdict, steps }] of Object.entries(CATALOGUE)) {
    match(code, /^K1[0-8]\d\d$/);
    match(name, /^[A-Z][A-Za-z]+$/);
    match(meaning, /\.$|\)\.$/);
    match(verdict, /^[A-Z].*[^.]$/);
    for (const step of steps) match(step, /^[A-Z].*[^.]$/);
  }
});

Deno.test("explainFinding() finds by code and by name, in any case", () => {
  equal(explainFinding("K1001")?.name, "ImageNotFound");
  equal(explainFinding("k1001")?.code, "K1001");
  equal(explainFinding(" crashloop ")?.code, "K1101");
  equal(explainFinding("K9999"), undefined);
  equal(explainFinding("constructor"), undefined);
  ok(explainFinding("K1603")?.meaning.includes("67250"));
});
