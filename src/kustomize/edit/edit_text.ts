import { cloneJson, equalJson, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { editYaml, listComments } from "../../yaml/mod.ts";
import { type Kustomization, readEditable } from "../load/kustomization.ts";
import { planEdits } from "./plan_edits.ts";
import type { Edit } from "./request.ts";

/** How the text of a kustomization is edited. */
export interface EditTextOptions {
  /** Name for errors. */
  file: string;
  /** Whether what an edit removes takes its comments with it. @default {false} */
  dropsComments?: boolean;
  /** Whether the fields that every kustomization should have are added even when the edit changes nothing. @default {false} */
  alwaysCompletes?: boolean;
}

/** Where the comments of a deprecated field go. */
const SUCCESSORS: Record<string, string> = {
  bases: "resources",
  imageTags: "images",
  helmChartInflationGenerator: "helmCharts",
  patchesStrategicMerge: "patches",
  patchesJson6902: "patches",
  commonLabels: "labels",
  vars: "replacements",
};

/**
 * Edits the text of a kustomization: everything that the edit doesn't touch stays byte by byte. Along with the edit go
 * the changes that kustomize makes with any: the fields `apiVersion` and `kind` are added, and what stands in fields that
 * are long deprecated moves to their successors.
 *
 * @returns The new text; the given one when nothing is to be changed.
 * @throws {KustomizeError} As the edit does, and for what is wrong in the text; a YamlError where it cannot be edited.
 */
export async function editText(text: string, edit: Edit, options: EditTextOptions): Promise<string> {
  const { value, kustomization } = readEditable(text, options.file);
  const before = cloneJson(toJson(kustomization));
  if (await edit(kustomization) === false) return text;
  const wanted = toJson(kustomization);
  if (equalJson(before, wanted) && !options.alwaysCompletes) return text;
  const edited = await editYaml(text, planEdits(value, wanted), options.file);
  return options.dropsComments ? edited : await keepComments(text, edited, value);
}

/** A decoded kustomization as a value: without the fields that are not there. */
export function toJson(kustomization: Kustomization): JsonObject {
  return dropAbsent(kustomization as unknown as JsonObject) as JsonObject;
}

function dropAbsent(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(dropAbsent);
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(present.map(([key, inner]) => [key, dropAbsent(inner)]));
}

/** Puts comments of what moved to another field above that field. */
async function keepComments(before: string, after: string, value: JsonValue): Promise<string> {
  const kept = await listComments(after);
  const lost = (await listComments(before)).filter((comment) => {
    const at = kept.indexOf(comment);
    if (at >= 0) kept.splice(at, 1);
    return at < 0;
  });
  if (lost.length === 0) return after;
  const moved = Object.keys(value as JsonObject).find((key) => !hasField(after, key) && key in SUCCESSORS);
  const place = moved === undefined ? undefined : fieldPattern(SUCCESSORS[moved]!).exec(after);
  const end = before.includes("\r\n") ? "\r\n" : "\n";
  const at = place?.index ?? 0;
  return after.slice(0, at) + lost.map((comment) => comment + end).join("") + after.slice(at);
}

function hasField(text: string, field: string): boolean {
  return fieldPattern(field).test(text);
}

function fieldPattern(field: string): RegExp {
  return new RegExp(`^["']?${field.replace(/[^a-z0-9]/gi, "\\$&")}["']? *:`, "m");
}
