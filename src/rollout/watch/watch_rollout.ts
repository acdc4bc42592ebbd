import type { KubeClient } from "../../kube/mod.ts";
import { completeOptions, type RolloutTarget, type WatchRolloutOptions } from "./options.ts";
import type { RolloutEvent } from "./rollout_event.ts";
import { RolloutWatch } from "./rollout_watch.ts";

/**
 * Watches objects until each is what its spec says, can't become so, or the time is up.
 *
 * Only pods of the newest revision are judged. One list and one watch serve all workloads of a kind and namespace; pods
 * are watched only while something is in progress, events only when something looks suspicious. Where the caller's role
 * doesn't allow that, a note says what can't be told.
 *
 * Always ends with a `finished` event. Aborting `options.signal` ends it at once with what is known; leaving the
 * iteration closes the connections.
 *
 * @throws {ApiError} When the objects themselves may not be read, or the credentials expire.
 * @throws {NetworkError} When the cluster can't be reached at the start.
 */
export function watchRollout(
  client: KubeClient,
  targets: readonly RolloutTarget[],
  options: WatchRolloutOptions,
): AsyncIterable<RolloutEvent> {
  return new RolloutWatch(client, targets, completeOptions(options)).run();
}
