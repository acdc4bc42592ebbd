import {
  isRecordedUntyped,
  type JsonObject,
  type JsonValue,
  recordedHiddenTag,
  recordedWrongTag,
  scalarTextAt,
} from "../../base/mod.ts";
import { lookUp, splitFieldPath, valueAt } from "./field_path.ts";
import { floatText } from "./json_numbers.ts";
import { readPlainScalar } from "./yaml_scalars.ts";

/** What a variable stands for. */
export interface VariableValue {
  /** Where a reference to the variable is all there is. */
  value: JsonValue;
  /** Between other text; empty for lists and objects. */
  text: string;
}

/**
 * Reads the field that a variable means. Scalars come as kustomize passes them on: null is the string of its text, and
 * so are a timestamp and what has no type; `0644` is 644. Between other text, floats from a million up have an exponent.
 *
 * @param path Parts with dots between; `ports[0]` stands for `ports.0`.
 * @returns Undefined when there is no such field, or a number that is written in another way than by decimal digits.
 * @see kustomize `kyaml/yaml/rnode.go` v5.8.1, `GetFieldValue`
 */
export function readVariable(root: JsonObject, path: string): VariableValue | undefined {
  const parts = splitFieldPath(path).flatMap(splitIndex);
  let place;
  try {
    place = lookUp(root, parts);
  } catch {
    // Whatever is wrong with the path, kustomize only says that there is no such field.
    return undefined;
  }
  let value = place && valueAt(place);
  if (place === undefined || value === undefined) return undefined;
  if (NEEDS_DECODING.has(recordedWrongTag(place.container, place.key))) return undefined;
  if (typeof value === "object" && value !== null) return { value, text: "" };
  const text = scalarTextAt(place.container, place.key);
  if (recordedHiddenTag(place.container, place.key) !== undefined) value = readPlainScalar(text);
  if (value === null || typeof value === "string" || isRecordedUntyped(place.container, place.key)) {
    return { value: text, text };
  }
  if (typeof value === "boolean") return { value, text: String(value) };
  if (typeof value === "number" && !isIntegerText(text)) return { value, text: floatText(value) };
  const integer = readInteger(text);
  return integer === undefined ? undefined : { value: integer, text: String(integer) };
}

/** Types of which a text must be one. */
const NEEDS_DECODING = new Set<string | undefined>(["!!int", "!!float", "!!bool"]);

/** The value alone of {@link readVariable}. */
export function readField(root: JsonObject, path: string): JsonValue | undefined {
  return readVariable(root, path)?.value;
}

/** `ports[0]` is `ports` and `0`. */
function splitIndex(part: string): string[] {
  const [, name, index] = /^(.*)\[(\d+)\]$/s.exec(part) ?? [];
  if (index === undefined) return [part];
  return name === "" ? [index] : [name!, index];
}

function isIntegerText(text: string): boolean {
  return /^[-+]?(0[xXoObB][\w]+|[\d_]+)$/.test(text);
}

function readInteger(text: string): JsonValue | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const integer = BigInt(text.replace("+", ""));
  if (BigInt.asIntN(64, integer) !== integer) return undefined;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

/** The text of a variable's value between other text: floats from a million up have an exponent, as Go's `%v` writes. */
export function formatVariable(value: string | number | bigint | boolean, isFloat: boolean): string {
  return typeof value === "number" && isFloat ? floatText(value) : String(value);
}
