/**
 * The Job controller: runs pods until enough of them have succeeded or too many have failed.
 *
 * @see kubernetes `pkg/controller/job/job_controller.go` v1.36
 */
import type { Job, JobCondition, JobStatus } from "kubernetes-types/batch/v1";
import type { Pod } from "kubernetes-types/core/v1";
import type { Manifest } from "../../manifest/mod.ts";
import { timestamp } from "../store.ts";
import { findCondition } from "./conditions.ts";
import { formatIndexes, freeIndexes, indexOf, JOB_INDEX, parseIndexes, withIndexVariable } from "./job_index.ts";
import {
  controlledBy,
  controlledObjects,
  isDeleting,
  live,
  millis,
  omitZeros,
  releaseFinalizer,
  writeStatus,
} from "./live.ts";
import {
  addCondition,
  deadlineOf,
  failureOf,
  finish,
  hasVerdict,
  type JobWork,
  type LiveJob,
  noteSuspension,
  record,
} from "./job_verdict.ts";
import { createPod, deletePod, isActive, isFinished, isReady, type LivePod } from "./pods.ts";
import { createRetries, type Retries } from "./retries.ts";
import { type Controller, earliest, type World } from "./world.ts";

/** Keeps a pod until the Job has counted it. */
const TRACKING = "batch.kubernetes.io/job-tracking";
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 600_000;

/** Runs Jobs. */
export function createJobController(world: World): Controller {
  const retries = createRetries(world);
  return {
    name: "job-controller",
    apiVersion: "batch/v1",
    kind: "Job",
    reconcile: (manifest) => reconcile(world, retries, manifest),
    forget: (manifest) => retries.forget(String(manifest.metadata.uid)),
  };
}

function reconcile(world: World, retries: Retries, manifest: Manifest): number | undefined {
  const job = live<Job>(manifest);
  if (job.spec?.template === undefined) return undefined;
  const end = endOf(job.status?.conditions);
  if (end !== undefined) return removeWhenDue(world, job, end);
  const work = plan(world, retries, job);
  countFinished(work);
  const retryTime = isDeleting(job) ? undefined : proceed(work);
  work.pods = controlledObjects<Pod>(world.store, job, "Pod");
  finish(work);
  writeStatus(world.store, job, computeStatus(work));
  return earliest(retryTime, retries.retryTime(job.metadata.uid), deadlineOf(work));
}

function endOf(conditions: JobCondition[] | undefined): JobCondition | undefined {
  return conditions?.find(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True");
}

/** Removes a finished Job and its pods after `ttlSecondsAfterFinished`; returns the time until then. */
function removeWhenDue(world: World, job: LiveJob, end: JobCondition): number | undefined {
  const seconds = job.spec?.ttlSecondsAfterFinished;
  if (seconds === undefined || isDeleting(job)) return undefined;
  const due = millis(end.lastTransitionTime) + seconds * 1000;
  if (due > world.now()) return due;
  for (const pod of controlledObjects<Pod>(world.store, job, "Pod")) deletePod(world, pod);
  const { apiVersion, kind, metadata: { name, namespace } } = job;
  world.store.remove({ apiVersion, kind, namespace, name });
  return undefined;
}

function plan(world: World, retries: Retries, job: LiveJob): JobWork {
  const { parallelism, completions, completionMode, backoffLimit, suspend } = job.spec!;
  const { startTime, succeeded = 0, failed = 0, conditions = [], completedIndexes = "" } = job.status ?? {};
  return {
    world,
    retries,
    job,
    pods: controlledObjects<Pod>(world.store, job, "Pod"),
    parallelism: parallelism ?? 1,
    completions: completions ?? (parallelism === undefined ? 1 : undefined),
    backoffLimit: backoffLimit ?? 6,
    isIndexed: completionMode === "Indexed",
    succeeded,
    failed,
    done: parseIndexes(completedIndexes),
    startTime: startTime ?? (suspend ? undefined : timestamp(world.now())),
    conditions,
  };
}

/** Counts the pods that have ended since, and lets them go. */
function countFinished(work: JobWork): void {
  for (const pod of work.pods) {
    if (!pod.metadata.finalizers?.includes(TRACKING)) continue;
    const hasSucceeded = pod.status?.phase === "Succeeded";
    const hasFailed = pod.status?.phase === "Failed" || (isDeleting(pod) && !hasSucceeded);
    if (!hasSucceeded && !hasFailed) continue;
    if (hasSucceeded && work.isIndexed) work.done.add(indexOf(pod));
    work.succeeded = work.isIndexed ? work.done.size : work.succeeded + (hasSucceeded ? 1 : 0);
    work.failed += hasFailed ? 1 : 0;
    releaseFinalizer(work.world.store, pod, TRACKING);
  }
  work.pods = controlledObjects<Pod>(work.world.store, work.job, "Pod");
}

/** Decides success or failure, else starts or ends pods; returns when a failed pod may be replaced. */
function proceed(work: JobWork): number | undefined {
  const { job, completions } = work;
  const active = work.pods.filter(isActive);
  if (hasVerdict(work)) {
    active.forEach((pod) => endPod(work, pod));
    return undefined;
  }
  const failure = failureOf(work);
  if (failure !== undefined) {
    addCondition(work, "FailureTarget", ...failure);
    active.forEach((pod) => endPod(work, pod));
    return undefined;
  }
  noteSuspension(work);
  if (job.spec?.suspend) {
    active.forEach((pod) => endPod(work, pod));
    return undefined;
  }
  const isEnough = completions === undefined ? work.succeeded > 0 : work.succeeded >= completions;
  if (isEnough && active.length === 0) {
    addCondition(work, "SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods");
    return undefined;
  }
  return keepActive(work, active);
}

/** Starts or ends pods until as many run as are useful. */
function keepActive(work: JobWork, active: LivePod[]): number | undefined {
  const { retries, job, completions, parallelism, succeeded } = work;
  const isWorkQueueDone = completions === undefined && succeeded > 0;
  const useful = completions === undefined ? parallelism : Math.min(parallelism, Math.max(0, completions - succeeded));
  const wanted = isWorkQueueDone ? active.length : useful;
  const surplus = [...active].sort((a, b) => Number(isReady(a)) - Number(isReady(b)));
  surplus.slice(0, Math.max(0, active.length - wanted)).forEach((pod) => endPod(work, pod));
  if (active.length >= wanted) return undefined;
  const retryTime = backoffEnd(work);
  if (retryTime > work.world.now()) return retryTime;
  if (!retries.isDue(job.metadata.uid)) return undefined;
  const free = work.isIndexed ? freeIndexes(work.completions ?? wanted, work.done, active) : [];
  for (let i = active.length; i < wanted; i++) {
    const index = work.isIndexed ? free.shift() : undefined;
    if (work.isIndexed && index === undefined) break;
    if (!createOne(work, index)) break;
  }
  return undefined;
}

/** When the next pod may follow the failed ones: 10 s after the first failure, then twice as long each time. */
function backoffEnd({ pods }: JobWork): number {
  const endTime = (pod: LivePod) =>
    Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ state }) => millis(state?.terminated?.finishedAt)));
  const ended = pods.filter(isFinished).sort((a, b) => endTime(a) - endTime(b));
  const failures = ended.slice(ended.findLastIndex((pod) => pod.status?.phase === "Succeeded") + 1);
  if (failures.length === 0) return 0;
  return endTime(failures.at(-1)!) + Math.min(FIRST_BACKOFF_MS * 2 ** (failures.length - 1), LONGEST_BACKOFF_MS);
}

function createOne(work: JobWork, index: number | undefined): boolean {
  const { world, retries, job } = work;
  const template = job.spec!.template;
  const labels = {
    "batch.kubernetes.io/controller-uid": job.metadata.uid,
    "batch.kubernetes.io/job-name": job.metadata.name,
    "controller-uid": job.metadata.uid,
    "job-name": job.metadata.name,
  };
  const creation = createPod(world, {
    template: index === undefined ? template : withIndexVariable(template),
    owner: index === undefined ? job : { ...job, metadata: { ...job.metadata, name: `${job.metadata.name}-${index}` } },
    ownerReference: controlledBy(job),
    adjust: (pod) => {
      Object.assign(pod.metadata.labels!, labels);
      pod.metadata.finalizers = [...pod.metadata.finalizers ?? [], TRACKING];
      if (index === undefined) return;
      pod.metadata.labels![JOB_INDEX] = String(index);
      pod.metadata.annotations = { ...pod.metadata.annotations, [JOB_INDEX]: String(index) };
      pod.spec!.hostname = `${job.metadata.name}-${index}`;
    },
  });
  if ("refusal" in creation) {
    retries.fail(job.metadata.uid, creation.refusal);
    record(work, "Warning", "FailedCreate", `Error creating: ${creation.refusal}`);
    return false;
  }
  retries.forget(job.metadata.uid);
  record(work, "Normal", "SuccessfulCreate", `Created pod: ${creation.pod.metadata.name}`);
  return true;
}

function endPod(work: JobWork, pod: LivePod): void {
  deletePod(work.world, pod);
  record(work, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
}

function computeStatus(work: JobWork): JobStatus {
  const active = work.pods.filter(isActive);
  const complete = findCondition(work.conditions, "Complete");
  return {
    conditions: work.conditions.length === 0 ? undefined : work.conditions,
    startTime: work.startTime,
    completionTime: complete?.lastTransitionTime,
    ...omitZeros({ active: active.length, succeeded: work.succeeded, failed: work.failed }),
    completedIndexes: work.done.size === 0 ? undefined : formatIndexes(work.done),
    terminating: work.pods.filter((pod) => isDeleting(pod) && !isFinished(pod)).length,
    ready: active.filter(isReady).length,
    uncountedTerminatedPods: {},
  };
}
