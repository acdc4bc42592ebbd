import { writeGoJson } from "./go_json.ts";
import { isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";

/**
 * How scalars of a JSON patch were written, where that is not the text that Go gives them: `1.0`, `1e3`, `"\u0061"`.
 * The `test` operation compares texts.
 */
const written = new WeakMap<object, Map<string | number, { value: JsonValue; text: string }>>();

/**
 * Parses strict JSON; integers stay exact, and the texts of scalars are kept for {@link jsonTextAt}.
 *
 * @throws {SyntaxError} When the text is no JSON.
 * @throws {RangeError} When it is nested too deep.
 */
export function parseJsonText(text: string): JsonValue {
  return JSON.parse(text, function (this: JsonObject, key: string, value: JsonValue, context?: { source?: string }) {
    const source = context?.source;
    if (source === undefined) return value;
    const exact = typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value;
    if (source !== writeGoJson(exact)) record(this, Array.isArray(this) ? Number(key) : key, exact, source);
    return exact;
  }) as JsonValue;
}

/** The JSON text of a scalar in a container: as it was written in a patch, else as Go writes it. */
export function jsonTextAt(container: JsonObject | JsonValue[], key: string | number): string {
  const value = (container as Record<string | number, JsonValue>)[key]!;
  const known = written.get(container)?.get(key);
  return known !== undefined && Object.is(known.value, value) ? known.text : writeGoJson(value);
}

/** Copies a value, with the texts of the scalars in it. */
export function cloneWithTexts<T extends JsonValue>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const copy: JsonObject | JsonValue[] = Array.isArray(value) ? value.map((item) => cloneWithTexts(item)) : {};
  if (isObject(copy)) {
    for (const key of Object.keys(value)) setKey(copy, key, cloneWithTexts((value as JsonObject)[key]!));
  }
  const known = written.get(value);
  if (known !== undefined) written.set(copy, new Map(known));
  return copy as T;
}

/** Lets a scalar keep its text at another place, where it must be already. */
export function copyTextAt(
  from: JsonObject | JsonValue[],
  fromKey: string | number,
  to: JsonObject | JsonValue[],
  toKey: string | number,
): void {
  const known = written.get(from)?.get(fromKey);
  if (known !== undefined) record(to, toKey, known.value, known.text);
}

function record(container: object, key: string | number, value: JsonValue, text: string): void {
  const known = written.get(container);
  if (known === undefined) written.set(container, new Map([[key, { value, text }]]));
  else known.set(key, { value, text });
}
