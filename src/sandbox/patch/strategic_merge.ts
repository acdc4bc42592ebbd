import { equalJson, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import type { Field, RecordType, Type } from "../schema/schema.ts";

/** A strategic merge patch can't be applied; the message is the server's. */
export class StrategicMergeError extends Error {}

const PATCH = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM_LIST = "$deleteFromPrimitiveList/";
const ELEMENT_ORDER = "$setElementOrder/";

/**
 * Applies a strategic merge patch: as a merge patch, but lists merge by the keys that the kind declares, and
 * directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) replace, remove and order.
 *
 * Neither argument is changed.
 *
 * @throws {StrategicMergeError} When a directive is unknown or an item lacks its merge key.
 * @see Kubernetes `apimachinery/pkg/util/strategicpatch/patch.go` v0.36
 */
export function applyStrategicMerge(document: JsonObject, patch: JsonObject, type: RecordType): JsonObject {
  return mergeObjects(document, patch, type);
}

function mergeObjects(original: JsonObject, patch: JsonObject, type: Type): JsonObject {
  const directive = patch[PATCH];
  if (directive !== undefined) {
    if (directive === "replace") return withoutKey(patch, PATCH);
    if (directive === "delete") return {};
    if (directive !== "merge") {
      throw new StrategicMergeError(`Unknown patch type found: ${String(directive)}`);
    }
  }
  const result = retainKeys(original, patch[RETAIN_KEYS]);
  for (const [key, value] of Object.entries(patch)) {
    if (key === PATCH || key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER)) continue;
    if (key.startsWith(DELETE_FROM_LIST)) {
      const name = key.slice(DELETE_FROM_LIST.length);
      if (Array.isArray(result[name])) result[name] = withoutItems(result[name], value);
      continue;
    }
    mergeField(result, key, value, type);
  }
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(ELEMENT_ORDER) || !Array.isArray(order)) continue;
    const name = key.slice(ELEMENT_ORDER.length);
    const list = result[name];
    const before = original[name];
    if (!Array.isArray(list)) continue;
    const mergeKey = fieldOf(type, name)?.patchMergeKey;
    result[name] = orderItems(list, order, Array.isArray(before) ? before : [], mergeKey);
  }
  return result;
}

function retainKeys(original: JsonObject, keep: JsonValue | undefined): JsonObject {
  if (!Array.isArray(keep)) return { ...original };
  const names = new Set(keep.map(String));
  return Object.fromEntries(Object.entries(original).filter(([key]) => names.has(key)));
}

function mergeField(result: JsonObject, key: string, value: JsonValue, type: Type): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const field = fieldOf(type, key);
  const below = field?.type ?? elementOf(type);
  const strategy = field?.patchStrategy ?? [];
  const before = Object.hasOwn(result, key) ? result[key] : undefined;
  if (isObject(value)) {
    const merges = !strategy.includes("replace");
    setKey(result, key, mergeObjects(merges && isObject(before) ? before : {}, value, below));
  } else if (Array.isArray(value) && strategy.includes("merge")) {
    const element: Type = below.is === "list" ? below.element : ANY;
    setKey(result, key, mergeLists(Array.isArray(before) ? before : [], value, element, field?.patchMergeKey));
  } else setKey(result, key, value);
}

const ANY: Type = { is: "any" };

function fieldOf(type: Type, name: string): Field | undefined {
  return type.is === "record" ? type.fields.get(name) : undefined;
}

function elementOf(type: Type): Type {
  return type.is === "map" ? type.element : ANY;
}

function mergeLists(
  original: JsonValue[],
  patch: JsonValue[],
  element: Type,
  mergeKey: string | undefined,
): JsonValue[] {
  if (mergeKey === undefined) {
    const merged = [...original, ...patch.filter((item) => !original.some((known) => equalJson(known, item)))];
    return orderItems(merged, patch, original, undefined);
  }
  let result = [...original];
  const ordinary: JsonObject[] = [];
  let replaces = false;
  for (const item of patch) {
    if (!isObject(item)) throw new StrategicMergeError(`expected map but got ${JSON.stringify(item)}`);
    const directive = item[PATCH];
    if (directive === "replace") replaces = true;
    else if (directive === "delete") result = result.filter((known) => !hasKey(known, mergeKey, keyOf(item, mergeKey)));
    else if (directive === undefined || directive === "merge") ordinary.push(withoutKey(item, PATCH));
    else throw new StrategicMergeError(`Unknown patch type found: ${String(directive)}`);
  }
  if (replaces) return ordinary;
  for (const item of ordinary) {
    const value = keyOf(item, mergeKey);
    const at = result.findIndex((known) => hasKey(known, mergeKey, value));
    const before = at < 0 ? {} : result[at] as JsonObject;
    const merged = mergeObjects(before, item, element);
    if (at < 0) result.push(merged);
    else result[at] = merged;
  }
  return orderItems(result, ordinary, original, mergeKey);
}

function keyOf(item: JsonObject, mergeKey: string): string {
  const value = item[mergeKey];
  if (value === undefined) {
    throw new StrategicMergeError(`map: ${formatGoMap(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return String(value);
}

/** A value as Go's `%v` prints it: `map[image:nginx]`. */
function formatGoMap(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(formatGoMap).join(" ")}]`;
  if (!isObject(value)) return String(value);
  return `map[${Object.keys(value).sort().map((key) => `${key}:${formatGoMap(value[key]!)}`).join(" ")}]`;
}

function hasKey(item: JsonValue, mergeKey: string, value: string): boolean {
  return isObject(item) && item[mergeKey] !== undefined && String(item[mergeKey]) === value;
}

function withoutKey(object: JsonObject, key: string): JsonObject {
  const { [key]: _removed, ...rest } = object;
  return rest;
}

function withoutItems(list: JsonValue[], remove: JsonValue): JsonValue[] {
  const gone = Array.isArray(remove) ? remove : [];
  return list.filter((item) => !gone.some((other) => equalJson(other, item)));
}

/** Items named by `order` in its order; the others keep their place before what followed them on the server. */
function orderItems(
  merged: JsonValue[],
  order: JsonValue[],
  serverOrder: JsonValue[],
  mergeKey: string | undefined,
): JsonValue[] {
  const idOf = (item: JsonValue): string =>
    mergeKey !== undefined && isObject(item) ? String(item[mergeKey]) : JSON.stringify(item);
  const rank = new Map(order.map((item, index) => [idOf(item), index]));
  const serverRank = new Map(serverOrder.map((item, index) => [idOf(item), index]));
  const named = merged.filter((item) => rank.has(idOf(item))).sort((a, b) => rank.get(idOf(a))! - rank.get(idOf(b))!);
  const others = merged.filter((item) => !rank.has(idOf(item)));
  const result: JsonValue[] = [];
  while (named.length > 0 && others.length > 0) {
    const left = serverRank.get(idOf(others[0]!));
    const right = serverRank.get(idOf(named[0]!));
    const otherFirst = left !== undefined && right !== undefined && left < right;
    result.push((otherFirst ? others : named).shift()!);
  }
  return [...result, ...named, ...others];
}
