import { getPath } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, findCondition, readNumber } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/**
 * Status of a Job: current when complete or suspended, failed when its controller says so.
 *
 * Differs from kstatus, where a Job that runs is current already.
 */
export function jobStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const parallelism = readNumber(1, object, "spec", "parallelism");
  const completions = readNumber(parallelism, object, "spec", "completions");
  const succeeded = readNumber(0, object, "status", "succeeded");
  if (findCondition(object, "Complete")?.status === "True") {
    return current(`job "${name}" is complete: ${succeeded} of ${completions} succeeded`);
  }
  // FailureTarget comes first, while the job's pods are still being terminated.
  for (const type of ["Failed", "FailureTarget"]) {
    const condition = findCondition(object, type);
    if (condition?.status === "True") {
      return failed(condition.reason || type, `job "${name}" has failed: ${describeCondition(condition)}`);
    }
  }
  if (getPath(object, "spec", "suspend") === true) {
    return current(`job "${name}" is suspended`, "The job will not run until somebody resumes it");
  }
  if (getPath(object, "status", "startTime") === undefined) return inProgress(`Waiting for job "${name}" to start`);
  const active = readNumber(0, object, "status", "active");
  const failures = readNumber(0, object, "status", "failed");
  return inProgress(
    `Waiting for job "${name}" to complete: ${succeeded} of ${completions} succeeded, ${active} active` +
      (failures > 0 ? `, ${failures} failed` : ""),
  );
}

/** Status of a CronJob: there's nothing to wait for. */
export function cronJobStatus(object: Manifest): Status {
  const isSuspended = getPath(object, "spec", "suspend") === true;
  return current(`cronjob "${object.metadata.name}" is ${isSuspended ? "suspended" : "scheduled"}`);
}
