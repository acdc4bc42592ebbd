import type { Clock } from "../../src/base/mod.ts";

/** When every test begins. */
export const START_MS: number = Date.UTC(2026, 0, 1);

/** A time as Kubernetes writes it, some seconds after the start. */
export function timeAt(seconds: number): string {
  return new Date(START_MS + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A clock that jumps to the next sleeper as soon as nothing else can go on. */
export class VirtualClock implements Clock {
  #nowMs = START_MS;
  readonly #sleepers = new Set<{ untilMs: number; wake: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (this.#nowMs - START_MS) / 1000;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper = { untilMs: this.#nowMs + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", () => {
        if (this.#sleepers.delete(sleeper)) reject(signal.reason);
      }, { once: true });
    });
  }

  /** Lets time pass until a promise is settled, and gives its result. */
  async run<T>(promise: Promise<T>, limitSeconds = 7200): Promise<T> {
    let isSettled = false;
    const settle = () => isSettled = true;
    promise.then(settle, settle);
    for (;;) {
      await turn();
      if (isSettled) return await promise;
      const next = [...this.#sleepers].reduce((a, b) => b.untilMs < a.untilMs ? b : a, {
        untilMs: Infinity,
        wake() {},
      });
      if (next.untilMs === Infinity) throw new Error(`Nothing will happen any more after ${this.seconds} s`);
      if (next.untilMs > START_MS + limitSeconds * 1000) throw new Error(`Not settled after ${limitSeconds} s`);
      this.#nowMs = Math.max(this.#nowMs, next.untilMs);
      this.#sleepers.delete(next);
      next.wake();
    }
  }
}

/** One turn of the event loop: all that waits for nothing but promises goes on meanwhile. */
function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
