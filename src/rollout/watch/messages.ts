import type { WatchEvent } from "../../kube/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { TargetGroup } from "./feeds.ts";
import type { LogLine } from "./log_follower.ts";
import type { SurroundingsMessage } from "./neighbourhood.ts";
import type { WorkloadResult } from "./rollout_event.ts";
import type { TrackedWorkload } from "./tracked_workload.ts";

/** What the watch is told, by its feeds and by what it started itself. */
export type Message =
  | SurroundingsMessage
  | { kind: "targets"; group: TargetGroup; event: WatchEvent }
  | { kind: "broken"; error: unknown }
  | { kind: "lastLook"; key: string; object: Manifest | undefined }
  | { kind: "result"; key: string; result: WorkloadResult }
  | { kind: "note"; message: string; hint?: string }
  | { kind: "log"; line: LogLine }
  | { kind: "interrupt" };

/** One workload's place in the watch. */
export interface Place {
  tracked: TrackedWorkload;
  /** The object as it was last seen. */
  object: Manifest | undefined;
  /** Whether it's known if the object exists. */
  isKnown: boolean;
  isDirty: boolean;
  wakeMs: number;
  /** `watching` until the time is up or there's a verdict; `closing` while the last things are fetched. */
  phase: "watching" | "closing" | "done";
}
