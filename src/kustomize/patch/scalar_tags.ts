import {
  findWrongTag,
  isRecordedQuoted,
  isRecordedTagged,
  type JsonObject,
  type JsonValue,
  recordedWrongTag,
  scalarTextAt,
} from "../../base/mod.ts";
import { invalidPatch } from "./json_pointer.ts";
import { readPlainScalar } from "./yaml_scalars.ts";

/** Types of scalars in YAML. */
export type ScalarTag = "!!str" | "!!int" | "!!float" | "!!bool" | "!!null" | "!!timestamp";

/** The type of the scalar at a place. */
export function scalarTagAt(container: JsonObject | JsonValue[], key: string | number): ScalarTag {
  const value = (container as Record<string | number, JsonValue>)[key];
  const text = scalarTextAt(container, key);
  const wrong = recordedWrongTag(container, key);
  if (wrong !== undefined) return wrong as ScalarTag;
  if (typeof value === "string") {
    return text !== value && isRecordedQuoted(container, key) === undefined ? "!!timestamp" : "!!str";
  }
  return isRecordedTagged(container, key) ? "!!float" : tagOf(value, text);
}

function tagOf(value: JsonValue | undefined, text: string): ScalarTag {
  if (typeof value === "string") return value === text ? "!!str" : "!!timestamp";
  if (typeof value === "boolean") return "!!bool";
  if (value === null || value === undefined) return "!!null";
  return isWithin64Bits(value) && /^[-+]?(0[xXoObB][\w]+|[\d_]+)$/.test(text) ? "!!int" : "!!float";
}

/** Whether a number is an integer if it is written as one; longer ones are floats. */
function isWithin64Bits(value: JsonValue): boolean {
  return typeof value === "bigint" ? value >= INT64_MIN && value <= UINT64_MAX : Number.isSafeInteger(value);
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * Refuses a resource in which a scalar's text is nothing of its type, which kustomize notices when it decodes it.
 *
 * @throws {KustomizeError} INVALID_PATCH with go-yaml's words.
 */
export function refuseWrongTags(value: JsonValue): void {
  const wrong = findWrongTag(value);
  if (wrong !== undefined) readAsTag(wrong.text, wrong.tag as ScalarTag);
}

/**
 * The value of a text in a node that keeps its type.
 *
 * @throws {KustomizeError} INVALID_PATCH when the text is not of that type, with go-yaml's words.
 * @see go.yaml.in/yaml/v3 `decode.go`
 */
export function readAsTag(text: string, tag: ScalarTag): JsonValue {
  if (tag === "!!str") return text;
  const value = readPlainScalar(text);
  const own = tagOf(value, text);
  // go-yaml has no float for an integer that only 64 bits without a sign can hold.
  const isInteger = own === "!!int" && !(typeof value === "bigint" && value > INT64_MAX);
  if (own === tag || (tag === "!!float" && isInteger)) return value;
  throw invalidPatch(
    `map[string]interface {}(nil): yaml: cannot decode ${
      own === "!!timestamp" ? "!!str" : own
    } \`${text}\` as a ${tag}`,
  );
}
