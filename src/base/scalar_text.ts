import type { JsonObject, JsonValue } from "./json.ts";

/**
 * How scalars were written, where their value alone does not tell: `0x1F`, `1.10`, `True`, `~`, or nothing at all for
 * null. kustomize copies and compares the text of scalars in a few places (replacements, variables, merge keys), while
 * everything else works on plain values; so the few texts that differ from the usual one are kept beside the values.
 */
const texts = new WeakMap<object, Map<string | number, { value: JsonValue; text: string }>>();

/**
 * Remembers the text of a scalar. Nothing is kept when the text is the usual one of the value.
 *
 * @param container The object or list that holds the scalar.
 * @param key Key or index of the scalar.
 * @param text The text in the source, without quotes.
 */
export function recordScalarText(container: JsonObject | JsonValue[], key: string | number, text: string): void {
  const value = valueAt(container, key);
  if (value === undefined || typeof value === "string" || text === usualText(value)) return;
  const known = texts.get(container);
  if (known === undefined) texts.set(container, new Map([[key, { value, text }]]));
  else known.set(key, { value, text });
}

/**
 * The text of a scalar: as it was written where that is known and the value has not changed since, else the usual text
 * of its value. Empty for lists, objects and what isn't there.
 */
export function scalarTextAt(container: JsonObject | JsonValue[], key: string | number): string {
  const value = valueAt(container, key);
  if (typeof value === "string") return value;
  if (value === undefined || (typeof value === "object" && value !== null)) return "";
  return recordedText(container, key, value) ?? usualText(value);
}

/** Whether a null was written as nothing (`key:`), not as `null` or `~`. */
export function isEmptyNull(container: JsonObject | JsonValue[], key: string | number): boolean {
  return valueAt(container, key) === null && recordedText(container, key, null) === "";
}

/** Copies what is known of the texts in a container to its copy. */
export function copyScalarTexts<T extends JsonObject | JsonValue[]>(from: T, to: T): void {
  const known = texts.get(from);
  if (known !== undefined) texts.set(to, new Map(known));
}

function recordedText(container: object, key: string | number, value: JsonValue): string | undefined {
  const known = texts.get(container)?.get(key);
  // A record of a value that has been replaced since says nothing about the new one.
  return known !== undefined && Object.is(known.value, value) ? known.text : undefined;
}

function valueAt(container: JsonObject | JsonValue[], key: string | number): JsonValue | undefined {
  return Object.hasOwn(container, key) ? (container as Record<string | number, JsonValue>)[key] : undefined;
}

/** As go-yaml writes a scalar: exponents have two digits at least. */
function usualText(value: JsonValue): string {
  if (typeof value !== "number" || Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}
