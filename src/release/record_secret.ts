import { getPath, isObject, type JsonObject, type JsonValue, parseJson, stringifyJson } from "../base/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import type { PipelineOrigin, ReleaseOrigin } from "./origin.ts";
import type { ReleasedImage, ReleaseEnd, ReleaseRecord, ReleaseState } from "./record.ts";

/**
 * A release in the cluster: a Secret with the record, and its manifests beside it; manifests that don't fit into one
 * Secret go on in further ones. Manifests hold the values of the overlay's own Secrets, which is why the record is a
 * Secret as well: who may read these may read those. They are never printed.
 */

/** Type of the Secrets; it can't be changed, so no other tool makes one by mistake. */
export const RECORD_TYPE = "kstage.dev/release";
/** Label with the release's name. */
export const RELEASE_LABEL = "kstage.dev/release";
/** Label that tells the Secret with the record (`record`) from those with more of its manifests (`manifests`). */
export const ROLE_LABEL = "kstage.dev/role";
const NUMBER_LABEL = "kstage.dev/number";
const STATE_LABEL = "kstage.dev/state";

/** A record as it is stored. */
export interface StoredRelease {
  /** What is known of the deploy. */
  record: ReleaseRecord;
  /** The Secret. */
  ref: ObjectRef;
  /** For changing it only if nobody else has. */
  resourceVersion: string;
  /** How many Secrets hold the manifests; 0 when they were too large to be kept. */
  parts: number;
  /** The manifests that are in this Secret. */
  firstPart: Uint8Array;
}

/** Name of the Secret of a release, or of a further part of its manifests (from 2). */
export function secretName(release: string, number: number, part = 1): string {
  return `kstage.${release}.v${number}${part === 1 ? "" : `.p${part}`}`;
}

/** The Secrets of a release: the record's own, then those with the rest of its manifests. */
export function encodeRelease(
  namespace: string,
  record: ReleaseRecord,
  parts: readonly Uint8Array[],
): [Manifest, ...Manifest[]] {
  const secret = (part: number, data: JsonObject): Manifest => ({
    apiVersion: "v1",
    kind: "Secret",
    type: RECORD_TYPE,
    metadata: {
      name: secretName(record.release, record.number, part),
      namespace,
      labels: { ...labelsOf(record), [ROLE_LABEL]: part === 1 ? "record" : "manifests" },
    },
    data,
  });
  const data: JsonObject = { record: encodeRecord(record, parts.length) };
  if (parts[0] !== undefined) data.manifests = parts[0].toBase64();
  const head = secret(1, data);
  return [head, ...parts.slice(1).map((bytes, i) => secret(i + 2, { manifests: bytes.toBase64() }))];
}

/** Labels that releases are found by. */
export function labelsOf({ release, number, state }: ReleaseRecord): Record<string, string> {
  return {
    "app.kubernetes.io/managed-by": "kstage",
    [RELEASE_LABEL]: release,
    [NUMBER_LABEL]: String(number),
    [STATE_LABEL]: state.replace(" ", "-"),
  };
}

/** The `record` value of the Secret. */
export function encodeRecord(record: ReleaseRecord, parts: number): string {
  const { startedMs, endedMs, ...rest } = record;
  const value = {
    version: 1,
    parts,
    started: new Date(startedMs).toISOString(),
    ...(endedMs === undefined ? {} : { ended: new Date(endedMs).toISOString() }),
    ...rest,
  };
  return new TextEncoder().encode(stringifyJson(value as unknown as JsonValue)).toBase64();
}

/** The release of a Secret; undefined when it is none, or one that a later version of kstage has written otherwise. */
export function decodeRelease(secret: Manifest): StoredRelease | undefined {
  const { name, namespace, resourceVersion } = secret.metadata;
  if (secret.type !== RECORD_TYPE || typeof resourceVersion !== "string") return undefined;
  const value = readRecordValue(getPath(secret, "data", "record"));
  if (value === undefined || value.version !== 1) return undefined;
  const record = toRecord(value);
  const manifests = getPath(secret, "data", "manifests");
  const firstPart = typeof manifests === "string" ? decodeBase64(manifests) : new Uint8Array();
  if (record === undefined || firstPart === undefined) return undefined;
  const ref = { apiVersion: "v1", kind: "Secret", name, namespace: String(namespace) };
  return { record, ref, resourceVersion, parts: numberOf(value.parts) ?? 0, firstPart };
}

function readRecordValue(base64: JsonValue | undefined): JsonObject | undefined {
  const bytes = typeof base64 === "string" ? decodeBase64(base64) : undefined;
  if (bytes === undefined) return undefined;
  try {
    const value = parseJson(new TextDecoder().decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const STATES: readonly string[] = ["running", "applied", "succeeded", "failed", "timed out", "interrupted"];

function toRecord(value: JsonObject): ReleaseRecord | undefined {
  const { release, number, state, started, ended, overlay, namespace, digest, applySet, rollbackTo } = value;
  const startedMs = Date.parse(String(started));
  if (typeof release !== "string" || numberOf(number) === undefined || Number.isNaN(startedMs)) return undefined;
  if (typeof state !== "string" || !STATES.includes(state)) return undefined;
  const endedMs = typeof ended === "string" ? Date.parse(ended) : undefined;
  return {
    release,
    number: numberOf(number)!,
    state: state as ReleaseState,
    applied: value.applied === true,
    codes: textsOf(value.codes),
    startedMs,
    ...(endedMs === undefined || Number.isNaN(endedMs) ? {} : { endedMs }),
    origin: toOrigin(value.origin),
    overlay: String(overlay ?? ""),
    namespace: String(namespace ?? ""),
    digest: String(digest ?? ""),
    images: listOf(value.images).map(toImage).filter((image) => image !== undefined),
    objects: numberOf(value.objects) ?? 0,
    ...(typeof applySet === "string" ? { applySet } : {}),
    ...(numberOf(rollbackTo) === undefined ? {} : { rollbackTo: numberOf(rollbackTo)! }),
  };
}

function toOrigin(value: JsonValue | undefined): ReleaseOrigin {
  const text = (key: string) => {
    const found = getPath(value, key);
    return typeof found === "string" ? found : undefined;
  };
  const [commit, jobUrl, pipeline] = [text("commit"), text("jobUrl"), toPipeline(getPath(value, "pipeline"))];
  return {
    by: text("by") ?? "unknown",
    ...(commit === undefined ? {} : { commit }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(jobUrl === undefined ? {} : { jobUrl }),
  };
}

function toPipeline(value: JsonValue | undefined): PipelineOrigin | undefined {
  if (!isObject(value)) return undefined;
  const { project, ref, number, url } = value;
  if (typeof project !== "string" || typeof ref !== "string" || typeof number !== "number") return undefined;
  return { project, ref, number, ...(typeof url === "string" ? { url } : {}) };
}

function toImage(value: JsonValue): ReleasedImage | undefined {
  const [image, digest] = [getPath(value, "image"), getPath(value, "digest")];
  if (typeof image !== "string") return undefined;
  return { image, ...(typeof digest === "string" ? { digest } : {}) };
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function textsOf(value: JsonValue | undefined): string[] {
  return listOf(value).filter((item) => typeof item === "string");
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** A record with its end. */
export function withEnd(record: ReleaseRecord, { images, ...end }: ReleaseEnd): ReleaseRecord {
  return { ...record, ...end, ...(images === undefined ? {} : { images }) };
}
