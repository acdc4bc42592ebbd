import { equal, ok, rejects } from "../assert.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { build, type BuildOptions } from "../../src/kustomize/mod.ts";
import { writeYamlDocuments } from "../../src/yaml/mod.ts";

/** One tree of files, and what the reference program made of it; `scripts/record_kustomize_cases.ts` writes them. */
export interface KustomizeCase {
  name: string;
  /** By path: text, a value that stands for its JSON, or `{ $base64 }` for bytes that are no text. */
  files?: Record<string, unknown>;
  /** Flags of the build. */
  args?: string[];
  /** What it printed, */
  want?: string;
  /** or its error; `the reference hangs` when it gave no answer. */
  error?: string;
  /** What both our error and the reference's must hold; by default one must hold the other. */
  phrase?: string;
}

/** A file of cases. */
export interface KustomizeCases {
  reference: string;
  files?: Record<string, unknown>;
  cases: KustomizeCase[];
}

/** Reads a file below tests/testdata/kustomize. */
export function readCases(path: string): KustomizeCases {
  const url = new URL(`../testdata/kustomize/${path}`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url)) as KustomizeCases;
}

/** Defines a test that builds every case in memory and compares with the reference. */
export function testCases(promise: string, path: string): void {
  Deno.test(promise, async (t) => {
    const { files, cases } = readCases(path);
    ok(cases.length > 0);
    for (const each of cases) await t.step(each.name, () => checkCase({ ...each, files: { ...files, ...each.files } }));
  });
}

/** Builds a case, and compares the output or the error. */
export async function checkCase({ files = {}, args, want, error = "", phrase }: KustomizeCase): Promise<void> {
  if (want !== undefined) return equal(await buildFiles(files, args), want);
  await rejects(buildFiles(files, args), (thrown: Error) => {
    const isAlike = error === "the reference hangs" ||
      (phrase === undefined
        ? error.includes(thrown.message) || thrown.message.includes(error.replace(/^error: /, "").trim())
        : error.includes(phrase) && thrown.message.includes(phrase));
    ok(isAlike, `ours: ${thrown.message}\nreference: ${error}`);
    return true;
  });
}

async function buildFiles(files: Record<string, unknown>, args: readonly string[] = []): Promise<string> {
  const contents = Object.entries(files).map(([path, content]) => [`/overlay/${path}`, fileContent(content)] as const);
  const { fs } = createMemoryHost({ files: Object.fromEntries(contents) });
  return writeYamlDocuments(await build("/overlay", { fs, ...toBuildOptions(args) }));
}

function fileContent(content: unknown): string | Uint8Array {
  if (typeof content === "string") return content;
  const { $base64 } = content as { $base64?: string };
  return $base64 === undefined ? JSON.stringify(content) : Uint8Array.fromBase64($base64);
}

const BUILD_FLAGS: Record<string, Partial<BuildOptions>> = {
  "--reorder=none": { reorder: "none" },
  "--reorder=legacy": { reorder: "legacy" },
  "--load-restrictor=LoadRestrictionsNone": { loadRestrictor: "none" },
  "--enable-managedby-label": { managedByLabel: true },
};

function toBuildOptions(args: readonly string[]): Partial<BuildOptions> {
  return Object.assign(
    {},
    ...args.map((arg) => {
      const option = BUILD_FLAGS[arg];
      ok(option !== undefined, `the test knows no flag ${arg}`);
      return option;
    }),
  );
}
