import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, findCondition, readNumber } from "./fields.ts";
import { current, inProgress, type Status } from "./status.ts";

/**
 * Status of a ReplicaSet. One that can't create pods stays in progress: its controller keeps trying.
 *
 * @see kstatus `pkg/kstatus/status/core.go` v0.37.2
 */
export function replicaSetStatus(object: Manifest): Status {
  const failure = findCondition(object, "ReplicaFailure");
  if (failure?.status === "True") return inProgress(`Cannot create pods: ${describeCondition(failure)}`);
  const desired = readNumber(1, object, "spec", "replicas");
  const total = readNumber(0, object, "status", "replicas");
  const ready = readNumber(0, object, "status", "readyReplicas");
  const available = readNumber(0, object, "status", "availableReplicas");
  if (total < desired) return inProgress(`Waiting for pods to be created: ${total} of ${desired}`);
  if (total > desired) return inProgress(`Waiting for ${total - desired} surplus pods to terminate`);
  if (ready < desired) return inProgress(`Waiting for pods to be ready: ${ready} of ${desired}`);
  if (available < desired) return inProgress(`Waiting for pods to be available: ${available} of ${desired}`);
  return current(`${desired} of ${desired} pods are available`);
}
