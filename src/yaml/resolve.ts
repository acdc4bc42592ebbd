import { decodeUtf8 } from "./utf8.ts";
import { hasUnwritableZone, parseTimestamp } from "./timestamp.ts";

/**
 * What plain scalars mean by go.yaml.in/yaml v3.0.4 (`resolve.go`), and by v2.4.3, which sigs.k8s.io/yaml uses and for
 * which `yes`, `no`, `on`, `off`, `y` and `n` are booleans.
 */

/** The type of a resolved scalar, named by its short tag. */
export type ScalarTag = "!!str" | "!!null" | "!!bool" | "!!int" | "!!float" | "!!timestamp";

/** A plain scalar's type and value; a timestamp's value is its RFC 3339 text. */
export interface Resolved {
  tag: ScalarTag;
  value: null | boolean | number | bigint | string;
}

/** Which version's rules apply. */
export type YamlVersion = 2 | 3;

const WORDS = new Map<string, Resolved>();
const words = (tag: ScalarTag, value: Resolved["value"], ...texts: string[]) => {
  for (const text of texts) WORDS.set(text, { tag, value });
};
words("!!bool", true, "true", "True", "TRUE");
words("!!bool", false, "false", "False", "FALSE");
words("!!null", null, "", "~", "null", "Null", "NULL");
words("!!float", NaN, ".nan", ".NaN", ".NAN");
words("!!float", Infinity, ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF");
words("!!float", -Infinity, "-.inf", "-.Inf", "-.INF");

const LONGEST_WORD = 5;

const OLD_BOOLEANS = new Map<string, boolean>();
for (const text of ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]) OLD_BOOLEANS.set(text, true);
for (const text of ["n", "N", "no", "No", "NO", "off", "Off", "OFF"]) OLD_BOOLEANS.set(text, false);

/** First characters by which a text may be something other than a string: 1 a word, 2 a number, 3 a float or word. */
const HINTS = new Uint8Array(128);
for (const char of "yYnNtTfFoO~") HINTS[char.charCodeAt(0)] = 1;
for (const char of "+-0123456789") HINTS[char.charCodeAt(0)] = 2;
HINTS[".".charCodeAt(0)] = 3;

/** Whether a text is certainly a string, by its first character alone. */
export function isSurelyString(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= 128 || HINTS[first] === 0;
}

/** Whether a text is a number as usual: digits that a `number` holds exactly, without sign or leading zero. */
export function isUsualInteger(text: string): boolean {
  if (text.length > 15 || (text.charCodeAt(0) === 0x30 && text.length > 1)) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return text !== "";
}

/**
 * Resolves a scalar whose tag is not known.
 *
 * @param timestamps Whether timestamps are recognised; a scalar tagged as a number is none.
 */
export function resolvePlain(text: string, version: YamlVersion, timestamps = true): Resolved {
  if (text !== "" && isSurelyString(text)) return { tag: "!!str", value: text };
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  switch (HINTS[text.charCodeAt(0)]) {
    case 1:
      return resolveOldBoolean(text, version);
    case 2:
      return resolveNumber(text, version, timestamps);
    default:
      return resolveFloat(text, DOT_FLOAT, text);
  }
}

function resolveOldBoolean(text: string, version: YamlVersion): Resolved {
  const value = version === 2 ? OLD_BOOLEANS.get(text) : undefined;
  return value === undefined ? { tag: "!!str", value: text } : { tag: "!!bool", value };
}

/** As Go's `strconv.ParseFloat` reads what starts with a dot: underscores may stand between digits. */
const DOT_FLOAT = /^\.\d+(_\d+)*([eE][-+]?\d+(_\d+)*)?$/;
const PLAIN_FLOAT = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;

/** Whether a text ends as no number or timestamp does: most that start with a digit are such as `100m` or `1Gi`. */
function endsAsString(text: string): boolean {
  const last = text.charCodeAt(text.length - 1) | 0x20;
  return last > 0x66 && last < 0x7a;
}

function resolveNumber(text: string, version: YamlVersion, timestamps: boolean): Resolved {
  if (isUsualInteger(text)) return { tag: "!!int", value: Number(text) };
  if (endsAsString(text)) return { tag: "!!str", value: text };
  if (timestamps && text.charCodeAt(4) === 0x2d) {
    const timestamp = parseTimestamp(text);
    if (timestamp !== undefined) return { tag: "!!timestamp", value: timestamp };
  }
  const digits = text.includes("_") ? text.replaceAll("_", "") : text;
  const integer = parseInteger(digits, version);
  if (integer !== undefined) return { tag: "!!int", value: integer };
  return resolveFloat(digits, PLAIN_FLOAT, text);
}

function resolveFloat(digits: string, pattern: RegExp, text: string): Resolved {
  if (!pattern.test(digits)) return { tag: "!!str", value: text };
  const value = Number(digits.includes("_") ? digits.replaceAll("_", "") : digits);
  return Number.isFinite(value) ? { tag: "!!float", value } : { tag: "!!str", value: text };
}

const INTEGER = /^([-+]?)(?:0[xX]0*([0-9a-fA-F]+)|0[oO]?0*([0-7]+)|0[bB]0*([01]+)|(0|[1-9]\d*))$/;
/** go-yaml's own second look at `0b` and `0o` lets a sign follow them. */
const SIGN_BEHIND_PREFIX = /^0(?:b([-+][01]+)|o([-+][0-7]+))$/;
/** More digits than 64 bits have in any base. */
const TOO_MANY_DIGITS = 65;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** An integer as `strconv.ParseInt` and `ParseUint` read it with base 0, or undefined. */
function parseInteger(text: string, version: YamlVersion): number | bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return parseSignBehindPrefix(text, version);
  const [, sign, hex, octal, binary, decimal] = match;
  const digits = hex ?? octal ?? binary ?? decimal!;
  if (digits.length >= TOO_MANY_DIGITS) return undefined;
  const prefix = hex !== undefined ? "0x" : octal !== undefined ? "0o" : binary !== undefined ? "0b" : "";
  const magnitude = BigInt(prefix + digits);
  const value = sign === "-" ? -magnitude : magnitude;
  // A sign keeps ParseUint from reading what is beyond int64.
  const highest = sign === "" ? UINT64_MAX : INT64_MAX;
  return value >= INT64_MIN && value <= highest ? narrow(value) : undefined;
}

function parseSignBehindPrefix(text: string, version: YamlVersion): number | bigint | undefined {
  const match = SIGN_BEHIND_PREFIX.exec(text);
  if (match === null || (match[2] !== undefined && version === 2)) return undefined;
  const [digits, prefix] = match[1] !== undefined ? [match[1], "0b"] : [match[2]!, "0o"];
  if (digits.length > TOO_MANY_DIGITS) return undefined;
  const magnitude = BigInt(prefix + digits.slice(1));
  const value = digits.startsWith("-") ? -magnitude : magnitude;
  return value >= INT64_MIN && value <= INT64_MAX ? narrow(value) : undefined;
}

/** A `number` where that is exact. */
function narrow(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Why a scalar cannot be what its tag says. */
export class TagMismatch extends Error {}

/** Short tags that say which type a scalar has; scalars of all others stay text. */
const RESOLVABLE = new Set(["!!bool", "!!int", "!!float", "!!null", "!!timestamp"]);

/**
 * The value of a scalar with an explicit tag.
 *
 * @param tag Short (`!!int`) or any other tag.
 * @throws {TagMismatch} With go-yaml's words, when the text is nothing of that type.
 */
export function resolveTagged(tag: string, text: string, version: YamlVersion): Resolved["value"] {
  if (tag === "!!binary") return decodeBinary(text);
  if (!RESOLVABLE.has(tag)) return text;
  const resolved = resolvePlain(text, version, tag === "!!timestamp");
  if (resolved.tag === tag) return jsonScalar(resolved, text, version);
  if (tag === "!!float" && resolved.tag === "!!int" && isInt64(resolved.value)) return Number(resolved.value);
  throw new TagMismatch(`cannot decode ${resolved.tag} \`${text}\` as a ${tag}`);
}

function isInt64(value: Resolved["value"]): boolean {
  return typeof value !== "bigint" || value <= INT64_MAX;
}

/**
 * A resolved scalar as a JSON value.
 *
 * @throws {TagMismatch} For what JSON cannot hold.
 */
export function jsonScalar(resolved: Resolved, text: string, version: YamlVersion): Resolved["value"] {
  const { tag, value } = resolved;
  if (tag === "!!float" && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? "NaN" : value === Infinity ? "+Inf" : "-Inf";
    throw new TagMismatch(`json: unsupported value: ${name}`);
  }
  // Go has a negative zero among floats, not among integers. Resources keep it as their text.
  if (tag !== "!!timestamp") return value === 0 && (tag === "!!int" || version === 3) ? 0 : value;
  if (version === 2) return text;
  if (hasUnwritableZone(value as string)) {
    throw new TagMismatch(
      "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: timezone hour outside of range [0,23]",
    );
  }
  return value;
}

function decodeBinary(text: string): string {
  const data = text.replace(/[\r\n]/g, "");
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  if (data.length % 4 !== 0 || /[^A-Za-z0-9+/]/.test(data.slice(0, data.length - padding))) {
    throw new TagMismatch("!!binary value contains invalid base64 data");
  }
  return decodeUtf8(Uint8Array.from(atob(data), (char) => char.charCodeAt(0)));
}

/** Whether a string without quotes would be something else. */
export function needsQuotes(text: string, version: YamlVersion): boolean {
  return !(text !== "" && isSurelyString(text)) && resolvePlain(text, version).tag !== "!!str";
}
