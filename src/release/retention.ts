import type { StoredRelease } from "./record_secret.ts";

/**
 * The release that the cluster is meant to run: the last one that succeeded. The last one of all is in effect as well,
 * succeeded or not, while it is what was applied.
 */
export function lastSucceeded(releases: readonly StoredRelease[]): StoredRelease | undefined {
  return byNumber(releases).findLast(({ record }) => record.state === "succeeded");
}

/** Releases by their number, oldest first. */
export function byNumber(releases: readonly StoredRelease[]): StoredRelease[] {
  return [...releases].sort((a, b) => a.record.number - b.record.number);
}

/**
 * Which releases to remove so that the newest `limit` are left. What is in effect, running, or the last that succeeded is
 * never removed, however old it is.
 *
 * @param limit How many to keep, 1 at least.
 */
export function planRetention(releases: readonly StoredRelease[], limit: number): StoredRelease[] {
  const ordered = byNumber(releases);
  const succeeded = lastSucceeded(ordered);
  const kept = new Set(ordered.slice(-Math.max(1, limit)));
  return ordered.filter((release) => !kept.has(release) && release !== succeeded && release.record.state !== "running");
}

/**
 * The release that a rollback without `--to` brings back: the newest one that succeeded, is not the last one, and has
 * other manifests than it.
 */
export function rollbackTarget(releases: readonly StoredRelease[]): StoredRelease | undefined {
  const ordered = byNumber(releases);
  const last = ordered.at(-1);
  return ordered.slice(0, -1).findLast(({ record }) =>
    record.state === "succeeded" && record.digest !== last!.record.digest
  );
}
