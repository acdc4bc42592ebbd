import {
  isObject,
  isRecordedQuoted,
  type JsonObject,
  type JsonValue,
  recordScalarText,
  recordUntyped,
  scalarTextAt,
  setKey,
} from "../../base/mod.ts";
import { readYaml, writeYaml } from "../../yaml/mod.ts";
import { type FieldPlace, indexOf, invalidPath, isItemPart, splitItemPart, valueAt } from "./field_path.ts";
import { type NodeKind, nodeKind, wrongKind } from "./list_elements.ts";
import type { TextMatcher } from "./regex.ts";
import { mustBeQuoted, readPlainScalar } from "./yaml_scalars.ts";

/** A place that a path leads to. */
export interface MatchedPlace extends FieldPlace {
  /** Whether the path's last field was missing, and was made as an empty scalar that has no type yet. */
  isUntyped?: boolean;
  /** Whether the place is in a value that was only read from a text, so that what is written there is lost. */
  isLost?: boolean;
}

/** How to follow a path that may lead to several places. */
export interface PathMatchOptions {
  /** Make what is missing; the last field as a node of this kind. */
  create?: NodeKind;
  /** The compiled patterns of the path's `[key=pattern]` parts, by pattern. */
  patterns: ReadonlyMap<string, TextMatcher>;
}

/**
 * Finds all places that a path leads to. `*` means every item of a list, and `[key=pattern]` those where the pattern
 * matches any part of the key's text.
 *
 * @returns Empty when a field is missing and is not to be made.
 * @throws {KustomizeError} INVALID_PATCH when a value on the way is of the wrong kind, INVALID_CONFIG for a path that
 * cannot be right.
 * @see kustomize `kyaml/yaml/match.go` v5.8.1, `PathMatcher`
 */
export function matchPath(root: JsonValue, parts: readonly string[], options: PathMatchOptions): MatchedPlace[] {
  return follow({ container: { root }, key: "root" }, parts, options);
}

function follow(place: MatchedPlace, parts: readonly string[], options: PathMatchOptions): MatchedPlace[] {
  const part = parts[0];
  if (part === undefined) return [place];
  const index = indexOf(part);
  if (index !== undefined && index >= 0) return followIndex(place, index, parts, options);
  if (isItemPart(part)) return followItems(place, parts, options);
  if (part === "*") {
    const list = itemsOf(place);
    return list.flatMap((_, key) => follow({ container: list, key }, parts.slice(1), options));
  }
  return followField(place, parts, options);
}

/** The items of a list; none for null. */
function itemsOf(place: FieldPlace): JsonValue[] {
  const value = valueAt(place);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongKind("SequenceNode", value);
  return value;
}

function followField(place: MatchedPlace, parts: readonly string[], options: PathMatchOptions): MatchedPlace[] {
  const key = parts[0]!;
  const rest = parts.slice(1);
  // What is made below a null is lost, as with kustomize.
  const value = valueAt(place) ?? {};
  if (!isObject(value)) throw wrongKind("MappingNode", value);
  if (key === "") throw wrongKind("ScalarNode", value);
  if (!Object.hasOwn(value, key)) {
    if (options.create === undefined) return [];
    const kind = kindForNext(rest[0], options.create);
    setKey(value, key, emptyNode(kind));
    return follow({ container: value, key, isUntyped: kind === "ScalarNode" }, rest, options);
  }
  const field: MatchedPlace = { container: value, key };
  if (rest.length === 0 || typeof value[key] === "object" && value[key] !== null) return follow(field, rest, options);
  const text = scalarTextAt(value, key);
  const document = readYaml(text);
  if (holdsNothing(text)) throw wrongKind("MappingNode", text);
  return matchPath(document, rest, options).map((place) => ({ ...place, isLost: true }));
}

/** Whether a text has nothing but blanks and comments, which is not the same as a null. */
export function holdsNothing(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(#|$)/.test(line));
}

/** The kind of node that a path's next part asks for. */
function kindForNext(next: string | undefined, last: NodeKind): NodeKind {
  if (next === undefined || next === "") return last;
  const index = indexOf(next);
  return isItemPart(next) || (index !== undefined && index >= 0) ? "SequenceNode" : "MappingNode";
}

function emptyNode(kind: NodeKind): JsonValue {
  return kind === "ScalarNode" ? null : kind === "SequenceNode" ? [] : {};
}

function followIndex(
  place: MatchedPlace,
  index: number,
  parts: readonly string[],
  options: PathMatchOptions,
): MatchedPlace[] {
  const list = itemsOf(place);
  const rest = parts.slice(1);
  if (index === list.length && options.create !== undefined) {
    const kind = kindForNext(rest[0], options.create);
    list.push(emptyNode(kind));
    return follow({ container: list, key: index, isUntyped: kind === "ScalarNode" }, rest, options);
  }
  if (index >= list.length) throw invalidPath(`index ${index} specified but only ${list.length} elements found`);
  return follow({ container: list, key: index }, rest, options);
}

function followItems(place: MatchedPlace, parts: readonly string[], options: PathMatchOptions): MatchedPlace[] {
  const { key, value: pattern } = splitItemPart(parts[0]!);
  const list = itemsOf(place);
  const found = followMatches(list, key, pattern, parts, options);
  if (found.length > 0 || options.create === undefined) return found;
  appendItem(list, key, pattern);
  const made = followMatches(list, key, pattern, parts, options);
  if (made.length > 0) return made;
  // kustomize would go on making items for ever.
  throw invalidPath(`cannot create an item for ${parts[0]}: the pattern does not match its own text`);
}

/** Makes an item whose key, or which itself, has a text without a type. */
function appendItem(list: JsonValue[], key: string, text: string): void {
  const item: JsonObject = {};
  if (key !== "") list.push(item);
  const [container, at] = key === "" ? [list, list.length] : [item, key];
  setKey(container as JsonObject, String(at), readPlainScalar(text));
  recordScalarText(container, at, text);
  recordUntyped(container, at);
}

function followMatches(
  list: JsonValue[],
  key: string,
  pattern: string,
  parts: readonly string[],
  options: PathMatchOptions,
): MatchedPlace[] {
  const matches = options.patterns.get(pattern)!;
  return list.flatMap((item, i) => {
    if (key === "") return matches(nodeText(list, i)) ? [{ container: list, key: i }] : [];
    if (!isObject(item) || !Object.hasOwn(item, key) || !matches(nodeText(item, key))) return [];
    return follow({ container: list, key: i }, parts.slice(1), options);
  });
}

/** The YAML of a value in its own style, to match patterns against. */
function nodeText(container: JsonObject | JsonValue[], key: string | number): string {
  const value = (container as Record<string | number, JsonValue>)[key]!;
  if (nodeKind(value) !== "ScalarNode") return writeYaml(value).trim();
  const text = scalarTextAt(container, key);
  if (typeof value !== "string") return text;
  return isRecordedQuoted(container, key) ?? mustBeQuoted(text) ? JSON.stringify(text) : text;
}
