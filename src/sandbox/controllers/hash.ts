/** Short names and long identifiers made from text: equal text, equal name, on every run. */
import { isObject, type JsonValue } from "../../base/mod.ts";

/** 27 letters and digits that can't form words or be mistaken for each other (apimachinery `rand.SafeEncodeString`). */
const SAFE_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** FNV-1a, 32 bit. */
export function fnv32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}

/** JSON text with sorted keys: equal for equal values. */
export function canonicalJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isObject(value)) return typeof value === "bigint" ? value.toString() : JSON.stringify(value) ?? "null";
  const fields = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(",")}}`;
}

/**
 * The hash that controllers put behind names, such as `6d4b75cb6d`: the decimal digits of a 32-bit FNV in safe letters.
 * Kubernetes hashes Go's dump of the typed template, so the letters differ from a real cluster's.
 */
export function safeHash(text: string): string {
  return [...String(fnv32(text))].map((digit) => SAFE_LETTERS[digit.charCodeAt(0) % SAFE_LETTERS.length]).join("");
}

/** Five safe letters, as the API server appends them to `generateName`. */
export function nameSuffix(text: string): string {
  let number = fnv32(text) + 0x100000000 * (fnv32(text, 0x9747b28c) & 0xff);
  let suffix = "";
  for (let i = 0; i < 5; i++) {
    suffix += SAFE_LETTERS[number % SAFE_LETTERS.length];
    number = Math.floor(number / SAFE_LETTERS.length);
  }
  return suffix;
}

/** 64 hexadecimal digits that look like a SHA-256; not a cryptographic hash. */
export function longHex(text: string): string {
  let hex = "";
  for (let i = 0; i < 8; i++) hex += fnv32(`${i}/${text}`, 0x811c9dc5 + i * 0x1000193).toString(16).padStart(8, "0");
  return hex;
}
