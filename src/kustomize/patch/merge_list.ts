import { isObject, type JsonObject, type JsonValue, scalarTextAt, setKey } from "../../base/mod.ts";
import type { SchemaNode } from "../../schema/mod.ts";
import { fieldText, findElement, isEmpty, setElement, wrongKind } from "./list_elements.ts";
import { readPlainScalar } from "./yaml_scalars.ts";

/** Merges an item of a patch's list into one of the target's; either may be absent. Undefined or null removes it. */
export type MergeItems = (
  target: JsonValue | undefined,
  patch: JsonValue | undefined,
  node: SchemaNode | undefined,
) => JsonValue | undefined;

/**
 * Merges lists whose items have keys, or whose items are scalars that form a set. Items of the patch come first.
 *
 * @param target May be the patch's list itself, where the target has none: its items are then merged with themselves,
 * which folds items with equal keys into one.
 * @returns The merged list, a new one unless both are empty.
 * @see kustomize `kyaml/yaml/walk/associative_sequence.go` v5.8.1
 */
export function mergeKeyedList(
  target: JsonValue[],
  patch: JsonValue[] | undefined,
  node: SchemaNode,
  mergeItems: MergeItems,
): JsonValue[] {
  const keys = mergeKeys(node);
  const merge: ListMerge = { target, patch, elementNode: node.elements(), mergeItems };
  if (keys.length === 0) return mergeByValues(merge, primitiveValues(patch, target), [""]);
  return mergeUniqueItems(merge, keys) ?? mergeByValues(merge, keyValues(patch, target, keys), keys);
}

interface ListMerge {
  target: JsonValue[];
  patch: JsonValue[] | undefined;
  elementNode: SchemaNode | undefined;
  mergeItems: MergeItems;
}

function mergeKeys(node: SchemaNode): readonly string[] {
  if (node.listMapKeys.length > 0) return node.listMapKeys;
  return node.patchMergeKey === "" ? [] : [node.patchMergeKey];
}

/**
 * The usual case, in linear time: every item has all the keys, or has only those that every other item has, and no two
 * items of a list are equal in them. The results are those of {@link mergeByValues}.
 *
 * @returns Undefined when the items are not so.
 */
function mergeUniqueItems(merge: ListMerge, keys: readonly string[]): JsonValue[] | undefined {
  const { target, patch = [] } = merge;
  const usedKeys = keys.filter((key) => hasKey(target[0] ?? patch[0], key));
  const targetIds = uniqueIds(target, keys, usedKeys);
  const patchIds = targetIds && uniqueIds(patch, keys, usedKeys);
  if (targetIds === undefined || patchIds === undefined || usedKeys.length === 0) return undefined;
  const merged = new Map<string, JsonValue>();
  const add = (id: string) => {
    const targetItem = at(target, targetIds, id);
    const item = merge.mergeItems(targetItem, at(patch, patchIds, id), merge.elementNode);
    // What replaces an item of the target is replaced by that again: kustomize adds the target's items last.
    if (!isEmpty(item)) merged.set(id, targetItem ?? item!);
  };
  const order = usedKeys.length > 1 ? [...patchIds.keys()].filter((id) => !targetIds.has(id)) : patchIds.keys();
  for (const id of order) add(id);
  for (const id of targetIds.keys()) if (usedKeys.length > 1 || !patchIds.has(id)) add(id);
  return [...merged.values()];
}

function at(list: JsonValue[], ids: Map<string, number>, id: string): JsonValue | undefined {
  const index = ids.get(id);
  return index === undefined ? undefined : list[index];
}

function hasKey(item: JsonValue | undefined, key: string): item is JsonObject {
  return isObject(item) && Object.hasOwn(item, key) && item[key] !== null && fieldText(item, key) !== "";
}

/** Item ids with their indexes; undefined when an item has too few or too many keys, or an id comes twice. */
function uniqueIds(
  list: JsonValue[],
  keys: readonly string[],
  usedKeys: readonly string[],
): Map<string, number> | undefined {
  const ids = new Map<string, number>();
  for (let i = 0; i < list.length; i++) {
    const item = list[i]!;
    if (!isObject(item) || keys.some((key) => hasKey(item, key) !== usedKeys.includes(key))) return undefined;
    const id = usedKeys.length === 1
      ? fieldText(item, usedKeys[0]!)!
      : JSON.stringify(usedKeys.map((key) => fieldText(item, key)));
    if (ids.has(id)) return undefined;
    ids.set(id, i);
  }
  return ids;
}

/** The values of the keys in every item, each combination once, the patch's first; empty where a key is missing. */
function keyValues(patch: JsonValue[] | undefined, target: JsonValue[], keys: readonly string[]): string[][] {
  const seen = new Set<string>();
  const found: string[][] = [];
  for (const list of patch === undefined ? [target] : [patch, target]) {
    for (const item of list) {
      const values = keys.map((key) => isObject(item) && item[key] !== null ? fieldText(item, key) ?? "" : "");
      const id = JSON.stringify(values);
      if (!seen.has(id)) found.push(values);
      seen.add(id);
    }
  }
  return found;
}

function primitiveValues(patch: JsonValue[] | undefined, target: JsonValue[]): string[][] {
  const seen = new Set<string>();
  for (const list of patch === undefined ? [target] : [patch, target]) {
    for (let i = 0; i < list.length; i++) seen.add(scalarTextAt(list, i));
  }
  return [...seen].map((value) => [value]);
}

function mergeByValues(merge: ListMerge, allValues: string[][], keys: readonly string[]): JsonValue[] {
  if (allValues.length === 0) return merge.target;
  if (keys.length > 1) completeValues(allValues);
  const usedKeys = keysInUse(allValues, keys);
  const merged: JsonValue[] = [];
  for (const values of allValues) {
    const usedValues = values.filter((value, i) => value !== "" || usedKeys.includes(keys[i]!));
    const item = mergeItem(merge, usedKeys, usedValues);
    if (isEmpty(item)) {
      setElement(merge.target, undefined, usedKeys, usedValues);
      continue;
    }
    if (isObject(item)) ensureKeys(item, usedKeys, usedValues);
    setElement(merged, item, usedKeys, usedValues);
  }
  appendElements(merged, merge.target, usedKeys);
  return merged;
}

function mergeItem(merge: ListMerge, keys: readonly string[], values: readonly string[]): JsonValue | undefined {
  // Keys without a value don't select, unless none has one.
  const some = values.some((value) => value !== "");
  const usedKeys = some ? keys.filter((_, i) => values[i] !== "") : keys;
  const usedValues = some ? values.filter((value) => value !== "") : values;
  const targetItem = elementAt(merge.target, usedKeys, usedValues);
  const patchItem = merge.patch && elementAt(merge.patch, usedKeys, usedValues);
  return merge.mergeItems(targetItem, patchItem, merge.elementNode);
}

function elementAt(list: JsonValue[], keys: readonly string[], values: readonly string[]): JsonValue | undefined {
  const index = findElement(list, keys, values);
  return index < 0 ? undefined : list[index];
}

function ensureKeys(item: JsonObject, keys: readonly string[], values: readonly string[]): void {
  keys.forEach((key, i) => {
    const value = values[i]!;
    if (value !== "" && !Object.hasOwn(item, key)) setKey(item, key, readPlainScalar(value));
  });
}

/** Keys that have a value in some item; all of them when no item has any. */
function keysInUse(allValues: string[][], keys: readonly string[]): readonly string[] {
  const used = keys.filter((_, i) => allValues.some((values) => values[i] !== ""));
  return used.length === 0 ? keys : used;
}

/** Ports 8080 and 8080/TCP are one: items that share a value and differ only where one has none are given both's values. */
function completeValues(allValues: string[][]): void {
  for (let i = 0; i < allValues.length; i++) {
    const first = allValues[i]!;
    for (let j = 0; j < allValues.length; j++) {
      const common = commonValues(first, allValues[j]!);
      if (common !== undefined) allValues[i] = allValues[j] = common;
    }
  }
}

function commonValues(a: string[], b: string[]): string[] | undefined {
  let isShared = false;
  const common: string[] = [];
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) isShared = true;
    else if (a[i] !== "" && b[i] !== "") return undefined;
    common.push(a[i] || b[i]!);
  }
  return isShared ? common : undefined;
}

/** Adds the target's items to the merged ones, in whose place they step where the keys are equal. */
function appendElements(merged: JsonValue[], target: JsonValue[], keys: readonly string[]): void {
  target.slice().forEach((item, i) => {
    if (keys[0] === "") {
      setElement(merged, item, [""], [scalarTextAt(target, i)]);
      return;
    }
    const values: string[] = [];
    for (const key of keys) {
      if (!isObject(item) && item !== null) throw wrongKind("MappingNode", item);
      const text = isObject(item) ? fieldText(item, key) : undefined;
      if (text === undefined) merged.push(item);
      else values.push(text);
    }
    // With several keys, kustomize would keep the item beside its equal.
    if (keys.length > 1) setElement(merged, undefined, keys, values);
    setElement(merged, item, keys, values);
  });
}
