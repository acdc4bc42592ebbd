import type { Clock } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";

const FIRST_POLL_MS = 50;
const LONGEST_POLL_MS = 2_000;

/** What waiting needs. */
export interface WaitOptions {
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Asks again and again, less and less often.
 *
 * @returns Whether it was done within the limit.
 */
export async function poll(
  { clock, signal }: WaitOptions,
  limitMs: number,
  isDone: () => Promise<boolean>,
): Promise<boolean> {
  const end = clock.now() + limitMs;
  for (let waitMs = FIRST_POLL_MS; !await isDone(); waitMs = Math.min(waitMs * 2, LONGEST_POLL_MS)) {
    if (clock.now() + waitMs > end) return false;
    await clock.sleep(waitMs, signal);
  }
  return true;
}

/**
 * Waits until an object that is being deleted is gone; another one of its name counts as gone, too.
 *
 * @param deleted What the deletion answered: undefined when nothing keeps the object.
 * @returns The object when it is still there after the limit.
 */
export async function waitUntilGone(
  client: KubeClient,
  ref: ObjectRef,
  deleted: Manifest | undefined,
  { limitMs, ...wait }: WaitOptions & { limitMs: number },
): Promise<Manifest | undefined> {
  if (deleted === undefined) return undefined;
  let last: Manifest | undefined = deleted;
  await poll(wait, limitMs, async () => {
    const current = await getUnlessUnknown(client, ref, wait.signal);
    last = current?.metadata.uid === deleted.metadata.uid ? current : undefined;
    return last === undefined;
  });
  return last;
}

/** An object's kind may go with it. */
async function getUnlessUnknown(
  client: KubeClient,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  try {
    return await client.get(ref, signal);
  } catch (error) {
    if (error instanceof ApiError && error.code === "KIND_UNKNOWN") return undefined;
    throw error;
  }
}

/** Why an object is still there: `finalizers "a/b"`, or that its dependents or pods take their time. */
export function describeHold({ metadata: { finalizers } }: Manifest): string {
  const names = Array.isArray(finalizers) ? finalizers.filter((name) => name !== "foregroundDeletion") : [];
  if (names.length === 0) return "what belongs to it is not gone yet";
  return `finalizer${names.length === 1 ? "" : "s"} ${names.map((name) => `"${name}"`).join(", ")} keep${
    names.length === 1 ? "s" : ""
  } it`;
}
