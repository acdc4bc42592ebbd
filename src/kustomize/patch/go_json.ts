import { compareBytes, isObject, type JsonObject, type JsonValue, setKey, stringifyJson } from "../../base/mod.ts";

/**
 * JSON as Go's `encoding/json` writes it: keys sorted, `<`, `>`, `&` and line separators escaped.
 *
 * @param indent Spaces per level; 0 writes one line. @default {0}
 */
export function writeGoJson(value: JsonValue, indent = 0): string {
  return stringifyJson(sortKeys(value), indent).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const sorted: JsonObject = {};
  for (const key of Object.keys(value).sort(compareBytes)) setKey(sorted, key, sortKeys(value[key]!));
  return sorted;
}
