import { setImmediate } from "node:timers";
import type { Clock } from "../../src/base/mod.ts";

/** A clock that stands still until it is told to move; sleepers of the same moment wake together. */
export interface VirtualClock extends Clock {
  /** Moves time on by this much and wakes whom it passes. */
  advance(ms: number): Promise<void>;
  /** Moves on from sleeper to sleeper until a promise is settled. */
  drive<T>(promise: Promise<T>): Promise<T>;
}

interface Sleeper {
  until: number;
  wake(): void;
}

export function createVirtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = startMs;
  const sleepers = new Set<Sleeper>();
  const moveTo = async (time: number) => {
    now = time;
    for (const sleeper of [...sleepers].filter(({ until }) => until <= time)) {
      sleepers.delete(sleeper);
      sleeper.wake();
    }
    await settle();
  };
  const nextTime = () => Math.min(...[...sleepers].map(({ until }) => until));
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { until: now + ms, wake: () => resolve() };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => sleepers.delete(sleeper) && reject(signal.reason), { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      await settle();
      while (nextTime() <= end) await moveTo(nextTime());
      await moveTo(end);
    },
    async drive(promise) {
      let isSettled = false;
      const watched = promise.finally(() => isSettled = true);
      watched.catch(() => {});
      await settle();
      while (!isSettled) {
        if (sleepers.size === 0) throw new Error("Nothing happens any more");
        await moveTo(nextTime());
      }
      return await watched;
    },
  };
}

/** Lets everything go on that can go on without the clock. */
async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise<void>((resolve) => void setImmediate(resolve));
}
