// deno-lint-ignore-file no-console
/**
 * Asks the reference program what it makes of test cases, and writes its answers into them.
 *
 * usage: KUBECTL=/path/to/kubectl deno run -A scripts/record_kustomize_cases.ts FILE.json...
 *
 * A file is `{reference, files?, cases: [{name, files?, args?, want?, error?, phrase?}]}`: `files` by path, a text,
 * a JSON value or `{$base64}`, common ones outside; `want` or `error` is what `kubectl kustomize DIRECTORY ARGS` printed, and is written
 * anew.
 */
import { dirname, join } from "node:path";

type Files = Record<string, unknown>;

interface Case {
  name: string;
  files?: Files;
  args?: string[];
  want?: string;
  error?: string;
  phrase?: string;
}

/** The reference runs for ever on a few inputs. */
const TIMEOUT_MS = 10_000;

const kubectl = Deno.env.get("KUBECTL");
if (kubectl === undefined || Deno.args.length === 0) {
  console.error("usage: KUBECTL=/path/to/kubectl deno run -A scripts/record_kustomize_cases.ts FILE.json...");
  Deno.exit(2);
}

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const command = new Deno.Command(kubectl!, { args, signal, stdout: "piped", stderr: "piped" });
  const { code, stdout, stderr } = await command.output();
  if (signal.aborted) return { code: -1, stdout: "", stderr: "the reference hangs" };
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

function toBytes(content: unknown): Uint8Array {
  const { $base64 } = content as { $base64?: string };
  if ($base64 !== undefined) return Uint8Array.fromBase64($base64);
  return new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
}

async function record(common: Files, { name, files = {}, args, phrase }: Case): Promise<Case> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries({ ...common, ...files })) {
      const file = join(directory, path);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeFile(file, toBytes(content));
    }
    const { code, stdout, stderr } = await run(["kustomize", directory, ...(args ?? [])]);
    const answer = code === 0 ? { want: stdout } : { error: stderr.replaceAll(directory, "").split("\ngoroutine ")[0] };
    return { name, files, ...(args && { args }), ...answer, ...(phrase && { phrase }) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const reference = (await run(["version", "--client"])).stdout.trim().replace("\n", ", ");
for (const path of Deno.args) {
  const { files = {}, cases } = JSON.parse(await Deno.readTextFile(path)) as { files?: Files; cases: Case[] };
  const recorded: Case[] = [];
  for (const each of cases) recorded.push(await record(files, each));
  await Deno.writeTextFile(path, JSON.stringify({ reference, files, cases: recorded }, null, 2) + "\n");
  console.log(`${path}: ${recorded.length} cases`);
}
