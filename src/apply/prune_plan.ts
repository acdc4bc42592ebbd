import { getPath } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import { groupOf, type Manifest, type ObjectRef, refKey, refOf } from "../manifest/mod.ts";
import { annotationOf, isAppliedMember, partOf } from "./apply_set.ts";
import { dependencyRanks } from "./depends_on.ts";
import { type Inventory, namesMoreThan } from "./inventory.ts";
import { applyPlace, groupKind } from "./order.ts";
import { mapConcurrently } from "./pool.ts";
import { isDefinition } from "./prepare.ts";
import { configKey, controllerOf, readReferrers, type Referrer, type Referrers } from "./references.ts";

/** `kstage.dev/prune: never` keeps an object; so does any other value, which can only be meant so. */
export const PRUNE_ANNOTATION = "kstage.dev/prune";

/**
 * Why an object that left the overlay stays:
 * - `annotated` by {@link PRUNE_ANNOTATION};
 * - `namespace`, `definition`: only pruned when asked for, because all in it goes with it;
 * - `in-use`: a namespace or definition of what is applied or kept (`by`);
 * - `referenced`: a ReplicaSet, ControllerRevision or Job (`by`) needs the ConfigMap or Secret;
 * - `unreadable`: whether one does may not be read (`error`);
 * - `controlled` by another object (`by`), or `copied`: its label was not applied but copied by a controller. It is no
 *   member of the set then;
 * - `moved`: it joined another set after the plan was made;
 * - `terminating`: it is being deleted already;
 * - `unplanned`: the saved plan that is carried out does not prune it.
 */
export type KeepReason =
  | "annotated"
  | "namespace"
  | "definition"
  | "in-use"
  | "referenced"
  | "unreadable"
  | "controlled"
  | "copied"
  | "moved"
  | "terminating"
  | "unplanned";

/** An object that left the overlay, to be deleted. */
export interface PruneChange {
  /** It goes. */
  kind: "prune";
  /** The object. */
  ref: ObjectRef;
  /** The object as the server has it. */
  live: Manifest;
  /** When it is deleted: greater ranks first. */
  rank: number;
}

/** An object that left the overlay and stays for now. */
export interface KeepChange {
  /** It stays. */
  kind: "keep";
  /** The object. */
  ref: ObjectRef;
  /** The object as the server has it. */
  live: Manifest;
  /** Why it stays. */
  because: KeepReason;
  /** The objects for which it stays. */
  by?: ObjectRef[];
  /** Why it can't be judged. */
  error?: ApiError;
}

/** What pruning would do, in the order of deletion; what is kept comes last. */
export interface PrunePlan {
  /** What the cluster knows of the set. */
  inventory: Inventory;
  /** The objects of the overlay. */
  applied: ObjectRef[];
  /** What becomes of each object that left the overlay. */
  changes: (PruneChange | KeepChange)[];
  /** Requests at the same time. */
  concurrency: number;
}

/**
 * Whether there is nothing to do: no object to delete or keep, and the inventory names no more than the overlay needs. A
 * run that was killed before its last request leaves an inventory that names too much.
 */
export function isPruneEmpty({ inventory, applied, changes }: PrunePlan): boolean {
  return changes.length === 0 && !namesMoreThan(inventory, applied);
}

/** What may be pruned. */
export interface PruneOptions {
  /** Namespaces, too, and all in them. @default {false} */
  pruneNamespaces?: boolean;
  /** CustomResourceDefinitions, too, and all objects of their kinds. @default {false} */
  pruneCrds?: boolean;
  /** Requests at the same time. @default {50} */
  concurrency?: number;
  /** Gives the planning up. */
  signal?: AbortSignal;
}

/**
 * Finds out which members of a set are to be deleted because the overlay hasn't got them any more. Writes nothing.
 *
 * ConfigMaps and Secrets that a ReplicaSet, ControllerRevision or Job still refers to are kept, so that a rollback finds
 * them; the plan of the first apply after the last reference is gone prunes them. Only where such an object is up for
 * deletion are references read: three lists per namespace, at once.
 *
 * @param plan What is applied: the plan of this apply.
 */
export async function planPrune(
  client: KubeClient,
  inventory: Inventory,
  plan: { changes: readonly { ref: ObjectRef; live?: Manifest }[] },
  options: PruneOptions = {},
): Promise<PrunePlan> {
  const { concurrency = 50, signal } = options;
  const applied = plan.changes.map(({ ref }) => ref);
  const judged = leavers(inventory, plan.changes).map((live) => judge(live, options));
  const pool = { concurrency, signal };
  const referrers = await readReferrers(client, namespacesOfConfig(judged), pool);
  const orphans = await findOrphans(client, inventory, referrers, pool);
  const withReferences = keepReferenced(judged, referrers, orphans);
  const changes = keepInUse(withReferences, [...applied, inventory.set.parent]);
  return { inventory, applied, changes: inDeletionOrder(changes), concurrency };
}

type PruneItem = PruneChange | KeepChange;

/** Members that are not applied. Another version's group may show the same object: its uid tells. */
function leavers(
  { members }: Inventory,
  changes: readonly { ref: ObjectRef; live?: Manifest }[],
): Manifest[] {
  const keys = new Set(changes.map(({ ref }) => refKey(ref)));
  const isApplied = (member: Manifest) => keys.has(refKey(refOf(member)));
  const uids = new Set([...members.filter(isApplied), ...changes.map(({ live }) => live)].map(uidOf));
  return members.filter((member) => !isApplied(member) && !uids.has(uidOf(member)));
}

function uidOf(object: Manifest | undefined): string | undefined {
  const uid = object?.metadata.uid;
  return typeof uid === "string" ? uid : undefined;
}

/** What can be told of an object by itself. */
function judge(live: Manifest, options: PruneOptions): PruneItem {
  const ref = refOf(live);
  const controller = controllerOf(live);
  if (controller !== undefined) return { kind: "keep", ref, live, because: "controlled", by: [controller.ref] };
  const because = reasonToKeep(live, options);
  // Ranks are set once it is known what is deleted.
  return because === undefined ? { kind: "prune", ref, live, rank: 0 } : { kind: "keep", ref, live, because };
}

function reasonToKeep(live: Manifest, { pruneNamespaces, pruneCrds }: PruneOptions): KeepReason | undefined {
  if (!isAppliedMember(live)) return "copied";
  if (annotationOf(live, PRUNE_ANNOTATION) !== undefined) return "annotated";
  if (live.metadata.deletionTimestamp !== undefined) return "terminating";
  if (isNamespace(live) && !pruneNamespaces) return "namespace";
  if (isDefinition(live) && !pruneCrds) return "definition";
  return undefined;
}

/** Why an object that was to be deleted and has changed since is to stay after all. */
export function reasonToStay(live: Manifest, setId: string): KeepReason | undefined {
  if (partOf(live) !== setId) return "moved";
  if (controllerOf(live) !== undefined) return "controlled";
  return reasonToKeep(live, { pruneNamespaces: true, pruneCrds: true });
}

function isNamespace({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
  return kind === "Namespace" && groupOf(apiVersion) === "";
}

function isConfig(ref: ObjectRef): boolean {
  return ["/ConfigMap", "/Secret"].includes(groupKind(ref));
}

function namespacesOfConfig(items: readonly PruneItem[]): string[] {
  const configs = items.filter(({ kind, ref }) => kind === "prune" && isConfig(ref));
  return [...new Set(configs.map(({ ref }) => ref.namespace!))];
}

/**
 * Uids of controllers that are gone: what they controlled is about to be collected and keeps nothing. Only controllers
 * that are no members need to be asked for, which is rare.
 */
async function findOrphans(
  client: KubeClient,
  { members }: Inventory,
  { found }: Referrers,
  pool: { concurrency: number; signal: AbortSignal | undefined },
): Promise<Set<string>> {
  const known = new Set(members.map(uidOf));
  const unknown = new Map<string, ObjectRef>();
  for (const { controller } of [...found.values()].flat()) {
    if (controller !== undefined && !known.has(controller.uid)) unknown.set(controller.uid, controller.ref);
  }
  const gone = new Set<string>();
  await mapConcurrently([...unknown], pool, async ([uid, ref], signal) => {
    const object = await getIfAllowed(client, ref, signal);
    if (object !== "unknown" && uidOf(object) !== uid) gone.add(uid);
  });
  return gone;
}

/** What can't be read counts as there: nothing is deleted on a guess. */
async function getIfAllowed(
  client: KubeClient,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<Manifest | undefined | "unknown"> {
  try {
    return await client.get(ref, signal);
  } catch (error) {
    if (error instanceof ApiError && ["FORBIDDEN", "KIND_UNKNOWN"].includes(error.code)) return "unknown";
    throw error;
  }
}

function keepReferenced(
  items: readonly PruneItem[],
  { found, unreadable }: Referrers,
  orphans: ReadonlySet<string>,
): PruneItem[] {
  const leaving = new Set([...orphans, ...items.filter(({ kind }) => kind === "prune").map(({ live }) => uidOf(live))]);
  const isLeaving = ({ uid, controller }: Referrer) => leaving.has(uid) || leaving.has(controller?.uid);
  return items.map((item): PruneItem => {
    if (item.kind === "keep" || !isConfig(item.ref)) return item;
    const { ref, live } = item;
    const by = found.get(ref.namespace!)!.filter((referrer) =>
      !isLeaving(referrer) && referrer.uses.has(configKey(ref))
    );
    if (by.length > 0) {
      return {
        kind: "keep",
        ref,
        live,
        because: "referenced",
        by: by.map((referrer) => referrer.ref),
      };
    }
    const error = unreadable.get(ref.namespace!);
    return error === undefined ? item : { kind: "keep", ref, live, because: "unreadable", error };
  });
}

/** Namespaces and definitions go only when nothing is left in them that is applied or kept. */
function keepInUse(items: readonly PruneItem[], applied: readonly ObjectRef[]): PruneItem[] {
  const isMember = ({ kind, ...item }: PruneItem) => kind === "keep" && (item as KeepChange).because !== "copied";
  const staying = [...applied, ...items.filter(isMember).map(({ ref }) => ref)];
  return items.map((item): PruneItem => {
    if (item.kind === "keep") return item;
    const { ref, live } = item;
    const by = staying.filter((other) => isInside(other, live));
    return by.length === 0 ? item : { kind: "keep", ref, live, because: "in-use", by };
  });
}

/** Whether an object would go with a namespace or a definition. */
function isInside(ref: ObjectRef, container: Manifest): boolean {
  if (isNamespace(container)) return ref.namespace === container.metadata.name;
  return isDefinition(container) && ref.kind === getPath(container, "spec", "names", "kind") &&
    groupOf(ref.apiVersion) === getPath(container, "spec", "group");
}

/** The order of application reversed. */
function inDeletionOrder(items: readonly PruneItem[]): PruneItem[] {
  const pruned = items.filter((item) => item.kind === "prune");
  const ranks = dependencyRanks(pruned.map(({ ref, live }) => ({ ref, desired: live })), { onCycle: "ignore" });
  const ranked = pruned.map((item) => ({ ...item, rank: ranks.get(refKey(item.ref))!.rank }));
  const byRank = ranked.sort((a, b) => b.rank - a.rank || applyPlace(b.ref) - applyPlace(a.ref));
  return [...byRank, ...items.filter((item) => item.kind === "keep")];
}
