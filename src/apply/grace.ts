import type { Clock } from "../base/mod.ts";

/** How something that writes ends early. */
export interface GraceOptions {
  /** For waits. */
  clock: Clock;
  /** Stops it: nothing new is sent, and what was sent is waited for shortly. */
  signal?: AbortSignal;
  /** How long answers that are under way are waited for after that. @default {3_000} */
  graceMs?: number;
}

/**
 * Runs something that writes, with a signal that is aborted some seconds after the one that stops it: an answer that is
 * on its way tells what became of the object.
 *
 * @param run Gets the later signal, for its requests; looks at the earlier one before it begins another.
 */
export async function withGrace<T>(
  { clock, signal, graceMs = 3_000 }: GraceOptions,
  run: (cancel: AbortSignal) => Promise<T>,
): Promise<T> {
  const [cancel, done] = [new AbortController(), new AbortController()];
  const onAbort = () => {
    clock.sleep(graceMs, done.signal).then(() => cancel.abort(signal?.reason), () => {});
  };
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await run(cancel.signal);
  } finally {
    done.abort();
    signal?.removeEventListener("abort", onAbort);
  }
}
