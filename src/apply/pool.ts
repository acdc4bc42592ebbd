/** How many at once, and until when. */
export interface PoolOptions {
  concurrency: number;
  signal?: AbortSignal | undefined;
}

/**
 * Runs a function over all items, some at once; results are in the items' order.
 *
 * The first failure aborts the signal that the others got and is what the promise rejects with, after all have ended.
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  { concurrency, signal }: PoolOptions,
  run: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  signal?.throwIfAborted();
  const results = new Array<Result>(items.length);
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  let next = 0;
  const work = async () => {
    while (next < items.length && !stop.signal.aborted) {
      const index = next++;
      try {
        results[index] = await run(items[index]!, stop.signal);
      } catch (error) {
        stop.abort(error);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work));
    stop.signal.throwIfAborted();
    return results;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
