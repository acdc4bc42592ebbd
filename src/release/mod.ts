/**
 * Releases: what each deploy leaves in the cluster, so that it can be listed, brought back and gone on with; and the lock
 * that keeps two deploys of the same overlay apart.
 */
export { ReleaseError, type ReleaseErrorCode } from "./errors.ts";
export { listImages, withDigests } from "./images.ts";
export { leaseRef } from "./lease.ts";
export { acquireLock, type AcquireLockOptions, type ReleaseLock } from "./lock.ts";
export { digestManifests } from "./manifest_archive.ts";
export { type PipelineOrigin, readOrigin, refuseOutdated, type ReleaseOrigin } from "./origin.ts";
export type { ReleasedImage, ReleaseEnd, ReleaseRecord, ReleaseState } from "./record.ts";
export { decodeRelease, RECORD_TYPE, type StoredRelease, withEnd } from "./record_secret.ts";
export { nameRelease, toReleaseName } from "./release_name.ts";
export { lastSucceeded, planRetention, rollbackTarget } from "./retention.ts";
export {
  type CreatedRelease,
  createRelease,
  listReleases,
  readManifests,
  removeRelease,
  updateRelease,
} from "./store.ts";
