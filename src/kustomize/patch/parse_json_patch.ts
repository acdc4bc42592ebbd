import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { readYamlDocuments } from "../../yaml/mod.ts";
import { KustomizeError } from "../errors.ts";
import { parseJsonText } from "./json_text.ts";

/** One step of a JSON patch, as written. Members that an operation doesn't need are ignored. */
export type JsonPatchOperation = JsonObject;

/**
 * Reads the operations of a JSON patch. Text that starts with `[` must be strict JSON; anything else is YAML, of which
 * the first document counts.
 *
 * @param text As given: kustomize trims patches that are written in place, but not files.
 * @returns Empty for a null document.
 * @throws {KustomizeError} INVALID_PATCH when the text is no list of objects.
 * @see kustomize `api/internal/builtins/PatchTransformer.go` v5.8.1, `jsonPatchFromBytes`
 */
export function parseJsonPatch(text: string): JsonPatchOperation[] {
  if (text === "") throw unreadable("empty json patch operations");
  let value: JsonValue;
  try {
    value = text.startsWith("[") ? parseJsonText(text) : readYamlDocuments(text, { rules: "sigs" })[0]?.value ?? null;
  } catch (cause) {
    throw unreadable((cause as Error).message, cause);
  }
  if (value === null) return [];
  if (!Array.isArray(value)) throw unreadable("a list of operations expected");
  return value.map((operation) => {
    // kustomize reads null as an operation that it then doesn't know.
    if (operation === null) return {};
    if (!isObject(operation)) throw unreadable("every operation must be an object");
    return operation;
  });
}

function unreadable(reason: string, cause?: unknown): KustomizeError {
  return new KustomizeError("INVALID_PATCH", `Cannot read JSON patch: ${reason}`, {
    hint: 'Write a list of operations such as {"op": "replace", "path": "/spec/replicas", "value": 2}',
    cause,
  });
}
