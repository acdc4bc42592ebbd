import type { JsonObject, JsonValue } from "../base/mod.ts";
import { LF, LINE_SEPARATOR, PARAGRAPH_SEPARATOR } from "./characters.ts";
import { YamlError } from "./errors.ts";
import { formatNumber } from "./format_number.ts";
import { passThroughJson } from "./json_passage.ts";
import { compareKeys } from "./key_order.ts";
import { MAX_DEPTH } from "./scanner.ts";
import { isSurelyPlain } from "./scalar_style.ts";
import { writeString } from "./write_scalar.ts";

/** Indentation of one level. */
const INDENT = 2;

/** The longest key, in bytes, that is written without `? `. */
const MAX_SIMPLE_KEY_BYTES = 128;

/**
 * The text of a value, ended by a line break, as `kubectl kustomize` prints it: keys sorted, lists not indented under
 * their key, long scalars folded.
 *
 * @throws {YamlError} BAD_VALUE for what kustomize cannot write (control characters, keys of more than 1024
 * characters, NaN and infinity), TOO_DEEP.
 * @see sigs.k8s.io/yaml v1.6.0 `JSONToYAML`, which writes with go.yaml.in/yaml v2.4.3
 */
export function writeYaml(value: JsonValue): string {
  const emitter = new Emitter();
  if (Array.isArray(value) && value.length > 0) emitter.list(value, 0);
  else if (isFilledObject(value)) emitter.mapping(value, 0);
  else emitter.leaf(value, 0, INDENT);
  return emitter.out;
}

/** The text of several values, separated by `---` lines; "" for none. */
export function writeYamlDocuments(values: JsonValue[]): string {
  return values.map(writeYaml).join("---\n");
}

function isFilledObject(value: JsonValue): value is JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  for (const _ in value) return true;
  return false;
}

class Emitter {
  out = "";
  private depth = 0;

  /** Writes a mapping whose first line starts where the output ends, at column `indent`. */
  mapping(object: JsonObject, indent: number): void {
    this.enter();
    const keys = Object.keys(object);
    if (keys.length > 1) keys.sort(compareKeys);
    const padding = " ".repeat(indent);
    let isFirst = true;
    for (const key of keys) {
      if (!isFirst) this.out += padding;
      isFirst = false;
      this.entry(key, object[key]!, indent, padding);
    }
    this.depth--;
  }

  private entry(key: string, value: JsonValue, indent: number, padding: string): void {
    const name = simpleKey(key);
    if (name === undefined) return this.complexEntry(key, value, indent, padding);
    if (typeof value === "object" && value !== null) {
      if (Array.isArray(value)) {
        if (value.length > 0) {
          this.out += `${name}:\n${padding}`;
          return this.list(value, indent);
        }
      } else if (isFilledObject(value)) {
        this.out += `${name}:\n${padding}  `;
        return this.mapping(value, indent + INDENT);
      }
    }
    this.out += `${name}: `;
    this.leaf(value, indent + name.length + 2, indent + INDENT);
  }

  /** An entry with `? `. */
  private complexEntry(key: string, value: JsonValue, indent: number, padding: string): void {
    const name = writeString(passThroughJson(key, true), indent + 2, indent + INDENT, false);
    this.out += `? ${endLine(name)}${padding}: `;
    this.inline(value, indent + INDENT);
  }

  /** Writes a list whose first line starts where the output ends, at column `indent`. */
  list(list: JsonValue[], indent: number): void {
    this.enter();
    const dash = " ".repeat(indent) + "- ";
    let isFirst = true;
    for (const item of list) {
      this.out += isFirst ? "- " : dash;
      isFirst = false;
      this.inline(item, indent + INDENT);
    }
    this.depth--;
  }

  /** Writes a value behind `- ` or `: `, on the same line. */
  private inline(value: JsonValue, indent: number): void {
    if (Array.isArray(value) && value.length > 0) this.list(value, indent);
    else if (isFilledObject(value)) this.mapping(value, indent);
    else this.leaf(value, indent, indent);
  }

  /** Writes a scalar or an empty collection, and the end of the line. */
  leaf(value: JsonValue, column: number, indent: number): void {
    this.out += endLine(leafText(value, column, indent));
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) {
      throw new YamlError("TOO_DEEP", `Cannot write YAML: exceeded max depth of ${MAX_DEPTH}`);
    }
  }
}

/** Ends a line, unless a block scalar has done so by any of the line breaks that it may hold. */
function endLine(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last === LF || last === LINE_SEPARATOR || last === PARAGRAPH_SEPARATOR ? text : text + "\n";
}

function leafText(value: JsonValue, column: number, indent: number): string {
  switch (typeof value) {
    case "string":
      return writeString(isSurelyPlain(value) ? value : passThroughJson(value, false), column, indent, false);
    case "number":
    case "bigint":
      return formatNumber(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      return value === null ? "null" : Array.isArray(value) ? "[]" : "{}";
  }
}

/** A key as it is written in front of its colon; undefined when it takes `? `. */
function simpleKey(key: string): string | undefined {
  if (key.length <= MAX_SIMPLE_KEY_BYTES && isSurelyPlain(key)) return key;
  const text = passThroughJson(key, true);
  if (/[\n\r\x85\u2028\u2029]/.test(text)) return undefined;
  const isLong = text.length > MAX_SIMPLE_KEY_BYTES || utf8Length(text) > MAX_SIMPLE_KEY_BYTES;
  return isLong ? undefined : writeString(text, 0, 0, true);
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
