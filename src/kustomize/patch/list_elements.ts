import { isObject, type JsonObject, type JsonValue, recordScalarText, scalarTextAt } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";

/** Whether a value is absent, null or an empty object. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (!isObject(value)) return false;
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}

/** The text of an object's scalar field; undefined without the field, empty when it holds no scalar. */
export function fieldText(object: JsonObject, key: string): string | undefined {
  return Object.hasOwn(object, key) ? scalarTextAt(object, key) : undefined;
}

/**
 * Replaces the items of a list that have these values in these keys, appends the element when there are none, or removes
 * them when no element is given. Null and empty items are dropped on the way.
 *
 * What it does with an empty value, with fewer values than keys and with none follows kustomize, whose callers rely on
 * it: an empty value matches whatever the key holds, a key without value repeats the verdict on the one before, and
 * without values every object is dropped. The key `""` stands for scalar items.
 *
 * @param list Changed in place.
 * @see kustomize `kyaml/yaml/fns.go` v5.8.1, `ElementSetter`
 */
export function setElement(
  list: JsonValue[],
  element: JsonValue | undefined,
  keys: readonly string[],
  values: readonly string[],
): void {
  const isForObjects = keys[0] !== "" && values.length > 0 && values[0] !== "";
  const kept: JsonValue[] = [];
  let isFound = false;
  for (let i = 0; i < list.length; i++) {
    const item = list[i]!;
    if (isEmpty(item)) continue;
    if (isForObjects && !isObject(item)) {
      pushItem(kept, item, scalarTextAt(list, i));
    } else if (!matchesSetter(list, i, keys, values)) {
      if (values.length > 0) pushItem(kept, item, scalarTextAt(list, i));
    } else {
      isFound = true;
      if (element !== undefined) pushItem(kept, element, values[0]);
    }
  }
  if (element !== undefined && element !== null && !isFound) pushItem(kept, element, values[0]);
  list.length = 0;
  kept.forEach((item, i) => pushItem(list, item, scalarTextAt(kept, i)));
}

/** Adds an item; a scalar with its text. */
function pushItem(list: JsonValue[], item: JsonValue, text: string | undefined): void {
  list.push(item);
  if (typeof item !== "object" && text !== undefined) recordScalarText(list, list.length - 1, text);
}

function matchesSetter(list: JsonValue[], i: number, keys: readonly string[], values: readonly string[]): boolean {
  let isMatch = false;
  for (let j = 0; j < keys.length; j++) {
    const value = values[j];
    if (value !== undefined) {
      isMatch = keys[j] === "" ? scalarMatches(list, i, value) : hasField(list[i]!, keys[j]!, value);
    }
    if (!isMatch) return false;
  }
  return isMatch;
}

function scalarMatches(list: JsonValue[], i: number, value: string): boolean {
  const item = list[i]!;
  if (typeof item === "object" && item !== null) throw wrongKind("ScalarNode", item);
  return scalarTextAt(list, i) === value;
}

function hasField(item: JsonValue, key: string, value: string): boolean {
  if (!isObject(item)) throw wrongKind("MappingNode", item);
  const text = fieldText(item, key);
  return text !== undefined && (value === "" || text === value);
}

/**
 * The first item that has exactly these values in these keys; scalar items for the key `""`.
 *
 * @returns Its index, or -1.
 * @see kustomize `kyaml/yaml/fns.go` v5.8.1, `ElementMatcher`
 */
export function findElement(list: JsonValue[], keys: readonly string[], values: readonly string[]): number {
  if (keys.length === 0 || keys[0] === "") {
    const value = values[0] ?? "";
    return list.findIndex((_, i) => scalarTextAt(list, i) === value);
  }
  return list.findIndex((item) => isObject(item) && keys.every((key, j) => fieldText(item, key) === values[j]));
}

/** A value is not of the kind that a patch, a path or another value asks for. */
export function wrongKind(expected: NodeKind, value: JsonValue): KustomizeError {
  return new KustomizeError(
    "INVALID_PATCH",
    `wrong node kind: expected ${expected} but got ${nodeKind(value)}`,
    { hint: "Objects (mapping), lists (sequence) and scalars cannot stand in for each other" },
  );
}

/** Kinds of YAML nodes, as kustomize's messages name them. */
export type NodeKind = "MappingNode" | "SequenceNode" | "ScalarNode";

/** The kind of a value; null counts as a scalar. */
export function nodeKind(value: JsonValue): NodeKind {
  if (Array.isArray(value)) return "SequenceNode";
  return isObject(value) ? "MappingNode" : "ScalarNode";
}
