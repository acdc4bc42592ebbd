import { cloneJson, compareBytes, isObject, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";
import { writeYaml } from "../yaml/mod.ts";

/** The lists of a kubeconfig, and the key of an entry's content. */
export const ENTRY_KEYS = { clusters: "cluster", users: "user", contexts: "context" } as const;

/** Name of a list of a kubeconfig. */
export type EntryList = keyof typeof ENTRY_KEYS;

/** A change of one entry; the entry is made when it isn't there. */
export interface EntryEdit {
  list: EntryList;
  name: string;
  /** Fields to set. */
  set: JsonObject;
  /** Fields to remove; other fields stay. */
  remove?: readonly string[];
}

/** A change of a kubeconfig. */
export interface KubeconfigEdit {
  entries: readonly EntryEdit[];
  currentContext?: string;
}

/** The value of a kubeconfig after a change; what it was is left alone. */
export function applyEdit(value: JsonObject, edit: KubeconfigEdit): JsonObject {
  const result = cloneJson(value);
  for (const entry of edit.entries) applyEntryEdit(result, entry);
  if (edit.currentContext !== undefined) result["current-context"] = edit.currentContext;
  if (!result.apiVersion) result.apiVersion = "v1";
  if (!result.kind) result.kind = "Config";
  return result;
}

function applyEntryEdit(value: JsonObject, { list, name, set, remove = [] }: EntryEdit): void {
  const items = (value[list] ??= []) as JsonValue[];
  let item = items.find((candidate) => isObject(candidate) && candidate.name === name) as JsonObject | undefined;
  if (item === undefined) {
    item = { [ENTRY_KEYS[list]]: {}, name };
    items.splice(insertionIndex(items.map(nameOf), name), 0, item);
  }
  const content = isObject(item[ENTRY_KEYS[list]]) ? item[ENTRY_KEYS[list]] as JsonObject : {};
  for (const key of remove) delete content[key];
  for (const [key, field] of Object.entries(set)) setKey(content, key, field);
  item[ENTRY_KEYS[list]] = content;
}

function nameOf(item: JsonValue): string {
  return isObject(item) && typeof item.name === "string" ? item.name : "";
}

/** Where a new entry goes: kubectl sorts entries by name, so sorted lists stay sorted. */
export function insertionIndex(names: readonly string[], name: string): number {
  const index = names.findIndex((other) => compareBytes(other, name) > 0);
  return index < 0 ? names.length : index;
}

/**
 * The text of a new kubeconfig, as kubectl writes it: keys sorted, entries sorted by name, empty lists as `null`.
 *
 * @see sigs.k8s.io/yaml v1.6 on client-go `tools/clientcmd/api/v1` v0.36
 */
export function renderKubeconfig(edit: KubeconfigEdit): string {
  const empty: JsonObject = { "current-context": "" };
  const value = applyEdit(empty, edit);
  for (const list of Object.keys(ENTRY_KEYS)) value[list] ??= null;
  return writeYaml(value);
}
