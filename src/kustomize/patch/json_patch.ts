import { getKey, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import type { KustomizeError } from "../errors.ts";
import { checkIndex, findPlace, invalidPatch, type JsonPlace, parseIndex } from "./json_pointer.ts";
import { cloneWithTexts, copyTextAt, jsonTextAt } from "./json_text.ts";
import { throughFloats } from "./json_numbers.ts";
import type { JsonPatchOperation } from "./parse_json_patch.ts";

/** Values that `copy` operations may add to one document; a few of them could otherwise fill the memory. */
const MAX_COPIED_VALUES = 2_000_000;

/**
 * Applies a JSON patch (RFC 6902) as kustomize does: an index may be negative and then counts from the end, `replace`
 * also adds a key to an object, `copy` of a missing key adds null, and `test` compares scalars as they are written.
 *
 * @param target Used up; changed up to the operation that fails.
 * @param operations Read only.
 * @returns The patched object. Its numbers went through 64-bit floats.
 * @throws {KustomizeError} INVALID_PATCH, with json-patch's words.
 * @see kustomize `api/filters/patchjson6902/patchjson6902.go` v5.8.1, evanphx/json-patch v4 `patch.go`
 */
export function applyJsonPatch(target: JsonObject, operations: readonly JsonPatchOperation[]): JsonObject {
  const document: PatchedDocument = { root: target, copiedValues: 0 };
  for (const operation of operations) {
    const op = typeof operation.op === "string" ? operation.op : "unknown";
    const apply = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op]! : undefined;
    if (apply === undefined) throw invalidPatch(`Unexpected kind: ${op}`);
    apply(document, operation);
  }
  if (!isObject(document.root)) {
    throw invalidPatch("json: cannot unmarshal array into Go value of type map[string]interface {}");
  }
  return throughFloats(document.root) as JsonObject;
}

interface PatchedDocument {
  root: JsonObject | JsonValue[];
  copiedValues: number;
}

const OPERATIONS: Record<string, (document: PatchedDocument, operation: JsonPatchOperation) => void> = {
  add(document, operation) {
    const path = pathOf(operation) ?? fail("add operation failed to decode path: missing value");
    const place = findPlace(document.root, path) ??
      fail(`add operation does not apply: doc is missing path: "${path}": missing value`);
    wrap(`error in add for path: '${path}'`, () => insert(place, operation, "value"));
  },

  remove(document, operation) {
    const path = pathOf(operation) ?? fail("remove operation failed to decode path: missing value");
    const place = findPlace(document.root, path) ??
      fail(`remove operation does not apply: doc is missing path: "${path}": missing value`);
    wrap(`error in remove for path: '${path}'`, () => remove(place));
  },

  replace(document, operation) {
    const path = pathOf(operation) ?? fail(`replace operation failed to decode path: ${MISSING_PATH}`);
    if (path === "") {
      const value = getKey(operation, "value");
      if (typeof value !== "object" || value === null) {
        throw invalidPatch("replace operation value must be object or array: %!w(<nil>)");
      }
      document.root = cloneWithTexts(value);
      return;
    }
    const place = findPlace(document.root, path) ??
      fail(`replace operation does not apply: doc is missing path: ${path}: missing value`);
    const { container, key } = place;
    if (isObject(container)) return put(container, key, operation, "value");
    let index: number;
    try {
      index = checkIndex(key, container.length);
    } catch {
      throw invalidPatch(`replace operation does not apply: doc is missing key: ${path}: missing value`);
    }
    put(container, index, operation, "value");
  },

  move(document, operation) {
    const from = textOf(operation, "from") ?? fail(`move operation failed to decode from: ${MISSING_FROM}`);
    const source = findPlace(document.root, from) ??
      fail(`move operation does not apply: doc is missing from path: ${from}: missing value`);
    const holder: JsonObject = {};
    wrap(`error in move for path: '${source.key}'`, () => {
      take(source, holder);
      remove(source);
    });
    const path = pathOf(operation) ?? fail(`move operation failed to decode path: ${MISSING_PATH}`);
    const place = findPlace(document.root, path) ??
      fail(`move operation does not apply: doc is missing destination path: ${path}: missing value`);
    wrap(`error in move for path: '${path}'`, () => insert(place, holder, "value", false));
  },

  copy(document, operation) {
    const from = textOf(operation, "from") ?? fail(`copy operation failed to decode from: ${MISSING_FROM}`);
    const source = findPlace(document.root, from) ??
      fail(`copy operation does not apply: doc is missing from path: ${from}: missing value`);
    const holder: JsonObject = {};
    wrap(`error in copy for from: '${from}'`, () => take(source, holder));
    const path = pathOf(operation) ?? fail("copy operation failed to decode path: missing value");
    const place = findPlace(document.root, path) ??
      fail(`copy operation does not apply: doc is missing destination path: ${path}: missing value`);
    document.copiedValues += countValues(holder, MAX_COPIED_VALUES);
    if (document.copiedValues > MAX_COPIED_VALUES) {
      throw invalidPatch(`Unable to complete the copy: the patch copies more than ${MAX_COPIED_VALUES} values`);
    }
    wrap("error while adding value during copy", () => insert(place, holder, "value"));
  },

  test(document, operation) {
    const path = pathOf(operation) ?? fail(`test operation failed to decode path: ${MISSING_PATH}`);
    const holder: JsonObject = {};
    if (path === "") {
      holder.value = document.root;
    } else {
      const place = findPlace(document.root, path) ??
        fail(`test operation does not apply: is missing path: ${path}: missing value`);
      wrap(`error in test for path: '${path}'`, () => take(place, holder));
    }
    if (!equalAt(holder, "value", operation, "value")) throw invalidPatch(`testing value ${path} failed: test failed`);
  },
};

const MISSING_PATH = "operation missing path field: missing value";
const MISSING_FROM = "operation, missing from field: missing value";

function fail(text: string): never {
  throw invalidPatch(text);
}

function wrap(context: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw invalidPatch(`${context}: ${(error as KustomizeError).message}`);
  }
}

function pathOf(operation: JsonPatchOperation): string | undefined {
  return textOf(operation, "path");
}

function textOf(operation: JsonPatchOperation, key: string): string | undefined {
  const value = getKey(operation, key);
  return typeof value === "string" ? value : undefined;
}

/** Sets a key or index to the value that another object holds, or to null when it holds none. */
function put(
  container: JsonObject | JsonValue[],
  key: string | number,
  from: JsonObject,
  fromKey: string,
  copies = true,
): void {
  const value = getKey(from, fromKey) ?? null;
  setKey(container as JsonObject, String(key), copies ? cloneWithTexts(value) : value);
  copyTextAt(from, fromKey, container, key);
}

/** Sets a key of an object, or inserts an item before an index of a list; `-` and the length append. */
function insert({ container, key }: JsonPlace, from: JsonObject, fromKey: string, copies = true): void {
  if (isObject(container)) return put(container, key, from, fromKey, copies);
  const length = container.length + 1;
  if (key !== "-" && parseIndex(key) === undefined) {
    throw invalidPatch(`value was not a proper array index: '${key}': ${parseError(key)}`);
  }
  const index = key === "-" ? container.length : checkIndex(key, length);
  container.splice(index, 0, null);
  put(container, index, from, fromKey, copies);
}

function parseError(key: string): string {
  return `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`;
}

function remove({ container, key }: JsonPlace): void {
  if (!isObject(container)) {
    container.splice(checkIndex(key, container.length), 1);
  } else if (Object.hasOwn(container, key)) {
    delete container[key];
  } else {
    throw invalidPatch(`Unable to remove nonexistent key: ${key}: missing value`);
  }
}

/** Lays the value at a place into a holder's `value`; nothing when an object lacks the key. */
function take({ container, key }: JsonPlace, holder: JsonObject): void {
  const from = isObject(container) ? key : checkIndex(key, container.length);
  const value = (container as Record<string | number, JsonValue>)[from];
  if (isObject(container) && !Object.hasOwn(container, key)) return;
  holder.value = value!;
  copyTextAt(container, from, holder, "value");
}

/** Whether two places hold the same; an absent value equals null. */
function equalAt(
  a: JsonObject | JsonValue[],
  aKey: string | number,
  b: JsonObject | JsonValue[],
  bKey: string | number,
): boolean {
  const x = valueOf(a, aKey);
  const y = valueOf(b, bKey);
  if (x === null || y === null) return x === y;
  if (Array.isArray(x)) return Array.isArray(y) && x.length === y.length && x.every((_, i) => equalAt(x, i, y, i));
  if (isObject(x)) {
    if (!isObject(y)) return false;
    const keys = Object.keys(x);
    return keys.length === Object.keys(y).length &&
      keys.every((key) => Object.hasOwn(y, key) && equalAt(x, key, y, key));
  }
  return typeof y !== "object" && jsonTextAt(a, aKey) === jsonTextAt(b, bKey);
}

function valueOf(container: JsonObject | JsonValue[], key: string | number): JsonValue {
  return (Object.hasOwn(container, key) ? (container as Record<string | number, JsonValue>)[key] : undefined) ?? null;
}

/** Number of scalars, lists and objects in a value; stops counting above a limit. */
function countValues(value: JsonValue, limit: number): number {
  if (typeof value !== "object" || value === null) return 1;
  let count = 1;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    count += countValues(item, limit);
    if (count > limit) break;
  }
  return count;
}
