import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, findCondition, readNumber, readObjects, readText } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/**
 * Status of a pod by itself. Why a pod doesn't start is a matter of evidence over time, not of its status.
 *
 * Differs from kstatus: a failed pod is failed, and a pod that waits (unschedulable, crash-looping) is in progress:
 * whether that's for ever is decided by the rules of diagnosis.
 */
export function podStatus(object: Manifest): Status {
  const phase = readText(object, "status", "phase");
  if (phase === "Succeeded") return current("The pod has completed");
  if (phase === "Failed") {
    const reason = readText(object, "status", "reason") || "Failed";
    return failed(reason, `The pod has failed: ${readText(object, "status", "message") || describeExit(object)}`);
  }
  if (phase === "") return inProgress("Waiting for the pod to be scheduled");
  const ready = findCondition(object, "Ready");
  if (ready?.status === "True") return current("The pod is ready");
  if (phase === "Pending") {
    const scheduled = findCondition(object, "PodScheduled");
    if (scheduled?.status === "False") return inProgress(`Waiting for a node: ${describeCondition(scheduled)}`);
  }
  const waiting = describeWaiting(object);
  if (waiting !== undefined) return inProgress(`Waiting for containers to start: ${waiting}`);
  return inProgress(phase === "Running" ? "The pod is running but not ready" : `The pod is ${phase.toLowerCase()}`);
}

function describeWaiting(object: Manifest): string | undefined {
  for (const field of ["initContainerStatuses", "containerStatuses"]) {
    for (const container of readObjects(object, "status", field)) {
      const reason = readText(container, "state", "waiting", "reason");
      // PodInitializing only says that an init container is still at work.
      if (reason !== "" && reason !== "PodInitializing") return `${readText(container, "name")} ${reason}`;
    }
  }
  return undefined;
}

function describeExit(object: Manifest): string {
  for (const field of ["initContainerStatuses", "containerStatuses"]) {
    for (const container of readObjects(object, "status", field)) {
      const exitCode = readNumber(0, container, "state", "terminated", "exitCode");
      if (exitCode !== 0) return `container ${readText(container, "name")} exited with code ${exitCode}`;
    }
  }
  return "no reason given";
}
