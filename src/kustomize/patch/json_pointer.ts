import { getKey, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";

/** A place in a document: a key of an object or an index of a list, which need not be there. */
export interface JsonPlace {
  container: JsonObject | JsonValue[];
  key: string;
}

/**
 * Finds the place that a JSON pointer names. Indexes on the way may be negative and then count from the end.
 *
 * @returns Undefined when something on the way is missing or holds no values, and for the whole document (`""`).
 * @see evanphx/json-patch v4 `patch.go`, `findObject`
 */
export function findPlace(root: JsonObject | JsonValue[], pointer: string): JsonPlace | undefined {
  const parts = pointer.split("/").slice(1).map(decodePart);
  const key = parts.pop();
  if (key === undefined) return undefined;
  let container = root;
  for (const part of parts) {
    const next = valueAt(container, part);
    if (typeof next !== "object" || next === null) return undefined;
    container = next;
  }
  return { container, key };
}

function decodePart(part: string): string {
  return part.includes("~") ? part.replaceAll("~1", "/").replaceAll("~0", "~") : part;
}

function valueAt(container: JsonObject | JsonValue[], part: string): JsonValue | undefined {
  if (isObject(container)) return getKey(container, part);
  const index = parseIndex(part);
  return index === undefined ? undefined : container[index < 0 ? index + container.length : index];
}

/** A decimal index as Go's `strconv.Atoi` reads it: signs and leading zeros are fine. */
export function parseIndex(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * The index of an item that is there.
 *
 * @param length Number of items.
 * @throws {KustomizeError} INVALID_PATCH when the text is no index, or the index is out of range.
 */
export function checkIndex(text: string, length: number): number {
  const index = parseIndex(text);
  if (index === undefined) throw invalidPatch(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  if (index >= length || index < -length) {
    throw invalidPatch(`Unable to access invalid index: ${index}: invalid index referenced`);
  }
  return index < 0 ? index + length : index;
}

/** A JSON patch cannot be applied; the text is json-patch's own. */
export function invalidPatch(text: string): KustomizeError {
  return new KustomizeError("INVALID_PATCH", text);
}
