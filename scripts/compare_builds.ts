// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Builds every kustomization below a directory with kubectl and with kstage, and lists where they differ: to see whether
 * a repository may change from one to the other.
 *
 *     deno run -A scripts/compare_builds.ts DIRECTORY [--jobs N] [-- FLAGS FOR BOTH]
 *
 * kubectl is taken from KUBECTL, else from PATH; kstage is dist/kstage where that was compiled, else a bundle run by
 * Deno. Output counts as equal byte by byte. That both refuse a kustomization counts as agreement, whatever they say;
 * so does a build that takes longer than a minute. Ends with 1 when anything differs.
 */
import { findKstage, findKubectl } from "./bench_programs.ts";

/** Longer than any build takes that fetches nothing. */
const LIMIT_MS = 60_000;
const FILE_NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** How a build ended; without output when it failed. */
interface Outcome {
  output: Uint8Array | undefined;
  message: string;
}

type Verdict = "equal" | "both refuse" | "other output" | "only kubectl refuses" | "only kstage refuses";

async function findKustomizations(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const below = entries.filter(({ name, isDirectory }) => isDirectory && name !== ".git")
    .map(({ name }) => findKustomizations(`${directory}/${name}`));
  const found = (await Promise.all(below)).flat();
  return (entries.some(({ name }) => FILE_NAMES.includes(name)) ? [directory, ...found] : found).sort();
}

async function build(command: readonly string[]): Promise<Outcome> {
  const { success, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    env: { GIT_TERMINAL_PROMPT: "0" },
    stdin: "null",
    signal: AbortSignal.timeout(LIMIT_MS),
  }).output();
  const lines = new TextDecoder().decode(stderr).split("\n");
  const message = lines.find((line) => line.startsWith("error")) ?? lines[0]!;
  return { output: success ? stdout : undefined, message };
}

function judge({ output: theirs }: Outcome, { output: ours }: Outcome): Verdict {
  if (theirs === undefined) return ours === undefined ? "both refuse" : "only kubectl refuses";
  if (ours === undefined) return "only kstage refuses";
  return theirs.length === ours.length && theirs.every((byte, i) => byte === ours[i]) ? "equal" : "other output";
}

async function compareAll(root: string, jobs: number, flags: readonly string[]): Promise<Map<Verdict, number>> {
  await using stack = new AsyncDisposableStack();
  const scratch = await Deno.makeTempDir({ prefix: "kstage-compare-" });
  stack.defer(() => Deno.remove(scratch, { recursive: true }));
  const [kubectl, kstage] = [await findKubectl(), await findKstage(scratch)];
  console.log(`kubectl: ${kubectl.version}\nkstage:  ${kstage.version}, ${kstage.kind}`);
  const counts = new Map<Verdict, number>();
  const left = await findKustomizations(root);
  const work = async () => {
    for (let directory = left.shift(); directory !== undefined; directory = left.shift()) {
      const [theirs, ours] = await Promise.all([
        build([...kubectl.command, "kustomize", ...flags, directory]),
        build([...kstage.command, "kustomize", "build", ...flags, directory]),
      ]);
      const verdict = judge(theirs, ours);
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      if (verdict === "equal" || verdict === "both refuse") continue;
      const reason = verdict === "other output" ? "" : `\n  ${(theirs.output === undefined ? theirs : ours).message}`;
      console.log(`${verdict}: ${directory}${reason}`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return counts;
}

const at = Deno.args.indexOf("--");
const [words, flags] = at < 0 ? [Deno.args, []] : [Deno.args.slice(0, at), Deno.args.slice(at + 1)];
const [root, jobsFlag, jobs = "2"] = words;
if (root === undefined || (jobsFlag !== undefined && jobsFlag !== "--jobs") || !(Number(jobs) >= 1)) {
  console.error("usage: deno run -A scripts/compare_builds.ts DIRECTORY [--jobs N] [-- FLAGS FOR BOTH]");
  Deno.exit(2);
}
const counts = await compareAll(root, Number(jobs), flags);
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
console.log(`${total} kustomizations: ${[...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ")}`);
Deno.exit([...counts.keys()].every((verdict) => /^(equal|both refuse)$/.test(verdict)) ? 0 : 1);
