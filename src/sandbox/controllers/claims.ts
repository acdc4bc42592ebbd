/**
 * Which objects a controller owns: it takes up those without a controller that its selector matches, and lets go of
 * its own that no longer match.
 *
 * @see kubernetes `pkg/controller/controller_ref_manager.go` v1.36
 */
import type { PodTemplateSpec } from "kubernetes-types/core/v1";
import type { LabelSelector } from "kubernetes-types/meta/v1";
import type { ObjectRef } from "../../manifest/mod.ts";
import type { StoreEvent } from "../store.ts";
import { controlledBy, controlledObjects, controllerOf, isDeleting, type Live, live, write } from "./live.ts";
import { matchesSelector } from "./selector.ts";
import { isKind, type World } from "./world.ts";

/** Whose objects are claimed. */
interface Claimant {
  apiVersion: string;
  kind: string;
  metadata: Live<object>["metadata"];
  spec?: { selector?: LabelSelector; template?: PodTemplateSpec };
}

/**
 * The objects of a kind that `owner` controls, after it has taken up and let go what it should.
 *
 * @param isOwn A further condition for taking up, such as a name.
 */
export function claimObjects<T>(
  { store, orphans }: World,
  owner: Claimant,
  kind: "Pod" | "ReplicaSet",
  isOwn: (object: Live<T>) => boolean = () => true,
): Live<T>[] {
  const matches = (object: Live<T>) => matchesSelector(owner.spec?.selector, object.metadata.labels);
  // The API server refuses selectors that miss their own template; obeying one would create pods without end.
  if (!matchesSelector(owner.spec?.selector, owner.spec?.template?.metadata?.labels)) {
    return controlledObjects<T>(store, owner, kind);
  }
  if (!isDeleting(owner)) {
    for (const uid of orphans.find(kind, owner.metadata.namespace ?? "")) {
      const orphan = live<T>(store.getByUid(uid)!);
      if (isDeleting(orphan) || !matches(orphan) || !isOwn(orphan)) continue;
      const ownerReferences = [...orphan.metadata.ownerReferences ?? [], controlledBy(owner)];
      write<T>(store, orphan, { metadata: { ...orphan.metadata, ownerReferences } } as Partial<Live<T>>);
    }
  }
  return controlledObjects<T>(store, owner, kind).filter((object) => {
    if (matches(object) || isDeleting(object)) return true;
    const ownerReferences = object.metadata.ownerReferences!.filter(({ uid }) => uid !== owner.metadata.uid);
    write<T>(store, object, { metadata: { ...object.metadata, ownerReferences } } as Partial<Live<T>>);
    return false;
  });
}

/** Owners of a kind whose selector matches an object that has no controller: they may take it up. */
export function* claimantsOf(
  { store }: World,
  { type, object }: StoreEvent,
  claimed: string,
  apiVersion: string,
  kind: string,
): Iterable<ObjectRef> {
  if (object.kind !== claimed || type === "DELETED" || controllerOf(live<object>(object)) !== undefined) return;
  const { labels, namespace } = live<object>(object).metadata;
  for (const manifest of store.list(apiVersion, kind, namespace ?? "")) {
    const { spec, metadata } = live<{ spec?: { selector?: LabelSelector } }>(manifest);
    if (!isKind(manifest, apiVersion, kind) || !matchesSelector(spec?.selector, labels)) continue;
    yield { apiVersion, kind, name: metadata.name, namespace };
  }
}
