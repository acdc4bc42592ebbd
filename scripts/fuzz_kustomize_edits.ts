// deno-lint-ignore-file no-console
/**
 * Compares `kstage kustomize edit` with the reference kustomize 5.8.1 on random kustomizations and commands:
 *
 *     KUSTOMIZE=/path/to/kustomize deno run -A scripts/fuzz_kustomize_edits.ts [COUNT] [SEED]
 */
import { compareOutcomes, runOwn } from "../tests/kustomize/edit/compare_edits.ts";
import { createGenerator, randomCase } from "./kustomize_edits/random_case.ts";
import { runReference } from "./kustomize_edits/reference.ts";

const program = Deno.env.get("KUSTOMIZE") ?? "kustomize";
const [count, seed] = [Number(Deno.args[0] ?? 1000), Number(Deno.args[1] ?? 1)];
let [different, refused] = [0, 0];
for (let i = 0; i < count; i++) {
  const entry = randomCase(createGenerator(seed + i), `seed ${seed + i}`);
  const [own, want] = [await runOwn(entry), await runReference(program, entry)];
  if (!want.ok) refused++;
  const problems = await compareOutcomes(entry, own, want);
  if (problems.length === 0) continue;
  different++;
  console.log(`${entry.name}: kustomize ${entry.args.join(" ")}\n${entry.files["kustomization.yaml"]}`);
  for (const problem of problems) console.log(`!! ${problem}\n`);
}
console.log(`${count} cases from seed ${seed}: ${different} differ; kustomize refuses ${refused}`);
Deno.exitCode = different === 0 ? 0 : 1;
