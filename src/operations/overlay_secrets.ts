import { isObject, type JsonValue, parseJson } from "../base/mod.ts";
import { createRedactor } from "../credentials/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** Shorter values are as likely ordinary words; where a server repeats them, its message is cleaned by itself. */
const SHORTEST_VALUE = 8;

/** Nobody writes more than this into a message. */
const LONGEST_VALUE = 65_536;

/**
 * Keeps the values of an overlay's Secrets out of all that is written from now on, whatever fails: a library may put what it
 * was sending into its error. A value that the overlay also says outside of Secrets, such as the name of a database user
 * that is an image's name as well, is none.
 *
 * @param known Words that are no secrets, such as the overlay's path.
 */
export function registerOverlaySecrets(
  host: Pick<ProtectedHost, "registerSecrets">,
  manifests: readonly Manifest[],
  known: readonly string[] = [],
): void {
  const secrets = manifests.filter(({ apiVersion, kind }) => apiVersion === "v1" && kind === "Secret");
  if (secrets.length === 0) return;
  const values = new Set(secrets.flatMap(valuesOf).filter(isWorthHiding));
  if (values.size === 0) return;
  const open = new Set<string>();
  for (const word of known) addWords(open, word);
  for (const manifest of manifests) {
    const isSecret = manifest.kind === "Secret" && manifest.apiVersion === "v1";
    const { data: _, stringData: __, ...rest } = manifest;
    collectWords(open, isSecret ? rest : manifest);
  }
  host.registerSecrets(createRedactor, ...[...values].filter((value) => !open.has(value)));
}

function isWorthHiding(value: string): boolean {
  return value.length >= SHORTEST_VALUE && value.length <= LONGEST_VALUE;
}

/** The values of a Secret; of files also each line and what stands behind `=`, of JSON each text in it. */
function valuesOf({ data, stringData }: Manifest): string[] {
  const encoded = isObject(data) ? Object.values(data).map((value) => decodeText(String(value))) : [];
  const plain = isObject(stringData) ? Object.values(stringData).map(String) : [];
  return [...encoded, ...plain].flatMap((value) => value === undefined ? [] : [value.trim(), ...partsOf(value)]);
}

function partsOf(value: string): string[] {
  const text = value.trim();
  if (/^[{[]/.test(text)) {
    try {
      return textsIn(parseJson(text));
    } catch {
      // Only looks like JSON.
    }
  }
  if (!text.includes("\n")) return [];
  return text.split("\n").flatMap((line) => {
    const [, assigned] = /^\s*[\w.-]+\s*[=:]\s*["']?(.*?)["']?\s*$/.exec(line) ?? [];
    return [line.trim(), ...(assigned === undefined ? [] : [assigned])];
  });
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}

function decodeText(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function collectWords(words: Set<string>, value: JsonValue): void {
  if (typeof value === "string") addWords(words, value);
  else if (Array.isArray(value)) { for (const item of value) collectWords(words, item); }
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      addWords(words, key);
      collectWords(words, item);
    }
  }
}

function addWords(words: Set<string>, text: string): void {
  words.add(text.trim());
  for (const word of text.split(/[^\w.-]+/)) if (word.length >= SHORTEST_VALUE) words.add(word);
}
