/** For how long each kind of trouble may go on before it's fatal; milliseconds. */
export interface Patience {
  /** A registry's refusal, which the kubelet will only repeat after 15 s. @default {5_000} */
  pullMs: number;
  /** The same, when another pod got the image; twice as long when no second try is seen. @default {10_000} */
  disputedPullMs: number;
  /** A crash loop of all new pods: from the second crash on. @default {5_000} */
  crashMs: number;
  /** How often a container may be restarted before its crashes count even if other pods still start. @default {2} */
  allowedRestarts: number;
  /** Crashes while what was deployed along with it is not there yet. @default {120_000} */
  dependencyMs: number;
  /** Pods that the API server refuses to create; the controller tries again after 1, 3, 5 and 10 s. @default {7_000} */
  createMs: number;
  /** The same, when it's for want of room that pods which are ending will leave. @default {60_000} */
  roomMs: number;
  /** Pods that no node takes; not told for the first 15 s. @default {180_000} */
  unschedulableMs: number;
  /** The same, once an autoscaler said that it can't help. @default {30_000} */
  unscalableMs: number;
  /** A Secret, a ConfigMap or a ServiceAccount that is missing, and was looked for in vain. @default {5_000} */
  missingMs: number;
  /** One that may not be looked for: the kubelet tries again within this time. @default {15_000} */
  unseenMs: number;
  /** One that exists by now, or that something else in the overlay may still create. @default {60_000} */
  pendingMs: number;
  /** What was wrong with pods that are older than the apply, and may have been mended by it. @default {60_000} */
  staleMs: number;
}

/** The decision table's figures. */
export const DEFAULT_PATIENCE: Patience = {
  pullMs: 5_000,
  disputedPullMs: 10_000,
  crashMs: 5_000,
  allowedRestarts: 2,
  dependencyMs: 120_000,
  createMs: 7_000,
  roomMs: 60_000,
  unschedulableMs: 180_000,
  unscalableMs: 30_000,
  missingMs: 5_000,
  unseenMs: 15_000,
  pendingMs: 60_000,
  staleMs: 60_000,
};
