import { compareBytes, type JsonValue, parseJson, stringifyJson } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { ReleaseError } from "./errors.ts";

/** Bytes of a Secret's data that are used at most; the server takes 1 MiB of data, and etcd 1.5 MiB of object. */
const PART_BYTES = 900_000;

/** More parts than these are not kept: ten releases of this size would already fill a tenth of etcd's usual quota. */
const MOST_PARTS = 16;

/** Manifests as JSON, gzip-compressed, cut into what fits into a Secret each; undefined when they are too many. */
export async function packManifests(
  manifests: readonly Manifest[],
  { partBytes = PART_BYTES, mostParts = MOST_PARTS }: { partBytes?: number; mostParts?: number } = {},
): Promise<Uint8Array[] | undefined> {
  const bytes = await transform(
    new TextEncoder().encode(stringifyJson(manifests as readonly JsonValue[] as JsonValue[])),
    new CompressionStream("gzip"),
  );
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += partBytes) parts.push(bytes.subarray(at, at + partBytes));
  return parts.length > mostParts ? undefined : parts;
}

/**
 * The manifests of {@link packManifests}.
 *
 * @throws {ReleaseError} RECORD_INVALID.
 */
export async function unpackManifests(parts: readonly Uint8Array[]): Promise<Manifest[]> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(
      await transform(bytes, new DecompressionStream("gzip")),
    );
    const value = parseJson(text);
    if (Array.isArray(value)) return value as Manifest[];
  } catch (error) {
    throw invalid(error);
  }
  throw invalid(undefined);
}

function invalid(cause: unknown): ReleaseError {
  return new ReleaseError("RECORD_INVALID", "Cannot read the release's manifests: they are damaged", {
    hint: "Roll back to another release with --to",
    cause,
  });
}

/** `sha256:…` of the manifests, equal for equal ones whatever the order of their keys. */
export async function digestManifests(manifests: readonly Manifest[]): Promise<string> {
  const text = JSON.stringify(
    manifests,
    (_key, value) =>
      typeof value === "bigint"
        ? `${value}n`
        : typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareBytes(a, b)))
        : value,
  );
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256:${new Uint8Array(hash).toHex()}`;
}

async function transform(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  return new Uint8Array(await new Response(blob.stream().pipeThrough(stream)).arrayBuffer());
}
