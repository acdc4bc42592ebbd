import { equal, ok, rejects } from "../assert.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { build, type BuildOptions } from "../../src/kustomize/mod.ts";
import { writeYamlDocuments } from "../../src/yaml/mod.ts";

/** One tree of files, and what the reference program made of it; `scripts/record_kustomize_cases.ts` writes them. */
export interface KustomizeCase {
  name: string;
  /** By path: text, or a value that stands for its JSON. */
  files?: Record<string, unknown>;
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
export async function checkCase({ files = {}, want, error = "", phrase }: KustomizeCase): Promise<void> {
  if (want !== undefined) return equal(await buildFiles(files), want);
  await rejects(buildFiles(files), (thrown: Error) => {
    const isAlike = error === "the reference hangs" ||
      (phrase === undefined
        ? error.includes(thrown.message) || thrown.message.includes(error.replace(/^error: /, "").trim())
        : error.includes(phrase) && thrown.message.includes(phrase));
    ok(isAlike, `ours: ${thrown.message}\nreference: ${error}`);
    return true;
  });
}

async function buildFiles(files: Record<string, unknown>, options: Partial<BuildOptions> = {}): Promise<string> {
  const texts = Object.entries(files).map(([path, content]) =>
    [`/overlay/${path}`, typeof content === "string" ? content : JSON.stringify(content)] as const
  );
  const { fs } = createMemoryHost({ files: Object.fromEntries(texts) });
  return writeYamlDocuments(await build("/overlay", { fs, ...options }));
}
