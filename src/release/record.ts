import type { ReleaseOrigin } from "./origin.ts";

/**
 * How a release ended, or that it hasn't. `applied`: nobody waited for its rollout. `running` is also what a killed run leaves; the next one makes it
 * `interrupted`.
 */
export type ReleaseState = "running" | "applied" | "succeeded" | "failed" | "timed out" | "interrupted";

/** An image of the release's workloads. */
export interface ReleasedImage {
  /** As the manifests name it. */
  image: string;
  /** What the pods run, where they tell: `sha256:…`. */
  digest?: string;
}

/** What is known of one deploy, its manifests aside. */
export interface ReleaseRecord {
  /** The name that all releases of the overlay share. */
  release: string;
  /** From 1; grows with each deploy. */
  number: number;
  /** How it ended. */
  state: ReleaseState;
  /** Whether all objects were applied; until then, a run that was cut off may have left some out. */
  applied: boolean;
  /** Why it failed: codes of findings or of the error. */
  codes: string[];
  /** Milliseconds since 1970. */
  startedMs: number;
  /** Milliseconds since 1970; absent while it runs. */
  endedMs?: number;
  /** Who deployed what. */
  origin: ReleaseOrigin;
  /** The overlay as it was named. */
  overlay: string;
  /** Where objects went that name no namespace. */
  namespace: string;
  /** `sha256:…` of the rendered manifests. */
  digest: string;
  /** Images of the workloads, sorted. */
  images: ReleasedImage[];
  /** How many objects the manifests have. */
  objects: number;
  /** `kind/name` of the inventory that its objects belong to, when they are pruned. */
  applySet?: string;
  /** The release that it brought back, when it is a rollback. */
  rollbackTo?: number;
}

/** What a release's end adds to its record. */
export interface ReleaseEnd {
  /** How it ended. */
  state: Exclude<ReleaseState, "running">;
  /** Milliseconds since 1970. */
  endedMs: number;
  /** Whether all objects were applied. */
  applied: boolean;
  /** Why it failed. */
  codes: string[];
  /** Images with the digests that pods run, where they are known by now. */
  images?: ReleasedImage[];
}
