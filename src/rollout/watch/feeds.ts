import type { Clock } from "../../base/mod.ts";
import { slimWorkload } from "../evidence/slim.ts";
import { ApiError, type KubeClient, type Query, type WatchEvent } from "../../kube/mod.ts";
import { type Manifest, type ObjectRef, refKey } from "../../manifest/mod.ts";

/** How often objects are read that may be got, but neither listed nor watched. */
const POLL_MS = 2_000;

/** Small pages: what is given up of them is soon collected. */
export const PAGE_SIZE = 200;

const SLIMLY = { keep: slimWorkload, pageSize: PAGE_SIZE };

/** Where a feed's events go. */
export interface FeedReceiver {
  onEvent(event: WatchEvent): void;
  onError(error: unknown): void;
}

/** What every feed needs. */
export interface FeedContext {
  client: KubeClient;
  clock: Clock;
  signal: AbortSignal;
}

/** Lists and watches one kind, and hands on all that comes until the signal. */
export function startFeed({ client, signal }: FeedContext, query: Query, receiver: FeedReceiver): void {
  void (async () => {
    for await (const event of client.watch(query, signal)) receiver.onEvent(event);
  })().catch((error) => {
    if (!signal.aborted) receiver.onError(error);
  });
}

/** Reads objects one by one, again and again: for a role that allows `get` alone. */
export function startPolling(
  { client, clock, signal }: FeedContext,
  refs: readonly ObjectRef[],
  receiver: FeedReceiver,
): void {
  void (async () => {
    while (!signal.aborted) {
      const objects = await Promise.all(refs.map((ref) => client.get(ref, signal)));
      receiver.onEvent({
        type: "relisted",
        items: objects.filter((object): object is Manifest => object !== undefined),
      });
      await clock.sleep(POLL_MS, signal);
    }
  })().catch((error) => {
    if (!signal.aborted) receiver.onError(error);
  });
}

/** Whether the caller's role doesn't allow what was asked. */
export function isForbidden(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === "FORBIDDEN";
}

/** Objects to watch that one list and watch can serve, with the query for it. */
export interface TargetGroup {
  query: Query;
  refs: ObjectRef[];
}

/**
 * The query of a group that goes on from its object as it was applied. With several of them there is none: versions of
 * different objects have no order to begin with.
 */
export function beginFrom({ query, refs }: TargetGroup, applied: ReadonlyMap<string, Manifest>): Query {
  const [only, ...others] = refs;
  const object = only === undefined || others.length > 0 ? undefined : applied.get(refKey(only));
  const resourceVersion = object?.metadata.resourceVersion;
  if (object === undefined || typeof resourceVersion !== "string") return query;
  return { ...query, known: { resourceVersion, items: [object] } };
}

/** One group for each kind and namespace; a group of one asks for its object alone. */
export function groupTargets(refs: readonly ObjectRef[]): TargetGroup[] {
  const groups = new Map<string, TargetGroup>();
  for (const ref of refs) {
    const { apiVersion, kind, namespace } = ref;
    const key = refKey({ ...ref, name: "" });
    const group = groups.get(key);
    if (group === undefined) {
      const query: Query = { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), ...SLIMLY };
      groups.set(key, { query, refs: [ref] });
    } else group.refs.push(ref);
  }
  return [...groups.values()].map(({ query, refs }) =>
    refs.length === 1 ? { query: { ...query, fieldSelector: `metadata.name=${refs[0]!.name}` }, refs } : { query, refs }
  );
}
