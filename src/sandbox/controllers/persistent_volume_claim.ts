/**
 * PersistentVolumeClaims get a volume of their own. Any class will do while the cluster has no StorageClass objects;
 * once it has some, the claim's class must be one of them.
 *
 * @see kubernetes `pkg/controller/volume/persistentvolume/pv_controller.go` v1.36
 */
import type { PersistentVolumeClaim } from "kubernetes-types/core/v1";
import type { StorageClass } from "kubernetes-types/storage/v1";
import type { ObjectRef } from "../../manifest/mod.ts";
import type { StoreEvent } from "../store.ts";
import { isDeleting, type Live, live, manifestOf, millis, write } from "./live.ts";
import { type Controller, isKind, type World } from "./world.ts";

type LiveClaim = Live<PersistentVolumeClaim>;

/** The annotation by which the scheduler asks for a volume near a node. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";
const DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
const PROVISIONER = "sandbox.kstage.dev/volumes";

/** The class of a claim, whether it exists, and whether the claim waits for a pod. */
export function classOf({ store }: World, claim: LiveClaim): { name: string; isKnown: boolean; waitsForPod: boolean } {
  const classes = store.list("storage.k8s.io/v1", "StorageClass").map((one) => live<StorageClass>(one));
  const chosen = claim.spec?.storageClassName === undefined
    ? classes.find(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true")
    : classes.find(({ metadata }) => metadata.name === claim.spec?.storageClassName);
  return {
    name: claim.spec?.storageClassName ?? chosen?.metadata.name ?? "",
    isKnown: classes.length === 0 || chosen !== undefined,
    waitsForPod: chosen?.volumeBindingMode === "WaitForFirstConsumer",
  };
}

/** Binds claims to new volumes. */
export function createClaimController(world: World): Controller {
  const { store } = world;
  return {
    name: "persistentvolume-controller",
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    *concerned({ object }: StoreEvent): Iterable<ObjectRef> {
      if (!isKind(object, "storage.k8s.io/v1", "StorageClass")) return;
      for (const { metadata } of store.list("v1", "PersistentVolumeClaim")) {
        yield {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          name: metadata.name,
          namespace: String(metadata.namespace),
        };
      }
    },
    reconcile: (manifest) => reconcile(world, live<PersistentVolumeClaim>(manifest)),
  };
}

function reconcile(world: World, claim: LiveClaim): number | undefined {
  if (isDeleting(claim) || claim.status?.phase === "Bound") return undefined;
  const { name, isKnown, waitsForPod } = classOf(world, claim);
  if (claim.status?.phase === undefined) {
    claim = write<PersistentVolumeClaim>(world.store, claim, { status: { phase: "Pending" } });
  }
  if (!isKnown) {
    if (name === "") {
      say(
        world,
        claim,
        "Normal",
        "FailedBinding",
        "no persistent volumes available for this claim and no storage class is set",
      );
    } else say(world, claim, "Warning", "ProvisioningFailed", `storageclass.storage.k8s.io "${name}" not found`);
    return world.now() + 15_000;
  }
  if (waitsForPod && claim.metadata.annotations?.[SELECTED_NODE] === undefined) {
    say(world, claim, "Normal", "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
    return undefined;
  }
  const due = millis(claim.metadata.creationTimestamp) + world.settings.provisionSeconds * 1000;
  if (due > world.now()) return due;
  bind(world, claim, name);
  return undefined;
}

function bind(world: World, claim: LiveClaim, className: string): void {
  const { name, namespace, uid } = claim.metadata;
  const volumeName = claim.spec?.volumeName ?? `pvc-${uid}`;
  const capacity = { storage: claim.spec?.resources?.requests?.storage ?? "1Gi" };
  const accessModes = claim.spec?.accessModes ?? ["ReadWriteOnce"];
  if (world.store.get({ apiVersion: "v1", kind: "PersistentVolume", name: volumeName }) === undefined) {
    world.store.create(manifestOf({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: volumeName, annotations: { "pv.kubernetes.io/provisioned-by": PROVISIONER } },
      spec: {
        accessModes,
        capacity,
        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
        hostPath: { path: `/var/lib/sandbox/${volumeName}`, type: "DirectoryOrCreate" },
        persistentVolumeReclaimPolicy: "Delete",
        storageClassName: className || undefined,
        volumeMode: claim.spec?.volumeMode ?? "Filesystem",
      },
      status: { phase: "Bound" },
    }));
    say(world, claim, "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${volumeName}`);
  }
  write<PersistentVolumeClaim>(world.store, claim, {
    metadata: {
      ...claim.metadata,
      annotations: { ...claim.metadata.annotations, "pv.kubernetes.io/bind-completed": "yes" },
    },
    spec: { ...claim.spec, volumeName, storageClassName: className || undefined },
    status: { phase: "Bound", accessModes, capacity },
  });
}

function say(world: World, claim: LiveClaim, type: "Normal" | "Warning", reason: string, message: string): void {
  world.events.record(claim, { type, reason, message, component: "persistentvolume-controller" });
}
