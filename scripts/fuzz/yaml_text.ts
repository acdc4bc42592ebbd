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

/** Any JSON value as a node. */
export function fromJson(value: unknown): Node {
  if (Array.isArray(value)) return list(value.map(fromJson));
  if (typeof value === "object" && value !== null) {
    return { kind: "map", entries: Object.entries(value).map(([key, item]) => [key, fromJson(item)]) };
  }
  return typeof value === "string" ? text(value) : raw(String(value));
}

/** A document as a block scalar in another. */
export function inline(node: Node): Node {
  return { kind: "block", header: "|-", lines: printDocument(node).trimEnd().split("\n") };
}

/** One document. */
export function printDocument(node: Node): string {
  return printBelow(node, "").replace(/^[\n ]+/, "") + "\n";
}

/** A value behind a colon or dash, with what goes before it. */
function printBelow(node: Node, indent: string): string {
  switch (node.kind) {
    case "scalar":
      return " " + node.lines.join(`\n${indent}  `);
    case "block":
      return ` ${node.header}${node.lines.map((line) => line === "" ? "\n" : `\n${indent}  ${line}`).join("")}`;
    case "map":
      if (node.isFlow || node.entries.length === 0) return " " + printFlow(node);
      return node.entries.map(([key, value]) => `\n${indent}${printKey(key)}:${printValue(value, indent)}`).join("");
    case "list":
      if (node.isFlow || node.items.length === 0) return " " + printFlow(node);
      return node.items.map((item) => `\n${indent}-${printItem(item, indent)}`).join("");
  }
}

function printValue(value: Node, indent: string): string {
  const isCompact = value.kind === "list" && !value.isIndented;
  const isNested = value.kind === "map" || value.kind === "list";
  return printBelow(value, isNested && !isCompact ? indent + "  " : indent);
}

function printItem(item: Node, indent: string): string {
  const nested = printBelow(item, item.kind === "map" || item.kind === "list" ? indent + "  " : indent);
  return nested.startsWith("\n") ? " " + nested.slice(indent.length + 3) : nested;
}

function printKey(key: string): string {
  if (key === "<<") return key;
  return /^[a-zA-Z$][-\w./$]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key)
    ? key
    : JSON.stringify(key);
}

function printFlow(node: Node): string {
  switch (node.kind) {
    case "scalar":
      return node.lines.join(" ");
    case "block":
      return JSON.stringify(node.lines.join("\n"));
    case "map":
      return `{${node.entries.map(([key, value]) => `${printKey(key)}: ${printFlow(value)}`).join(", ")}}`;
    case "list":
      return `[${node.items.map(printFlow).join(", ")}]`;
  }
}
