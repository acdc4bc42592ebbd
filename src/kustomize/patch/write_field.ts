import { type JsonObject, scalarTextAt, settleBraces } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { splitFieldPath, valueAt } from "./field_path.ts";
import { nodeKind } from "./list_elements.ts";
import { type MatchedPlace, matchPath, type PathMatchOptions } from "./path_matcher.ts";
import type { TextMatcher } from "./regex.ts";
import { delimiterOnNonScalar, kindOfValue, type ReplacementValue, textOfValue } from "./replacement_value.ts";
import { writeIntoText } from "./write_into_text.ts";
import { writeScalarText, writeValue } from "./write_value.ts";

/** How a replacement writes to a field (`FieldOptions` of `api/types/replacement.go` v5.8.1). */
export interface WriteFieldOptions {
  /** Splits the field's text; only one part is replaced. */
  delimiter?: string;
  /** Which part; below 0 a new first one, above the last a new last one. @default {0} */
  index?: number;
  /** Make missing fields. @default {false} */
  create?: boolean;
  /** The compiled patterns of the path's `[key=pattern]` parts, by pattern. */
  patterns: ReadonlyMap<string, TextMatcher>;
}

/**
 * Writes a value to every field that a path leads to; the path may go on inside of a text that holds YAML or JSON.
 *
 * @throws {KustomizeError} NO_MATCH when the path leads nowhere, INVALID_PATCH when the field cannot take the value.
 * @see kustomize `api/filters/replacement/replacement.go` v5.8.1, `copyValueToTarget`
 */
export async function writeToField(
  root: JsonObject,
  path: string,
  value: ReplacementValue,
  options: WriteFieldOptions,
): Promise<void> {
  const parts = splitFieldPath(path);
  const matching: PathMatchOptions = {
    create: options.create ? kindOfValue(value) : undefined,
    patterns: options.patterns,
  };
  if (await writeIntoText(root, parts, value, matching)) return;
  let places: MatchedPlace[] = [];
  let cause: Error | undefined;
  try {
    places = matchPath(root, parts, matching);
  } catch (error) {
    cause = error as Error;
  }
  if (places.length === 0) throw fieldNotFound(path, options.create ?? false, cause);
  for (const place of places) if (!place.isLost) writeToPlace(place, value, options);
  // Only these may look other in braces.
  const isScalar = kindOfValue(value) === "ScalarNode";
  if (!isScalar || textOfValue(value) === "" || /[\n:]/.test(textOfValue(value))) settleBraces(root);
}

function fieldNotFound(path: string, creates: boolean, cause: Error | undefined): KustomizeError {
  const found = creates ? "find or create" : "find";
  const reason = cause === undefined ? "" : `: ${cause.message}`;
  return new KustomizeError(
    "NO_MATCH",
    `unable to ${found} field ${JSON.stringify(path)} in replacement target${reason}`,
    { hint: creates ? undefined : "Correct the path, or make the field with options.create", cause },
  );
}

function writeToPlace(place: MatchedPlace, value: ReplacementValue, options: WriteFieldOptions): void {
  const isScalar = nodeKind(valueAt(place) ?? null) === "ScalarNode";
  if (!options.delimiter) return writeValue(place, value);
  if (!isScalar) throw delimiterOnNonScalar();
  const text = place.isUntyped ? "" : scalarTextAt(place.container, place.key);
  writeScalarText(place, replacePart(text, textOfValue(value), options.delimiter, options.index ?? 0));
}

function replacePart(text: string, value: string, delimiter: string, index: number): string {
  const parts = text.split(delimiter);
  if (index < 0) parts.unshift(value);
  else if (index >= parts.length) parts.push(value);
  else parts[index] = value;
  return parts.join(delimiter);
}
