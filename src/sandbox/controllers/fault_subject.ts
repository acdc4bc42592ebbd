/** A pod as faults see it. */
import type { Pod } from "kubernetes-types/core/v1";
import type { FaultContainer, FaultSubject } from "./fault_table.ts";
import { type Live, millis } from "./live.ts";
import type { World } from "./world.ts";

/** Describes a pod, with its owners, theirs, and its containers. */
export function subjectOf(world: World, pod: Live<Pod>): FaultSubject {
  const { metadata } = pod;
  const workloads = [`pod/${metadata.name}`];
  // A pod that isn't there yet is as old as its owner.
  let createdMs = metadata.creationTimestamp === undefined ? undefined : millis(metadata.creationTimestamp);
  let owners = metadata.ownerReferences;
  while (owners !== undefined) {
    const owner = owners.find(({ controller }) => controller === true);
    const found = owner && world.store.getByUid(owner.uid);
    if (owner !== undefined) workloads.push(`${owner.kind.toLowerCase()}/${owner.name}`);
    createdMs ??= found && millis(String(found.metadata.creationTimestamp));
    owners = (found as Live<Pod> | undefined)?.metadata.ownerReferences;
  }
  return {
    key: metadata.uid ?? metadata.name,
    namespace: metadata.namespace ?? "default",
    labels: metadata.labels ?? {},
    workloads,
    containers: containersOf(pod),
    createdMs: createdMs ?? world.now(),
  };
}

/** All containers of a pod, init containers first. */
export function containersOf({ spec }: Live<Pod>): FaultContainer[] {
  const init = (spec?.initContainers ?? []).map(({ name, image = "" }) => ({ name, image, isInit: true }));
  return [...init, ...(spec?.containers ?? []).map(({ name, image = "" }) => ({ name, image, isInit: false }))];
}
