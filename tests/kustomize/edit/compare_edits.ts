/** Compares what kstage and the reference kustomize make of a command. */
import { cloneJson, isObject, type JsonObject, type JsonValue } from "../../../src/base/mod.ts";
import { runCli } from "../../../src/cli/mod.ts";
import { createMemoryHost } from "../../../src/host/mod.ts";
import { toJson } from "../../../src/kustomize/edit/edit_text.ts";
import { readEditable } from "../../../src/kustomize/load/kustomization.ts";
import { listComments } from "../../../src/yaml/mod.ts";
import type { EditCase } from "../../../scripts/kustomize_edits/cases.ts";
import type { EditOutcome } from "../../../scripts/kustomize_edits/reference.ts";

/** What kstage made of a case. */
export interface OwnOutcome extends EditOutcome {
  exitCode: number;
  stderr: string;
}

const ROOT = "/work";

/** Runs kstage on a case, in memory. */
export async function runOwn({ files, args }: EditCase): Promise<OwnOutcome> {
  const placed = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${ROOT}/${path}`, text]));
  const host = createMemoryHost({ files: placed, cwd: ROOT });
  const exitCode = await runCli(["kustomize", ...args], host);
  const changed: Record<string, string> = {};
  const visit = (directory: string) => {
    for (const name of host.fs.readDir(`${ROOT}/${directory}`)) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (host.fs.stat(`${ROOT}/${path}`)?.kind === "directory") visit(path);
      else {
        const text = host.fs.readText(`${ROOT}/${path}`);
        if (text !== files[path]) changed[path] = text;
      }
    }
  };
  visit("");
  return { ok: exitCode === 0, exitCode, stderr: host.out.stderr, files: changed };
}

/** Each difference in meaning between two outcomes of a case, as a line; none when they agree. */
export async function compareOutcomes(entry: EditCase, own: OwnOutcome, want: EditOutcome): Promise<string[]> {
  if (own.ok !== want.ok) {
    return [`kstage ${own.ok ? "succeeds" : `fails with ${own.stderr}`}, kustomize ${want.error ?? "succeeds"}`];
  }
  if (!want.ok) {
    const wrote = Object.keys(own.files).map((path) => `${path} was written in spite of the error`);
    return [...wrote, ...comparePhrases(own.stderr, want.error ?? "")];
  }
  const problems: string[] = [];
  for (const path of new Set([...Object.keys(own.files), ...Object.keys(want.files)])) {
    const [ours, theirs] = [own.files[path] ?? entry.files[path], want.files[path] ?? entry.files[path]];
    if (ours === undefined || theirs === undefined) problems.push(`only one of the two writes ${path}`);
    else if (!isKustomization(path) || path.includes("/")) {
      if (ours !== theirs) problems.push(`${path} differs:\n${ours}--- kustomize:\n${theirs}`);
    } else {
      const [a, b] = [meaning(ours, path), meaning(theirs, path)];
      if (a !== b) problems.push(`${path} means something else: ${a}\n--- kustomize: ${b}\n--- text:\n${ours}`);
      problems.push(...await lostComments(entry, path, ours));
    }
  }
  return problems;
}

function isKustomization(path: string): boolean {
  return /^(.*\/)?(kustomization\.ya?ml|Kustomization)$/.test(path);
}

/** The part of kustomize's message that scripts would look for: any of its clauses. */
function comparePhrases(stderr: string, wanted: string): string[] {
  const clauses = wanted.split(/: |\n/).map((clause) => clause.trim().replace(/\.$/, "")).filter((clause) =>
    clause.length > 8
  );
  const text = stderr.replaceAll("/work", "ROOT");
  return clauses.some((clause) => text.includes(clause)) ? [] : [`no clause of "${wanted}" is in "${stderr}"`];
}

/** Removing something removes what is said about it; nothing else loses a comment. */
async function lostComments({ files, args }: EditCase, path: string, text: string): Promise<string[]> {
  if (args.includes("remove")) return [];
  const kept = await listComments(text);
  const lost = (await listComments(files[path] ?? "")).filter((comment) => {
    const at = kept.indexOf(comment);
    if (at >= 0) kept.splice(at, 1);
    return at < 0;
  });
  return lost.map((comment) => `a comment is lost: ${comment}`);
}

/**
 * What kustomize reads in a kustomization, as text. Entries of images and replicas, of which there is one for each name,
 * and literals that were set, which kustomize writes in a random order, are compared without regard to order.
 */
export function meaning(text: string, file: string): string {
  const value = dropEmpty(toJson(readEditable(text, file).kustomization)) as JsonObject;
  for (const field of ["images", "replicas"]) if (Array.isArray(value[field])) value[field] = sortByText(value[field]);
  for (const field of ["configMapGenerator", "secretGenerator"]) {
    for (const entry of (value[field] ?? []) as JsonObject[]) {
      if (Array.isArray(entry.literals)) entry.literals = sortByText(entry.literals);
    }
  }
  return JSON.stringify(sortKeys(value), (_key, item) => typeof item === "bigint" ? String(item) : item);
}

function sortByText(list: JsonValue[]): JsonValue[] {
  return cloneJson(list).map(sortKeys).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

function dropEmpty(value: JsonValue, isMap = false): JsonValue {
  if (Array.isArray(value)) return value.map((item) => dropEmpty(item));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).map(([key, inner]): [string, JsonValue] => [key, dropEmpty(inner, isTexts(key))])
    .filter(([key, inner]) => isMap || (key === "count" && inner === 0) || !isEmpty(inner));
  return Object.fromEntries(kept);
}

function isTexts(key: string): boolean {
  return ["commonLabels", "commonAnnotations", "pairs", "labels", "annotations", "openapi"].includes(key);
}

function isEmpty(value: JsonValue): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value;
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sortKeys(value[key]!)]));
}
