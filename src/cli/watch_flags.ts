import type { WatchTuning } from "../operations/watch.ts";
import type { FlagSpec, FlagValues } from "./command.ts";

/** Flags of every command that waits for rollouts. */
export const WATCH_FLAGS = {
  stability: {
    type: "duration",
    default: 3_000,
    env: "KSTAGE_STABILITY",
    help: "How long workloads must stay ready, to catch what crashes right after",
  },
  unstick: {
    type: "boolean",
    help: "Delete a broken pod of a former revision that keeps a StatefulSet from rolling on",
  },
  followLogs: {
    type: "boolean",
    help: "Show what containers of new pods write, each line with its pod and container, until the verdict",
  },
} as const satisfies Record<string, FlagSpec>;

/** The flags as the operations want them. */
export function toWatchTuning({ stability, unstick, followLogs }: FlagValues<typeof WATCH_FLAGS>): WatchTuning {
  return { stabilityMs: stability, unstick, followLogs };
}
