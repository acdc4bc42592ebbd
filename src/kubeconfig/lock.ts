import { dirName, FileError, formatDuration, type Host } from "../base/mod.ts";
import { KubeconfigError } from "./errors.ts";

/** How to wait for a lock. */
export interface LockOptions {
  /** Give up after this many milliseconds. @default {5_000} */
  timeoutMs?: number;
  /** Cancels the wait. */
  signal?: AbortSignal;
}

/** Short against the few milliseconds that a writer holds the lock, long against the cost of a try. */
const RETRY_MS = 20;

/**
 * Does something while kubectl and other programs on client-go keep off the files: `<file>.lock` exists, with mode 0,
 * meanwhile. kubectl gives up at once when the lock is held; here it is waited for.
 *
 * @param action Synchronous on purpose: as long as any listener for signals is registered, nothing can come between
 *   taking the lock and giving it back.
 * @throws {KubeconfigError} LOCKED.
 * @see client-go `tools/clientcmd/config.go` (`lockFile`) v0.36
 */
export async function withLocks<T>(
  { fs, clock }: Pick<Host, "fs" | "clock">,
  files: readonly string[],
  action: () => T,
  { timeoutMs = 5_000, signal }: LockOptions = {},
): Promise<T> {
  const locks = [...new Set(files)].sort().map((file) => `${file}.lock`);
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    const taken: string[] = [];
    try {
      for (const lock of locks) {
        fs.makeDir(dirName(lock), { mode: 0o755 });
        fs.writeFile(lock, "", { mode: 0, exclusive: true });
        taken.push(lock);
      }
      return action();
    } catch (error) {
      // An EXISTS of the action's own has all locks taken.
      const isHeld = error instanceof FileError && error.code === "EXISTS" && taken.length < locks.length;
      if (!isHeld) throw error;
      if (clock.now() >= deadline) throw lockedError({ fs, clock }, locks[taken.length]!, error);
    } finally {
      for (const lock of taken) fs.remove(lock);
    }
    await clock.sleep(RETRY_MS, signal);
  }
}

function lockedError({ fs, clock }: Pick<Host, "fs" | "clock">, lock: string, cause: FileError): KubeconfigError {
  const modifiedMs = fs.lstat(lock)?.modifiedMs;
  const age = modifiedMs === undefined ? "" : `, for ${formatDuration(Math.max(0, clock.now() - modifiedMs))} now`;
  const file = lock.slice(0, -".lock".length);
  return new KubeconfigError("LOCKED", `Cannot write "${file}": open ${lock}: file exists${age}`, file, {
    hint: `Another kubectl or kstage is writing, or was killed while it wrote: remove ${lock} if none is running`,
    cause,
  });
}
