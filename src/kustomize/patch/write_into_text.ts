import { type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { readYamlDocuments } from "../../yaml/mod.ts";
import { type FieldPlace, lookUp, valueAt } from "./field_path.ts";
import { writeGoJson } from "./go_json.ts";
import { nodeKind } from "./list_elements.ts";
import { holdsNothing, type MatchedPlace, matchPath, type PathMatchOptions } from "./path_matcher.ts";
import type { ReplacementValue } from "./replacement_value.ts";
import { refuseWrongTags } from "./scalar_tags.ts";
import { writeScalarText, writeValue } from "./write_value.ts";

/**
 * Writes a value into the YAML or JSON that a scalar on the way of a path holds, such as the text of a configuration file
 * in a ConfigMap. JSON is written anew as Go writes it; YAML keeps its order, styles and comments.
 *
 * @returns False when there is no such scalar, or the rest of the path leads nowhere in it. Nothing has changed then.
 * @see kustomize `api/filters/replacement/replacement.go` v5.8.1, `setValueInStructuredData`
 */
export async function writeIntoText(
  root: JsonObject,
  parts: readonly string[],
  value: ReplacementValue,
  options: PathMatchOptions,
): Promise<boolean> {
  const found = findText(root, parts);
  if (found === undefined) return false;
  const text = scalarTextAt(found.place.container, found.place.key);
  const holder: JsonObject = { document: found.document };
  let places: MatchedPlace[];
  try {
    places = matchPath(found.document, found.rest, options);
    if (places.length === 0) return false;
    if (/^\s*[{[]/.test(text)) {
      for (const place of places) writeValue(place, value);
      refuseWrongTags(holder.document!);
      writeScalarText(found.place, writeLikeJson(holder.document!, text));
      return true;
    }
  } catch {
    // kustomize then looks for the field in the usual way, and does not find it.
    return false;
  }
  const { rewriteYaml } = await import("./rewrite_yaml.ts");
  writeScalarText(found.place, await rewriteYaml(text, holder.document!, places, value));
  return true;
}

interface FoundText {
  place: FieldPlace;
  document: JsonValue;
  rest: readonly string[];
}

/** The first scalar on the way that reads as YAML, with something of the path left. */
function findText(root: JsonObject, parts: readonly string[]): FoundText | undefined {
  for (let i = 1; i < parts.length; i++) {
    const place = tryLookUp(root, parts.slice(0, i));
    const value = place && valueAt(place);
    if (place === undefined || value === undefined || nodeKind(value) !== "ScalarNode") continue;
    const text = scalarTextAt(place.container, place.key);
    try {
      const document = readYamlDocuments(text)[0]?.value;
      if (!holdsNothing(text) && document !== undefined) return { place, document, rest: parts.slice(i) };
    } catch {
      continue;
    }
  }
  return undefined;
}

function tryLookUp(root: JsonObject, parts: readonly string[]): FieldPlace | undefined {
  try {
    return lookUp(root, parts);
  } catch {
    return undefined;
  }
}

/** On one line, unless the text had several and indentation. */
function writeLikeJson(document: JsonValue, text: string): string {
  return writeGoJson(document, text.includes("\n") && text.includes("  ") ? 2 : 0);
}
