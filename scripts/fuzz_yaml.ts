// deno-lint-ignore-file no-console
/**
 * Compares reading and writing of random YAML with the reference program.
 *
 * usage: KUBECTL=/path/to/kubectl deno run -A scripts/fuzz_yaml.ts [SEED] [ROUNDS]
 *
 * Each round builds one kustomization of many resources, some from random values as JSON, some from random block texts,
 * and prints what differs. A difference that only reorders keys may be chance: the reference program's own order is not
 * the same from run to run for some keys, such as `a1b2`, `a9` and `a10`.
 */
import { join } from "node:path";
import { readYaml, writeYaml } from "../src/yaml/mod.ts";

const kubectl = Deno.env.get("KUBECTL");
if (kubectl === undefined) {
  console.error("usage: KUBECTL=/path/to/kubectl deno run -A scripts/fuzz_yaml.ts [SEED] [ROUNDS]");
  Deno.exit(2);
}
const seed = Number(Deno.args[0] ?? 1);
const rounds = Number(Deno.args[1] ?? 5);
const RESOURCES_PER_ROUND = 400;

let state = seed >>> 0;
/** A number from 0 to 1 (Mulberry32). */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const below = (n: number) => Math.floor(random() * n);
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
const many = <T>(max: number, make: () => T): T[] => Array.from({ length: below(max + 1) }, make);

const WORDS =
  'a foo bar-baz yes no on null ~ true 1 1.5 1e3 0x1f 0644 1:20 2001-01-01 2001-01-01T10:00:00Z - -- # : = << .5 +1 _ word longer-word é 日本 😀 it\'s "q" a:b a#b x,y [z] {w} &u *v !t |p >g %h @i `j` http://x/y?z=1 C:\\d'
    .split(" ");
const SPECIAL = [" ", "  ", "\n", "\n\n", "\t", ": ", " #", "\u00a0", "\u2028", "\ufeff", "\0", "\u001b", "\u0085"];
const KEYS = "a b c a1 a2 a10 A Z _x x-y x.y/z é 日 y no true 1 10".split(" ");

function randomString(): string {
  const kind = below(4);
  if (kind === 0) return pick(WORDS);
  const parts = many(kind === 1 ? 6 : 40, () => pick(below(kind === 3 ? 4 : 12) === 0 ? SPECIAL : WORDS));
  return parts.join(kind === 2 ? " " : pick(["", " "]));
}

function randomValue(depth: number): unknown {
  const kind = below(depth > 0 ? 10 : 6);
  if (kind < 4) return randomString();
  if (kind === 4) return pick([0, -1, 1.5, 1e21, 1e-7, 123456789, 1e15 + 0.5, 9007199254740991, below(1e9) / 1000]);
  if (kind === 5) return pick([null, true, false]);
  if (kind < 8) return many(4, () => randomValue(depth - 1));
  return Object.fromEntries(many(5, () => [below(3) ? pick(KEYS) : randomString(), randomValue(depth - 1)]));
}

/** JSON that go-yaml reads as the same value: it takes no surrogate pairs and folds raw line breaks of YAML 1.1. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** Block scalars with random indentation, chomping and blanks, and scalars of one line, in a block mapping. */
function randomText(): string {
  return many(6, () => 0).map((_, i) => {
    const key = `k${i}:`;
    if (below(3) === 0) return `${key} ${pick(WORDS)}${pick(["", " # c", "  "])}\n`;
    const lines = [pick(WORDS), ...many(5, () => pick(["", "", "  ", " "]) + many(4, () => pick(WORDS)).join(" "))];
    return `${key} ${pick([">", "|"])}${pick(["", "-", "+"])}\n${lines.map((line) => `  ${line}`).join("\n")}\n${
      pick(["", "\n", "\n\n"])
    }`;
  }).join("");
}

function randomResource(name: string): string {
  const header = `"apiVersion":"example.com/v1","kind":"Probe","metadata":{"name":"${name}"}`;
  if (below(2) === 0) return `{${header},"data":${goJson(randomValue(4))}}\n`;
  return `apiVersion: example.com/v1\nkind: Probe\nmetadata:\n  name: ${name}\n${randomText()}`;
}

function tryBuild(text: string): string | undefined {
  try {
    return writeYaml(readYaml(text));
  } catch {
    return undefined;
  }
}

async function askKubectl(resources: Map<string, string>): Promise<{ code: number; out: string; err: string }> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [name, text] of resources) await Deno.writeTextFile(join(directory, `${name}.yaml`), text);
    const names = [...resources.keys()].map((name) => `${name}.yaml`);
    await Deno.writeTextFile(join(directory, "kustomization.yaml"), JSON.stringify({ resources: names }));
    const command = new Deno.Command(kubectl!, { args: ["kustomize", directory], stdout: "piped", stderr: "piped" });
    const { code, stdout, stderr } = await command.output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

let compared = 0;
let different = 0;
for (let round = 0; round < rounds; round++) {
  const resources = new Map<string, string>();
  const wanted = new Map<string, string>();
  for (let i = 0; i < RESOURCES_PER_ROUND; i++) {
    const name = `probe-${String(i).padStart(4, "0")}`;
    const text = randomResource(name);
    const built = tryBuild(text);
    if (built === undefined) continue;
    resources.set(name, text);
    wanted.set(name, built);
  }
  const { code, out, err } = await askKubectl(resources);
  if (code !== 0) {
    different++;
    console.log(`Refused by the reference program in round ${round}: ${err.slice(0, 2000)}`);
    continue;
  }
  const documents = new Map(out.split(/^---\n/m).map((text) => [/^ {2}name: (probe-\d+)$/m.exec(text)?.[1], text]));
  for (const [name, built] of wanted) {
    compared++;
    if (documents.get(name) === built) continue;
    different++;
    console.log(`INPUT\n${resources.get(name)}\nREFERENCE\n${documents.get(name)}\nKSTAGE\n${built}`);
  }
}
console.log(`${compared} resources compared, ${different} differences`);
Deno.exit(different > 0 ? 1 : 0);
