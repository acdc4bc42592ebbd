import { join } from "node:path";
import process from "node:process";
import { equal, ok } from "../assert.ts";
import { CodedError } from "../../src/base/mod.ts";
import { createDenoHost, createMemoryFileSystem, type MemoryFiles } from "../../src/host/mod.ts";
import { build } from "../../src/kustomize/mod.ts";
import { writeYamlDocuments } from "../../src/yaml/mod.ts";
import { testCases } from "./run_cases.ts";

const LIMIT_MS = 5_000;
const LIMIT_BYTES = 1_000_000_000;

const RESOURCE = "resources: [a.yaml]\n";
const FOO = "apiVersion: v1\nkind: Foo\nmetadata: {name: a}\n";

/** What a hostile tree must give: an error's code and words, or a check of the output. */
type Expected = [code: string, message: RegExp] | ((output: string) => void);

testCases("build() answers hostile trees as kustomize does", "hostile.json");

for (const [name, files, expected] of largeTrees()) {
  Deno.test(`build() answers a hostile tree in short time: ${name}`, async () => {
    await check(name, () => buildTree(files), expected);
  });
}

Deno.test("build() answers a hostile tree in short time: a file of 100 MB", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const size = 100_000_000;
    await Deno.writeTextFile(join(directory, "kustomization.yaml"), "configMapGenerator: [{name: g, files: [big]}]\n");
    await Deno.writeFile(join(directory, "big"), new Uint8Array(size).fill(120));
    const run = async () => writeYamlDocuments(await build(directory, { fs: createDenoHost().fs }));
    await check("a file of 100 MB", run, (output) => {
      equal(output.length > size && output.length < size + 200, true);
      ok(output.startsWith("apiVersion: v1\ndata:\n  big: xxx"));
      ok(/xxx\nkind: ConfigMap\nmetadata:\n {2}name: g-[a-z0-9]{10}\n$/.test(output.slice(-100)));
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("build() follows no real symbolic link out of the root, however it gets there", async () => {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const write = (path: string, text: string) => Deno.writeTextFile(join(directory, path), text);
  try {
    await Deno.mkdir(join(directory, "k"));
    await Deno.mkdir(join(directory, "outside"));
    await write("outside/a.yaml", FOO);
    await Deno.symlink("../outside/a.yaml", join(directory, "k/link.yaml"));
    await Deno.symlink("../outside", join(directory, "k/dir"));
    await Deno.symlink("second.yaml", join(directory, "k/first.yaml"));
    await Deno.symlink("link.yaml", join(directory, "k/second.yaml"));
    await Deno.symlink("loop.yaml", join(directory, "k/loop.yaml"));
    const fields = [
      ...["link.yaml", "dir/a.yaml", "first.yaml"].map((path) => `resources: [${path}]\n`),
      "configMapGenerator: [{name: g, files: [link.yaml]}]\n",
      "secretGenerator: [{name: g, envs: [dir/a.yaml]}]\n",
      "patches: [{path: first.yaml}]\n",
      "openapi: {path: link.yaml}\n",
      "configurations: [dir/a.yaml]\n",
    ];
    const { fs } = createDenoHost();
    for (const field of fields) {
      await write("k/kustomization.yaml", field);
      await check(field, () => build(join(directory, "k"), { fs }).then(String), ["SECURITY", /is not in or below/]);
    }
    await write("k/kustomization.yaml", "resources: [loop.yaml]\n");
    const loop: Expected = ["SECURITY", /evalsymlink failure on '.*loop.yaml' : EvalSymlinks: too many links/];
    await check("a loop", () => build(join(directory, "k"), { fs }).then(String), loop);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

function largeTrees(): [name: string, files: MemoryFiles, expected: Expected][] {
  const one = (text: string | Uint8Array, kustomization = RESOURCE) => ({
    "kustomization.yaml": kustomization,
    "a.yaml": text,
  });
  const bytes = (before: string, ...rest: number[]) =>
    Uint8Array.from([...new TextEncoder().encode(before), ...rest, 34, 10]);
  const nested = "[".repeat(10_000) + "]".repeat(10_000);
  const chain = Array.from({ length: 200 }, (_, i) => [`c${i}/kustomization.yaml`, `resources: [../c${i + 1}]\n`]);
  return [
    ["an alias bomb", one(FOO + aliasBomb()), ["TOO_LARGE", /document contains excessive aliasing/]],
    [
      "an alias bomb in a kustomization",
      { "kustomization.yaml": aliasBomb() },
      ["INVALID_CONFIG|TOO_LARGE", /document contains excessive aliasing/],
    ],
    [
      "an alias bomb in a patch",
      { ...one(FOO, `${RESOURCE}patches: [{path: p.yaml}]\n`), "p.yaml": FOO + aliasBomb() },
      ["INVALID_PATCH|TOO_LARGE", /document contains excessive aliasing/],
    ],
    ["lists nested 10,000 deep", one(`${FOO}spec: ${nested}\n`), ["TOO_DEEP", /exceeded max depth/]],
    [
      "objects nested 10,000 deep",
      one(`${FOO}spec: ${"{a: ".repeat(10_000)}1${"}".repeat(10_000)}\n`),
      ["TOO_DEEP", /exceeded max depth/],
    ],
    [
      "a kustomization nested 10,000 deep",
      { "kustomization.yaml": `resources: ${nested}\n` },
      ["INVALID_CONFIG|TOO_DEEP", /exceeded max depth/],
    ],
    [
      "a patch nested 10,000 deep",
      one(FOO, `${RESOURCE}patches: [{target: {kind: Foo}, patch: '[{"op":"add","path":"/a","value":${nested}}]'}]\n`),
      ["INVALID_PATCH|TOO_DEEP", /./],
    ],
    ["invalid UTF-8 in a resource", one(bytes(`${FOO}x: "`, 0xff, 0xfe)), ["INVALID_RESOURCE", /invalid UTF-8/]],
    ["a surrogate in a resource", one(bytes(`${FOO}x: "`, 0xed, 0xa0, 0x80)), ["INVALID_RESOURCE", /invalid UTF-8/]],
    [
      "invalid UTF-8 in a kustomization",
      { "kustomization.yaml": bytes('namePrefix: "', 0xff) },
      ["INVALID_RESOURCE|INVALID_CONFIG", /invalid UTF-8/],
    ],
    [
      "invalid UTF-8 in a generated file",
      { "kustomization.yaml": "configMapGenerator: [{name: g, files: [b]}]\n", b: Uint8Array.of(0xff, 0xfe) },
      (output) => equal(output, BINARY),
    ],
    [
      "a patch of 10,000 operations",
      patchOf(10_000),
      (output) => equal(output.match(/^ {2}k\d+: \d+$/gm)?.length, 10_000),
    ],
    ["2,000 patches of one field", manyPatches(2_000), (output) => equal(output.match(/k\d+: \d+$/gm)?.length, 2_000)],
    [
      "200 bases, one below the other",
      {
        "kustomization.yaml": "resources: [c0]\n",
        ...Object.fromEntries(chain),
        ...inDirectory("c200", one(FOO)),
      },
      (output) => equal(output, FOO.replace("{name: a}", "\n  name: a").replace(": \n", ":\n")),
    ],
    [
      "100,000 keys",
      one(`${FOO}spec:\n${Array.from({ length: 100_000 }, (_, i) => `  k${i}: v\n`).join("")}`),
      (output) => equal(output.match(/: v$/gm)?.length, 100_000),
    ],
  ];
}

/** What kubectl 1.36 prints of a generated file that is no UTF-8. */
const BINARY = "apiVersion: v1\nbinaryData:\n  b: //4=\nkind: ConfigMap\nmetadata:\n  name: g-2dhggh9kbg\n";

function aliasBomb(): string {
  const list = (item: string) => `[${Array(9).fill(item).join(", ")}]`;
  const levels = Array.from({ length: 9 }, (_, i) => `b${i + 1}: &b${i + 1} ${list(`*b${i}`)}\n`);
  return `b0: &b0 ${list("x")}\n${levels.join("")}`;
}

function patchOf(count: number): MemoryFiles {
  const operations = Array.from({ length: count }, (_, i) => ({ op: "add", path: `/spec/k${i}`, value: i }));
  return {
    "kustomization.yaml": `${RESOURCE}patches: [{target: {kind: Foo}, path: p.json}]\n`,
    "a.yaml": `${FOO}spec: {}\n`,
    "p.json": JSON.stringify(operations),
  };
}

function manyPatches(count: number): MemoryFiles {
  const patches = Array.from(
    { length: count },
    (_, i) => `- patch: "${FOO.replaceAll("\n", "\\n")}spec: {k${i}: ${i}}"\n`,
  );
  return { "kustomization.yaml": `${RESOURCE}patches:\n${patches.join("")}`, "a.yaml": FOO };
}

function inDirectory(directory: string, files: MemoryFiles): MemoryFiles {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${directory}/${path}`, content]));
}

async function buildTree(files: MemoryFiles): Promise<string> {
  return writeYamlDocuments(await build("/tree", { fs: createMemoryFileSystem(inDirectory("/tree", files)) }));
}

/** Milliseconds from now on; other work of this machine, and other tests of this process, count as little as can be. */
function stopwatch(): () => number {
  const start = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(performance.now() - start, (user + system) / 1000);
  };
}

/** What {@link slowness} does takes about this long on a machine that does nothing else, in milliseconds. */
const USUAL_MS = 60;

/** How many times longer things take on this machine now, beside other tests, than on a usual one; 1 or more. */
function slowness(): number {
  const start = performance.now();
  // Fresh memory is what large inputs cost most, and what busy machines are slowest to give.
  for (let i = 1; i <= 16; i++) new Uint8Array(8_000_000).fill(i);
  return Math.max(1, (performance.now() - start) / USUAL_MS);
}

/** Runs a build and checks its answer, its time and its memory: an error is one of ours, and names its cause. */
async function check(name: string, run: () => Promise<string>, expected: Expected): Promise<void> {
  const before = Deno.memoryUsage().heapUsed;
  const slownessBefore = slowness();
  const elapsed = stopwatch();
  const outcome = await run().catch((error: unknown) => error);
  const took = elapsed() / Math.max(slownessBefore, slowness());
  if (typeof expected === "function") {
    if (typeof outcome !== "string") throw outcome;
    expected(outcome);
  } else {
    const [codes, message] = expected;
    ok(outcome instanceof CodedError, `${name}: ${String(outcome).slice(0, 500)}`);
    ok(codes.split("|").includes(outcome.code), `${name}: ${outcome.code}: ${outcome.message.slice(0, 300)}`);
    ok(message.test(outcome.message), `${name}: ${outcome.message.slice(0, 300)}`);
  }
  ok(took < LIMIT_MS, `${name} took ${took.toFixed(0)} ms`);
  ok(Deno.memoryUsage().heapUsed - before < LIMIT_BYTES, `${name} took too much memory`);
}
