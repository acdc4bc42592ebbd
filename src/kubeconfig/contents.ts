import { cloneJson, compareBytes, equalJson, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { ENTRY_KEYS, type EntryList } from "./edit.ts";
import { ENTRY_FIELDS, PREFERENCES_FIELDS } from "./fields.ts";
import { toNormalForm } from "./normal_form.ts";

/** An entry in normal form and the file that it came from. */
export interface ContentEntry {
  /** Its fields, in normal form. May hold secrets. */
  value: JsonObject;
  /** Path of its file; absent for an entry that is in none yet. */
  origin?: string;
}

/** All that client-go reads of kubeconfigs, in normal form: what `config` commands change and print. */
export interface Contents extends Record<EntryList, Map<string, ContentEntry>> {
  /** Name of the current context; empty when none is set. */
  currentContext: string;
  /** See {@link PREFERENCES_FIELDS}. */
  preferences: JsonObject;
  /** Data of other programs, as a list with names. */
  extensions: JsonValue[];
}

/** The lists, in the order in which client-go writes them. */
export const ENTRY_LISTS = ["clusters", "users", "contexts"] as const satisfies readonly EntryList[];

/** A kubeconfig that holds nothing. */
export function emptyContents(): Contents {
  const maps = { clusters: new Map(), users: new Map(), contexts: new Map() };
  return { ...maps, currentContext: "", preferences: {}, extensions: [] };
}

/** The contents of one file. @param value Its parsed and checked text. */
export function toContents(value: JsonObject, origin: string): Contents {
  const contents = emptyContents();
  for (const list of ENTRY_LISTS) {
    for (const item of (value[list] ?? []) as (JsonObject | null)[]) {
      const entry = item?.[ENTRY_KEYS[list]] ?? {};
      const normal = toNormalForm(entry as JsonObject, ENTRY_FIELDS[list]);
      contents[list].set(String(item?.name ?? ""), { value: normal, origin });
    }
  }
  contents.currentContext = String(value["current-context"] ?? "");
  if (isObject(value.preferences)) contents.preferences = toNormalForm(value.preferences, PREFERENCES_FIELDS);
  const { extensions } = toNormalForm(value, [{ name: "extensions", type: "extensions" }]);
  contents.extensions = (extensions ?? []) as JsonValue[];
  return contents;
}

/** The contents as client-go writes them: entries sorted by name, fields in its order, empty lists null. */
export function fromContents(contents: Contents): JsonObject {
  const value: JsonObject = { kind: "Config", apiVersion: "v1" };
  if (Object.keys(contents.preferences).length > 0) value.preferences = cloneJson(contents.preferences);
  for (const list of ENTRY_LISTS) {
    const names = [...contents[list].keys()].sort(compareBytes);
    const items = names.map((name) => ({ name, [ENTRY_KEYS[list]]: cloneJson(contents[list].get(name)!.value) }));
    value[list] = items.length > 0 ? items : null;
  }
  value["current-context"] = contents.currentContext;
  if (contents.extensions.length > 0) value.extensions = cloneJson(contents.extensions);
  return value;
}

/** A copy that shares nothing with the original. */
export function cloneContents(contents: Contents): Contents {
  const copy = emptyContents();
  for (const list of ENTRY_LISTS) {
    for (const [name, entry] of contents[list]) copy[list].set(name, { ...entry, value: cloneJson(entry.value) });
  }
  const { currentContext, preferences, extensions } = contents;
  return { ...copy, currentContext, preferences: cloneJson(preferences), extensions: cloneJson(extensions) };
}

/** Merges the contents of several files: of entries of one name, and of single values, the first file's count. */
export function mergeContents(all: readonly Contents[]): Contents {
  const merged = emptyContents();
  for (const contents of all) {
    for (const list of ENTRY_LISTS) {
      for (const [name, entry] of contents[list]) if (!merged[list].has(name)) merged[list].set(name, entry);
    }
    merged.currentContext ||= contents.currentContext;
    merged.preferences = { ...contents.preferences, ...merged.preferences };
    if (merged.extensions.length === 0) merged.extensions = contents.extensions;
  }
  return cloneContents(merged);
}

/** Whether two contents mean the same, the files that entries came from included. */
export function equalContents(a: Contents, b: Contents): boolean {
  return equalJson(fromContents(a), fromContents(b));
}
