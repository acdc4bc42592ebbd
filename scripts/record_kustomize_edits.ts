// deno-lint-ignore-file no-console
/**
 * Records what the reference kustomize 5.8.1 makes of the cases of `kustomize edit` and `kustomize create`:
 *
 *     KUSTOMIZE=/path/to/kustomize deno run -A scripts/record_kustomize_edits.ts
 */
import { AROUND, listCases } from "./kustomize_edits/cases.ts";
import { runReference } from "./kustomize_edits/reference.ts";

const VERSION = "v5.8.1";
const TARGET = new URL("../tests/testdata/kustomize_edit/cases.json", import.meta.url);

const program = Deno.env.get("KUSTOMIZE") ?? "kustomize";
const { stdout } = await new Deno.Command(program, { args: ["version"] }).output();
const version = new TextDecoder().decode(stdout).trim();
if (version !== VERSION) throw new Error(`KUSTOMIZE is ${version}, not ${VERSION}`);
const cases = [];
for (const entry of listCases()) {
  const own = Object.entries(entry.files).filter(([path]) => !Object.hasOwn(AROUND, path));
  cases.push({ ...entry, files: Object.fromEntries(own), want: await runReference(program, entry) });
}
await Deno.mkdir(new URL("./", TARGET), { recursive: true });
await Deno.writeTextFile(TARGET, JSON.stringify({ kustomize: version, around: AROUND, cases }, null, 1) + "\n");
console.log(`${cases.length} cases recorded`);
