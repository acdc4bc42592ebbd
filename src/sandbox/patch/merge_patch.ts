import { isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";

/** Applies a JSON merge patch (RFC 7386): nulls remove, objects merge, all else replaces. Neither argument is changed. */
export function applyMergePatch(document: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setKey(result, key, applyMergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
