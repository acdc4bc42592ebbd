import { getPath } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { readNumber, readText } from "./fields.ts";
import { current, inProgress, type Status } from "./status.ts";

/**
 * Status of a StatefulSet: kubectl's checks in kubectl's order and words.
 *
 * Differs from kubectl: `OnDelete` is no error but current with a warning; without a partition the revisions must be
 * equal, too; with `minReadySeconds` the pods must be available, not only ready; surplus pods are waited for.
 *
 * @see kubectl `pkg/polymorphichelpers/rollout_status.go` v1.36
 */
export function statefulSetStatus(object: Manifest): Status {
  const desired = readNumber(1, object, "spec", "replicas");
  const ready = readNumber(0, object, "status", "readyReplicas");
  if (ready < desired) return inProgress(`Waiting for ${desired - ready} pods to be ready...`);
  const available = readNumber(0, object, "status", "availableReplicas");
  if (readNumber(0, object, "spec", "minReadySeconds") > 0 && available < desired) {
    return inProgress(`Waiting for ${desired - available} pods to be available...`);
  }
  const surplus = readNumber(0, object, "status", "replicas") - desired;
  if (surplus > 0) return inProgress(`Waiting for ${surplus} surplus pods to terminate...`);
  return isOnDelete(object) ? onDeleteStatus(object, desired) : rollingUpdateStatus(object, desired);
}

/** Whether pods are replaced only when a person deletes them. */
export function isOnDelete(object: Manifest): boolean {
  return readText(object, "spec", "updateStrategy", "type") === "OnDelete";
}

/** Pods below this ordinal keep the former revision. */
export function partitionOf(object: Manifest): number {
  return readNumber(0, object, "spec", "updateStrategy", "rollingUpdate", "partition");
}

function rollingUpdateStatus(object: Manifest, desired: number): Status {
  const updated = readNumber(0, object, "status", "updatedReplicas");
  const revision = readText(object, "status", "updateRevision");
  const partition = partitionOf(object);
  // The API server sets `rollingUpdate` always, so this is the branch that people see.
  const isPartitioned = getPath(object, "spec", "updateStrategy", "rollingUpdate") !== undefined;
  if (isPartitioned && updated < desired - partition) {
    const state = `${updated} out of ${desired - partition} new pods have been updated`;
    return inProgress(`Waiting for partitioned roll out to finish: ${state}...`);
  }
  const isUniform = revision === readText(object, "status", "currentRevision");
  if (partition === 0 && desired > 0 && !isUniform) {
    return inProgress(`waiting for statefulset rolling update to complete ${updated} pods at revision ${revision}...`);
  }
  if (isPartitioned) return current(`partitioned roll out complete: ${updated} new pods have been updated...`);
  const atRevision = readNumber(0, object, "status", "currentReplicas");
  return current(`statefulset rolling update complete ${atRevision} pods at revision ${revision}...`);
}

function onDeleteStatus(object: Manifest, desired: number): Status {
  const { name } = object.metadata;
  const updated = readNumber(0, object, "status", "updatedReplicas");
  const message = `statefulset "${name}" has update strategy OnDelete: ${updated} of ${desired} pods are updated`;
  const isUniform = readText(object, "status", "updateRevision") === readText(object, "status", "currentRevision");
  if (updated >= desired || isUniform) return current(message);
  return current(message, `${desired - updated} pods keep the former revision until somebody deletes them`);
}
