import {
  compareBytes,
  equalJson,
  isObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from "../base/mod.ts";
import { writeYaml } from "../yaml/mod.ts";
import type * as Yaml from "yaml";
import {
  applyEdit,
  ENTRY_KEYS,
  type EntryEdit,
  insertionIndex,
  type KubeconfigEdit,
  renderKubeconfig,
} from "./edit.ts";
import { KubeconfigError } from "./errors.ts";
import { parseKubeconfigValue } from "./parse.ts";

type YamlLibrary = typeof import("./yaml_library.ts");

/** Changes the text of a kubeconfig. */
export type TextEditor = (text: string) => string;

/** More aliases than any person writes. */
const MAX_ALIASES = 1_000;

/**
 * Prepares a change of a kubeconfig's text. Comments, order, quoting and keys that kstage doesn't know stay; only white
 * space may change. A text in JSON stays JSON. The result is read again and compared with what the change should make
 * of the value, so that a construct which the editor does not understand ends in an error, never in a damaged file.
 *
 * The editor is loaded here, so that the returned function is synchronous and fit for use under a lock.
 *
 * @param file Path for errors.
 * @returns A function that throws a {@link KubeconfigError} INVALID when the text is no kubeconfig.
 */
export async function prepareTextEdit(edit: KubeconfigEdit, file: string): Promise<TextEditor> {
  const yaml = await import("./yaml_library.ts");
  return (text) => {
    const value = parseKubeconfigValue(text, file);
    if (text.trim() === "") return renderKubeconfig(edit);
    const wanted = applyEdit(value, edit);
    if (equalJson(wanted, value)) return text;
    const edited = isJson(text) ? `${stringifyJson(wanted, 2)}\n` : text === writeYaml(value)
      // As kubectl wrote it: nothing but the value to keep, and no need for the slower way.
      ? writeYaml(wanted)
      : editYaml(yaml, text, edit, wanted, file);
    if (!equalJson(parseKubeconfigValue(edited, file), wanted)) throw cannotEdit(file);
    return edited;
  };
}

function cannotEdit(file: string, hint = "Name another file with --kubeconfig"): KubeconfigError {
  return new KubeconfigError("INVALID", `Cannot edit kubeconfig "${file}": its YAML is too unusual`, file, { hint });
}

function isJson(text: string): boolean {
  try {
    return isObject(parseJson(text));
  } catch {
    return false;
  }
}

function editYaml(yaml: YamlLibrary, text: string, edit: KubeconfigEdit, wanted: JsonObject, file: string): string {
  const options = { customTags: keepSources, strict: false, uniqueKeys: false };
  const document = yaml.parseDocument(text, options) as unknown as Yaml.Document;
  if (document.errors.length > 0) throw cannotEdit(file);
  expandAliases(yaml, document, file);
  if (!yaml.isMap(document.contents)) document.contents = new yaml.YAMLMap(document.schema);
  const root = document.contents as Yaml.YAMLMap;
  for (const entry of edit.entries) editEntry(yaml, document, root, entry, wanted);
  for (const key of ["apiVersion", "kind", "current-context"]) {
    if (key in wanted && root.get(key) !== wanted[key]) setField(yaml, document, root, key, wanted[key]!);
  }
  return document.toString({
    lineWidth: 0,
    indentSeq: !/^- /m.test(text) && /^ +- /m.test(text),
    flowCollectionPadding: /\{ \S/.test(text),
  });
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
function expandAliases(yaml: YamlLibrary, document: Yaml.Document, file: string): void {
  let count = 0;
  yaml.visit(document, {
    Alias(_key, alias) {
      if (++count > MAX_ALIASES) throw cannotEdit(file);
      const source = alias.resolve(document);
      if (source === undefined) throw cannotEdit(file);
      return source.clone() as Yaml.Node;
    },
  });
  if (count === 0) return;
  yaml.visit(document, {
    Node(_key, node) {
      if ("anchor" in node) delete node.anchor;
    },
  });
}

function editEntry(
  yaml: YamlLibrary,
  document: Yaml.Document,
  root: Yaml.YAMLMap,
  { list, name, set, remove = [] }: EntryEdit,
  wanted: JsonObject,
): void {
  const items = findOrAddList(yaml, document, root, list);
  const contentKey = ENTRY_KEYS[list];
  const names = items.items.map((item) => yaml.isMap(item) ? String(item.get("name") ?? "") : "");
  const index = names.indexOf(name);
  if (index < 0) {
    const item = createNode(yaml, document, sortKeys({ [contentKey]: sortKeys(set), name }));
    items.items.splice(insertionIndex(names, name), 0, item);
    return;
  }
  const item = items.items[index] as Yaml.YAMLMap;
  const content = item.get(contentKey, true) as unknown;
  if (!yaml.isMap(content) || content.has("<<")) {
    const whole = (wanted[list] as JsonObject[])[index]![contentKey]!;
    item.set(contentKey, createNode(yaml, document, whole));
    return;
  }
  for (const key of remove) content.delete(key);
  for (const [key, field] of Object.entries(set)) setField(yaml, document, content, key, field);
}

function findOrAddList(yaml: YamlLibrary, document: Yaml.Document, root: Yaml.YAMLMap, list: string): Yaml.YAMLSeq {
  const found = root.get(list, true) as unknown;
  if (yaml.isSeq(found)) {
    // An empty list can only be written as `[]`, which says nothing about the style that its author likes.
    if (found.items.length === 0 && !root.flow) found.flow = false;
    return found;
  }
  const created = new yaml.YAMLSeq(document.schema);
  if (yaml.isScalar(found)) created.commentBefore = found.comment ?? found.commentBefore;
  root.set(list, created);
  return created;
}

function setField(yaml: YamlLibrary, document: Yaml.Document, map: Yaml.YAMLMap, key: string, value: JsonValue): void {
  const old = map.get(key, true) as unknown;
  const node = createNode(yaml, document, value);
  if (yaml.isScalar(old) && yaml.isScalar(node)) {
    node.comment = old.comment;
    node.commentBefore = old.commentBefore;
    node.spaceBefore = old.spaceBefore;
  }
  if (old !== undefined) {
    map.set(key, node);
    return;
  }
  const keys = map.items.map((pair) => String(yaml.isScalar(pair.key) ? pair.key.value : pair.key));
  map.items.splice(insertionIndex(keys, key), 0, document.createPair(key, node));
}

function sortKeys(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareBytes(a, b)));
}

function createNode(yaml: YamlLibrary, document: Yaml.Document, value: JsonValue): Yaml.Node {
  const node = document.createNode(value) as Yaml.Node;
  yaml.visit(node, {
    Scalar(_key, scalar) {
      // What needs quotes is decided by the rules of go-yaml, which is what reads a kubeconfig.
      if (typeof scalar.value !== "string") return;
      scalar.type = /^["'|]/.test(writeYaml(scalar.value)) ? "QUOTE_DOUBLE" : "PLAIN";
    },
  });
  return node;
}
