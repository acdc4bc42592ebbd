import { compareBytes, isObject, type JsonObject, type JsonValue, stringifyJson } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { groupKind } from "./order.ts";

/**
 * Hashes for saved plans: of objects, to see whether they have changed, and of Secrets' values, which a file must not
 * hold.
 */

/** A JSON text that is equal for equal values: keys in the order of their bytes. */
function canonicalText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (!isObject(value)) return stringifyJson(value);
  const entries = Object.entries(value).sort(([a], [b]) => compareBytes(a, b));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalText(item)}`).join(",")}}`;
}

/** SHA-256 of a value, whatever the order of its keys; as hexadecimal text. */
export async function hashOf(value: JsonValue): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalText(value));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Whether an object is a Secret, whose values stay out of files and messages. */
export function isSecret(object: Pick<Manifest, "apiVersion" | "kind">): boolean {
  return groupKind(object) === "/Secret";
}

/** The values of a Secret; undefined when it has none. */
export function secretData({ data, stringData }: Manifest): JsonObject | undefined {
  if (data === undefined && stringData === undefined) return undefined;
  return { ...(data === undefined ? {} : { data }), ...(stringData === undefined ? {} : { stringData }) };
}

/** A Secret without its values: the keys are left. */
export function withoutSecretData(secret: Manifest): Manifest {
  const hidden = Object.entries(secretData(secret) ?? {}).map(([field, values]) => [
    field,
    isObject(values) ? Object.fromEntries(Object.keys(values).map((key) => [key, "***"])) : "***",
  ]);
  return { ...secret, ...Object.fromEntries(hidden) };
}

/**
 * Rounds of the hash of a Secret's values: short passwords can be guessed from a hash, so guessing must cost time. All
 * values of a Secret are hashed at once, so that they can only be guessed together.
 */
const ROUNDS = 100_000;

/**
 * A hash of a Secret's values from which they can't be read.
 *
 * @param salt Random; other for each file and object, so that equal values are not seen to be equal.
 * @returns Hexadecimal text.
 */
export async function sealSecret(data: JsonObject, salt: string): Promise<string> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", bytes(canonicalText(data)), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: ROUNDS };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256)).toHex();
}
