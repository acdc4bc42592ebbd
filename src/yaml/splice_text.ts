import { isObject, type JsonValue, stringifyJson } from "../base/mod.ts";
import { isScalar, type Node } from "yaml";
import { compareKeys } from "./key_order.ts";
import { writeYaml } from "./write.ts";
import { writeSimpleKey } from "./write_scalar.ts";

/** The habits of a text that new parts follow. */
export interface Layout {
  /** Whether the dashes of a list stand further in than its key. */
  indentLists: boolean;
  /** Whether it is JSON, where all strings are quoted. */
  isJson: boolean;
}

/** An object or list over several lines, each indented; without a line break at the end. */
export function renderBlock(value: JsonValue, column: number, layout: Layout): string {
  return pad(blockLines(value, layout), column).join("\n");
}

function blockLines(value: JsonValue, layout: Layout): string[] {
  if (Array.isArray(value) && value.length > 0) {
    return value.flatMap((item) => {
      const [first = "", ...others] = blockLines(item, layout);
      return [`- ${first}`, ...pad(others, 2)];
    });
  }
  if (!isObject(value) || Object.keys(value).length === 0) return linesOf(value);
  return Object.keys(value).toSorted(compareKeys).flatMap((key) => {
    const inner = value[key]!;
    const name = writeSimpleKey(key);
    if (name === undefined || !isFilled(inner)) return linesOf({ [key]: inner });
    const isFlush = Array.isArray(inner) && !layout.indentLists;
    return [`${name}:`, ...pad(blockLines(inner, layout), isFlush ? 0 : 2)];
  });
}

function linesOf(value: JsonValue): string[] {
  return writeYaml(value).replace(/\n$/, "").split("\n");
}

function pad(lines: string[], column: number): string[] {
  const padding = " ".repeat(column);
  return lines.map((line) => line === "" ? line : padding + line);
}

/** Whether a value is an object or list that is not empty. */
export function isFilled(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** A value on one line. */
export function renderFlow(value: JsonValue, isJson: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item) => renderFlow(item, isJson)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.keys(value).map((key) => `${renderKey(key, isJson)}: ${renderFlow(value[key]!, isJson)}`);
    return `{${pairs.join(", ")}}`;
  }
  if (typeof value !== "string") return writeYaml(value).trimEnd();
  const plain = writeYaml(value).trimEnd();
  const mayStayPlain = !isJson && plain === value && !/[,[\]{}?:\n]/.test(value);
  return mayStayPlain ? plain : quote(value);
}

/** A key on one line. */
export function renderKey(key: string, isQuoted: boolean): string {
  return isQuoted ? quote(key) : renderFlow(key, false);
}

/** A scalar or empty collection behind a key or dash, in the style of the one that it replaces. */
export function renderScalar(value: JsonValue, old: Node | null, column: number, isFollowed: boolean): string {
  if (typeof value !== "string") return writeYaml(value).trimEnd();
  const style = isScalar(old) ? old.type : undefined;
  if (style === "QUOTE_DOUBLE") return quote(value);
  if (style === "QUOTE_SINGLE" && /^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  const written = writeYaml(value);
  if (written.indexOf("\n") === written.length - 1) return written.trimEnd();
  if (isFollowed || !written.startsWith("|")) return quote(value);
  const [header = "", ...lines] = written.replace(/\n$/, "").split("\n");
  return [header, ...lines.map((line) => line === "" ? line : " ".repeat(column - 2) + line)].join("\n");
}

/** JSON is YAML but for the line separators that it leaves as they are. */
function quote(text: string): string {
  return stringifyJson(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (char) => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
