import { compareBytes, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { isNegativeZeroAt } from "../patch/yaml_scalars.ts";
import { type Resource, scalarText } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";

/**
 * Appends a hash of the content to the names of all resources that want one
 * (kustomize `api/internal/builtins/HashTransformer.go` v5.8.1).
 */
export async function appendHashSuffixes(resources: ResourceSet): Promise<void> {
  const hashed = resources.toArray().filter((resource) => resource.needsHash);
  const hashes = await Promise.all(hashed.map(computeHash));
  hashed.forEach((resource, i) => {
    resource.rememberId();
    resource.name = `${resource.name}-${hashes[i]}`;
    resources.reindex(resource);
  });
}

/**
 * The hash of a ConfigMap's or Secret's content: ten letters and digits (kustomize `api/hasher/hasher.go` v5.8.1).
 *
 * The Web Crypto API is there without an import; `node:crypto` takes 25 ms to load.
 */
export async function computeHash(resource: Resource): Promise<string> {
  const text = new TextEncoder().encode(hashedText(resource));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  const hex = Array.from(digest.subarray(0, 5), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replaceAll(/[013ae]/g, (digit) => SUBSTITUTES[digit]!);
}

/** Digits that could make words are replaced. */
const SUBSTITUTES: Record<string, string> = { "0": "g", "1": "h", "3": "k", "a": "m", "e": "t" };

/** The JSON text that is hashed; the name is always empty in it, by mistake of the original. */
function hashedText(resource: Resource): string {
  const { value } = resource;
  const part = (field: string) => {
    const content = value[field];
    return isObject(content) ? content : scalarText(content);
  };
  const hashed: JsonObject = { data: part("data"), kind: resource.kind, name: "" };
  if (resource.kind === "Secret") hashed.type = part("type");
  else if (resource.kind !== "ConfigMap") {
    throw new KustomizeError(
      "UNSUPPORTED",
      `Cannot append a hash to ${formatId(resource.id)}: only ConfigMaps and Secrets have one`,
      {
        hint: "A patch changed the kind of a generated object: set disableNameSuffixHash in the generator's options",
        place: resource.place,
      },
    );
  }
  const second = resource.kind === "Secret" ? "stringData" : "binaryData";
  if (isObject(value[second])) hashed[second] = value[second];
  return goJson(hashed);
}

/** JSON as Go's `encoding/json` writes it: sorted keys, escaped HTML characters, numbers as 64-bit floats. */
export function goJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((_, i) => goJsonAt(value, i)).join(",")}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort(compareBytes);
    return `{${keys.map((key) => `${goString(key)}:${goJsonAt(value, key)}`).join(",")}}`;
  }
  if (typeof value === "string") return goString(value);
  return typeof value === "bigint" ? String(Number(value)) : JSON.stringify(value);
}

function goJsonAt(container: JsonObject | JsonValue[], key: string | number): string {
  return isNegativeZeroAt(container, key) ? "-0" : goJson((container as Record<string | number, JsonValue>)[key]!);
}

function goString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
