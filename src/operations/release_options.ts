import { dirName, resolvePath } from "../base/mod.ts";
import { nameRelease, toReleaseName } from "../release/mod.ts";
import type { Progress } from "../report/mod.ts";
import type { ApplyInput } from "./apply_input.ts";
import type { ProtectedHost } from "./protect.ts";

/** How a deploy is recorded and kept apart from others. */
export interface ReleaseOptions {
  /** Name of the lock and of the records. @default derived from the overlay's path */
  release?: string;
  /** Whether to record the release. @default {true} */
  record?: boolean;
  /** How many releases to keep. @default {10} */
  historyLimit?: number;
  /** Whether to take the lock. @default {true} */
  lock?: boolean;
  /** How long to wait for the lock while another deploy has it, in milliseconds. @default {0} */
  waitForLockMs?: number;
  /** Deploy also when a newer pipeline has deployed already. @default {false} */
  allowOutdated?: boolean;
}

/** What a session of lock and record needs to know. */
export interface OpenReleaseOptions extends ReleaseOptions, ApplyInput {
  wait?: boolean;
  progress: Progress;
  signal: AbortSignal;
}

/** The name under which an overlay's releases are kept. */
export function releaseNameOf(
  host: Pick<ProtectedHost, "fs">,
  { overlay, files = [], release }: Pick<ApplyInput, "overlay" | "files"> & Pick<ReleaseOptions, "release">,
): string {
  if (release !== undefined) return toReleaseName(release);
  // Files are told by their directory.
  const place = overlay ?? (files[0] === undefined || files[0] === "-" ? "." : dirName(files[0]));
  return nameRelease(place.includes("://") ? place : resolvePath(host.fs.cwd(), place));
}
