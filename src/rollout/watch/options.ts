import type { Clock } from "../../base/mod.ts";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import { DEFAULT_PATIENCE, type Patience } from "../patience.ts";

/** What to watch. */
export interface RolloutTarget extends ObjectRef {
  /** The UID that the object had when it was applied; another one means that somebody replaced it. */
  uid?: string;
  /** The object as it was applied; from there on it is watched, without asking for it again. */
  object?: Manifest;
}

/** How to watch rollouts. */
export interface WatchRolloutOptions {
  /** Tells and passes the time. */
  clock: Clock;
  /** Give up after this time; an object's annotation `kstage.dev/timeout` wins. @default {300_000} */
  timeoutMs?: number;
  /** For how long a workload must stay ready; its `minReadySeconds` count towards it. @default {3_000} */
  stabilityMs?: number;
  /** For how long the others are still watched after one has failed. @default {15_000} */
  settleMs?: number;
  /**
   * Fail when nothing about a workload changes for this long, warn after half of it; the annotation
   * `kstage.dev/no-activity-timeout` wins. @default never
   */
  noActivityMs?: number;
  /**
   * When the objects were applied, by the cluster's clock where it's known (milliseconds since 1970). What went wrong
   * before that isn't held against pods that are older. @default everything counts
   */
  appliedMs?: number;
  /** The objects of the overlay, so that a missing Secret can be told to be missing there. */
  overlay?: readonly ObjectRef[];
  /** Hides secrets in log lines and messages. @default texts are left as they are */
  redact?: (text: string) => string;
  /** In place of single figures of the decision table. */
  patience?: Partial<Patience>;
  /** Delete a broken pod of a former revision that a StatefulSet waits for. @default {false} */
  unstick?: boolean;
  /** Tell every line that containers of new pods write, until their workload has a verdict. @default {false} */
  followLogs?: boolean;
  /** Log lines of a failing container to show. @default {20} */
  logLines?: number;
  /** Ends the watch: what isn't certain by then is `interrupted`. */
  signal?: AbortSignal;
}

/** The options with their defaults. */
export interface WatchSettings {
  clock: Clock;
  timeoutMs: number;
  stabilityMs: number;
  settleMs: number;
  noActivityMs: number;
  appliedMs: number | undefined;
  overlay: readonly ObjectRef[] | undefined;
  redact: (text: string) => string;
  patience: Patience;
  unstick: boolean;
  followLogs: boolean;
  logLines: number;
  signal: AbortSignal | undefined;
}

/** Completes the options. */
export function completeOptions(options: WatchRolloutOptions): WatchSettings {
  return {
    clock: options.clock,
    timeoutMs: options.timeoutMs ?? 300_000,
    stabilityMs: options.stabilityMs ?? 3_000,
    settleMs: options.settleMs ?? 15_000,
    noActivityMs: options.noActivityMs ?? Infinity,
    appliedMs: options.appliedMs,
    overlay: options.overlay,
    redact: options.redact ?? ((text) => text),
    patience: { ...DEFAULT_PATIENCE, ...options.patience },
    unstick: options.unstick ?? false,
    followLogs: options.followLogs ?? false,
    logLines: options.logLines ?? 20,
    signal: options.signal,
  };
}
