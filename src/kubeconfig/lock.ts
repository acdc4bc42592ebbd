import { dirName, FileError, formatDuration, type Host } from "../base/mod.ts";
import { KubeconfigError } from "./errors.ts";

/** How to wait for a lock. */
export interface LockOptions {
  /** Give up when the lock has been in the same hands for so many milliseconds. @default {5_000} */
  timeoutMs?: number;
  /** Cancels the wait. */
  signal?: AbortSignal;
}

/** Short against the time that a person notices, long against the cost of a look. */
const RETRY_MS = 20;

/** However often the lock changes hands, nobody waits longer than this. */
const MAX_WAIT_MS = 60_000;

/**
 * Does something while kubectl and other programs on client-go keep off the files: `<file>.lock` exists, with mode 0,
 * meanwhile. kubectl gives up at once when the lock is held; here it is waited for, as long as it changes hands.
 *
 * @param action Synchronous on purpose: as long as any listener for signals is registered, nothing can come between
 *   taking the lock and giving it back.
 * @throws {KubeconfigError} LOCKED.
 * @see client-go `tools/clientcmd/config.go` (`lockFile`) v0.36
 */
export async function withLocks<T>(
  host: Pick<Host, "fs" | "clock">,
  files: readonly string[],
  action: () => T,
  { timeoutMs = 5_000, signal }: LockOptions = {},
): Promise<T> {
  const { fs, clock } = host;
  const locks = [...new Set(files)].sort().map((file) => `${file}.lock`);
  for (const lock of locks) fs.makeDir(dirName(lock), { mode: 0o755 });
  const startedMs = clock.now();
  let holder: number | undefined;
  let sinceMs = startedMs;
  for (;;) {
    const held = takeLocks(fs, locks);
    if (held === undefined) {
      try {
        return action();
      } finally {
        for (const lock of locks) fs.remove(lock);
      }
    }
    const nowMs = clock.now();
    const current = fs.lstat(held)?.modifiedMs;
    if (current !== holder) [holder, sinceMs] = [current, nowMs];
    if (nowMs - sinceMs >= timeoutMs || nowMs - startedMs >= MAX_WAIT_MS) throw lockedError(host, held);
    await clock.sleep(RETRY_MS, signal);
  }
}

/** Takes all locks or none. @returns The lock that someone else holds, or undefined when all are taken. */
function takeLocks(fs: Host["fs"], locks: readonly string[]): string | undefined {
  const taken: string[] = [];
  let held: string | undefined;
  try {
    for (held of locks) {
      // A look is much cheaper than an attempt that fails.
      if (fs.lstat(held) !== undefined) return held;
      fs.writeFile(held, "", { mode: 0, exclusive: true });
      taken.push(held);
    }
    return undefined;
  } catch (error) {
    if (error instanceof FileError && error.code === "EXISTS") return held;
    throw error;
  } finally {
    if (taken.length < locks.length) { for (const lock of taken) fs.remove(lock); }
  }
}

function lockedError({ fs, clock }: Pick<Host, "fs" | "clock">, lock: string): KubeconfigError {
  const modifiedMs = fs.lstat(lock)?.modifiedMs;
  const age = modifiedMs === undefined ? "" : `, for ${formatDuration(Math.max(0, clock.now() - modifiedMs))} now`;
  const file = lock.slice(0, -".lock".length);
  return new KubeconfigError("LOCKED", `Cannot write "${file}": open ${lock}: file exists${age}`, file, {
    hint: `Another kubectl or kstage is writing, or was killed while it wrote: remove ${lock} if none is running`,
  });
}
