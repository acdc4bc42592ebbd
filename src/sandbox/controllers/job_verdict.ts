/** What becomes of a Job: its conditions, from the first verdict to the end. */
import type { Job, JobCondition } from "kubernetes-types/batch/v1";
import { timestamp } from "../store.ts";
import { findCondition } from "./conditions.ts";
import { type Live, millis } from "./live.ts";
import { isActive, isFinished, type LivePod } from "./pods.ts";
import type { Retries } from "./retries.ts";
import type { World } from "./world.ts";

/** A Job of the store. */
export type LiveJob = Live<Job>;

/** A Job while it is being reconciled. */
export interface JobWork {
  world: World;
  retries: Retries;
  job: LiveJob;
  pods: LivePod[];
  parallelism: number;
  /** Undefined: one success is enough (a work queue). */
  completions: number | undefined;
  backoffLimit: number;
  isIndexed: boolean;
  succeeded: number;
  failed: number;
  /** Indexes that have succeeded. */
  done: Set<number>;
  startTime: string | undefined;
  conditions: JobCondition[];
}

/** Whether success or failure is decided already. */
export function hasVerdict({ conditions }: JobWork): boolean {
  return ["FailureTarget", "SuccessCriteriaMet"].some((type) => findCondition(conditions, type)?.status === "True");
}

/** Why the Job has failed: reason and message. */
export function failureOf(
  { world, job, pods, failed, backoffLimit, startTime }: JobWork,
): [string, string] | undefined {
  const restarts = job.spec?.template.spec?.restartPolicy === "OnFailure"
    ? pods.filter(isActive).flatMap((
      pod,
    ) => [...pod.status?.initContainerStatuses ?? [], ...pod.status?.containerStatuses ?? []])
      .reduce((sum, { restartCount }) => sum + restartCount, 0)
    : 0;
  if (failed > backoffLimit || (restarts > 0 && restarts >= backoffLimit)) {
    return ["BackoffLimitExceeded", "Job has reached the specified backoff limit"];
  }
  const seconds = job.spec?.activeDeadlineSeconds;
  const isLate = seconds !== undefined && startTime !== undefined && world.now() >= millis(startTime) + seconds * 1000;
  return isLate ? ["DeadlineExceeded", "Job was active longer than specified deadline"] : undefined;
}

/** When `activeDeadlineSeconds` ends, if that is ahead. */
export function deadlineOf({ job, startTime, world }: JobWork): number | undefined {
  const seconds = job.spec?.activeDeadlineSeconds;
  if (seconds === undefined || startTime === undefined) return undefined;
  const deadline = millis(startTime) + seconds * 1000;
  return deadline > world.now() ? deadline : undefined;
}

/** Keeps the condition Suspended; a resumed Job starts its clock anew. */
export function noteSuspension(work: JobWork): void {
  const { world, job, conditions } = work;
  const suspended = findCondition(conditions, "Suspended");
  const isSuspended = job.spec?.suspend === true;
  if ((suspended?.status === "True") === isSuspended) return;
  const [reason, message] = isSuspended ? ["JobSuspended", "Job suspended"] : ["JobResumed", "Job resumed"];
  work.conditions = conditions.filter((one) => one !== suspended);
  addCondition(work, "Suspended", reason!, message!, isSuspended ? "True" : "False");
  work.startTime = isSuspended ? undefined : timestamp(world.now());
  record(work, "Normal", isSuspended ? "Suspended" : "Resumed", message!);
}

/** Turns a verdict into the end, once no pod is left that is still being stopped. */
export function finish(work: JobWork): void {
  const { conditions, pods } = work;
  if (pods.some((pod) => !isFinished(pod))) return;
  const failure = findCondition(conditions, "FailureTarget");
  const success = findCondition(conditions, "SuccessCriteriaMet");
  if (failure?.status === "True") {
    addCondition(work, "Failed", failure.reason ?? "", failure.message ?? "");
    record(work, "Warning", failure.reason ?? "", failure.message ?? "");
  } else if (success?.status === "True") {
    addCondition(work, "Complete", success.reason ?? "", success.message ?? "");
    record(work, "Normal", "Completed", "Job completed");
  }
}

/** Adds a condition that begins now. */
export function addCondition(work: JobWork, type: string, reason: string, message: string, status = "True"): void {
  const time = timestamp(work.world.now());
  const condition = { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
  work.conditions = [...work.conditions, condition];
}

/** Says something about a Job. */
export function record({ world, job }: JobWork, type: "Normal" | "Warning", reason: string, message: string): void {
  world.events.record(job, { type, reason, message, component: "job-controller" });
}
