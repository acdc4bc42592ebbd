/** YAML as the fuzzer writes it: values with the way in which they are written. */
export type Node =
  /** A scalar as it stands in the text; its lines are indented alike. */
  | { kind: "scalar"; lines: string[] }
  /** A block scalar: its header, such as `|-`, and its lines. */
  | { kind: "block"; header: string; lines: string[] }
  | { kind: "map"; entries: [key: string, value: Node][]; isFlow?: boolean }
  | { kind: "list"; items: Node[]; isFlow?: boolean; isIndented?: boolean };

/** A scalar on one line. */
export function raw(text: string): Node {
  return { kind: "scalar", lines: [text] };
}

/** A string, in quotes where it needs them. */
export function text(value: string): Node {
  return raw(
    /^[a-zA-Z][-\w./]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value)
      ? value
      : JSON.stringify(value),
  );
}

/** A map; entries without a value are left out. */
export function map(entries: Record<string, Node | undefined>): Node {
  const kept = Object.entries(entries).filter((entry): entry is [string, Node] => entry[1] !== undefined);
  return { kind: "map", entries: kept };
}

/** A block list. */
export function list(items: Node[]): Node {
  return { kind: "list", items };
}

/** The kinds of nodes are no kinds of Kubernetes objects. */
function isNode(value: unknown): value is Node {
  const { kind } = (value ?? {}) as { kind?: unknown };
  return kind === "scalar" || kind === "block" || kind === "map" || kind === "list";
}

/** Fields with JSON values or nodes. */
export type Fragment = Readonly<Record<string, unknown>>;

/** Any JSON value as a node; nodes in it stay as they are. */
export function fromJson(value: unknown): Node {
  if (isNode(value)) return value;
  if (Array.isArray(value)) return list(value.map(fromJson));
  if (typeof value === "object" && value !== null) {
    return { kind: "map", entries: Object.entries(value).map(([key, item]) => [key, fromJson(item)]) };
  }
  return typeof value === "string" ? text(value) : raw(String(value));
}

/** A document as a block scalar in another. */
export function inline(node: Node, how: Style = {}): Node {
  return { kind: "block", header: "|-", lines: printDocument(node, how).trimEnd().split("\n") };
}

/** Other ways to write the same document. */
export interface Style {
  /** By how many blanks what is inside is indented. @default {2} */
  indent?: number;
  /** Keys in quotes, or with a question mark before them. */
  keys?: "quoted" | "single" | "question";
  /** All of it inside of braces on one line, with a line for each value, or as JSON. */
  braces?: "line" | "lines" | "json";
  /** Blanks between a colon and its value. @default {" "} */
  gap?: string;
}

let style: Style = {};
let step = "  ";

/** One document. */
export function printDocument(node: Node, how: Style = {}): string {
  [style, step] = [how, " ".repeat(how.indent ?? 2)];
  if (style.braces !== undefined) return printFlow(node) + "\n";
  return printBelow(node, "").replace(/^[\n ]+/, "") + "\n";
}

/** A value behind a colon or dash, with what goes before it. */
function printBelow(node: Node, indent: string): string {
  switch (node.kind) {
    case "scalar":
      return (style.gap ?? " ") + node.lines.join(`\n${indent}  `);
    case "block":
      return ` ${node.header}${node.lines.map((line) => line === "" ? "\n" : `\n${indent}  ${line}`).join("")}`;
    case "map":
      if (node.isFlow || node.entries.length === 0) return " " + printFlow(node);
      return node.entries.map(([key, value]) =>
        style.keys === "question"
          ? `\n${indent}? ${printKey(key)}\n${indent}:${printValue(value, indent)}`
          : `\n${indent}${printKey(key)}:${printValue(value, indent)}`
      ).join("");
    case "list":
      if (node.isFlow || node.items.length === 0) return " " + printFlow(node);
      return node.items.map((item) => `\n${indent}-${printItem(item, indent)}`).join("");
  }
}

function printValue(value: Node, indent: string): string {
  const isCompact = value.kind === "list" && !value.isIndented;
  const isNested = value.kind === "map" || value.kind === "list";
  return printBelow(value, isNested && !isCompact ? indent + step : indent);
}

function printItem(item: Node, indent: string): string {
  const nested = printBelow(item, item.kind === "map" || item.kind === "list" ? indent + step : indent);
  return nested.startsWith("\n") ? step.slice(1) + nested.slice(indent.length + step.length + 1) : nested;
}

function printKey(key: string): string {
  if (key === "<<") return key;
  if (style.keys === "quoted" || style.braces === "json" || style.keys === "single" && key.includes("'")) {
    return JSON.stringify(key);
  }
  if (style.keys === "single") return `'${key}'`;
  return /^[a-zA-Z$][-\w./$]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key)
    ? key
    : JSON.stringify(key);
}

function printFlow(node: Node): string {
  switch (node.kind) {
    case "scalar":
      return style.braces === "json" ? toJson(node.lines.join(" ")) : node.lines.join(" ");
    case "block":
      return JSON.stringify(node.lines.join("\n"));
    case "map":
      return `{${node.entries.map(([key, value]) => `${printKey(key)}: ${printFlow(value)}`).join(between())}}`;
    case "list":
      return `[${node.items.map(printFlow).join(between())}]`;
  }
}

function between(): string {
  return style.braces === "lines" ? ",\n " : ", ";
}

/** A scalar as JSON: what is none is a string. */
function toJson(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
