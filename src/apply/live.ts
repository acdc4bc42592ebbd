import { ApiError, type KubeClient } from "../kube/mod.ts";
import { type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import { groupKind } from "./order.ts";
import { mapConcurrently, type PoolOptions } from "./pool.ts";

/**
 * From this many objects of one kind in one namespace on, they are listed: reads of single objects are as fast as a list
 * as long as they all run at once, and never bring what nobody asked for.
 */
const LIST_FROM = 50;

/** Never listed: a namespace may hold megabytes of others' data, such as Helm's releases. */
const NEVER_LISTED = new Set(["/Secret", "/ConfigMap"]);

/**
 * Reads objects as they are now.
 *
 * @returns By {@link refKey}; objects that aren't there are absent.
 */
export async function readLive(
  client: KubeClient,
  refs: readonly ObjectRef[],
  pool: PoolOptions,
): Promise<Map<string, Manifest>> {
  const found = new Map<string, Manifest>();
  const singles: ObjectRef[] = [];
  const lists: ObjectRef[][] = [];
  for (const group of groupByCollection(refs)) {
    if (group.length >= LIST_FROM && !NEVER_LISTED.has(groupKind(group[0]!))) lists.push(group);
    else singles.push(...group);
  }
  const unlisted = await mapConcurrently(lists, pool, (group, signal) => readList(client, group, found, signal));
  await mapConcurrently([...singles, ...unlisted.flat()], pool, async (ref, signal) => {
    const object = await client.get(ref, signal);
    if (object !== undefined) found.set(refKey(ref), object);
  });
  return found;
}

/** Adds what a list brings; returns the objects that must be read one by one because listing is not permitted. */
async function readList(
  client: KubeClient,
  group: readonly ObjectRef[],
  found: Map<string, Manifest>,
  signal: AbortSignal,
): Promise<ObjectRef[]> {
  const { apiVersion, kind, namespace } = group[0]!;
  const wanted = new Set(group.map(refKey));
  try {
    const { items } = await client.list({ apiVersion, kind, ...(namespace && { namespace }) }, signal);
    for (const item of items) if (wanted.has(refKey(refOf(item)))) found.set(refKey(refOf(item)), item);
    return [];
  } catch (error) {
    if (error instanceof ApiError && error.code === "FORBIDDEN") return [...group];
    throw error;
  }
}

function groupByCollection(refs: readonly ObjectRef[]): ObjectRef[][] {
  const groups = new Map<string, ObjectRef[]>();
  for (const ref of refs) {
    const key = `${ref.apiVersion}/${ref.kind}/${ref.namespace ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [ref]);
    else group.push(ref);
  }
  return [...groups.values()];
}
