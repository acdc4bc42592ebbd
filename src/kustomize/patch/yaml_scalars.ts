import { isRecordedQuoted, type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { readYaml } from "../../yaml/mod.ts";

const WORDS = new Map<string, JsonValue>([
  ["", null],
  ["~", null],
  ...["null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/**
 * What a scalar node with this text and without a tag becomes once it is written and read again, as kustomize does
 * between its steps: a number, boolean, null or timestamp where the text can stand without quotes and reads as one, else
 * the text.
 *
 * @see go.yaml.in/yaml/v3 `encode.go` and `resolve.go`
 */
export function readPlainScalar(text: string): JsonValue {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.\d][-+.:\w ]*$/.test(text) || text.endsWith(" ") || /^(---|\.\.\.)/.test(text)) return text;
  const value = readYaml(text);
  return typeof value === "object" ? text : value;
}

/** Whether a text without quotes is a string at first glance, as most names are. */
export function isSurelyText(text: string): boolean {
  return text.length > 5 && /^[a-zA-Z]/.test(text);
}

/** Whether YAML 1.1 reads a text without quotes as anything but a string; kustomize gives quotes to such. */
export function isOldNonString(text: string): boolean {
  if (text === "" || text.includes("\n") || isSurelyText(text) && !/:(\s|$)/.test(text)) return false;
  try {
    return typeof readYaml(text, { rules: "sigs" }) !== "string";
  } catch {
    return false;
  }
}

/** Whether a string can only have been written in quotes or as a block, since its bare text would not read as itself. */
export function mustBeQuoted(text: string): boolean {
  // Most are words.
  if (/^[a-zA-Z][-\w./]{5,}$/.test(text)) return false;
  return text.trim() !== text || /^[,[\]{}#&*!|>'"%@`]|^[-?:](\s|$)|:(\s|$)|\s#|\n/.test(text) ||
    readPlainScalar(text) !== text;
}

/** Whether the scalar at a place is a string in quotes, or a block. */
export function isQuotedAt(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = (container as Record<string | number, JsonValue>)[key];
  return isRecordedQuoted(container, key) ?? (typeof value === "string" && mustBeQuoted(value));
}

/** Whether the number at a place is a float of zero below zero (`-0.0`), which in a resource only its text tells. */
export function isNegativeZeroAt(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = (container as Record<string | number, JsonValue>)[key];
  return Object.is(value, -0) || value === 0 && /^-[\d.]*[.eE]/.test(scalarTextAt(container, key));
}
