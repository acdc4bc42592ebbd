import type { ScalarStyle, YamlNode } from "./yaml_nodes.ts";
import { readAsTag, type ScalarTag } from "./scalar_tags.ts";
import { mustBeQuoted } from "./yaml_scalars.ts";

/**
 * Writes nodes as kustomize writes a YAML document again: two blanks per level, lists not indented under their key, one
 * blank before a comment, no blank lines, no line folded; styles and comments kept.
 *
 * @see kustomize `kyaml/yaml/alias.go` v5.8.1, `NewEncoder`
 */
export function emitNodes(root: YamlNode): string {
  const lines = root.kind === "map" || root.kind === "list" ? emitBlock(root, "") : emitInline(root, "");
  return [...root.comments.head, ...lines].join("\n").trim();
}

function isBlock(node: YamlNode): boolean {
  return (node.kind === "map" && !node.isFlow && node.pairs.length > 0) ||
    (node.kind === "list" && !node.isFlow && node.items.length > 0);
}

function emitBlock(node: YamlNode, indent: string): string[] {
  if (!isBlock(node)) return emitInline(node, indent);
  const lines: string[] = [];
  if (node.kind === "map") {
    node.pairs.forEach(({ key, value }, i) => {
      lines.push(...comment(key.comments.head, indent), ...emitPair(key, value, indent));
      lines.push(...footLines(key, indent, i === node.pairs.length - 1));
    });
  } else if (node.kind === "list") {
    node.items.forEach((item, i) => {
      lines.push(...comment(item.comments.head, indent), ...emitItem(item, indent));
      lines.push(...footLines(item, indent, i === node.items.length - 1));
    });
  }
  return lines;
}

function comment(lines: string[], indent: string): string[] {
  return lines.map((line) => line === "" ? "" : indent + line);
}

function footLines(node: YamlNode, indent: string, isLast: boolean): string[] {
  const lines = comment(node.comments.foot, indent);
  return lines.length === 0 || isLast ? lines : [...lines, ""];
}

function emitPair(key: YamlNode, value: YamlNode, indent: string): string[] {
  const start = `${indent}${emitInline(key, indent).join("")}:`;
  const line = key.comments.line ?? "";
  if (!isBlock(value)) return hang(start, value, indent, line);
  const properties = propertiesOf(value);
  const first = [start, properties, line].filter((part) => part !== "").join(" ");
  return [first, ...emitBlock(value, value.kind === "list" ? indent : indent + "  ")];
}

function hang(start: string, value: YamlNode, indent: string, keyComment: string): string[] {
  const lines = emitInline(value, indent);
  const trailing = value.comments.line ?? keyComment;
  const first = [start, lines[0]!, lines.length === 1 ? trailing : ""].filter((part) => part !== "").join(" ");
  return [first, ...lines.slice(1)];
}

function emitItem(item: YamlNode, indent: string): string[] {
  if (!isBlock(item)) return hang(`${indent}-`, item, indent, "");
  const lines = emitBlock(item, indent + "  ");
  const properties = propertiesOf(item);
  if (properties !== "") return [`${indent}- ${properties}`, ...lines];
  return [`${indent}- ${lines[0]!.slice(indent.length + 2)}`, ...lines.slice(1)];
}

function propertiesOf(node: YamlNode): string {
  return [node.anchor && `&${node.anchor}`, node.tag].filter(Boolean).join(" ");
}

/** What stands behind a colon or dash; more than one line for block scalars. */
function emitInline(node: YamlNode, indent: string): string[] {
  if (node.kind === "alias") return [`*${node.name}`];
  const properties = propertiesOf(node);
  const prefix = properties === "" ? "" : `${properties} `;
  if (node.kind === "scalar") {
    const [first, ...rest] = emitScalar(node.text, node.style, indent + "  ");
    return [(prefix + first!).trimEnd(), ...rest];
  }
  return [prefix + emitFlow(node)];
}

function emitFlow(node: YamlNode): string {
  if (node.kind === "map") {
    const pairs = node.pairs.map(({ key, value }) => `${emitFlow(key)}: ${emitFlow(value)}`.trimEnd());
    return `{${pairs.join(", ")}}`;
  }
  if (node.kind === "list") return `[${node.items.map(emitFlow).join(", ")}]`;
  return emitInline(node, "").join("\n");
}

function emitScalar(text: string, style: ScalarStyle, indent: string): string[] {
  switch (style) {
    case "plain":
      return [text];
    case "single":
      return [`'${text.replaceAll("'", "''")}'`];
    case "double":
      return [JSON.stringify(text)];
    default:
      return emitBlockScalar(text, style === "literal" ? "|" : ">", indent);
  }
}

function emitBlockScalar(text: string, sign: string, indent: string): string[] {
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text.endsWith("\n\n") || text === "\n" ? "+" : "";
  const body = text.replace(/\n$/, "").split("\n").flatMap((line, i) => sign === ">" && i > 0 ? ["", line] : [line]);
  return [sign + hint + chomp, ...body.map((line) => line === "" ? "" : indent + line)];
}

/** Changes the text of a scalar as kustomize does: the style stays, and so does the type. */
export function setScalarNodeText(node: YamlNode & { kind: "scalar" }, text: string, tag: ScalarTag | undefined): void {
  node.text = text;
  if (node.style !== "plain" || tag === undefined) return;
  if (tag === "!!str") {
    if (mustBeQuoted(text)) node.style = quotesFor(text);
    return;
  }
  try {
    readAsTag(text, tag);
  } catch {
    node.tag = tag;
  }
}

/** go-yaml takes single quotes, unless the bare text would read as something else. */
function quotesFor(text: string): ScalarStyle {
  if (text.includes("\n")) return "literal";
  return /^[-+.~\w:]*$/.test(text) ? "double" : "single";
}
