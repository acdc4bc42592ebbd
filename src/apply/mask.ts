import { equalJson, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { groupOf, type Manifest } from "../manifest/mod.ts";

/**
 * Two states of a Secret with its values hidden, but so that a value which differs is seen to differ: `***` where they
 * are equal or only one has the key, `*** (before)` and `*** (after)` where both have it. As kubectl's diff does it.
 *
 * Other objects are returned as they are.
 */
export function maskSecret(
  before: Manifest | undefined,
  after: Manifest | undefined,
): { before: Manifest | undefined; after: Manifest | undefined } {
  const object = after ?? before;
  if (object === undefined || object.kind !== "Secret" || groupOf(object.apiVersion) !== "") return { before, after };
  return { before: maskOne(before, after, "before"), after: maskOne(after, before, "after") };
}

function maskOne(object: Manifest | undefined, other: Manifest | undefined, side: string): Manifest | undefined {
  if (object === undefined) return undefined;
  const masked = { ...object };
  for (const field of ["data", "stringData"]) {
    const values = object[field];
    if (isObject(values)) masked[field] = maskValues(values, other?.[field], side);
  }
  return masked;
}

function maskValues(values: JsonObject, others: JsonValue | undefined, side: string): JsonObject {
  const isDifferent = (key: string, value: JsonValue) =>
    isObject(others) && Object.hasOwn(others, key) && !equalJson(others[key], value);
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, isDifferent(key, value) ? `*** (${side})` : "***"]),
  );
}
