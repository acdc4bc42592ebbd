import type { JsonObject, JsonValue } from "../base/mod.ts";
import { YamlError } from "./errors.ts";
import { formatNumber } from "./format_number.ts";
import { compareKeys } from "./key_order.ts";
import { MAX_DEPTH } from "./scanner.ts";
import { isSurelyPlain } from "./scalar_style.ts";
import { BEST_WIDTH, writeSimpleKey, writeStringLine } from "./write_scalar.ts";

/** Indentation of one level. */
const INDENT = 2;

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
  return emitter.text();
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
  private readonly parts: string[] = [];
  private depth = 0;

  text(): string {
    return this.parts.join("");
  }

  /** Writes a mapping whose first line starts where the output ends, at column `indent`. */
  mapping(object: JsonObject, indent: number): void {
    this.enter();
    const keys = Object.keys(object);
    if (keys.length > 1) keys.sort(compareKeys);
    const padding = " ".repeat(indent);
    let isFirst = true;
    for (const key of keys) {
      if (!isFirst) this.parts.push(padding);
      isFirst = false;
      this.entry(key, object[key]!, indent, padding);
    }
    this.depth--;
  }

  private entry(key: string, value: JsonValue, indent: number, padding: string): void {
    const name = writeSimpleKey(key);
    if (name === undefined) return this.complexEntry(key, value, indent, padding);
    if (typeof value === "object" && value !== null) {
      if (Array.isArray(value)) {
        if (value.length > 0) {
          this.parts.push(name, ":\n", padding);
          return this.list(value, indent);
        }
      } else if (isFilledObject(value)) {
        this.parts.push(name, ":\n", padding, "  ");
        return this.mapping(value, indent + INDENT);
      }
    }
    this.parts.push(name, ": ");
    this.leaf(value, indent + name.length + 2, indent + INDENT);
  }

  /** An entry with `? `. */
  private complexEntry(key: string, value: JsonValue, indent: number, padding: string): void {
    this.parts.push("? ", writeStringLine(key, indent + 2, indent + INDENT), padding, ": ");
    this.inline(value, indent + INDENT);
  }

  /** Writes a list whose first line starts where the output ends, at column `indent`. */
  list(list: JsonValue[], indent: number): void {
    this.enter();
    const dash = " ".repeat(indent) + "- ";
    let isFirst = true;
    for (const item of list) {
      this.parts.push(isFirst ? "- " : dash);
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
    if (typeof value === "string") this.string(value, column, indent);
    else if (typeof value === "number" || typeof value === "bigint") this.parts.push(formatNumber(value), "\n");
    else if (typeof value === "boolean") this.parts.push(value ? "true\n" : "false\n");
    else this.parts.push(value === null ? "null\n" : Array.isArray(value) ? "[]\n" : "{}\n");
  }

  private string(value: string, column: number, indent: number): void {
    if (column + value.length <= BEST_WIDTH && isSurelyPlain(value)) this.parts.push(value, "\n");
    else this.parts.push(writeStringLine(value, column, indent));
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) {
      throw new YamlError("TOO_DEEP", `Cannot write YAML: exceeded max depth of ${MAX_DEPTH}`);
    }
  }
}
