import { isObject, type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { emitNodes, setScalarNodeText } from "./emit_nodes.ts";
import { nodeKind } from "./list_elements.ts";
import type { MatchedPlace } from "./path_matcher.ts";
import { copyOfValue, type ReplacementValue, textOfValue } from "./replacement_value.ts";
import { scalarTagAt } from "./scalar_tags.ts";
import { noComments, parseNodes, scalarNode, type YamlNode } from "./yaml_nodes.ts";
import { mustBeQuoted } from "./yaml_scalars.ts";

type Path = (string | number)[];

/**
 * Writes a YAML text anew with a value at some places; order, styles and comments stay.
 *
 * @param document The text's value, in which a path was followed and missing fields were made.
 * @param places Places in the document.
 */
export async function rewriteYaml(
  text: string,
  document: JsonValue,
  places: readonly MatchedPlace[],
  value: ReplacementValue,
): Promise<string> {
  const root = await parseNodes(text);
  if (root === undefined) return text.trim();
  for (const place of places) {
    const path = findPath(document, place, []);
    if (path !== undefined) setNode(root, document, path, place, value);
  }
  return emitNodes(root);
}

/** The way to a place; undefined where kustomize, too, writes to a node that is lost. */
function findPath(value: JsonValue, place: MatchedPlace, path: Path): Path | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value === place.container) return [...path, place.key];
  for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
    const found = findPath((value as Record<string | number, JsonValue>)[key]!, place, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function setNode(
  root: YamlNode,
  document: JsonValue,
  path: Path,
  place: MatchedPlace,
  value: ReplacementValue,
): void {
  let node = root;
  let container = document as JsonObject;
  for (const [i, key] of path.entries()) {
    const isLast = i === path.length - 1;
    const child = childOf(node, key);
    if (child === undefined) {
      const made = isLast && !place.isUntyped ? nodeOf(copyOfValue(value)) : madeNode(container[key]!, place, value);
      appendChild(node, key, isLast && place.isUntyped ? scalarNode(textOfValue(value)) : made);
      return;
    }
    if (isLast) {
      if (child.kind === "scalar") {
        setScalarNodeText(child, textOfValue(value), scalarTagAt(place.container, place.key));
      } else replaceChild(node, key, nodeOf(copyOfValue(value)));
      return;
    }
    node = child;
    container = container[key] as JsonObject;
  }
}

function childOf(node: YamlNode, key: string | number): YamlNode | undefined {
  if (node.kind === "list" && typeof key === "number") return node.items[key];
  if (node.kind !== "map") return undefined;
  return node.pairs.find((pair) => pair.key.kind === "scalar" && pair.key.text === key)?.value;
}

function appendChild(node: YamlNode, key: string | number, child: YamlNode): void {
  if (node.kind === "list") node.items.push(child);
  else if (node.kind === "map") node.pairs.push({ key: scalarNode(String(key)), value: child });
}

function replaceChild(node: YamlNode, key: string | number, child: YamlNode): void {
  if (node.kind === "list") node.items[key as number] = child;
  else if (node.kind === "map") {
    for (const pair of node.pairs) if (pair.key.kind === "scalar" && pair.key.text === key) pair.value = child;
  }
}

/** The node of a part of the document that was made on the way, with the value in it. */
function madeNode(made: JsonValue, place: MatchedPlace, value: ReplacementValue): YamlNode {
  const node = nodeOf(made);
  const path = findPath(made, place, []);
  const holder = path?.slice(0, -1).reduce<YamlNode | undefined>((at, key) => at && childOf(at, key), node);
  if (path !== undefined && holder !== undefined) {
    const leaf = nodeKind((place.container as JsonObject)[place.key]!) === "ScalarNode"
      ? scalarNode(textOfValue(value))
      : nodeOf(copyOfValue(value));
    replaceChild(holder, path.at(-1)!, leaf);
  }
  return node;
}

function nodeOf(value: JsonValue): YamlNode {
  const comments = noComments();
  if (Array.isArray(value)) {
    const items = value.map((item) => nodeOf(item));
    return { kind: "list", isFlow: items.length === 0, items, comments };
  }
  if (isObject(value)) {
    const pairs = Object.keys(value).map((key) => ({ key: scalarNode(key), value: nodeOf(value[key]!) }));
    return { kind: "map", isFlow: pairs.length === 0, pairs, comments };
  }
  const text = scalarTextAt([value], 0);
  return scalarNode(text, typeof value === "string" && mustBeQuoted(text) ? "double" : "plain");
}
