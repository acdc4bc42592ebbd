import { isObject, type JsonObject, type JsonValue, setKey, type SourcePlace } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";

/** Where a value stands in a configuration, for errors. */
export interface ConfigPath {
  readonly source: ConfigSource;
  readonly steps: readonly (string | number)[];
}

/** A configuration that is being read. */
export interface ConfigSource {
  /** What it is, for errors: `kustomization`. */
  readonly what: string;
  /** Whether unknown fields are left out instead of refused. @default {false} */
  readonly ignoresUnknown?: boolean;
  /** Whether numbers and booleans count as strings where those are expected. @default {false} */
  readonly convertsScalars?: boolean;
  placeOf(path: readonly (string | number)[]): SourcePlace | undefined;
}

/** Checks a value and gives it its type; null and absent values never reach it. */
export type Decoder<T> = (value: JsonValue, path: ConfigPath) => T;

/** The type that a decoder returns. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

/** An error about a value of a configuration. */
export function configError(
  path: ConfigPath,
  problem: string,
  { code = "INVALID_CONFIG", hint }: { code?: "INVALID_CONFIG" | "UNKNOWN_FIELD"; hint?: string } = {},
): KustomizeError {
  return new KustomizeError(code, `Cannot read the ${path.source.what}: ${problem}`, {
    place: path.source.placeOf(path.steps),
    hint,
  });
}

/** A string. */
export const text: Decoder<string> = (value, path) => {
  if (typeof value === "string") return value;
  if (path.source.convertsScalars && typeof value !== "object") return formatScalar(value);
  throw wrongType(path, value, "a string");
};

/** A boolean. */
export const flag: Decoder<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw wrongType(path, value, "a boolean");
};

/** An integer of 64 bits. */
export const integer: Decoder<number | bigint> = (value, path) => {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return value;
  throw wrongType(path, value, "an integer");
};

/** An integer that a `number` holds. */
export const count: Decoder<number> = (value, path) => Number(integer(value, path));

/** Any value, as it is. */
export const anything: Decoder<JsonValue> = (value) => value;

/** Any object, as it is. */
export const anyObject: Decoder<JsonObject> = (value, path) => {
  if (isObject(value)) return value;
  throw wrongType(path, value, "an object");
};

/** A list; null items become what the decoder makes of `empty`. */
export function listOf<T>(item: Decoder<T>, empty: JsonValue = {}): Decoder<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrongType(path, value, "a list");
    return value.map((element, i) => item(element ?? empty, below(path, i)));
  };
}

/** A list of strings. */
export const texts: Decoder<string[]> = listOf(text, "");

/** An object whose values are strings; null counts as an empty one. */
export const textMap: Decoder<Record<string, string>> = (value, path) => {
  if (!isObject(value)) throw wrongType(path, value, "an object");
  const map: Record<string, string> = {};
  for (const key of Object.keys(value)) setKey(map, key, text(value[key] ?? "", below(path, key)));
  return map;
};

/** The fields that are there; each may be left out. */
export type DecodedRecord<F> = { [K in keyof F]?: Decoded<F[K]> };

/**
 * An object with certain fields and no others. As Go's decoder does, names are compared without regard to case where
 * none is equal, and the last of several wins.
 */
export function record<F extends Record<string, Decoder<unknown>>>(fields: F): Decoder<DecodedRecord<F>> {
  const byLowerCase = new Map(Object.keys(fields).map((name) => [name.toLowerCase(), name]));
  return (value, path) => {
    if (!isObject(value)) throw wrongType(path, value, "an object");
    const decoded: Record<string, unknown> = {};
    for (const key of Object.keys(value).sort()) {
      const name = Object.hasOwn(fields, key) ? key : byLowerCase.get(key.toLowerCase());
      if (name === undefined) {
        if (path.source.ignoresUnknown) continue;
        throw unknownField(below(path, key), key, Object.keys(fields));
      }
      const field = value[key]!;
      if (field !== null) decoded[name] = fields[name]!(field, below(path, key));
    }
    return decoded as DecodedRecord<F>;
  };
}

/** A path one step further down. */
export function below(path: ConfigPath, step: string | number): ConfigPath {
  return { source: path.source, steps: [...path.steps, step] };
}

/** As `sigs.k8s.io/yaml` converts scalars to strings, floats in Go's shortest form. */
function formatScalar(value: number | bigint | boolean): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -4 && exponent < 6) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

function wrongType(path: ConfigPath, value: JsonValue, expected: string): KustomizeError {
  const where = path.steps.length === 0 ? "it" : path.steps.join(".");
  const isWord = typeof value === "boolean" && expected === "a string";
  return configError(path, `${where} must be ${expected}, not ${describe(value)}`, {
    hint: isWord ? "Put it in quotes: y, n, yes, no, on and off are booleans here, too" : undefined,
  });
}

function describe(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "an object";
  return typeof value === "string" ? "a string" : typeof value === "boolean" ? "a boolean" : "a number";
}

function unknownField(path: ConfigPath, key: string, known: string[]): KustomizeError {
  const similar = known.find((name) => isSimilar(name.toLowerCase(), key.toLowerCase()));
  const hint = similar === undefined ? undefined : `Did you mean "${similar}"?`;
  return configError(path, `unknown field "${key}"`, { code: "UNKNOWN_FIELD", hint });
}

/** One letter more, less or other, or a plural. */
function isSimilar(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  if (a.startsWith(b) || b.startsWith(a)) return true;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
