import {
  isRecordedQuoted,
  isRecordedReread,
  isRecordedUntyped,
  type JsonObject,
  type JsonValue,
  recordQuoted,
  recordReread,
  recordScalarText,
  recordUntyped,
  recordWrongTag,
  setKey,
} from "../../base/mod.ts";
import { refold } from "../../yaml/mod.ts";
import { KustomizeError } from "../errors.ts";
import { writeScalar } from "../shared_scalars.ts";
import { valueAt } from "./field_path.ts";
import { nodeKind } from "./list_elements.ts";
import type { MatchedPlace } from "./path_matcher.ts";
import { copyOfValue, type ReplacementValue, textOfValue } from "./replacement_value.ts";
import { readAsTag, type ScalarTag, scalarTagAt } from "./scalar_tags.ts";
import { mustBeQuoted, readPlainScalar } from "./yaml_scalars.ts";

/**
 * Puts a value at a place: a scalar only takes over the text, and keeps its own type; anything else is replaced.
 *
 * @see kustomize `api/filters/replacement/replacement.go` v5.8.1, `setFieldValue`
 */
export function writeValue(place: MatchedPlace, value: ReplacementValue): void {
  if (nodeKind(valueAt(place) ?? null) === "ScalarNode") return writeScalarText(place, textOfValue(value));
  put(place, copyOfValue(value));
  if (value.kind !== "part") recordScalarText(place.container, place.key, textOfValue(value));
  if (value.kind === "text") recordUntyped(place.container, place.key);
}

/**
 * Changes the text of a scalar, which keeps its type even if the text is nothing of that type; one without a type gets
 * that of its text.
 */
export function writeScalarText(place: MatchedPlace, text: string): void {
  const { container, key } = place;
  const present = valueAt(place);
  const isQuoted = isRecordedQuoted(container, key) ??
    (typeof present === "string" ? mustBeQuoted(present) : undefined);
  const isFolded = isRecordedReread(container, key);
  const tag = scalarTagAt(container, key);
  const isUntyped = place.isUntyped || isRecordedUntyped(container, key);
  const typed = isUntyped || isFolded ? undefined : valueOfTag(text, tag);
  const own = typed === undefined ? text : typed;
  const written = isUntyped ? readPlainScalar(text) : isFolded ? refold(text) : own;
  writeScalar(container, key, written, (container, key) => {
    if (isQuoted !== undefined) recordQuoted(container, key, isQuoted);
    if (isFolded) recordReread(container, key, text);
    else recordScalarText(container, key, text);
    if (isUntyped) recordUntyped(container, key);
    else if (!isFolded && typed === undefined) recordWrongTag(container, key, tag);
  });
}

/** Undefined for a text that is nothing of the type. */
function valueOfTag(text: string, tag: ScalarTag): JsonValue | undefined {
  try {
    return readAsTag(text, tag);
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

function put({ container, key }: MatchedPlace, value: JsonValue): void {
  setKey(container as JsonObject, String(key), value);
}
