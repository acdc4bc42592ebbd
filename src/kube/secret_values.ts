import { isObject, type JsonValue } from "../base/mod.ts";

/** Shorter values are left to {@link VALUE_IN_MESSAGE}: replacing every "1" would make a message unreadable. */
const SHORTEST_VALUE = 4;

/** How the API server quotes a refused value. Source: apimachinery `field/errors.go` and structured-merge-diff. */
const VALUE_IN_MESSAGE =
  /((?:Invalid|Unsupported|Duplicate) value: |got )(&value\.\w+\{.*?\}(?=$|\n)|"(?:[^"\\]|\\.)*"|[^\s,:;]+)/g;

/**
 * The values below `data` and `stringData` of a Secret (or of a patch to one): as written, encoded, decoded, escaped, and
 * as they look within the base64 of a longer text.
 */
export function secretValuesOf(secret: JsonValue): string[] {
  if (!isObject(secret)) return [];
  const values = new Set<string>();
  for (const value of textsOf(secret.data)) {
    values.add(value);
    const decoded = decodeBase64(value);
    if (decoded !== undefined) values.add(decoded);
  }
  for (const value of textsOf(secret.stringData)) {
    values.add(value);
    values.add(encodeBase64(value));
  }
  for (const value of [...values]) for (const form of writtenFormsOf(value)) values.add(form);
  return [...values].filter((value) => value.length >= SHORTEST_VALUE).sort((a, b) => b.length - a.length);
}

/** Letters that a part of a longer base64 text must have to be told from ordinary words. */
const SHORTEST_PART = 8;

function writtenFormsOf(value: string): string[] {
  const parts = [0, 1, 2].map((offset) => {
    const encoded = encodeBase64("x".repeat(offset) + value);
    // Letters that depend on what stands before or behind are left out.
    return encoded.slice(offset === 0 ? 0 : offset + 1, -4);
  });
  const base64 = parts.flatMap((part) => [part, part.replaceAll("+", "-").replaceAll("/", "_")]);
  const escaped = [encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)];
  return [...base64.filter((part) => part.length >= SHORTEST_PART), ...escaped];
}

/** A message without any of the values, nor a value that the server quotes. */
export function hideSecretValues(message: string, values: readonly string[]): string {
  let hidden = message.replace(VALUE_IN_MESSAGE, (_match, lead: string) => `${lead}***`);
  for (const value of values) hidden = hidden.replaceAll(value, "***");
  return hidden;
}

/** All scalars below, as text: a value that should have been quoted is a secret as well. */
function textsOf(value: JsonValue | undefined): string[] {
  if (value === undefined || value === null) return [];
  return typeof value === "object" ? Object.values(value).flatMap(textsOf) : [String(value)];
}

function encodeBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

function decodeBase64(text: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
