import { deepEqual, equal, match, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { condition, type DeploymentOptions, type Loose, newCluster, template } from "./cluster.ts";
import { formatIndexes, parseIndexes } from "../../../src/sandbox/controllers/job_index.ts";

function job(options: DeploymentOptions = {}): JsonObject {
  const { name = "migrate", spec = {}, pod = {} } = options;
  return {
    kind: "Job",
    metadata: { name },
    spec: { template: template({ name, ...options, pod: { restartPolicy: "Never", ...pod } }), ...spec },
  };
}

Deno.test("a Job runs its pod once and is complete", () => {
  const cluster = newCluster();
  cluster.apply(job());
  cluster.pass(3);
  deepEqual([cluster.get("Job", "migrate").status.active, cluster.get("Job", "migrate").status.ready], [1, 1]);
  cluster.pass(4);
  const { status } = cluster.get("Job", "migrate");
  deepEqual(status.conditions.map(({ type, status: state, reason }: Loose) => [type, state, reason]), [
    ["SuccessCriteriaMet", "True", "CompletionsReached"],
    ["Complete", "True", "CompletionsReached"],
  ]);
  deepEqual([status.succeeded, status.active, status.failed, status.ready, status.terminating], [
    1,
    undefined,
    undefined,
    0,
    0,
  ]);
  ok(status.startTime <= status.completionTime);
  const [pod] = cluster.pods();
  equal(pod.metadata.labels["job-name"], "migrate");
  equal(pod.metadata.labels["batch.kubernetes.io/job-name"], "migrate");
  equal(pod.metadata.finalizers, undefined);
  equal(pod.status.phase, "Succeeded");
  match(
    cluster.events("migrate").join("\n"),
    /^SuccessfulCreate: Created pod: migrate-\w{5}\nCompleted: Job completed$/,
  );
  const before = cluster.writes();
  cluster.pass(60);
  equal(cluster.writes(), before);
});

Deno.test("parallelism and completions: never more pods than are useful", () => {
  const cluster = newCluster();
  cluster.apply(job({ spec: { parallelism: 2, completions: 5 } }));
  cluster.pass(
    30,
    () => ok(cluster.pods().filter((pod) => !["Succeeded", "Failed"].includes(pod.status.phase)).length <= 2),
  );
  equal(cluster.pods().length, 5);
  equal(cluster.get("Job", "migrate").status.succeeded, 5);
});

Deno.test("failing pods are replaced after 10, 20 … seconds until the limit is exceeded", () => {
  const cluster = newCluster([{ fail: "crash", exitCode: 2 }]);
  cluster.apply(job({ spec: { backoffLimit: 2 } }));
  cluster.pass(12);
  deepEqual([cluster.pods().length, cluster.get("Job", "migrate").status.failed], [2, 1]);
  cluster.pass(25);
  const { status } = cluster.get("Job", "migrate");
  equal(status.failed, 3);
  deepEqual(status.conditions.map(({ type, reason, message }: Loose) => [type, reason, message]), [
    ["FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit"],
    ["Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"],
  ]);
  ok(cluster.events("migrate").includes("BackoffLimitExceeded: Job has reached the specified backoff limit"));
  equal(cluster.pods().length, 3);
});

Deno.test("a Job that fails twice and then succeeds is complete", () => {
  const cluster = newCluster([{ fail: "crash", pods: 2 }]);
  cluster.apply(job());
  cluster.pass(60);
  const { status } = cluster.get("Job", "migrate");
  deepEqual([status.failed, status.succeeded, condition({ status }, "Complete").status], [2, 1, "True"]);
});

Deno.test("with OnFailure the container is restarted in its pod, and restarts count against the limit", () => {
  const cluster = newCluster([{ fail: "crash" }]);
  cluster.apply(job({ pod: { restartPolicy: "OnFailure" }, spec: { backoffLimit: 2 } }));
  cluster.pass(11);
  equal(cluster.pods().length, 1);
  equal(cluster.pods()[0].status.containerStatuses[0].state.waiting.reason, "CrashLoopBackOff");
  cluster.pass(10);
  equal(condition(cluster.get("Job", "migrate"), "Failed").reason, "BackoffLimitExceeded");
  equal(cluster.pods().length, 0);
});

Deno.test("activeDeadlineSeconds ends a Job that takes too long", () => {
  const cluster = newCluster([{ fail: "slow", delaySeconds: 100, phase: "start" }]);
  cluster.apply(job({ spec: { activeDeadlineSeconds: 20 } }));
  cluster.pass(25);
  const failed = condition(cluster.get("Job", "migrate"), "Failed");
  deepEqual([failed.reason, failed.message], ["DeadlineExceeded", "Job was active longer than specified deadline"]);
});

Deno.test("a finished Job is removed after ttlSecondsAfterFinished, with its pods", () => {
  const cluster = newCluster();
  cluster.apply(job({ spec: { ttlSecondsAfterFinished: 10 } }));
  cluster.pass(10);
  ok(condition(cluster.get("Job", "migrate"), "Complete"));
  cluster.pass(10);
  equal(cluster.get("Job", "migrate"), undefined);
  deepEqual(cluster.pods(), []);
});

Deno.test("a suspended Job has no pods until it is resumed", () => {
  const cluster = newCluster();
  cluster.apply(job({ spec: { suspend: true } }));
  cluster.pass(5);
  deepEqual(cluster.pods(), []);
  deepEqual([
    condition(cluster.get("Job", "migrate"), "Suspended").status,
    cluster.get("Job", "migrate").status.startTime,
  ], ["True", undefined]);
  cluster.apply(job({ spec: { suspend: false } }));
  cluster.pass(10);
  equal(condition(cluster.get("Job", "migrate"), "Suspended").status, "False");
  ok(condition(cluster.get("Job", "migrate"), "Complete"));
});

Deno.test("an indexed Job gives each pod its number", () => {
  const cluster = newCluster([{ fail: "crash", pods: 1 }]);
  cluster.apply(job({ spec: { completionMode: "Indexed", completions: 3, parallelism: 3 } }));
  cluster.pass(40);
  const { status } = cluster.get("Job", "migrate");
  deepEqual([status.succeeded, status.failed, status.completedIndexes], [3, 1, "0-2"]);
  const [pod] = cluster.pods();
  match(pod.metadata.name, /^migrate-\d-\w{5}$/);
  equal(pod.spec.hostname, `migrate-${pod.metadata.labels["batch.kubernetes.io/job-completion-index"]}`);
  equal(pod.spec.containers[0].env[0].name, "JOB_COMPLETION_INDEX");
});

Deno.test("a deleted pod of a running Job counts as failed and is replaced", () => {
  const cluster = newCluster([], { jobSeconds: 20 });
  cluster.apply(job());
  cluster.pass(4);
  const [pod] = cluster.pods();
  cluster.store.update({
    ...pod,
    metadata: { ...pod.metadata, deletionTimestamp: "2026-03-01T12:00:34Z", deletionGracePeriodSeconds: 30 },
  });
  cluster.pass(45);
  const { status } = cluster.get("Job", "migrate");
  deepEqual([status.failed, status.succeeded], [1, 1]);
  equal(cluster.pods().length, 1);
});

Deno.test("a refused pod of a Job is a FailedCreate event", () => {
  const cluster = newCluster([{ fail: "webhook-denied", name: "w", message: "no" }]);
  cluster.apply(job());
  cluster.pass(2);
  equal(cluster.events("migrate")[0], 'FailedCreate: Error creating: admission webhook "w" denied the request: no');
});

Deno.test("indexes are written as ranges of three or more, and read back", () => {
  for (const text of ["", "0", "0,1", "0-2", "1,3-5,7,8"]) equal(formatIndexes(parseIndexes(text)), text);
});
