import { isObject, type JsonValue } from "../base/mod.ts";

/** Shorter values are left to {@link VALUE_IN_MESSAGE}: replacing every "1" would make a message unreadable. */
const SHORTEST_VALUE = 4;

/** How the API server quotes a refused value. Source: apimachinery `field/errors.go` and structured-merge-diff. */
const VALUE_IN_MESSAGE =
  /((?:Invalid|Unsupported|Duplicate) value: |got )(&value\.\w+\{.*?\}(?=$|\n)|"(?:[^"\\]|\\.)*"|[^\s,:;]+)/g;

/** The values below `data` and `stringData` of a Secret (or of a patch to one), as written, encoded and decoded. */
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
  return [...values].filter((value) => value.length >= SHORTEST_VALUE).sort((a, b) => b.length - a.length);
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
