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
  // A byte order mark is no part of the document; it stays where it is.
  if (text.startsWith("\ufeff")) return "\ufeff" + await editText(text.slice(1), edit, options);
  const { value, kustomization } = readEditable(text, options.file);
  const before = cloneJson(toJson(kustomization));
  if (await edit(kustomization) === false) return text;
  const wanted = toJson(kustomization);
  if (equalJson(before, wanted) && !options.alwaysCompletes) return text;
  const edited = await editYaml(text, planEdits(value, wanted), options.file);
  return options.dropsComments ? edited : await keepComments(text, edited);
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

/** Puts comments of what moved above the field that it moved to. */
async function keepComments(before: string, after: string): Promise<string> {
  const kept = await listComments(after);
  const end = before.includes("\r\n") ? "\r\n" : "\n";
  let edited = after;
  let from = 0;
  for (const comment of await listComments(before)) {
    const at = Math.max(before.indexOf(comment, from), 0);
    from = at + comment.length;
    const index = kept.indexOf(comment);
    if (index >= 0) {
      kept.splice(index, 1);
      continue;
    }
    const place = findField(edited, ownerOf(before, at));
    edited = edited.slice(0, place) + comment + end + edited.slice(place);
  }
  return edited;
}

/** The field in or behind which a place of a text is. */
function ownerOf(text: string, at: number): string {
  return [...text.slice(0, at).matchAll(/^["']?([A-Za-z0-9]+)["']? *:/gm)].at(-1)?.[1] ?? "";
}

/** Where a field or its successor starts; the text's start where neither is there. */
function findField(text: string, field: string): number {
  for (const name of [field, SUCCESSORS[field] ?? ""]) {
    const found = new RegExp(`^["']?${name}["']? *:`, "m").exec(text);
    if (name !== "" && found !== null) return found.index;
  }
  return 0;
}
