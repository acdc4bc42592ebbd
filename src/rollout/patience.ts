/** For how long each kind of trouble may go on before it's fatal; milliseconds. */
export interface Patience {
  /** A registry's refusal: two tries this far apart; twice as long when no second try is seen. @default {10_000} */
  pullMs: number;
  /** A crash loop of all new pods: two sightings this far apart. @default {10_000} */
  crashMs: number;
  /** How often a container may be restarted before its crashes count. @default {2} */
  allowedRestarts: number;
  /** Pods that the API server refuses to create. @default {10_000} */
  createMs: number;
  /** Pods that a quota doesn't admit; old pods may free some. @default {60_000} */
  quotaMs: number;
  /** Pods that no node takes; not told for the first 15 s. @default {180_000} */
  unschedulableMs: number;
  /** The same, once an autoscaler said that it can't help. @default {60_000} */
  unscalableMs: number;
  /** Volumes of a Secret or ConfigMap that doesn't exist. @default {120_000} */
  mountMs: number;
  /** A configuration that something else in the overlay may still create. @default {60_000} */
  pendingConfigMs: number;
  /** What was wrong with pods that are older than the apply, and may have been mended by it. @default {60_000} */
  staleMs: number;
}

/** The decision table's figures. */
export const DEFAULT_PATIENCE: Patience = {
  pullMs: 10_000,
  crashMs: 10_000,
  allowedRestarts: 2,
  createMs: 10_000,
  quotaMs: 60_000,
  unschedulableMs: 180_000,
  unscalableMs: 60_000,
  mountMs: 120_000,
  pendingConfigMs: 60_000,
  staleMs: 60_000,
};
