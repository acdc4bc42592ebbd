import { ApiError, type ApiResource, findResource, type KubeClient, type Query } from "../kube/mod.ts";
import { groupOf, type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import {
  APPLY_SET_MANAGER,
  type ApplySet,
  equalScopes,
  parentManifest,
  parseGroupKind,
  PART_OF_LABEL,
  readScope,
  scopeOf,
  type SetScope,
  uniteScopes,
} from "./apply_set.ts";
import { mapConcurrently, type PoolOptions } from "./pool.ts";

/** What a cluster knows of an ApplySet. */
export interface Inventory {
  /** The set itself. */
  set: ApplySet;
  /** The parent; absent before the set's first apply. */
  parent?: Manifest;
  /** What the parent says about its members; empty without one. */
  scope: SetScope;
  /** The objects with the set's label in that scope, the parent itself aside. */
  members: Manifest[];
}

/** How to read an inventory. */
export interface ReadInventoryOptions {
  /** What is about to be applied: tells the versions of kinds, so that the server need not be asked for them. */
  manifests?: readonly Pick<Manifest, "apiVersion" | "kind">[];
  /** Requests at the same time. @default {50} */
  concurrency?: number;
  /** Gives the reading up. */
  signal?: AbortSignal;
}

/**
 * Reads the parent of a set, then its members: one list per kind and namespace that the parent names, all at once.
 * Without a parent that is a single request.
 *
 * @throws {ApplyError} SET_FOREIGN when the parent is something else or another tool's.
 * @throws {ApiError} Among others FORBIDDEN, with the rule that is missing to list a kind.
 */
export async function readInventory(
  client: KubeClient,
  set: ApplySet,
  options: ReadInventoryOptions = {},
): Promise<Inventory> {
  const { concurrency = 50, manifests = [], signal } = options;
  const parent = await client.get(set.parent, signal);
  if (parent === undefined) return { set, scope: { kinds: [], namespaces: [] }, members: [] };
  const scope = readScope(set, parent);
  const members = await readMembers(client, set, scope, manifests, { concurrency, signal });
  return { set, parent, scope, members };
}

async function readMembers(
  client: KubeClient,
  set: ApplySet,
  { kinds, namespaces }: SetScope,
  manifests: readonly Pick<Manifest, "apiVersion" | "kind">[],
  pool: PoolOptions,
): Promise<Manifest[]> {
  const known = new Map(manifests.map(({ apiVersion, kind }) => [`${groupOf(apiVersion)}/${kind}`, apiVersion]));
  const resources = await mapConcurrently(kinds.map(parseGroupKind), pool, async ({ group, kind }, signal) => {
    const apiVersion = known.get(`${group}/${kind}`);
    const resource = apiVersion === undefined ? undefined : await client.resourceOf(apiVersion, kind, signal);
    return resource ?? await findResource(client, { group, kind }, signal);
  });
  const places = [set.parent.namespace!, ...namespaces];
  const queries = resources.filter((resource) => resource !== undefined).flatMap((resource): Query[] =>
    resource.namespaced ? places.map((namespace) => queryOf(set, resource, namespace)) : [queryOf(set, resource)]
  );
  const found = await mapConcurrently(queries, pool, (query, signal) => listMembers(client, query, signal));
  return found.flat().filter((member) => refKey(refOf(member)) !== refKey(set.parent));
}

function queryOf({ id }: ApplySet, { apiVersion, kind }: ApiResource, namespace?: string): Query {
  const query = { apiVersion, kind, labelSelector: `${PART_OF_LABEL}=${id}` };
  return namespace === undefined ? query : { ...query, namespace };
}

async function listMembers(client: KubeClient, query: Query, signal: AbortSignal): Promise<Manifest[]> {
  try {
    return (await client.list(query, signal)).items;
  } catch (error) {
    // The kind's definition has gone, and all its objects with it.
    if (error instanceof ApiError && error.code === "KIND_UNKNOWN") return [];
    throw error;
  }
}

/** How often to try again when another deploy wrote the parent meanwhile. */
const ATTEMPTS = 5;

/**
 * Makes the parent name all that objects need, beside what it names already: written before the objects, so that none
 * is ever out of its sight. Writes nothing where it names all of it.
 *
 * @throws {ApiError} Or ApplyError SET_FOREIGN.
 */
export async function openInventory(
  client: KubeClient,
  inventory: Inventory,
  refs: readonly ObjectRef[],
  signal?: AbortSignal,
): Promise<void> {
  const { set } = inventory;
  const needed = scopeOf(set, refs);
  let { parent } = inventory;
  for (let attempt = 1;; attempt++) {
    const current = parent && readScope(set, parent);
    const scope = current === undefined ? needed : uniteScopes(current, needed);
    if (current !== undefined && equalScopes(current, scope)) return;
    try {
      return await writeParent(client, set, scope, parent, signal);
    } catch (error) {
      if (!isOutrun(error) || attempt === ATTEMPTS) throw error;
      parent = await client.get(set.parent, signal);
    }
  }
}

/** Whether the parent names kinds or namespaces that none of these objects needs. */
export function namesMoreThan({ set, parent, scope }: Inventory, refs: readonly ObjectRef[]): boolean {
  const needed = scopeOf(set, refs);
  return parent !== undefined && !equalScopes(uniteScopes(scope, needed), needed);
}

/**
 * Makes the parent name no more than its members need. When another deploy wrote the parent meanwhile nothing is done:
 * naming too much does no harm, and the next prune looks again.
 *
 * @param refs All members: what was applied, and what could not be pruned.
 * @returns Whether the parent was written.
 */
export async function shrinkInventory(
  client: KubeClient,
  { set, parent, scope }: Inventory,
  refs: readonly ObjectRef[],
  signal?: AbortSignal,
): Promise<boolean> {
  const needed = scopeOf(set, refs);
  if (parent === undefined || equalScopes(scope, needed)) return false;
  try {
    await writeParent(client, set, needed, parent, signal);
    return true;
  } catch (error) {
    if (isOutrun(error)) return false;
    throw error;
  }
}

/** Writes the parent, if it still is the version that the scope was computed from. */
async function writeParent(
  client: KubeClient,
  set: ApplySet,
  scope: SetScope,
  before: Manifest | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const manifest = parentManifest(set, scope);
  const resourceVersion = before?.metadata.resourceVersion;
  const metadata = { ...manifest.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const options = { fieldManager: APPLY_SET_MANAGER, ...(signal === undefined ? {} : { signal }) };
  await client.apply({ ...manifest, metadata }, options);
}

/** Whether another writer was faster; a conflict of field managers has causes instead. */
function isOutrun(error: unknown): boolean {
  return error instanceof ApiError && error.code === "CONFLICT" && error.causes.length === 0;
}
