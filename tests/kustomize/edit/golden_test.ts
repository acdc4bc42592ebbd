import { deepEqual, equal, ok } from "../../assert.ts";
import type { EditCase } from "../../../scripts/kustomize_edits/cases.ts";
import type { EditOutcome } from "../../../scripts/kustomize_edits/reference.ts";
import { compareOutcomes, runOwn } from "./compare_edits.ts";

interface Goldens {
  kustomize: string;
  /** Files that are in each case. */
  around: Record<string, string>;
  cases: (EditCase & { want: EditOutcome })[];
}

const GOLDENS: Goldens = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/kustomize_edit/cases.json", import.meta.url)),
);

Deno.test("kustomize edit and create leave files that mean what the reference's mean, with all comments", async (t) => {
  equal(GOLDENS.kustomize, "v5.8.1");
  ok(GOLDENS.cases.length >= 150);
  for (const { want, ...entry } of GOLDENS.cases) {
    const whole = { ...entry, files: { ...GOLDENS.around, ...entry.files } };
    await t.step(entry.name, async () => {
      deepEqual(await compareOutcomes(whole, await runOwn(whole), want), []);
    });
  }
});
