import { type Node, printDocument, type Style } from "./yaml_text.ts";

/** A file of a case: YAML documents, a text, or what is no text. */
export type TreeFile = { documents: Node[]; dress?: Dress } | { text: string } | { bytes: Uint8Array };

/** What stands around the documents of a file. */
export interface Dress {
  /** Before the first document. */
  start?: string;
  /** Between documents. @default {"---\n"} */
  separator?: string;
  /** After the last document. */
  end?: string;
  /** Comments behind keys without a value of their own. */
  hasComments?: boolean;
  hasWindowsLines?: boolean;
  /** Blanks at the ends of lines that are no part of a text. */
  hasTrailingBlanks?: boolean;
  /** How the documents themselves are written. */
  style?: Style;
}

/** The files of a case by path. */
export type Tree = Map<string, TreeFile>;

/** A file of this name holds the flags of a build; it does no harm in the tree. */
export function flagsOf(tree: Tree): string[] {
  const file = tree.get("flags");
  return file !== undefined && "text" in file ? file.text.split(" ") : [];
}

/** The files as they are written. */
export function printTree(tree: Tree): Record<string, string | Uint8Array> {
  return Object.fromEntries([...tree].map(([path, file]) => [path, printFile(file)]));
}

function printFile(file: TreeFile): string | Uint8Array {
  if ("bytes" in file) return file.bytes;
  if ("text" in file) return file.text;
  const { start = "", separator = "---\n", end = "", style } = file.dress ?? {};
  const { hasComments, hasTrailingBlanks, hasWindowsLines } = file.dress ?? {};
  let text = start + file.documents.map((document) => printDocument(document, style)).join(separator) + end;
  if (hasTrailingBlanks) text = text.replace(/^( *(?:- )?[a-z]+:)( [a-z]+)?$/gmi, "$1$2  ");
  if (hasComments) text = text.replace(/^( *(?:- )?(?:metadata|spec|data|containers|labels):)$/gm, "$1 # comment");
  return hasWindowsLines ? text.replaceAll("\n", "\r\n") : text;
}

/** All trees that are a little smaller, the much smaller ones first. */
export function* smallerTrees(tree: Tree): Generator<Tree> {
  for (const path of tree.keys()) {
    if (path === "kustomization.yaml") continue;
    const fewer = new Map(tree);
    fewer.delete(path);
    yield fewer;
  }
  for (const [path, file] of tree) {
    if ("bytes" in file) continue;
    if ("text" in file) {
      const lines = file.text.split("\n");
      if (lines.length > 2) {
        yield new Map(tree).set(path, { text: lines.slice(0, lines.length >> 1).join("\n") + "\n" });
      }
      continue;
    }
    const { documents, dress } = file;
    if (dress !== undefined) {
      yield new Map(tree).set(path, { documents });
      for (const key of Object.keys(dress)) {
        yield new Map(tree).set(path, { documents, dress: { ...dress, [key]: undefined } });
      }
    }
    for (let i = 0; i < documents.length && documents.length > 1; i++) {
      yield new Map(tree).set(path, { ...file, documents: documents.filter((_, j) => j !== i) });
    }
    for (let i = 0; i < documents.length; i++) {
      for (const smaller of smallerNodes(documents[i]!)) {
        yield new Map(tree).set(path, { ...file, documents: documents.with(i, smaller) });
      }
    }
  }
}

function* smallerNodes(node: Node): Generator<Node> {
  if (node.kind === "map") {
    const { entries } = node;
    for (let i = 0; i < entries.length; i++) yield { ...node, entries: entries.toSpliced(i, 1) };
    for (let i = 0; i < entries.length; i++) {
      const [key, value] = entries[i]!;
      for (const smaller of smallerNodes(value)) yield { ...node, entries: entries.with(i, [key, smaller]) };
    }
  } else if (node.kind === "list") {
    const { items } = node;
    for (let i = 0; i < items.length; i++) yield { ...node, items: items.toSpliced(i, 1) };
    for (let i = 0; i < items.length; i++) {
      for (const smaller of smallerNodes(items[i]!)) yield { ...node, items: items.with(i, smaller) };
    }
  } else if (node.kind === "block" || node.lines.join("\n") !== "a") {
    yield { kind: "scalar", lines: ["a"] };
    if (node.kind === "block" && node.lines.length > 1) {
      for (let i = 0; i < node.lines.length; i++) yield { ...node, lines: node.lines.toSpliced(i, 1) };
    }
  }
}
