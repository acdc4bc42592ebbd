import type { Clock } from "../../base/mod.ts";

/** Timers can't be set for ever: waiting longer is done in parts. */
const LONGEST_SLEEP_MS = 3_600_000;

/** A queue that many fill and one empties. */
export class Inbox<T> {
  #items: T[] = [];
  #wake: (() => void) | undefined;

  constructor(readonly clock: Clock) {}

  put(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /**
   * All that has arrived; waits when there's nothing.
   *
   * @param untilMs Return at this time (milliseconds since 1970), or after an hour, though nothing has arrived.
   */
  async take(untilMs: number): Promise<T[]> {
    if (this.#items.length === 0 && untilMs > this.clock.now()) await this.#wait(untilMs);
    const items = this.#items;
    this.#items = [];
    return items;
  }

  async #wait(untilMs: number): Promise<void> {
    const timer = new AbortController();
    const arrival = new Promise<void>((resolve) => this.#wake = resolve);
    // An aborted sleep rejects; by then nobody waits for it any more.
    const timeout = this.clock.sleep(Math.min(untilMs - this.clock.now(), LONGEST_SLEEP_MS), timer.signal).catch(
      () => {},
    );
    await Promise.race([arrival, timeout]);
    this.#wake = undefined;
    timer.abort();
  }
}
