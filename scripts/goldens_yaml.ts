// deno-lint-ignore-file no-console
/**
 * Asks the reference program how it reads and writes YAML, and writes its answers into the golden files.
 *
 * usage: KUBECTL=/path/to/kubectl deno run -A scripts/goldens_yaml.ts
 *
 * `reading.json` has texts: each stands behind `header` in a resource of its own, and `want` or `error` is what
 * `kubectl kustomize` printed. `writing.json` has JSON values: each is the `data` of a resource that is written as JSON.
 * New cases are added there by hand, without an answer.
 */
import { join } from "node:path";

interface Case {
  input: unknown;
  want?: string;
  error?: string;
}

interface Golden {
  reference: string;
  header: string;
  cases: Case[];
}

const kubectl = Deno.env.get("KUBECTL");
if (kubectl === undefined) {
  console.error("usage: KUBECTL=/path/to/kubectl deno run -A scripts/goldens_yaml.ts");
  Deno.exit(2);
}

async function run(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(kubectl!, { args, stdout: "piped", stderr: "piped" })
    .output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** JSON as Go writes it, so that go-yaml reads the same value: it takes no surrogate pairs and folds raw NEL. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

async function build(text: string): Promise<{ want: string } | { error: string }> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(directory, "kustomization.yaml"), "resources: [probe.yaml]\n");
    await Deno.writeTextFile(join(directory, "probe.yaml"), text);
    const { code, stdout, stderr } = await run(["kustomize", directory]);
    if (code === 0) return { want: stdout };
    const phrase = stderr.replaceAll(directory, "").trim().split("\n").slice(-1)[0]!.trim();
    const inner = /accumulation err='accumulating resources from 'probe\.yaml': (.*)': must build/.exec(phrase);
    if (inner !== null) return { error: inner[1]! };
    return { error: phrase.replace(/^.*(?:MalformedYAMLError|\)|\}): (?:yaml: )?/, "").replace(/ in File: .*$/, "") };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const reference = (await run(["version", "--client"])).stdout.trim().replace("\n", ", ");
for (const name of ["reading", "writing"]) {
  const path = new URL(`../tests/testdata/yaml/${name}.json`, import.meta.url);
  const { header, cases } = JSON.parse(await Deno.readTextFile(path)) as Golden;
  const answered: Case[] = [];
  for (const { input } of cases) {
    const text = name === "reading" ? header + input : `{${header},"data":${goJson(input)}}`;
    answered.push({ input, ...await build(text) });
  }
  const lines = answered.map((each) => JSON.stringify(each)).join(",\n    ");
  const head = JSON.stringify({ reference, header }, null, 2).slice(0, -2);
  await Deno.writeTextFile(path, `${head},\n  "cases": [\n    ${lines}\n  ]\n}\n`);
  console.log(`${name}: ${answered.length} cases`);
}
