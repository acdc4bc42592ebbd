import type { ApplyOverlayOptions } from "./apply_options.ts";
import type { ReleaseOptions } from "./release_options.ts";
import type { WatchTuning } from "./watch.ts";

/** How to deploy. */
export interface DeployOverlayOptions extends ApplyOverlayOptions, WatchTuning, ReleaseOptions {
  /** After a failure, apply the last release that succeeded again. @default {false} */
  rollbackOnFailure?: boolean;
  /** Workloads to restart where the apply itself didn't roll them, such as `deployment/api`. @default {[]} */
  restart?: readonly string[];
  /** How long to wait for the rollouts. @default {300_000} */
  timeoutMs?: number;
  /** Whether to wait for the rollouts. @default {true} */
  wait?: boolean;
  /**
   * What to do when a permission is missing that bootstrap would have given: `fail` before anything is written, or `note`
   * what can't be watched, locked or recorded, and fail only where something can't be written. @default {"fail"}
   */
  missingPermissions?: "fail" | "note";
}
