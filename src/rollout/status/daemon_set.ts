import type { Manifest } from "../../manifest/mod.ts";
import { readNumber } from "./fields.ts";
import { isOnDelete } from "./stateful_set.ts";
import { current, inProgress, type Status } from "./status.ts";

/**
 * Status of a DaemonSet: kubectl's checks in kubectl's order and words.
 *
 * Differs from kubectl: `OnDelete` is no error but current with a warning.
 *
 * @see kubectl `pkg/polymorphichelpers/rollout_status.go` v1.36
 */
export function daemonSetStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const desired = readNumber(0, object, "status", "desiredNumberScheduled");
  const updated = readNumber(0, object, "status", "updatedNumberScheduled");
  const available = readNumber(0, object, "status", "numberAvailable");
  const waiting = (state: string) => inProgress(`Waiting for daemon set "${name}" rollout to finish: ${state}...`);
  if (updated < desired && !isOnDelete(object)) {
    return waiting(`${updated} out of ${desired} new pods have been updated`);
  }
  if (available < desired) return waiting(`${available} of ${desired} updated pods are available`);
  if (updated < desired) {
    return current(
      `daemon set "${name}" has update strategy OnDelete: ${updated} of ${desired} pods are updated`,
      `${desired - updated} pods keep the former revision until somebody deletes them`,
    );
  }
  return current(`daemon set "${name}" successfully rolled out`);
}
