import { cloneJson, getPath } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { refOfStored } from "../api/delete.ts";
import type { ObjectStore } from "../store.ts";
import type { HousekeepingContext, Reaction } from "./reaction.ts";

const CLAIM_PROTECTION = "kubernetes.io/pvc-protection";
const VOLUME_PROTECTION = "kubernetes.io/pv-protection";

/**
 * Lets deleted claims go when no pod uses them, and deleted volumes when no claim is bound to them.
 *
 * @see Kubernetes `pkg/controller/volume/pvcprotection`, `pvprotection` v1.36
 */
export function releaseProtected({ store }: HousekeepingContext): Reaction {
  return ({ type, object }) => {
    if (object.kind === "Pod" && type === "DELETED") {
      for (const claim of store.list("v1", "PersistentVolumeClaim", String(object.metadata.namespace))) {
        releaseClaim(store, claim);
      }
    }
    const current = store.getByUid(String(object.metadata.uid));
    if (current?.kind === "PersistentVolumeClaim") releaseClaim(store, current);
    if (current?.kind === "PersistentVolume") releaseVolume(store, current);
  };
}

function releaseClaim(store: ObjectStore, claim: Manifest): void {
  if (!isHeld(claim, CLAIM_PROTECTION)) return;
  const { name, namespace } = claim.metadata;
  const isUsed = store.list("v1", "Pod", String(namespace)).some((pod) => {
    const volumes = getPath(pod, "spec", "volumes");
    const phase = getPath(pod, "status", "phase");
    if (phase === "Succeeded" || phase === "Failed" || !Array.isArray(volumes)) return false;
    return volumes.some((volume) => getPath(volume, "persistentVolumeClaim", "claimName") === name);
  });
  if (!isUsed) release(store, claim, CLAIM_PROTECTION);
}

function releaseVolume(store: ObjectStore, volume: Manifest): void {
  if (!isHeld(volume, VOLUME_PROTECTION) || getPath(volume, "status", "phase") === "Bound") return;
  release(store, volume, VOLUME_PROTECTION);
}

function isHeld({ metadata }: Manifest, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && Array.isArray(metadata.finalizers) &&
    metadata.finalizers.includes(finalizer);
}

function release(store: ObjectStore, object: Manifest, finalizer: string): void {
  const finalizers = (object.metadata.finalizers as string[]).filter((name) => name !== finalizer);
  if (finalizers.length === 0) {
    store.remove(refOfStored(object));
    return;
  }
  const next = cloneJson(object) as Manifest;
  next.metadata.finalizers = finalizers;
  store.update(next);
}
