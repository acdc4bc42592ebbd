// deno-lint-ignore-file no-console
/**
 * Builds random kustomizations with kstage and with the reference program, and shows where they differ.
 *
 * usage: KUBECTL=/path/to/kubectl deno run -A scripts/fuzz_build.ts [--seed N] [--count N] [--jobs N] [--most N]
 *          [--server PROGRAM] [--no-shrink] [--print] [--save DIRECTORY]
 *
 * Every case has a seed of its own, which is printed: `--seed N --count 1` makes it again, and `--print` shows it.
 * With `--server`, the program that `go build` makes of scripts/fuzz/reference_server, a case takes a fraction of the
 * time, and only what differs is built by kubectl, too. `--save` keeps what was found as cases with the reference's answer, as tests/kustomize/fuzz_test.ts reads them.
 */
import { parseArgs } from "node:util";
import { compare, type Difference, shrink } from "./fuzz/compare.ts";
import { randomTree } from "./fuzz/kustomizations.ts";
import { Random } from "./fuzz/random.ts";
import { kubectlReference, serverReference } from "./fuzz/reference.ts";
import { flagsOf, printTree, type Tree } from "./fuzz/tree.ts";

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    count: { type: "string", default: "200" },
    jobs: { type: "string", default: "3" },
    most: { type: "string", default: "10" },
    server: { type: "string" },
    "no-shrink": { type: "boolean", default: false },
    print: { type: "boolean", default: false },
    save: { type: "string" },
  },
});

const program = Deno.env.get("KUBECTL");
if (program === undefined) {
  console.error("Set KUBECTL to the reference program, such as kubectl 1.36");
  Deno.exit(2);
}
const kubectl = kubectlReference(program);
const quick = flags.server === undefined ? kubectl : serverReference(flags.server);

function show(title: string, text: string): void {
  console.log(`--- ${title}\n${text.trimEnd()}`);
}

function showTree(tree: Tree): void {
  for (const [path, content] of Object.entries(printTree(tree))) {
    show(path, typeof content === "string" ? content : `base64: ${content.toBase64()}`);
  }
}

/** The lines from the first difference on. */
function showDifference({ kind, ours, reference }: Difference): void {
  console.log(`=== ${kind}`);
  if ("error" in ours || "error" in reference) {
    show("ours", "error" in ours ? `error: ${ours.error}` : ours.output.slice(0, 1500));
    show("reference", "error" in reference ? reference.error : reference.output.slice(0, 1500));
    return;
  }
  if (kind === "other warnings") {
    show("ours", ours.warnings);
    show("reference", reference.warnings);
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
  const files = Object.fromEntries(
    Object.entries(printTree(tree)).map((
      [path, content],
    ) => [path, typeof content === "string" ? content : { $base64: content.toBase64() }]),
  );
  const args = files.flags === undefined ? {} : { args: flagsOf(tree) };
  const content = JSON.stringify({ cases: [{ name, files, ...args, ...answer }] }, null, 2) + "\n";
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/seed_${seed}.json`, content);
}

/** How often each verdict was given. */
const verdicts = new Map<string, number>();

async function check(seed: number): Promise<boolean> {
  const tree = randomTree(new Random(seed));
  if (flags.print) showTree(tree);
  let result = await compare(quick, tree);
  if (result.verdict === "different" && quick !== kubectl) result = await compare(kubectl, tree);
  const verdict = result.verdict === "known difference" ? `${result.verdict}: ${result.reason}` : result.verdict;
  verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  if (result.verdict !== "different") return true;
  const { difference: found } = result;
  const [smallest, difference] = flags["no-shrink"] ? [tree, found] : await shrink(quick, tree, found);
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
    if ((seed - first + 1) % 500 === 0) console.log(`${seed - first + 1} of ${count}`);
  }
}
await Promise.all(Array.from({ length: Number(flags.jobs) }, work));
for (const [verdict, times] of [...verdicts].sort()) console.log(`${times} ${verdict}`);
const seconds = (performance.now() - startedAt) / 1000;
console.log(`\nseeds ${first} to ${next - 1}: ${differences} differences, ${seconds.toFixed(0)} s`);
Deno.exit(differences === 0 ? 0 : 1);
