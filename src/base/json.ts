/**
 * A JSON value as kstage keeps it: integers outside the range that a `number` holds exactly are `bigint`s.
 *
 * `undefined` never occurs inside a value: an absent field is an absent key.
 */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;

/** A JSON object; keys keep their order of insertion. */
export interface JsonObject {
  /** A member by its name. */
  [key: string]: JsonValue;
}

/** Whether a value is an object (neither null, nor a list, nor a scalar). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Sets a key of an object, whatever its name: a plain assignment to `__proto__` would change the object's prototype.
 *
 * @param object The object to change.
 * @param key Any string.
 * @param value The new value.
 */
export function setKey(object: JsonObject, key: string, value: JsonValue): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

/** The value at a key, or `undefined` when the object has no such key of its own. */
export function getKey(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * The value below `path`, or `undefined` when any step is missing.
 *
 * @param value Where to start.
 * @param path Keys of objects and indexes of lists.
 */
export function getPath(value: JsonValue | undefined, ...path: (string | number)[]): JsonValue | undefined {
  let current = value;
  for (const step of path) {
    if (Array.isArray(current) && typeof step === "number") current = current[step];
    else if (isObject(current) && typeof step === "string") current = getKey(current, step);
    else return undefined;
  }
  return current;
}

/** A copy that shares nothing with the original. */
export function cloneJson<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setKey(copy, key, cloneJson(value[key] as JsonValue));
  return copy as T;
}

/** Whether two values are equal, the order of keys aside. */
export function equalJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equalJson(item, b[i]));
  }
  if (!isObject(a) || !isObject(b)) {
    return typeof a !== typeof b && isInteger(a) && isInteger(b) && BigInt(a) === BigInt(b);
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]));
}

function isInteger(value: unknown): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

/**
 * JSON text of a value, exact for `bigint`s.
 *
 * @param value What to write.
 * @param indent Spaces per level; 0 writes one line. @default {0}
 */
export function stringifyJson(value: JsonValue, indent = 0): string {
  return JSON.stringify(value, (_key, item) => typeof item === "bigint" ? rawJson(item.toString()) : item, indent);
}

/** `JSON.rawJSON` is part of V8 but not yet of TypeScript's library. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/**
 * The value of a JSON text, exact for integers of any size.
 *
 * @throws {SyntaxError} When the text is no JSON.
 */
export function parseJson(text: string): JsonValue {
  // Looking at each number's source text makes reading several times slower; few texts have numbers that need it.
  return LONG_DIGITS.test(text) ? JSON.parse(text, reviveInteger) : JSON.parse(text);
}

const LONG_DIGITS = /\d{16}/;

/** The third argument is part of V8 but not yet of TypeScript's library. */
function reviveInteger(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? "";
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}
