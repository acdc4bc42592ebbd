import type { ReleaseOptions } from "../operations/release_options.ts";
import type { FlagSpec, FlagValues } from "./command.ts";

/** The name that releases are kept under. */
export const RELEASE_NAME_FLAG = {
  release: {
    type: "string",
    placeholder: "NAME",
    env: "KSTAGE_RELEASE",
    help: "Name of the lock and the records (default: from the overlay's path, such as shop-testing)",
  },
} as const satisfies Record<string, FlagSpec>;

/** Flags of every command that writes a release. */
export const RELEASE_FLAGS = {
  noRecord: { type: "boolean", help: "Do not record the release" },
  historyLimit: {
    type: "number",
    default: 10,
    placeholder: "N",
    env: "KSTAGE_HISTORY_LIMIT",
    help: "How many releases to keep",
  },
  noLock: { type: "boolean", help: "Do not take the lock" },
  waitForLock: {
    type: "duration",
    default: 0,
    env: "KSTAGE_WAIT_FOR_LOCK",
    help: "How long to wait for the turn of this deploy while others hold the lock",
  },
} as const satisfies Record<string, FlagSpec>;

/** The flags as the operations want them. */
export function toReleaseOptions(
  flags: FlagValues<typeof RELEASE_NAME_FLAG & typeof RELEASE_FLAGS>,
): ReleaseOptions {
  const { release, noRecord, historyLimit, noLock, waitForLock } = flags;
  return {
    ...(release === undefined ? {} : { release }),
    record: !noRecord,
    historyLimit,
    lock: !noLock,
    waitForLockMs: waitForLock,
  };
}
