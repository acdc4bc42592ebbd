import type { Document, Node, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from "yaml";

/** Comments around a node, without `#` signs' leading blanks, as lines. */
export interface NodeComments {
  head: string[];
  line?: string;
  foot: string[];
}

/** How a scalar is written. */
export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

interface NodeBase {
  comments: NodeComments;
  anchor?: string;
  tag?: string;
}

/** A node of a YAML text with all that is kept when the text is written anew. */
export type YamlNode =
  | NodeBase & { kind: "scalar"; text: string; style: ScalarStyle }
  | NodeBase & { kind: "map"; isFlow: boolean; pairs: { key: YamlNode; value: YamlNode }[] }
  | NodeBase & { kind: "list"; isFlow: boolean; items: YamlNode[] }
  | NodeBase & { kind: "alias"; name: string };

const STYLES: Record<string, ScalarStyle> = {
  QUOTE_SINGLE: "single",
  QUOTE_DOUBLE: "double",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

/** A node without comments. */
export function scalarNode(text: string, style: ScalarStyle = "plain"): YamlNode {
  return { kind: "scalar", text, style, comments: noComments() };
}

/** Comments of a node that has none. */
export function noComments(): NodeComments {
  return { head: [], foot: [] };
}

/**
 * Parses the first document of a text.
 *
 * @returns Undefined for an empty document.
 */
export async function parseNodes(text: string): Promise<YamlNode | undefined> {
  const { parseAllDocuments } = await import("./yaml_library.ts");
  const documents = parseAllDocuments(text, { uniqueKeys: false, merge: true });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (!document?.contents) return undefined;
  const root = new Converter(text).convert(document.contents);
  addLines(root.comments.head, (document as Document).commentBefore, true);
  addLines(lastNode(root).comments.foot, (document as Document).comment);
  return root;
}

/** Where go-yaml hangs the comment at the end of a document: at the last key or item of the outermost level. */
function lastNode(node: YamlNode): YamlNode {
  if (node.kind === "map") return node.pairs.at(-1)?.key ?? node;
  if (node.kind === "list") return node.items.at(-1) ?? node;
  return node;
}

function addLines(lines: string[], comment: string | null | undefined, isFront = false): void {
  if (!comment) return;
  const added = comment.split("\n").map((line) => `#${line}`);
  if (isFront) lines.unshift(...added, "");
  else lines.push(...added);
}

class Converter {
  constructor(private readonly source: string) {}

  convert(node: Node | ParsedNode | null | undefined): YamlNode {
    if (node === null || node === undefined) return scalarNode("");
    const base = this.#base(node);
    if ("source" in node && node.constructor.name === "Alias") {
      return { ...base, kind: "alias", name: String(node.source) };
    }
    if ("items" in node) {
      const collection = node as YAMLMap | YAMLSeq;
      return this.#isMap(collection) ? this.#map(collection, base) : this.#list(collection as YAMLSeq, base);
    }
    const scalar = node as Scalar;
    const style = STYLES[scalar.type ?? ""] ?? "plain";
    return { ...base, kind: "scalar", text: scalar.source ?? String(scalar.value ?? ""), style };
  }

  #isMap(node: YAMLMap | YAMLSeq): node is YAMLMap {
    return node.constructor.name === "YAMLMap";
  }

  #base(node: Node | ParsedNode): NodeBase {
    const base: NodeBase = { comments: noComments() };
    if ("anchor" in node && node.anchor) base.anchor = node.anchor;
    if ("tag" in node && node.tag && node.tag.startsWith("!")) base.tag = node.tag;
    const isCollection = "items" in node;
    if (node.comment && !isCollection) base.comments.line = `#${node.comment.split("\n")[0]}`;
    return base;
  }

  #map(node: YAMLMap, base: NodeBase): YamlNode {
    const pairs: { key: YamlNode; value: YamlNode }[] = [];
    for (const pair of node.items as Pair<ParsedNode, ParsedNode | null>[]) {
      const key = this.convert(pair.key);
      const value = this.convert(pair.value);
      this.#placeBefore(pair.key, key, pairs.at(-1)?.key);
      if (pair.value) this.#placeBeforeValue(pair.key, pair.value, key, value);
      pairs.push({ key, value });
    }
    addLines((pairs.at(-1)?.key ?? { comments: base.comments }).comments.foot, node.comment);
    return { ...base, kind: "map", isFlow: node.flow ?? false, pairs };
  }

  #list(node: YAMLSeq, base: NodeBase): YamlNode {
    const items: YamlNode[] = [];
    for (const item of node.items as ParsedNode[]) {
      const converted = this.convert(item);
      this.#placeBefore(item, converted, items.at(-1));
      items.push(converted);
    }
    addLines((items.at(-1) ?? { comments: base.comments }).comments.foot, node.comment);
    return { ...base, kind: "list", isFlow: node.flow ?? false, items };
  }

  /** Lines before a blank line belong to what came before, the others to what follows. */
  #placeBefore(node: ParsedNode, converted: YamlNode, previous: YamlNode | undefined): void {
    const comment = node?.commentBefore;
    if (!comment) return;
    const lines = comment.split("\n").map((line) => line === "" ? "" : `#${line}`);
    const blank = lines.lastIndexOf("");
    if (blank >= 0 && previous !== undefined) {
      previous.comments.foot.push(...lines.slice(0, blank).filter((line) => line !== ""));
      lines.splice(0, blank + 1);
    }
    converted.comments.head.push(...lines);
  }

  /** A comment between a key and its collection stands behind the colon, or on lines of its own. */
  #placeBeforeValue(keyNode: ParsedNode, valueNode: ParsedNode, key: YamlNode, value: YamlNode): void {
    const comment = valueNode.commentBefore;
    if (!comment) return;
    const lines = comment.split("\n").filter((line) => line !== "").map((line) => `#${line}`);
    const lineEnd = this.source.indexOf("\n", keyNode.range?.[1] ?? 0);
    const restOfLine = this.source.slice(keyNode.range?.[1] ?? 0, lineEnd < 0 ? undefined : lineEnd);
    if (restOfLine.includes("#")) key.comments.line = lines.shift();
    const first = value.kind === "map" ? value.pairs[0]?.key : value.kind === "list" ? value.items[0] : undefined;
    (first ?? key).comments.head.unshift(...lines);
  }
}
