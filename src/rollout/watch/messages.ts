import type { WatchEvent } from "../../kube/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { TargetGroup } from "./feeds.ts";
import type { LogLine } from "./log_follower.ts";
import type { SurroundingsMessage } from "./neighbourhood.ts";
import type { WorkloadResult } from "./rollout_event.ts";

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
