import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, readConditions, readText } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/**
 * Status of a PersistentVolumeClaim.
 *
 * A claim of a storage class with `volumeBindingMode: WaitForFirstConsumer` stays pending until a pod uses it; the
 * claim itself doesn't say so, thus whoever waits for claims alone must know the class.
 */
export function persistentVolumeClaimStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const phase = readText(object, "status", "phase");
  if (phase === "Lost") return failed("ClaimLost", `The volume of persistentvolumeclaim "${name}" is gone`);
  if (phase !== "Bound") return inProgress(`Waiting for persistentvolumeclaim "${name}" to be bound`);
  const resizing = readConditions(object).find(({ type, status }) => type === "Resizing" && status === "True");
  if (resizing) {
    return inProgress(`Waiting for persistentvolumeclaim "${name}" to grow: ${describeCondition(resizing)}`);
  }
  return current(`persistentvolumeclaim "${name}" is bound`);
}
