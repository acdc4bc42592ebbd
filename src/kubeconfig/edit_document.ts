import { compareBytes, equalJson, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { writeYaml } from "../yaml/mod.ts";
import type * as Yaml from "yaml";
import { insertionIndex } from "./edit.ts";

/** The library that edits a document in place. */
export type YamlLibrary = typeof import("./yaml_library.ts");

/** More aliases than any person writes. */
const MAX_ALIASES = 1_000;

/**
 * The text of a document whose value changes: only the nodes that differ are touched.
 *
 * @param before Value of the text.
 * @param after What the value is to become.
 * @returns Undefined where the document is too unusual to be edited.
 */
export function editDocument(
  yaml: YamlLibrary,
  text: string,
  before: JsonObject,
  after: JsonObject,
): string | undefined {
  const options = { customTags: keepSources, strict: false, uniqueKeys: false };
  const document = yaml.parseDocument(text, options) as unknown as Yaml.Document;
  if (document.errors.length > 0 || !expandAliases(yaml, document)) return undefined;
  keepLastKeys(yaml, document);
  if (!yaml.isMap(document.contents)) document.contents = new yaml.YAMLMap(document.schema);
  editMap({ yaml, document }, document.contents as Yaml.YAMLMap, before, after);
  return document.toString({
    lineWidth: 0,
    indentSeq: !/^- /m.test(text) && /^ +- /m.test(text),
    flowCollectionPadding: /\{ \S/.test(text),
  });
}

interface Editor {
  yaml: YamlLibrary;
  document: Yaml.Document;
}

/** Scalars that are no strings are written as they were: `0644` and `1_000` mean other numbers in other YAMLs. */
const keepSources = (tags: Yaml.Tags): Yaml.Tags =>
  tags.map((tag) => {
    if (typeof tag === "string" || tag.collection !== undefined || tag.stringify === undefined) return tag;
    const { stringify } = tag;
    return {
      ...tag,
      stringify: (item: Yaml.Scalar, ...rest) =>
        typeof item.value !== "string" && item.source ? item.source : stringify(item, ...rest),
    } as Yaml.ScalarTag;
  });

/** Aliases become copies: a change of one entry must not reach another that shares its text. */
function expandAliases(yaml: YamlLibrary, document: Yaml.Document): boolean {
  let count = 0;
  let isFine = true;
  yaml.visit(document, {
    Alias(_key, alias) {
      const source = ++count > MAX_ALIASES ? undefined : alias.resolve(document);
      isFine &&= source !== undefined;
      return source === undefined ? yaml.visit.BREAK : source.clone() as Yaml.Node;
    },
  });
  if (count === 0 || !isFine) return isFine;
  yaml.visit(document, {
    Node(_key, node) {
      if ("anchor" in node) delete node.anchor;
    },
  });
  return true;
}

/** Of equal keys the last one counts for those who read a kubeconfig, and is the one to change. */
function keepLastKeys(yaml: YamlLibrary, document: Yaml.Document): void {
  yaml.visit(document, {
    Map(_key, map) {
      const last = new Map(map.items.map((pair) => [keyOf(yaml, pair), pair]));
      if (last.size < map.items.length) map.items = map.items.filter((pair) => last.get(keyOf(yaml, pair)) === pair);
    },
  });
}

function keyOf(yaml: YamlLibrary, { key }: Yaml.Pair): string {
  return String(yaml.isScalar(key) ? key.value : key);
}

function editMap(editor: Editor, map: Yaml.YAMLMap, before: JsonObject, after: JsonObject): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) map.delete(key);
  for (const [key, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, key) || !equalJson(before[key], value)) editKey(editor, map, key, before[key], value);
  }
}

function editKey(
  editor: Editor,
  map: Yaml.YAMLMap,
  key: string,
  before: JsonValue | undefined,
  after: JsonValue,
): void {
  const { yaml } = editor;
  const node = map.get(key, true) as unknown;
  if (yaml.isMap(node) && !node.has("<<") && isObject(before) && isObject(after)) {
    editMap(editor, node, before, after);
  } else if (yaml.isSeq(node) && isNamed(before) && isNamed(after) && node.items.length === before.length) {
    // An empty list can only be written as `[]`, which says nothing about the style that its author likes.
    if (node.items.length === 0 && !map.flow) node.flow = false;
    node.items = after.map((item) => editItem(editor, node.items, before, item));
  } else setField(editor, map, key, after);
}

function isNamed(value: JsonValue | undefined): value is (JsonObject | null)[] {
  return Array.isArray(value) && value.every((item) => item === null || isObject(item));
}

function nameOf(item: JsonObject | null): string {
  return typeof item?.name === "string" ? item.name : "";
}

function editItem(
  editor: Editor,
  nodes: readonly unknown[],
  before: (JsonObject | null)[],
  item: JsonObject | null,
): unknown {
  const index = before.findIndex((other) => nameOf(other) === nameOf(item));
  const node = nodes[index];
  if (index >= 0 && equalJson(before[index], item)) return node;
  const isEditable = editor.yaml.isMap(node) && !node.has("<<") && isObject(before[index]) && isObject(item);
  if (!isEditable) return createNode(editor, item);
  editMap(editor, node, before[index] as JsonObject, item);
  return node;
}

function setField(editor: Editor, map: Yaml.YAMLMap, key: string, value: JsonValue): void {
  const { yaml, document } = editor;
  const old = map.get(key, true) as unknown;
  const node = createNode(editor, value);
  if (yaml.isScalar(old) && yaml.isScalar(node)) {
    node.comment = old.comment;
    node.commentBefore = old.commentBefore;
    node.spaceBefore = old.spaceBefore;
  } else if (yaml.isScalar(old)) node.commentBefore = old.comment ?? old.commentBefore;
  if (map.has(key)) {
    map.set(key, node);
    return;
  }
  const keys = map.items.map((pair) => keyOf(yaml, pair));
  map.items.splice(insertionIndex(keys, key), 0, document.createPair(key, node));
}

function createNode({ yaml, document }: Editor, value: JsonValue): Yaml.Node {
  const node = document.createNode(sortKeys(value)) as Yaml.Node;
  yaml.visit(node, {
    Scalar(_key, scalar) {
      // What needs quotes is decided by the rules of go-yaml, which is what reads a kubeconfig.
      if (typeof scalar.value !== "string") return;
      scalar.type = /^["'|]/.test(writeYaml(scalar.value)) ? "QUOTE_DOUBLE" : "PLAIN";
    },
  });
  return node;
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort(compareBytes);
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key]!)]));
}
