import { compareBytes, equalJson, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import type { Field, ListType, Type } from "../schema/schema.ts";
import { FieldSet, formatStep, typeBelow } from "./field_set.ts";

/** How a value is walked: one leaf, an object step by step, or a list item by item. */
type Shape = "leaf" | "object" | "list";

const ANY: Type = { is: "any" };

function shapeOf(type: Type, value: JsonValue | undefined): Shape {
  if (type.is === "scalar") return "leaf";
  if (type.is === "list") return type.semantic === "atomic" ? "leaf" : "list";
  if (type.is === "any") return isObject(value) ? "object" : "leaf";
  return type.atomic ? "leaf" : "object";
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function keysOf(value: JsonValue | undefined): string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function itemsOf(value: JsonValue | undefined): JsonValue[] {
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
function indexItems(type: Type, items: JsonValue[]): Map<string, JsonValue[]> {
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

/** What differs between two objects. */
export interface Comparison {
  added: FieldSet;
  removed: FieldSet;
  modified: FieldSet;
}

/**
 * Compares two objects path by path.
 *
 * @see structured-merge-diff v6 `typed/compare.go`
 */
export function compareValues(old: JsonValue, next: JsonValue, type: Type): Comparison {
  const comparison = { added: new FieldSet(), removed: new FieldSet(), modified: new FieldSet() };
  compareBelow(comparison, [], old, next, type);
  return comparison;
}

function compareBelow(
  comparison: Comparison,
  path: string[],
  old: JsonValue | undefined,
  next: JsonValue | undefined,
  type: Type,
): void {
  if (old === next) return;
  const shape = shapeOf(type, next ?? old);
  // Two empty containers are one leaf each: that keeps "empty" and "null" apart.
  if (shape === "leaf" || (isEmpty(old) && isEmpty(next)) || shape !== shapeOf(type, old ?? next)) {
    if (old === undefined) comparison.added.insert(path);
    else if (next === undefined) comparison.removed.insert(path);
    else if (!equalJson(old, next)) comparison.modified.insert(path);
    return;
  }
  if (shape === "list") compareLists(comparison, path, old, next, type as ListType);
  else {
    for (const key of new Set([...keysOf(old), ...keysOf(next)])) {
      const step = `f:${key}`;
      const [a, b] = [fieldOf(old, key), fieldOf(next, key)];
      compareBelow(comparison, [...path, step], a, b, typeBelow(type, step));
    }
  }
  if (old === undefined) comparison.added.insert(path);
  else if (next === undefined) comparison.removed.insert(path);
}

function fieldOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function compareLists(
  comparison: Comparison,
  path: string[],
  old: JsonValue | undefined,
  next: JsonValue | undefined,
  type: ListType,
): void {
  const before = indexItems(type, itemsOf(old));
  const after = indexItems(type, itemsOf(next));
  for (const step of new Set([...before.keys(), ...after.keys()])) {
    const a = before.get(step) ?? [];
    const b = after.get(step) ?? [];
    const below = [...path, step];
    if (a.length <= 1 && b.length <= 1) compareBelow(comparison, below, a[0], b[0], type.element);
    else if (a.length >= 2 && b.length >= 2) {
      if (!equalJson(a, b)) comparison.modified.insert(below);
    } else if (a.length >= 2) {
      if (b.length > 0) compareBelow(comparison, below, undefined, b[0], type.element);
      comparison.removed.insert(below);
    } else {
      if (a.length > 0) compareBelow(comparison, below, a[0], undefined, type.element);
      comparison.added.insert(below);
    }
  }
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

/**
 * What keeps an applied object from being merged: unknown fields, values of another shape, items without or with equal
 * keys.
 *
 * @returns Messages such as `.spec.foo: field not declared in schema`.
 * @see structured-merge-diff v6 `typed/validate.go`
 */
export function validateTyped(value: JsonValue, type: Type, path = ""): string[] {
  const fail = (message: string): string[] => [path === "" ? message : `${path}: ${message}`];
  if (value === null) return [];
  switch (type.is) {
    case "any":
      return [];
    case "scalar": {
      const problem = scalarProblem(value, type.scalar);
      return problem === undefined ? [] : fail(problem);
    }
    case "list": {
      if (!Array.isArray(value)) return fail(`expected list, got &{${formatGoValue(value)}}`);
      return validateItems(value, type, path, fail);
    }
    case "map": {
      if (!isObject(value)) return fail(`expected map, got &{${formatGoValue(value)}}`);
      return Object.entries(value).flatMap(([key, item]) => validateTyped(item, type.element, `${path}.${key}`));
    }
    case "record": {
      if (!isObject(value)) return fail(`expected map, got &{${formatGoValue(value)}}`);
      const problems: string[] = [];
      for (const [key, item] of Object.entries(value)) {
        const field = type.fields.get(key);
        if (field === undefined && !type.open) {
          problems.push(`${path}.${key}: field not declared in schema`);
          // The reference stops reading a map at its first unknown field.
          break;
        }
        problems.push(...validateTyped(item, field?.type ?? ANY, `${path}.${key}`));
      }
      return problems;
    }
  }
}

function validateItems(
  items: JsonValue[],
  type: ListType,
  path: string,
  fail: (message: string) => string[],
): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    let label = `[${index}]`;
    if (type.semantic !== "atomic") {
      let step: string;
      try {
        step = stepOf(type, item);
      } catch (error) {
        problems.push(...fail(`element ${index}: ${(error as Error).message}`));
        break;
      }
      label = formatStep(step);
      if (seen.has(step)) problems.push(...fail(`duplicate entries for key ${label}`));
      seen.add(step);
    }
    problems.push(...validateTyped(item, type.element, path + label));
  }
  return problems;
}

function scalarProblem(value: JsonValue, scalar: string): string | undefined {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  switch (scalar) {
    case "bool":
      return typeof value === "boolean" ? undefined : `expected boolean, got &{${formatGoValue(value)}}`;
    case "int32":
    case "int64":
    case "double":
      return isNumber ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case "quantity":
    case "int-or-string":
      return typeof value === "object" ? `expected any scalar, got &{${formatGoValue(value)}}` : undefined;
    default:
      return typeof value === "string" ? undefined : `expected string, got ${debugValue(value)}`;
  }
}

/** A value as Go's `%v` prints it: `map[a:1]`. */
function formatGoValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  if (!isObject(value)) return String(value);
  return `map[${Object.keys(value).sort(compareBytes).map((key) => `${key}:${formatGoValue(value[key]!)}`).join(" ")}]`;
}

/** A value as Go's `%#v` prints structured-merge-diff's own. */
function debugValue(value: JsonValue): string {
  const text = typeof value === "string" ? JSON.stringify(value) : formatGoValue(value);
  return `&value.valueUnstructured{Value:${text}}`;
}

function goTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
