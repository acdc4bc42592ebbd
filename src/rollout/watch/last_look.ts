import { isManifest, type Manifest, type ObjectRef } from "../../manifest/mod.ts";
import type { FeedContext } from "./feeds.ts";

/** How long the last look at a workload may take. */
const LAST_LOOK_MS = 5_000;

/**
 * Reads an object when its time is up: a watch may have missed something, and one more request is better than a healthy
 * rollout that is called late.
 *
 * @param known As it was last seen, for when it can't be read in time.
 */
export async function readOnceMore(
  ref: ObjectRef,
  known: Manifest | undefined,
  { client, clock, signal }: FeedContext,
): Promise<Manifest | undefined> {
  const timer = new AbortController();
  const limit = clock.sleep(LAST_LOOK_MS, timer.signal).then(() => undefined, () => undefined);
  const object = await Promise.race([client.get(ref, signal).catch(() => known), limit]);
  timer.abort();
  return isManifest(object) ? object : undefined;
}
