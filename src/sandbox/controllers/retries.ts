/** When to try again what was refused. */
import type { World } from "./world.ts";

/** Refusals by the uid of who was refused. */
export interface Retries {
  /** Whether the next attempt may be made. */
  isDue(uid: string): boolean;
  /** Notes a refusal; the next attempt is due after 1, 2, 4, 8, then every 10 seconds. */
  fail(uid: string, refusal: string): void;
  /** Why the last attempt was refused. */
  failure(uid: string): string | undefined;
  /** When the next attempt is due, in milliseconds since 1970. */
  retryTime(uid: string): number | undefined;
  forget(uid: string): void;
}

const LONGEST_WAIT_MS = 10_000;

/** Real controllers wait from 5 ms up to 17 minutes; here nobody would like to wait so long for the second. */
export function createRetries(world: World): Retries {
  const failures = new Map<string, { refusal: string; count: number; retryAt: number }>();
  return {
    isDue: (uid) => (failures.get(uid)?.retryAt ?? 0) <= world.now(),
    fail(uid, refusal) {
      const count = (failures.get(uid)?.count ?? 0) + 1;
      const wait = Math.min(1000 * 2 ** (count - 1), LONGEST_WAIT_MS);
      failures.set(uid, { refusal, count, retryAt: world.now() + wait });
    },
    failure: (uid) => failures.get(uid)?.refusal,
    retryTime: (uid) => failures.get(uid)?.retryAt,
    forget: (uid) => void failures.delete(uid),
  };
}
