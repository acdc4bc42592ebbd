import { readManifests, ReleaseError, rollbackTarget, type StoredRelease } from "../release/mod.ts";
import type { Progress } from "../report/mod.ts";
import { logConnection } from "./apply.ts";
import type { ConnectOptions } from "./connect.ts";
import { deployOn, type DeployOverlayResult } from "./deploy.ts";
import { findOneRelease, pickNumber } from "./history.ts";
import type { ProtectedHost } from "./protect.ts";
import type { ReleaseOptions } from "./release_options.ts";
import { withConnection } from "./with_connection.ts";

/** How to roll back. */
export interface RollbackOptions extends ConnectOptions, Omit<ReleaseOptions, "allowOutdated"> {
  /** The overlay whose releases they are. @default the only one of the namespace */
  overlay?: string;
  /** The release to bring back. @default the newest that succeeded and differs from the last one */
  to?: number;
  /** Say what would be done, and write nothing. @default {false} */
  dryRun?: boolean;
  /** How long to wait for the rollouts. @default {300_000} */
  timeoutMs?: number;
  /** Whether to wait for the rollouts. @default {true} */
  wait?: boolean;
  /** Take over fields that others own. @default {false} */
  force?: boolean;
  /** Is told what goes on. */
  progress: Progress;
  /** Stops it; the result tells what was applied. */
  signal: AbortSignal;
}

/**
 * Applies a former release again, all of it, ConfigMaps and Secrets included, waits for its rollout, and records that as
 * a release of its own.
 *
 * @throws {ReleaseError} NOT_FOUND, NO_MANIFESTS, RECORD_INVALID or LOCKED.
 */
export async function rollBack(host: ProtectedHost, options: RollbackOptions): Promise<DeployOverlayResult> {
  const { progress, signal, to, dryRun } = options;
  return await withConnection(host, options, async (connection) => {
    logConnection(connection, progress);
    const releases = await findOneRelease(host, connection, options);
    const target = to === undefined ? requireTarget(releases) : pickNumber(releases, to);
    const { release, number, applySet } = target.record;
    progress.log(`rolling back ${release} to release ${number}`);
    const { overlay: _overlay, ...rest } = options;
    const deployOptions = {
      ...rest,
      files: [target.record.overlay],
      manifests: await readManifests(connection.client, target, signal),
      ...(applySet === undefined ? {} : { prune: { applySet } }),
      release,
      allowOutdated: true,
      // In need, the way back is open also to who can't see it through.
      missingPermissions: "note" as const,
      dryRun: dryRun ? "server" as const : "none" as const,
    };
    return await deployOn(host, connection, deployOptions, number);
  });
}

function requireTarget(releases: readonly StoredRelease[]): StoredRelease {
  const target = rollbackTarget(releases);
  if (target !== undefined) return target;
  throw new ReleaseError("NOT_FOUND", "Cannot roll back: no earlier release has succeeded with other manifests", {
    hint: "kstage history lists the releases; --to names one",
  });
}
