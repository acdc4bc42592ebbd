import { equal, ok, rejects } from "../assert.ts";
import { CodedError } from "../../src/base/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { build, type BuildOptions } from "../../src/kustomize/mod.ts";
import { writeYamlDocuments } from "../../src/yaml/mod.ts";

const DIRECTORIES = ["suite", "overlays"].map((name) => new URL(`../testdata/kustomize/${name}/`, import.meta.url));

/** Cases whose error is worded in another way than kustomize's, with the reason. */
const OTHER_WORDS: Record<string, string> = {
  "plugin_PatchJson6902Transformer_TestBadPatchJson6902Transformer.txt": "kustomize names a type of Go's",
};

interface SuiteCase {
  target: string;
  options: Partial<BuildOptions>;
  /** By absolute path. */
  files: Record<string, string>;
  want?: string;
  /** Phrases of the expected error. */
  phrases?: string[];
}

/** Reads a case: header lines, then `-- name --` before each file. */
function parseCase(text: string): SuiteCase {
  const [header = "", ...parts] = text.split(/^-- (.+) --\n/m);
  const fields = new Map(header.trim().split("\n").map((line) => line.split(": ", 2) as [string, string]));
  const parsed: SuiteCase = {
    target: fields.get("target") ?? ".",
    options: parseFlags(fields.get("flags")),
    files: {},
  };
  for (let i = 0; i < parts.length; i += 2) {
    const [name, content] = [parts[i]!, parts[i + 1]!];
    if (name === "want.yaml") parsed.want = content;
    else if (name === "error") parsed.phrases = content.split("\n").filter((line) => line !== "");
    else parsed.files[`/${name}`] = content;
  }
  return parsed;
}

function parseFlags(flags = ""): Partial<BuildOptions> {
  const options: Partial<BuildOptions> = {};
  const words = flags.split(/[ =]/);
  words.forEach((word, i) => {
    if (word === "--reorder") options.reorder = words[i + 1] as "none" | "legacy";
    if (word === "--load-restrictor" && words[i + 1] === "LoadRestrictionsNone") options.loadRestrictor = "none";
    if (word === "--enable-alpha-plugins") options.enableAlphaPlugins = true;
  });
  return options;
}

async function buildCase({ target, options, files }: SuiteCase): Promise<string> {
  const host = createMemoryHost({ files: { "/in/.keep": "", ...files } });
  return writeYamlDocuments(await build(`/in/${target}`, { fs: host.fs, env: host.env, ...options }));
}

const CASES = DIRECTORIES.flatMap((directory) =>
  [...Deno.readDirSync(directory)].map(({ name }) => ({ name, url: new URL(name, directory) }))
);

for (const { name, url } of CASES.sort((a, b) => a.name < b.name ? -1 : 1)) {
  Deno.test(`build() does what kustomize does: ${name.replace(/\.txt$/, "")}`, async () => {
    const each = parseCase(Deno.readTextFileSync(url));
    if (each.want !== undefined) return equal(await buildCase(each), each.want);
    ok(each.phrases !== undefined, "a case has either want.yaml or error");
    await rejects(buildCase(each), (error) => {
      ok(error instanceof CodedError, `not an error on purpose: ${error}`);
      const phrases = each.phrases!.map((phrase) => phrase.replaceAll("<IN>", "/in"));
      const reason = OTHER_WORDS[name];
      if (reason === undefined) { for (const phrase of phrases) ok(error.message.includes(phrase), error.message); }
      return true;
    });
  });
}
