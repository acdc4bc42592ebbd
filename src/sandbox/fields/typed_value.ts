import { compareBytes, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import type { Field, ListType, Type } from "../schema/schema.ts";
import { FieldSet, typeBelow } from "./field_set.ts";

/** How a value is walked: one leaf, an object step by step, or a list item by item. */
type Shape = "leaf" | "object" | "list";

/** How a value of a type is walked; the value decides where the type leaves it open. */
export function shapeOf(type: Type, value: JsonValue | undefined): Shape {
  if (type.is === "scalar") return "leaf";
  if (type.is === "list") return type.semantic === "atomic" ? "leaf" : "list";
  if (type.is === "any") return isObject(value) ? "object" : "leaf";
  return type.atomic ? "leaf" : "object";
}

/** Whether a value is absent, null, or a list or object with nothing in it. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** Keys of an object; none of anything else. */
export function keysOf(value: JsonValue | undefined): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

/** Items of a list; none of anything else. */
export function itemsOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** An item cannot be told from its siblings. */
export class ItemKeyError extends Error {}

/**
 * The step that leads to a list's item: its key fields (with their defaults), or its value in a set.
 *
 * @throws {ItemKeyError} When the item has none of the key fields, or is no scalar of a set.
 */
export function stepOf(type: ListType, item: JsonValue): string {
  if (type.semantic === "set") {
    if (isObject(item)) throw new ItemKeyError("associative list without keys has an element that's a map type");
    if (Array.isArray(item)) throw new ItemKeyError("not supported: associative list with lists as elements");
    if (item === null) throw new ItemKeyError("associative list without keys has an element that's an explicit null");
    return `v:${JSON.stringify(item)}`;
  }
  if (item === null) throw new ItemKeyError("associative list with keys may not have a null element");
  if (!isObject(item)) throw new ItemKeyError("associative list with keys may not have non-map elements");
  const keys: JsonObject = {};
  for (const name of [...type.keys].sort(compareBytes)) {
    const field = type.element.is === "record" ? type.element.fields.get(name) : undefined;
    const value = item[name] ?? field?.default ?? (field === undefined ? undefined : zeroKey(field));
    if (value !== undefined && value !== null) keys[name] = value;
  }
  if (Object.keys(keys).length === 0) {
    const names = `[${type.keys.map((name) => JSON.stringify(name)).join(" ")}]`;
    throw new ItemKeyError(
      `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
    );
  }
  return `k:${JSON.stringify(keys)}`;
}

/** A key that is always written counts as its zero value when it is absent, as the published schema says. */
function zeroKey({ always, pointer, type }: Field): JsonValue | undefined {
  if (!always || pointer || type.is !== "scalar") return undefined;
  return type.scalar === "string" ? "" : type.scalar === "int32" || type.scalar === "int64" ? 0 : undefined;
}

/** Items by their steps, in order; an item that has no step of its own is left out, as it can't be owned. */
export function indexItems(type: Type, items: JsonValue[]): Map<string, JsonValue[]> {
  const index = new Map<string, JsonValue[]>();
  if (type.is !== "list") return index;
  for (const item of items) {
    let step: string;
    try {
      step = stepOf(type, item);
    } catch {
      continue;
    }
    const same = index.get(step);
    if (same === undefined) index.set(step, [item]);
    else same.push(item);
  }
  return index;
}

/**
 * Every path that an applied object says something about.
 *
 * @see structured-merge-diff v6 `typed/tofieldset.go`
 */
export function toFieldSet(value: JsonValue, type: Type): FieldSet {
  const set = new FieldSet();
  addFields(set, value, type);
  return set;
}

function addFields(set: FieldSet, value: JsonValue, type: Type): void {
  if (shapeOf(type, value) === "list") {
    for (const [step, [item]] of indexItems(type, itemsOf(value))) {
      set.members.add(step);
      addBelow(set, step, item!, typeBelow(type, step));
    }
    return;
  }
  for (const key of keysOf(value)) {
    const step = `f:${key}`;
    const child = (value as JsonObject)[key]!;
    const below = typeBelow(type, step);
    const isField = type.is === "record" && type.fields.has(key);
    const isBranch = shapeOf(below, child) !== "leaf";
    if (!isBranch || !isField || child === null || (isObject(child) && isEmpty(child))) set.members.add(step);
    if (isBranch) addBelow(set, step, child, below);
  }
}

function addBelow(set: FieldSet, step: string, value: JsonValue, type: Type): void {
  if (shapeOf(type, value) === "leaf") return;
  const child = new FieldSet();
  addFields(child, value, type);
  if (!child.isEmpty) set.children.set(step, child);
}

/** A field of an object; undefined when absent. */
export function fieldOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/**
 * What `live` becomes when `applied` is laid over it. Neither is changed; the result shares parts with both.
 *
 * @see structured-merge-diff v6 `typed/merge.go`
 */
export function mergeValues(
  live: JsonValue | undefined,
  applied: JsonValue | undefined,
  type: Type,
): JsonValue | undefined {
  if (applied === undefined) return live;
  if (live === undefined && shapeOf(type, applied) === "leaf") return applied;
  const shape = shapeOf(type, applied);
  if (shape === "leaf" || (isEmpty(live) && isEmpty(applied))) return applied;
  if (shape === "list") return mergeLists(itemsOf(live), itemsOf(applied), type as ListType);
  const merged: JsonObject = {};
  for (const key of new Set([...keysOf(live), ...keysOf(applied)])) {
    const value = mergeValues(fieldOf(live, key), fieldOf(applied, key), typeBelow(type, `f:${key}`));
    if (value !== undefined) setKey(merged, key, value);
  }
  return merged;
}

/**
 * Merges lists by key. The applied order wins; items of the live list alone keep their place relative to the shared
 * ones around them.
 */
function mergeLists(live: JsonValue[], applied: JsonValue[], type: ListType): JsonValue[] {
  const liveSteps = live.map((item) => stepOrUndefined(type, item));
  const liveIndex = indexItems(type, live);
  const appliedSteps = applied.map((item) => stepOf(type, item));
  const wanted = new Set(appliedSteps);
  const shared = appliedSteps.filter((step) => liveIndex.has(step));
  const done = new Set<string>();
  const merged: JsonValue[] = [];
  let nextShared = shared.shift();
  let l = 0;
  let a = 0;
  const takeApplied = (): void => {
    const step = appliedSteps[a]!;
    const twins = liveIndex.get(step) ?? [];
    const item = mergeValues(twins.length === 1 ? twins[0] : undefined, applied[a]!, type.element);
    if (item !== undefined) merged.push(item);
    done.add(step);
    a++;
    if (nextShared === step) nextShared = shared.shift();
  };
  while (l < live.length || a < applied.length) {
    const step = liveSteps[l];
    if (l < live.length && a < applied.length) {
      if (step === appliedSteps[a]) {
        takeApplied();
        l++;
        continue;
      }
      if (step !== undefined && wanted.has(step) && nextShared !== undefined && nextShared !== step) {
        l++;
        continue;
      }
    }
    if (l < live.length) {
      if (step === undefined || !wanted.has(step)) {
        merged.push(live[l]!);
        l++;
        continue;
      }
      if (done.has(step)) l++;
    }
    if (a < applied.length) takeApplied();
  }
  return merged;
}

function stepOrUndefined(type: ListType, item: JsonValue): string | undefined {
  try {
    return stepOf(type, item);
  } catch {
    return undefined;
  }
}

/**
 * The value without the paths of a set. What becomes empty by it becomes null.
 *
 * @see structured-merge-diff v6 `typed/remove.go`
 */
export function removePaths(value: JsonValue, paths: FieldSet, type: Type): JsonValue {
  const shape = shapeOf(type, value);
  if (shape === "leaf") return type.is === "scalar" || type.is === "any" ? value : null;
  if (isEmpty(value)) return null;
  if (shape === "list") {
    const kept: JsonValue[] = [];
    for (const item of itemsOf(value)) {
      const step = stepOrUndefined(type as ListType, item);
      if (step !== undefined && paths.members.has(step)) continue;
      const below = step === undefined ? undefined : paths.children.get(step);
      kept.push(below === undefined ? item : removePaths(item, below, (type as ListType).element));
    }
    return kept.length > 0 ? kept : null;
  }
  const kept: JsonObject = {};
  for (const [key, item] of Object.entries(value as JsonObject)) {
    const step = `f:${key}`;
    if (paths.members.has(step)) continue;
    const below = paths.children.get(step);
    setKey(kept, key, below === undefined ? item : removePaths(item, below, typeBelow(type, step)));
  }
  return Object.keys(kept).length > 0 ? kept : null;
}
