import { deepEqual } from "./assert.ts";

/** Folder → folders it may import. Anything absent is forbidden. */
const EVERYTHING_BELOW_OPERATIONS = [
  "base",
  "yaml",
  "manifest",
  "schema",
  "kustomize",
  "kube",
  "kubeconfig",
  "registry",
  "gitlab",
  "credentials",
  "apply",
  "rollout",
  "release",
  "stages",
  "report",
];
export const ALLOWED_IMPORTS: Record<string, readonly string[]> = {
  base: [],
  yaml: ["base"],
  manifest: ["base", "yaml"],
  schema: ["base", "manifest"],
  kustomize: ["base", "yaml", "manifest", "schema"],
  kube: ["base", "manifest"],
  kubeconfig: ["base", "yaml"],
  registry: ["base"],
  gitlab: ["base", "yaml"],
  credentials: ["base", "manifest", "kube", "kubeconfig", "gitlab"],
  apply: ["base", "yaml", "manifest", "schema", "kube"],
  rollout: ["base", "manifest", "kube"],
  release: ["base", "yaml", "manifest", "kube", "apply"],
  stages: ["base", "yaml"],
  report: ["base", "manifest"],
  operations: EVERYTHING_BELOW_OPERATIONS,
  sandbox: ["base", "yaml", "manifest", "schema", "kube"],
  host: ["base"],
  cli: ["base", "manifest", "operations", "report", "stages", "gitlab", "sandbox", "host"],
};

/** Folder → folders of which it may import types alone. */
export const ALLOWED_TYPE_IMPORTS: Record<string, readonly string[]> = {
  report: ["apply", "rollout", "release", "credentials"],
};

/** Imports of a file behind another folder's face that are meant: the sandbox speaks kube's contract, not its client. */
const ALLOWED_DEEP_IMPORTS = new Set(["sandbox → kube/contract.ts"]);

/**
 * `operations` has a door per verb instead of one `mod.ts`: a command loads its own verb, not all of them, which keeps
 * the start of `kstage build` free of everything that speaks to clusters.
 */
const DOORS_PER_FILE = new Set(["operations"]);

const ROOT = new URL("../src/", import.meta.url);
const IMPORT =
  /^\s*(?:import|export)\s+(type\s)?[^"'`;]*?\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|^\s*import\s*"([^"]+)"/gm;

interface Import {
  file: string;
  folder: string;
  target: string;
  typeOnly: boolean;
  /** Loaded when it is needed, by an `import()` in the code. */
  late: boolean;
}

async function* sourceFiles(directory: URL): AsyncGenerator<URL> {
  for await (const entry of Deno.readDir(directory)) {
    const url = new URL(entry.name + (entry.isDirectory ? "/" : ""), directory);
    if (entry.isDirectory) yield* sourceFiles(url);
    else if (entry.name.endsWith(".ts")) yield url;
  }
}

async function readSources(): Promise<{ file: string; text: string }[]> {
  const sources = [];
  for await (const url of sourceFiles(ROOT)) {
    sources.push({ file: url.href.slice(ROOT.href.length), text: await Deno.readTextFile(url) });
  }
  return sources;
}

function importsOf(file: string, text: string): Import[] {
  const imports: Import[] = [];
  for (const [, type, from, dynamic, bare] of text.matchAll(IMPORT)) {
    const specifier = (from ?? dynamic ?? bare)!;
    if (!specifier.startsWith(".")) continue;
    const target = new URL(specifier, new URL(file, ROOT)).href.slice(ROOT.href.length);
    imports.push({
      file,
      folder: file.split("/")[0]!,
      target,
      typeOnly: type !== undefined,
      late: dynamic !== undefined,
    });
  }
  return imports;
}

Deno.test("a folder imports only what the table allows, and other folders by their mod.ts alone", async () => {
  const problems: string[] = [];
  for (const { file, text } of await readSources()) {
    for (const { folder, target, typeOnly } of importsOf(file, text)) {
      const [other = "", ...rest] = target.split("/");
      if (other === folder) continue;
      const allowed = ALLOWED_IMPORTS[folder]?.includes(other) ||
        (typeOnly && ALLOWED_TYPE_IMPORTS[folder]?.includes(other));
      if (!allowed) problems.push(`src/${file} may not import src/${target}: move what it needs down, or pass it in`);
      else if (
        rest.join("/") !== "mod.ts" && !DOORS_PER_FILE.has(other) && !ALLOWED_DEEP_IMPORTS.has(`${folder} → ${target}`)
      ) {
        problems.push(`src/${file} reaches behind src/${other}/mod.ts: import the face, not ${target}`);
      }
    }
  }
  deepEqual(problems, []);
});

/** Files that need each other: YAML nests, and the readers of its parts share one position in the text. */
const MUTUALLY_RECURSIVE = [
  ["yaml/collections.ts", "yaml/compose.ts", "yaml/keys.ts"],
  ["yaml/scan_block.ts", "yaml/scan_names.ts", "yaml/scan_plain.ts", "yaml/scan_quoted.ts", "yaml/scanner.ts"],
];

Deno.test("files import each other in no circle, types included: what two need stands in a third", async () => {
  const imports = new Map<string, string[]>();
  for (const { file, text } of await readSources()) {
    const targets = importsOf(file, text).filter(({ late }) => !late).map(({ target }) => target);
    const recursive = MUTUALLY_RECURSIVE.find((files) => files.includes(file)) ?? [];
    imports.set(file, targets.filter((target) => !recursive.includes(target)));
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(" → "));
    if (start >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  deepEqual(circles, []);
});

Deno.test("every folder below src is in the table", async () => {
  const folders = new Set((await readSources()).map(({ file }) => file.split("/")[0]!));
  deepEqual([...folders].filter((folder) => !(folder in ALLOWED_IMPORTS)), []);
});

Deno.test("only src/host names Deno", async () => {
  const offenders = (await readSources())
    .filter(({ file, text }) => !file.startsWith("host/") && /\bDeno\.[a-zA-Z]/.test(stripComments(text)))
    .map(({ file }) => file);
  deepEqual(offenders, []);
});

/** Packages that are ES modules. */
const LOADED_LATE = new Set(["re2js"]);

Deno.test("a package in CommonJS is imported statically, in a file that is loaded late: bundles lose its names", async () => {
  const offenders = (await readSources()).flatMap(({ file, text }) =>
    [...stripComments(text).matchAll(/\bawait import\(\s*"([^"]+)"/g)].map(([, specifier]) => specifier!)
      .filter((specifier) => !/^(\.|node:)/.test(specifier) && !LOADED_LATE.has(specifier))
      .map((specifier) => `${file}: ${specifier}`)
  );
  deepEqual(offenders, []);
});

Deno.test("tests assert by tests/assert.ts: the names of node:assert/strict compare loosely in Deno", async () => {
  const offenders: string[] = [];
  for await (const url of sourceFiles(new URL("./", import.meta.url))) {
    const file = url.href.slice(new URL("./", import.meta.url).href.length);
    if (file === "assert.ts") continue;
    if (/from "(node:)?assert(\/strict)?"/.test(await Deno.readTextFile(url))) offenders.push(file);
  }
  deepEqual(offenders, []);
});

Deno.test("the table has no cycle", () => {
  const cycles: string[] = [];
  const visit = (folder: string, path: string[]): void => {
    if (path.includes(folder)) cycles.push([...path, folder].join(" → "));
    else for (const next of ALLOWED_IMPORTS[folder] ?? []) visit(next, [...path, folder]);
  };
  for (const folder of Object.keys(ALLOWED_IMPORTS)) visit(folder, []);
  deepEqual(cycles, []);
});

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
