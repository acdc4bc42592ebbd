import { cloneJson, isObject, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { deleteFromStore, refOfStored } from "../api/delete.ts";
import { type ObjectStore, ownerUids, timestamp } from "../store.ts";
import type { HousekeepingContext, Reaction } from "./reaction.ts";

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

/**
 * Deletes what its owners leave behind, in the background, in the foreground, or not at all.
 *
 * @see Kubernetes `pkg/controller/garbagecollector` v1.36
 */
export function collectGarbage(context: HousekeepingContext): Reaction {
  const { store, now } = context;
  const hasGeneration = (object: Manifest): boolean =>
    context.resources.ofKind(object.apiVersion, object.kind)?.hasGeneration ?? true;
  const remove = (object: Manifest): void => deleteFromStore(store, object, now(), hasGeneration(object));
  return ({ type, object }) => {
    if (type === "DELETED") {
      for (const dependent of store.dependentsOf(String(object.metadata.uid))) releaseFrom(store, dependent, remove);
      finishForeground(store, object);
      return;
    }
    const current = store.getByUid(String(object.metadata.uid));
    if (current === undefined) return;
    if (type === "ADDED" && ownerUids(current).length > 0) releaseFrom(store, current, remove);
    if (current.metadata.deletionTimestamp === undefined) return;
    if (hasFinalizer(current, ORPHAN)) orphanDependents(store, current);
    else if (hasFinalizer(current, FOREGROUND)) deleteInForeground(store, current, now(), remove);
  };
}

function finalizersOf({ metadata }: Manifest): string[] {
  return Array.isArray(metadata.finalizers) ? metadata.finalizers.map(String) : [];
}

function hasFinalizer(object: Manifest, finalizer: string): boolean {
  return finalizersOf(object).includes(finalizer);
}

function ownersOf({ metadata }: Manifest): JsonObject[] {
  return Array.isArray(metadata.ownerReferences) ? metadata.ownerReferences.filter(isObject) : [];
}

/** Deletes an object none of whose owners is left; else drops the references to those that are gone. */
function releaseFrom(store: ObjectStore, dependent: Manifest, remove: (object: Manifest) => void): void {
  const owners = ownersOf(dependent);
  const alive = owners.filter(({ uid }) => store.getByUid(String(uid)) !== undefined);
  if (alive.length === owners.length) return;
  if (alive.length === 0) {
    if (dependent.metadata.deletionTimestamp === undefined) remove(dependent);
    return;
  }
  const next = cloneJson(dependent) as Manifest;
  next.metadata.ownerReferences = alive;
  store.update(next, { raiseGeneration: false });
}

function orphanDependents(store: ObjectStore, owner: Manifest): void {
  for (const dependent of store.dependentsOf(String(owner.metadata.uid))) {
    const next = cloneJson(dependent) as Manifest;
    const owners = ownersOf(dependent).filter(({ uid }) => uid !== owner.metadata.uid);
    if (owners.length > 0) next.metadata.ownerReferences = owners;
    else delete next.metadata.ownerReferences;
    store.update(next, { raiseGeneration: false });
  }
  dropFinalizer(store, owner, ORPHAN);
}

function deleteInForeground(
  store: ObjectStore,
  owner: Manifest,
  nowMs: number,
  remove: (object: Manifest) => void,
): void {
  const dependents = store.dependentsOf(String(owner.metadata.uid));
  for (const dependent of dependents) {
    if (dependent.metadata.deletionTimestamp !== undefined) continue;
    // Dependents with dependents of their own wait for those in turn.
    if (store.dependentsOf(String(dependent.metadata.uid)).length === 0) remove(dependent);
    else markForeground(store, dependent, nowMs);
  }
  const blocking = store.dependentsOf(String(owner.metadata.uid)).filter((dependent) =>
    ownersOf(dependent).some(({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true)
  );
  if (blocking.length === 0) dropFinalizer(store, owner, FOREGROUND);
}

function markForeground(store: ObjectStore, object: Manifest, nowMs: number): void {
  const next = cloneJson(object) as Manifest;
  next.metadata.finalizers = [...finalizersOf(object), FOREGROUND];
  next.metadata.deletionTimestamp = timestamp(nowMs);
  next.metadata.deletionGracePeriodSeconds = 0;
  store.update(next);
}

/** The owners of an object that is gone may have waited for it. */
function finishForeground(store: ObjectStore, gone: Manifest): void {
  for (const uid of ownerUids(gone)) {
    const owner = store.getByUid(uid);
    if (owner?.metadata.deletionTimestamp === undefined || !hasFinalizer(owner, FOREGROUND)) continue;
    const blocking = store.dependentsOf(uid).some((dependent) =>
      ownersOf(dependent).some((ref) => ref.uid === uid && ref.blockOwnerDeletion === true)
    );
    if (!blocking) dropFinalizer(store, owner, FOREGROUND);
  }
}

function dropFinalizer(store: ObjectStore, object: Manifest, finalizer: string): void {
  const finalizers = finalizersOf(object).filter((name) => name !== finalizer);
  if (finalizers.length === 0) {
    store.remove(refOfStored(object));
    return;
  }
  const next = cloneJson(object) as Manifest;
  next.metadata.finalizers = finalizers;
  store.update(next, { raiseGeneration: false });
}
