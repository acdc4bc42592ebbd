import { cloneWithScalarTexts, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { type FieldPlace, valueAt } from "./field_path.ts";
import { type NodeKind, nodeKind } from "./list_elements.ts";
import { readAsTag, type ScalarTag, scalarTagAt } from "./scalar_tags.ts";
import { readPlainScalar } from "./yaml_scalars.ts";

/**
 * What a replacement copies: a field of a resource, read anew for each target; a part of a field's text, which keeps the
 * field's type; or a text without a type.
 */
export type ReplacementValue =
  | { kind: "field"; place: FieldPlace }
  | { kind: "part"; text: string; tag: ScalarTag }
  | { kind: "text"; text: string };

/** The kind of node that a value is. */
export function kindOfValue(value: ReplacementValue): NodeKind {
  return value.kind === "field" ? nodeKind(valueAt(value.place) ?? null) : "ScalarNode";
}

/** The text of a value; empty for lists and objects. */
export function textOfValue(value: ReplacementValue): string {
  return value.kind === "field" ? scalarTextAt(value.place.container, value.place.key) : value.text;
}

/** A copy of the value itself, for places that take over its type. */
export function copyOfValue(value: ReplacementValue): JsonValue {
  switch (value.kind) {
    case "field":
      return cloneWithScalarTexts(valueAt(value.place) ?? null);
    case "part":
      return readAsTag(value.text, value.tag);
    case "text":
      return readPlainScalar(value.text);
  }
}

/**
 * One part of a field's text.
 *
 * @throws {KustomizeError} INVALID_PATCH when the field holds no scalar, INVALID_CONFIG when there is no such part.
 */
export function splitValue(
  place: FieldPlace,
  { delimiter = "", index = 0 }: { delimiter?: string; index?: number },
): ReplacementValue {
  const value = valueAt(place) ?? null;
  if (nodeKind(value) !== "ScalarNode") throw delimiterOnNonScalar();
  const text = scalarTextAt(place.container, place.key);
  const part = text.split(delimiter)[index];
  if (part === undefined) {
    throw new KustomizeError("INVALID_CONFIG", `options.index ${index} is out of bounds for value ${text}`, {
      hint: "Indexes count from 0",
    });
  }
  return { kind: "part", text: part, tag: scalarTagAt(place.container, place.key) };
}

/** The delimiter option splits text, and a list or object has none. */
export function delimiterOnNonScalar(): KustomizeError {
  return new KustomizeError("INVALID_PATCH", "delimiter option can only be used with scalar nodes");
}
