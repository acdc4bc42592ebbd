import type { Clock } from "./ports.ts";

/** Why a timer is stopped that nobody waits for any more: made once, because an error's stack takes time to gather. */
const DONE = new Error("What the time limit was for is done");

/**
 * Runs something under a time limit.
 *
 * @param run Gets a signal that is aborted when the time is over or the caller's signal is.
 * @param onTimeout Makes the error that the returned promise rejects with when the time is over.
 * @returns What `run` returns; rejects with the caller's reason as soon as its signal is aborted, whether or not `run`
 * heeds the signal.
 */
export async function withDeadline<T>(
  { clock, limitMs, signal, onTimeout }: {
    clock: Clock;
    limitMs: number;
    signal?: AbortSignal | undefined;
    onTimeout(): Error;
  },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const work = new AbortController();
  const timer = new AbortController();
  const { promise: stopped, reject: stop } = Promise.withResolvers<never>();
  const abort = (reason: unknown) => {
    work.abort(reason);
    stop(reason);
  };
  const onAbort = () => abort(signal!.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  clock.sleep(limitMs, timer.signal).then(() => abort(onTimeout()), () => {});
  try {
    const running = run(work.signal);
    // When the race is lost, nobody looks at this rejection any more.
    running.catch(() => {});
    return await Promise.race([running, stopped]);
  } finally {
    timer.abort(DONE);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** A promise that rejects with the signal's reason as soon as that is aborted; what it waits for goes on. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  promise.catch(() => {});
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
