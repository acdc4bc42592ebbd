// deno-lint-ignore-file no-console
/**
 * Builds random kustomizations with kstage and with the reference program, and shows where they differ.
 *
 * usage: KUBECTL=/path/to/kubectl deno run -A scripts/fuzz_build.ts [--seed N] [--count N] [--jobs N] [--most N]
 *          [--no-shrink] [--print] [--save DIRECTORY]
 *
 * Every case has a seed of its own, which is printed: `--seed N --count 1` makes it again, and `--print` shows it.
 * `--save` keeps what was found as cases with the reference's answer, as tests/kustomize/fuzz_test.ts reads them.
 */
import { parseArgs } from "node:util";
import { compare, type Difference, shrink } from "./fuzz/compare.ts";
import { randomTree } from "./fuzz/kustomizations.ts";
import { Random } from "./fuzz/random.ts";
import { printTree, type Tree } from "./fuzz/tree.ts";

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    count: { type: "string", default: "200" },
    jobs: { type: "string", default: "3" },
    most: { type: "string", default: "10" },
    "no-shrink": { type: "boolean", default: false },
    print: { type: "boolean", default: false },
    save: { type: "string" },
  },
});

const kubectl = Deno.env.get("KUBECTL");
if (kubectl === undefined) {
  console.error("Set KUBECTL to the reference program, such as kubectl 1.36");
  Deno.exit(2);
}

function show(title: string, text: string): void {
  console.log(`--- ${title}\n${text.trimEnd()}`);
}

function showTree(tree: Tree): void {
  for (const [path, text] of Object.entries(printTree(tree))) show(path, text);
}

/** The lines from the first difference on. */
function showDifference({ kind, ours, reference }: Difference): void {
  console.log(`=== ${kind}`);
  if ("error" in ours || "error" in reference) {
    show("ours", "error" in ours ? `error: ${ours.error}` : ours.output.slice(0, 1500));
    show("reference", "error" in reference ? reference.error : reference.output.slice(0, 1500));
    return;
  }
  const [a, b] = [ours.output.split("\n"), reference.output.split("\n")];
  const at = a.findIndex((line, i) => line !== b[i]);
  const from = Math.max(0, (at < 0 ? a.length : at) - 4);
  show("ours", a.slice(from, from + 16).join("\n"));
  show("reference", b.slice(from, from + 16).join("\n"));
}

async function save(directory: string, seed: number, tree: Tree, { reference }: Difference): Promise<void> {
  const answer = "output" in reference ? { want: reference.output } : { error: reference.error };
  const name = `seed ${seed}`;
  const content = JSON.stringify({ cases: [{ name, files: printTree(tree), ...answer }] }, null, 2) + "\n";
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/seed_${seed}.json`, content);
}

async function check(seed: number): Promise<boolean> {
  const tree = randomTree(new Random(seed));
  if (flags.print) showTree(tree);
  const found = await compare(kubectl!, tree);
  if (found === undefined) return true;
  const [smallest, difference] = flags["no-shrink"] ? [tree, found] : await shrink(kubectl!, tree, found);
  console.log(`\n##### seed ${seed}`);
  showTree(smallest);
  showDifference(difference);
  if (flags.save !== undefined) await save(flags.save, seed, smallest, difference);
  return false;
}

const first = Number(flags.seed);
const count = Number(flags.count);
const startedAt = performance.now();
let next = first;
let differences = 0;
async function work(): Promise<void> {
  while (next < first + count && differences < Number(flags.most)) {
    const seed = next++;
    if (!(await check(seed))) differences++;
  }
}
await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
const seconds = (performance.now() - startedAt) / 1000;
console.log(`\nseeds ${first} to ${next - 1}: ${differences} differences, ${seconds.toFixed(0)} s`);
Deno.exit(differences === 0 ? 0 : 1);
