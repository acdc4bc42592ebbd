import { cloneJson, equalJson, getKey, isObject, type JsonObject, type JsonValue, setKey } from "../base/mod.ts";

/**
 * Carries a change of a value's normal form over to the value as it stands in a file: what the change does not touch stays
 * as it was written, unknown keys, order and spelling included.
 *
 * @param raw As it stands in the file; absent for what is not there.
 * @param before Normal form of `raw`.
 * @param after What the normal form is to become.
 */
export function patchValue(raw: JsonValue | undefined, before: JsonValue | undefined, after: JsonValue): JsonValue {
  if (raw !== undefined && equalJson(before, after)) return raw;
  if (isNamedList(after) && (isNamedList(before) || before === null)) return patchNamedList(raw, before ?? [], after);
  if (isNamedList(before) && after === null) return patchNamedList(raw, before, []);
  if (!isObject(raw) || !isObject(before) || !isObject(after)) return cloneJson(after);
  const result = cloneJson(raw);
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) delete result[key];
  for (const key of Object.keys(after)) {
    const was = getKey(before, key);
    // What reading adds to an entry is written with it: with another version beside it, it would not be added again.
    const isImplied = !Object.hasOwn(raw, key) && typeof after[key] === "string" && after[key] !== "";
    if (isImplied || !equalJson(was, after[key])) setKey(result, key, patchValue(getKey(raw, key), was, after[key]!));
  }
  return result;
}

type NamedList = JsonObject[];

function isNamedList(value: JsonValue | undefined): value is NamedList {
  return Array.isArray(value) && value.length > 0 &&
    value.every((item) => isObject(item) && typeof item.name === "string");
}

function nameOf(item: JsonValue): string {
  return isObject(item) && typeof item.name === "string" ? item.name : "";
}

function patchNamedList(raw: JsonValue | undefined, before: NamedList, after: NamedList): JsonValue {
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const wanted = new Map(after.map((item) => [nameOf(item), item]));
  // A list of variables may hold a name twice, and its order counts: it is replaced as a whole.
  if (wanted.size < after.length || old.size < before.length) return cloneJson(after);
  const result: JsonValue[] = [];
  for (const item of Array.isArray(raw) ? raw : []) {
    const kept = wanted.get(nameOf(item));
    if (kept !== undefined) result.push(patchValue(item, old.get(nameOf(item)), kept));
  }
  for (const [i, item] of after.entries()) {
    if (old.has(nameOf(item))) continue;
    // Behind the item that it is to come after: the order of variables is the program's to see.
    const before = i === 0 ? undefined : nameOf(after[i - 1]!);
    result.splice(result.findIndex((other) => nameOf(other) === before) + 1, 0, cloneJson(item));
  }
  return result;
}
