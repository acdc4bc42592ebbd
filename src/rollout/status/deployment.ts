import type { Manifest } from "../../manifest/mod.ts";
import { findCondition, readNumber } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/**
 * Status of a Deployment: kubectl's four checks in kubectl's order and words.
 *
 * Differs from kubectl: a Deployment without `spec.replicas` is taken to want 1, as its controller does.
 * Differs from kstatus: `Available` and `Progressing` conditions are not waited for, as kubectl doesn't.
 *
 * @see kubectl `pkg/polymorphichelpers/rollout_status.go` v1.36
 */
export function deploymentStatus(object: Manifest): Status {
  const { name } = object.metadata;
  if (findCondition(object, "Progressing")?.reason === "ProgressDeadlineExceeded") {
    return failed("ProgressDeadlineExceeded", `deployment "${name}" exceeded its progress deadline`);
  }
  const desired = readNumber(1, object, "spec", "replicas");
  const total = readNumber(0, object, "status", "replicas");
  const updated = readNumber(0, object, "status", "updatedReplicas");
  const available = readNumber(0, object, "status", "availableReplicas");
  const waiting = (state: string) => inProgress(`Waiting for deployment "${name}" rollout to finish: ${state}...`);
  if (updated < desired) return waiting(`${updated} out of ${desired} new replicas have been updated`);
  if (total > updated) return waiting(`${total - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
  return current(`deployment "${name}" successfully rolled out`);
}
