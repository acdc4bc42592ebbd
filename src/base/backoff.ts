/** How waits between attempts grow. */
export interface Backoff {
  /** Milliseconds before the second attempt. */
  baseMs: number;
  /** No wait is longer than this many milliseconds. */
  maxMs: number;
}

/**
 * How long to wait after a failed attempt: doubles with each, and half of it is random, so that many clients that
 * failed together don't come back together.
 *
 * @param attempt How many attempts have failed so far, from 1.
 * @param random From 0 (included) to 1 (excluded).
 * @returns Milliseconds.
 */
export function computeBackoff(attempt: number, { baseMs, maxMs }: Backoff, random: number): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full * (0.5 + random / 2));
}
