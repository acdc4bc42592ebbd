import { getPath } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { ReleaseError } from "./errors.ts";
import { packManifests, unpackManifests } from "./manifest_archive.ts";
import type { ReleaseRecord } from "./record.ts";
import {
  decodeRelease,
  encodeRecord,
  encodeRelease,
  labelsOf,
  RELEASE_LABEL,
  ROLE_LABEL,
  secretName,
  type StoredRelease,
} from "./record_secret.ts";
import { byNumber } from "./retention.ts";

const FIELD_MANAGER = "kstage-release";

/**
 * The releases of a namespace, oldest first; of all names when none is given.
 *
 * @throws {ApiError} Among others FORBIDDEN, with the missing rule.
 */
export async function listReleases(
  client: KubeClient,
  { namespace, release }: { namespace: string; release?: string },
  signal?: AbortSignal,
): Promise<StoredRelease[]> {
  const labelSelector = `${release === undefined ? RELEASE_LABEL : `${RELEASE_LABEL}=${release}`},${ROLE_LABEL}=record`;
  const { items } = await client.list({ apiVersion: "v1", kind: "Secret", namespace, labelSelector }, signal);
  return byNumber(items.map(decodeRelease).filter((stored) => stored !== undefined));
}

/** What became of writing a release. */
export interface CreatedRelease {
  /** The release as it is stored. */
  stored: StoredRelease;
  /** Whether its manifests are kept; when they are too large for that, there is no way back to it. */
  isWhole: boolean;
}

/** How often a number is taken by another deploy, until that is no coincidence. */
const ATTEMPTS = 20;

/**
 * Writes a release, the manifests' further parts first: a record that is there is whole. Its number is the next one; when
 * another deploy takes it meanwhile, the one after that.
 *
 * @throws {ApiError} Among others FORBIDDEN, with the missing rule.
 */
export async function createRelease(
  client: KubeClient,
  namespace: string,
  record: ReleaseRecord,
  manifests: readonly Manifest[],
): Promise<CreatedRelease> {
  const packed = await packManifests(manifests);
  for (let number = record.number, attempt = 1;; number++, attempt++) {
    const [head, ...rest] = encodeRelease(namespace, { ...record, number }, packed ?? []);
    try {
      await Promise.all(rest.map((part) => client.create(part, { fieldManager: FIELD_MANAGER })));
      const stored = decodeRelease(await client.create(head, { fieldManager: FIELD_MANAGER }));
      if (stored === undefined) throw new ReleaseError("RECORD_INVALID", "Cannot read back the release's record");
      return { stored, isWhole: packed !== undefined };
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "ALREADY_EXISTS" || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Changes a record, if nobody else has changed it since it was read.
 *
 * @throws {ApiError} CONFLICT when somebody has; among others.
 */
export async function updateRelease(
  client: KubeClient,
  { ref, resourceVersion, parts, ...stored }: StoredRelease,
  record: ReleaseRecord,
): Promise<StoredRelease> {
  const body = {
    metadata: { resourceVersion, labels: labelsOf(record) },
    data: { record: encodeRecord(record, parts) },
  };
  const written = await client.patch(ref, "merge", body, { fieldManager: FIELD_MANAGER });
  const version = getPath(written, "metadata", "resourceVersion");
  return { ...stored, ref, parts, record, resourceVersion: String(version) };
}

/** Removes a release and all parts of its manifests; fine when somebody else has. */
export async function removeRelease(client: KubeClient, { ref, record, parts }: StoredRelease): Promise<void> {
  const names = Array.from({ length: Math.max(1, parts) }, (_, i) => secretName(record.release, record.number, i + 1));
  await Promise.all(names.map(async (name) => {
    try {
      await client.delete({ ...ref, name });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "NOT_FOUND") throw error;
    }
  }));
}

/**
 * The manifests of a release.
 *
 * @throws {ReleaseError} NO_MANIFESTS when they were too large to be kept; RECORD_INVALID when they are damaged.
 * @throws {ApiError} And what reading the Secrets meets.
 */
export async function readManifests(
  client: KubeClient,
  { record, ref, parts, firstPart }: StoredRelease,
  signal?: AbortSignal,
): Promise<Manifest[]> {
  const { release, number } = record;
  if (parts === 0) {
    throw new ReleaseError("NO_MANIFESTS", `Cannot read release ${number}: it was recorded without its manifests`, {
      hint: "They were too large to be kept; deploy its commit again",
    });
  }
  const names = Array.from({ length: parts - 1 }, (_, i) => secretName(release, number, i + 2));
  const rest = await Promise.all(names.map(async (name) => {
    const value = getPath(await client.get({ ...ref, name }, signal), "data", "manifests");
    if (typeof value === "string") return Uint8Array.fromBase64(value);
    throw new ReleaseError("RECORD_INVALID", `Cannot read release ${number}: its Secret ${name} is missing`, {
      hint: "Roll back to another release with --to",
    });
  }));
  return await unpackManifests([firstPart, ...rest]);
}
