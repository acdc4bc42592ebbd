import { maskSecret } from "../apply/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { listReleases, readManifests, ReleaseError, type ReleaseRecord, type StoredRelease } from "../release/mod.ts";
import type { Connection, ConnectOptions } from "./connect.ts";
import { registerOverlaySecrets } from "./overlay_secrets.ts";
import type { ProtectedHost } from "./protect.ts";
import { writeYamlDocuments } from "../yaml/mod.ts";
import { releaseNameOf } from "./release_options.ts";
import { withConnection } from "./with_connection.ts";

/** Which releases. */
export interface ReleaseQuery extends ConnectOptions {
  /** The overlay that they are of. @default all of the namespace */
  overlay?: string;
  /** Their name, in place of the overlay's. */
  release?: string;
  /** Ends it. */
  signal: AbortSignal;
}

/** Lists the recorded releases of an overlay or a namespace, oldest first. */
export async function listHistory(host: ProtectedHost, options: ReleaseQuery): Promise<ReleaseRecord[]> {
  return await withConnection(host, options, async (connection) => {
    return (await findReleases(host, connection, options)).map(({ record }) => record);
  });
}

/**
 * The manifests of one release, the values of its Secrets masked.
 *
 * @throws {ReleaseError} NOT_FOUND, NO_MANIFESTS or RECORD_INVALID.
 */
export async function showRelease(
  host: ProtectedHost,
  options: ReleaseQuery & { number: number },
): Promise<{ record: ReleaseRecord; manifests: Manifest[] }> {
  return await withConnection(host, options, async (connection) => {
    const stored = pickNumber(await findOneRelease(host, connection, options), options.number);
    const manifests = await readManifests(connection.client, stored, options.signal);
    registerOverlaySecrets(host, manifests);
    return { record: stored.record, manifests: manifests.map((manifest) => maskSecret(undefined, manifest).after!) };
  });
}

/** The stored releases that a query means. */
export async function findReleases(
  host: ProtectedHost,
  { client, namespace }: Connection,
  { overlay, release, signal }: Pick<ReleaseQuery, "overlay" | "release" | "signal">,
): Promise<StoredRelease[]> {
  const name = overlay === undefined && release === undefined
    ? undefined
    : releaseNameOf(host, { overlay: overlay ?? ".", release });
  return await listReleases(client, name === undefined ? { namespace } : { namespace, release: name }, signal);
}

/**
 * The same, of one name and at least one.
 *
 * @throws {ReleaseError} NOT_FOUND.
 */
export async function findOneRelease(
  host: ProtectedHost,
  connection: Connection,
  options: Pick<ReleaseQuery, "overlay" | "release" | "signal">,
): Promise<StoredRelease[]> {
  const releases = await findReleases(host, connection, options);
  const names = [...new Set(releases.map(({ record }) => record.release))];
  if (names.length === 1) return releases;
  const { namespace } = connection;
  if (names.length > 1) {
    throw new ReleaseError(
      "NOT_FOUND",
      `Cannot tell which release is meant: namespace ${namespace} has several names`,
      {
        hint: `Name an overlay, or one of them with --release: ${names.join(", ")}`,
      },
    );
  }
  const what = options.overlay === undefined && options.release === undefined
    ? ""
    : ` named ${releaseNameOf(host, { overlay: options.overlay ?? ".", release: options.release })}`;
  throw new ReleaseError("NOT_FOUND", `Cannot find a release${what}: none is recorded in namespace ${namespace}`, {
    hint: "kstage history -n NAMESPACE lists what is recorded; kstage deploy records each release",
  });
}

/**
 * The release of a number.
 *
 * @throws {ReleaseError} NOT_FOUND.
 */
export function pickNumber(releases: readonly StoredRelease[], number: number): StoredRelease {
  const found = releases.find(({ record }) => record.number === number);
  if (found !== undefined) return found;
  const known = releases.map(({ record }) => record.number).join(", ");
  throw new ReleaseError("NOT_FOUND", `Cannot find release ${number}: the recorded ones are ${known}`);
}

/** Manifests as YAML documents. */
export function formatManifests(manifests: readonly Manifest[]): string {
  return writeYamlDocuments([...manifests]);
}
