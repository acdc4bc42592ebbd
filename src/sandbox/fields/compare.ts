import { equalJson, type JsonValue } from "../../base/mod.ts";
import type { ListType, Type } from "../schema/schema.ts";
import { FieldSet, typeBelow } from "./field_set.ts";
import { fieldOf, indexItems, isEmpty, itemsOf, keysOf, shapeOf } from "./typed_value.ts";

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
