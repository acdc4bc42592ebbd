/** The reference program: kubectl itself, or a process that builds one kustomization after the other as kubectl does. */
import { dirname, join } from "node:path";
import { TextLineStream } from "./text_lines.ts";
import { flagsOf, printTree, type Tree } from "./tree.ts";
import type { Outcome } from "./compare.ts";

/** Builds a tree. */
export type Reference = (tree: Tree) => Promise<Outcome>;

const TIMEOUT_MS = 20_000;

/** A process of kubectl for each tree. */
export function kubectlReference(kubectl: string): Reference {
  return (tree) =>
    inDirectory(tree, async (directory) => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const args = ["kustomize", directory, ...flagsOf(tree)];
      const command = new Deno.Command(kubectl, { args, signal, stdout: "piped", stderr: "piped" });
      const { success, stdout, stderr } = await command.output();
      if (signal.aborted) return { error: "timeout" };
      const decoder = new TextDecoder();
      return toOutcome(success, decoder.decode(stdout), decoder.decode(stderr).replaceAll(directory, ""));
    });
}

/**
 * One process for all trees: the program that `go build` makes of `scripts/fuzz/reference_server`. It is started anew
 * when it gave no answer.
 */
export function serverReference(program: string): Reference {
  let server: Server | undefined;
  let last = Promise.resolve<unknown>(undefined);
  let wasReset = false;
  async function build(tree: Tree): Promise<Outcome> {
    server ??= startServer(program);
    const changesSchema = Object.values(printTree(tree)).some((text) =>
      typeof text === "string" && /openapi|crds/.test(text)
    );
    const reset = changesSchema || wasReset;
    wasReset = changesSchema;
    return await inDirectory(tree, async (dir) => {
      const answer = await server!.ask(JSON.stringify({ dir, args: flagsOf(tree), reset }));
      if (answer === undefined || answer.stderr === "timeout") {
        server = undefined;
        return { error: "timeout" };
      }
      return toOutcome(answer.ok, answer.output, answer.stderr.replaceAll(dir, ""));
    });
  }
  return (tree) => {
    const answer = last.then(() => build(tree));
    last = answer.catch(() => {});
    return answer;
  };
}

function toOutcome(isOk: boolean, stdout: string, stderr: string): Outcome {
  // Lines of Go's log begin with the time; kubectl passes them on to its own. What it says of a flag is the CLI's affair.
  const text = stderr.replace(/^Flag --.*\n/gm, "").replace(
    /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d |I\d{4} \S+ +\d+ \S+\] )/gm,
    "",
  );
  return isOk ? { output: stdout, warnings: text } : { error: text };
}

async function inDirectory<T>(tree: Tree, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await Deno.makeTempDir();
  try {
    const made = new Set<string>();
    for (const [path, content] of Object.entries(printTree(tree))) {
      const file = join(directory, path);
      if (!made.has(dirname(file))) await Deno.mkdir(dirname(file), { recursive: true });
      made.add(dirname(file));
      await Deno.writeFile(file, typeof content === "string" ? new TextEncoder().encode(content) : content);
    }
    return await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

interface Answer {
  ok: boolean;
  output: string;
  stderr: string;
}

interface Server {
  /** Undefined when the process has ended. */
  ask(request: string): Promise<Answer | undefined>;
}

function startServer(program: string): Server {
  const process = new Deno.Command(program, { stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  process.unref();
  const input = process.stdin.getWriter();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
  return {
    async ask(request) {
      await input.write(new TextEncoder().encode(`${request}\n`));
      const { value } = await lines.read();
      return value === undefined ? undefined : JSON.parse(value) as Answer;
    },
  };
}
