import { formatRef, refKey } from "../../manifest/mod.ts";
import type { Finding, RolloutEvent, WorkloadProgress, WorkloadResult } from "../../rollout/mod.ts";

/** What is known of one workload, for showing. */
export interface BoardEntry {
  /** `deployment/api`. */
  name: string;
  progress?: WorkloadProgress;
  /** The worst finding so far, newest of its kind. */
  finding?: Finding;
  /** Set when its rollout has ended. */
  result?: WorkloadResult;
  /** Milliseconds since 1970 of its first and of its newest event. */
  sinceMs: number;
  changedMs: number;
}

/** How a workload is doing; the order is that of showing. `stopped`: nobody waits for it any more. */
export type Mood = "failed" | "stopped" | "troubled" | "waiting" | "healthy";

const MOODS: readonly Mood[] = ["failed", "stopped", "troubled", "waiting", "healthy"];

const MOOD_BY_OUTCOME = { healthy: "healthy", failed: "failed", timedOut: "failed", interrupted: "stopped" } as const;

/** How a workload is doing. */
export function moodOf({ result, finding }: BoardEntry): Mood {
  if (result !== undefined) return MOOD_BY_OUTCOME[result.outcome];
  return finding === undefined ? "waiting" : "troubled";
}

/** All workloads of a watch, kept up to date by its events. */
export class RolloutBoard {
  readonly #entries = new Map<string, BoardEntry>();

  /** Takes in one event. */
  note(event: RolloutEvent): void {
    const { atMs } = event;
    switch (event.type) {
      case "progress": {
        const entry = this.#entryOf(event.progress.ref, atMs);
        Object.assign(entry, { progress: event.progress });
        // What was wrong with pods that are well by now isn't the present state any more.
        const newest = event.progress.pods.filter(({ isNewest }) => isNewest);
        const isWell = newest.length > 0 && newest.every(({ isReady }) => isReady);
        if (isWell || event.progress.status.kind === "current") delete entry.finding;
        return;
      }
      case "finding": {
        const entry = this.#entryOf(event.ref, atMs);
        const isWorse = entry.finding?.severity !== "fatal" || event.finding.severity === "fatal";
        if (isWorse) entry.finding = event.finding;
        return;
      }
      case "result":
        this.#entryOf(event.result.ref, atMs).result = event.result;
        return;
      default:
        return;
    }
  }

  /** All entries: what is wrong first, what is healthy last; among equals what changed last comes first. */
  entries(): BoardEntry[] {
    return [...this.#entries.values()].sort((a, b) =>
      MOODS.indexOf(moodOf(a)) - MOODS.indexOf(moodOf(b)) || b.changedMs - a.changedMs || (a.name < b.name ? -1 : 1)
    );
  }

  #entryOf(ref: WorkloadProgress["ref"], atMs: number): BoardEntry {
    const key = refKey(ref);
    const known = this.#entries.get(key);
    if (known !== undefined) return Object.assign(known, { changedMs: atMs });
    const entry: BoardEntry = { name: formatRef(ref), sinceMs: atMs, changedMs: atMs };
    this.#entries.set(key, entry);
    return entry;
  }
}
