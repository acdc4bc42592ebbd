import { equal, match, ok } from "../assert.ts";
import { DEFAULT_PATIENCE } from "../../src/rollout/patience.ts";
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

Deno.test("a finding's explanation names the figures that its rule uses", () => {
  const { pullMs, crashMs, createMs, roomMs, missingMs, unschedulableMs } = DEFAULT_PATIENCE;
  const figures: [keyof typeof CATALOGUE, number][] = [
    ["K1001", pullMs],
    ["K1101", crashMs],
    ["K1102", crashMs],
    ["K1201", missingMs],
    ["K1204", missingMs],
    ["K1301", unschedulableMs],
    ["K1401", roomMs],
    ["K1402", createMs],
  ];
  for (const [code, ms] of figures) {
    const seconds = ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
    ok(CATALOGUE[code].verdict.includes(` ${seconds}`), `${code}: ${CATALOGUE[code].verdict}`);
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
