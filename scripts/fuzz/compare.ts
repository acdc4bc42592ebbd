import { CodedError } from "../../src/base/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { build, type BuildOptions } from "../../src/kustomize/mod.ts";
import { writeYamlDocuments } from "../../src/yaml/mod.ts";
import type { Reference } from "./reference.ts";
import { flagsOf, printTree, smallerTrees, type Tree } from "./tree.ts";

/** What a build printed, or how it failed. */
export type Outcome = { output: string; warnings: string } | { error: string; isCrash?: boolean };

/** How two outcomes differ. */
export interface Difference {
  kind: "other output" | "other warnings" | "other error" | "only ours fails" | "only the reference fails" | "crash";
  ours: Outcome;
  reference: Outcome;
}

/** Differences that are meant: why, and how to know them. */
const KNOWN: readonly { reason: string; matches: (difference: Difference) => boolean }[] = [
  {
    reason: "The reference crashes: there is nothing to agree with",
    matches: ({ reference }) => "error" in reference && /panic:|goroutine \d/.test(reference.error),
  },
  {
    reason: "The reference cannot write a generated key that reads as another type than string, such as true or 5",
    matches: ({ kind, reference }) =>
      kind === "only the reference fails" && "error" in reference &&
      reference.error.includes("json: unsupported type: map[interface {}]interface {}"),
  },
  {
    reason:
      "Line numbers of its own decoder are in the hash of a generated object whose kind a patch has changed: refused",
    matches: ({ ours }) => "error" in ours && ours.error.includes("only ConfigMaps and Secrets"),
  },
  {
    reason: "Objects that patches or replacements have left without names: what else is wrong may be told first",
    matches: ({ kind, ours, reference }) =>
      kind === "other error" && "error" in ours && "error" in reference &&
      (ours.error.includes("missing metadata.name") && reference.error.includes("[noName]") ||
        /missing metadata\.name|wrong node kind/.test(reference.error) && ours.error.includes("[noName]")),
  },
  {
    reason:
      "The reference cannot read its own output where a patch has emptied a map or list with a comment at its key",
    matches: ({ kind, reference }) =>
      kind === "only the reference fails" && "error" in reference &&
      /: yaml: line \d+: could not find expected ':'\n$/.test(reference.error),
  },
  {
    reason:
      "A comment at an object's end adds a line to a text that keeps its lines where a transformer has put that last",
    matches: ({ ours, reference }) =>
      "output" in ours && "output" in reference && withoutKeptLines(ours.output) === withoutKeptLines(reference.output),
  },
  {
    reason: "An annotation that kustomize keeps for itself holds something else: the reference cannot decode it",
    matches: ({ reference }) =>
      "error" in reference &&
      / into Go value of type resource\.|error converting YAML to JSON: yaml/.test(reference.error),
  },
  {
    reason:
      "A manifest holds the annotation in which kustomize keeps transformations: the reference prints its text, ours what it says",
    matches: ({ ours, reference }) =>
      "output" in ours && "output" in reference &&
      withoutTransformations(ours.output) === withoutTransformations(reference.output),
  },
  {
    reason:
      "Of two faults one is a key that stands twice: ours tells it where the file is read, the reference where it needs the value",
    matches: ({ kind, ours }) =>
      kind === "other error" && "error" in ours && /mapping key ".*" already defined/.test(ours.error),
  },
  {
    reason: "The reference gives no answer in time",
    matches: ({ reference }) => "error" in reference && reference.error === "timeout",
  },
];

/** The output with no empty lines at the ends of texts that keep theirs. */
function withoutKeptLines(output: string): string {
  return output.replace(/(\|[0-9]?\+\n(?:[^\n]*\n)*?)\n+(?=[^\n])/g, "$1");
}

/** The output without the annotation that lists transformations, and without the field when it held nothing else. */
function withoutTransformations(output: string): string {
  return output.replace(/^ +alpha\.config\.kubernetes\.io\/transformations:.*\n(?: {6}.*\n)*/gm, "")
    .replace(/^ {2}annotations:\n(?! {4})/gm, "");
}

/** What scripts look for in kustomize's errors: where the reference says it, ours must. */
const KEY_PHRASES: readonly string[] = [
  "no such file or directory",
  "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization'",
  "Found multiple kustomization files",
  "may not add resource with an already registered id",
  "unknown field",
  "no matches for Id",
  "multiple matches for Id",
  "failed to find unique target for patch",
  "does not match a config with the following GVK",
  "doc is missing path",
  "doc is missing key",
  "nothing selected by",
  "multiple matches for selector",
  "unable to find field",
  "is missing for replacement source",
  "cycle detected",
  "is not in or below",
  "missing metadata.name in object",
  "missing kind in object",
  "already defined",
  "unable to parse SM or JSON patch",
  "wrong node kind",
  "expected sequence or mapping node",
  "must specify --enable-helm",
  "illegally repeats the key",
  "does not exist; cannot merge or replace",
  "already exists; cannot create",
  "found character that cannot start any token",
];

/** Builds a tree in memory. */
export async function buildOurs(tree: Tree): Promise<Outcome> {
  const files = Object.entries(printTree(tree)).map(([path, content]) => [`/tree/${path}`, content]);
  const { fs } = createMemoryHost({ files: Object.fromEntries(files) });
  const flags = flagsOf(tree);
  let warnings = "";
  const options: BuildOptions = {
    fs,
    env: { get: () => undefined },
    warn: (message) => warnings += `${message}\n`,
    ...(flags.includes("--reorder=none") ? { reorder: "none" } : {}),
    ...(flags.includes("--reorder=legacy") ? { reorder: "legacy" } : {}),
    ...(flags.includes("--load-restrictor=LoadRestrictionsNone") ? { loadRestrictor: "none" } : {}),
    managedByLabel: flags.includes("--enable-managedby-label"),
  };
  try {
    return { output: writeYamlDocuments(await build("/tree", options)), warnings };
  } catch (error) {
    if (error instanceof CodedError) return { error: error.message };
    return { error: (error as Error).stack ?? String(error), isCrash: true };
  }
}

/** What came of both builds of a tree. */
export type Comparison =
  | { verdict: "both build alike" | "both refuse alike" }
  | { verdict: "known difference"; reason: string }
  | { verdict: "different"; difference: Difference };

/** Builds a tree with both programs. */
export async function compare(build: Reference, tree: Tree): Promise<Comparison> {
  const [reference, ours] = await Promise.all([build(tree), buildOurs(tree)]);
  const difference = findDifference(ours, reference);
  if (difference === undefined) return { verdict: "error" in ours ? "both refuse alike" : "both build alike" };
  const known = KNOWN.find(({ matches }) => matches(difference));
  return known === undefined
    ? { verdict: "different", difference }
    : { verdict: "known difference", reason: known.reason };
}

function findDifference(ours: Outcome, reference: Outcome): Difference | undefined {
  if ("error" in ours && ours.isCrash) return { kind: "crash", ours, reference };
  if ("error" in ours) {
    if (!("error" in reference)) return { kind: "only ours fails", ours, reference };
    return missingPhrases(ours.error, reference.error).length > 0
      ? { kind: "other error", ours, reference }
      : undefined;
  }
  if ("error" in reference) return { kind: "only the reference fails", ours, reference };
  if (ours.output !== reference.output) return { kind: "other output", ours, reference };
  return comparableWarnings(ours.warnings) === comparableWarnings(reference.warnings)
    ? undefined
    : { kind: "other warnings", ours, reference };
}

/** The reference tells unused variables in any order. */
function comparableWarnings(text: string): string {
  return text.replace(/(?<=never replaced: ).*/g, (names) => names.split(",").sort().join(","))
    .replace(/^MakePrimitiveReplacer: .*\n/gm, "");
}

/** Key phrases of the reference's error that ours lacks. */
function missingPhrases(ours: string, reference: string): string[] {
  return KEY_PHRASES.filter((phrase) => reference.includes(phrase) && !ours.includes(phrase));
}

/** A tree as small as can be found in which the same kind of difference shows. */
export async function shrink(build: Reference, tree: Tree, difference: Difference): Promise<[Tree, Difference]> {
  let best: [Tree, Difference] = [tree, difference];
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < MAX_TRIES;) {
    isSmaller = false;
    let candidates = smallerTrees(best[0]);
    for (let at = 0; tries < MAX_TRIES; tries++) {
      const { value: smaller, done } = candidates.next();
      if (done) break;
      const found = await compare(build, smaller);
      if (found.verdict !== "different" || signature(found.difference) !== signature(difference)) {
        at++;
        continue;
      }
      best = [smaller, found.difference];
      isSmaller = true;
      // What was tried before is not tried again; what follows has moved up.
      candidates = smallerTrees(smaller);
      for (let skipped = 0; skipped < at; skipped++) candidates.next();
    }
  }
  return best;
}

const MAX_TRIES = 500;

/** What stays the same while a tree gets smaller. */
function signature({ kind, ours, reference }: Difference): string {
  if ("output" in ours && "output" in reference) return `${kind}: ${firstOther(ours.output, reference.output)}`;
  const error = "error" in ours ? ours.error : "error" in reference ? reference.error : "";
  const [line = ""] = error.replace(/^(# Warning: .*\n)+/, "").split("\n");
  return `${kind}: ${line.replace(/['"`\[][^'"`\]]*['"`\]]|\d+|\S*[./]\S*/g, "…").slice(0, 60)}`;
}

/** The first line of the reference that ours does not have there. */
function firstOther(ours: string, reference: string): string {
  const lines = ours.split("\n");
  return reference.split("\n").find((line, i) => line !== lines[i])?.trim() ?? "";
}
