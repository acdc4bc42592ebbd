/** Undo, rollback and resume on the real control plane, each after a kill -9 in the middle. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { eventually } from "../contract/world.ts";
import { assertExit, type ClusterJob, type RunResult, startClusterJob } from "./job.ts";
import { chooseMoments, killerAt, type Moment } from "./moments.ts";
import { startWireProxy, type WireProxyOptions, type WireRequest } from "./wire_proxy.ts";

const OVERLAY = "overlays/testing";
const KUSTOMIZATION = `${OVERLAY}/kustomization.yml`;
const WORKLOAD = "deployment/api-service";
const MOMENTS = 8;

/** There is nothing unstable here that would be worth a wait. */
const QUICK = "--stability=0s";
const DEPLOY = ["deploy", OVERLAY, QUICK];

/** A job with two releases, `develop` and then `feature-1`; both are healthy. */
async function prepare(): Promise<ClusterJob> {
  const job = await startClusterJob();
  assertExit(await job.run(DEPLOY), 0);
  job.edit(KUSTOMIZATION, "newTag: develop", "newTag: feature-1");
  assertExit(await job.run(DEPLOY), 0);
  return job;
}

async function imageOf({ admin }: ClusterJob): Promise<string> {
  const { spec } = await admin.get(admin.path("apps/v1/deployments", "api-service"));
  return spec.template.spec.containers[0].image.replace(/.*:/, "");
}

async function history(job: ClusterJob): Promise<Record<string, unknown>[]> {
  const run = await job.run(["history", OVERLAY, "-o", "json"]);
  assertExit(run, 0);
  return JSON.parse(run.stdout).items;
}

interface ProxiedRun extends RunResult {
  requests: WireRequest[];
}

async function runThrough(
  job: ClusterJob,
  args: string[],
  hooks: Partial<WireProxyOptions> = {},
  killed?: AbortSignal,
): Promise<ProxiedRun> {
  await using proxy = await startWireProxy({ server: job.cluster.url, caPem: job.cluster.caPem, ...hooks });
  const run = await job.run(args, { ...proxy, killed });
  return { ...run, requests: proxy.requests };
}

/** Kills a run at a moment: the server never hears of a request, or nobody hears its answer. */
async function killAt(job: ClusterJob, args: string[], moment: Moment): Promise<void> {
  const killed = new AbortController();
  const run = await runThrough(job, args, killerAt(moment, killed), killed.signal);
  equal(run.exitCode, 137, `${args[0]} killed ${moment.when} request ${moment.index}\n${run.stdout}${run.stderr}`);
}

/** Kills a run that waits for pods, once all is applied and recorded as such. */
async function killWaiting(job: ClusterJob, args: string[]): Promise<void> {
  const killed = new AbortController();
  // In any order: the record is written while the watch begins.
  let [isRecorded, isWatching] = [false, false];
  const run = await runThrough(job, args, {
    answered({ method, path }) {
      isRecorded ||= method === "PATCH" && /\/secrets\/[^?]*\.v\d+/.test(path);
      isWatching ||= /\/replicasets\?.*watch=/.test(path);
      if (isRecorded && isWatching) killed.abort();
    },
  }, killed.signal);
  equal(run.exitCode, 137, run.stdout + run.stderr);
}

async function everyMoment(args: string[], check: (job: ClusterJob, moment: string) => Promise<void>): Promise<void> {
  await using undisturbed = await prepare();
  const whole = await runThrough(undisturbed, args);
  assertExit(whole, 0);
  const moments = chooseMoments(whole.requests.length, MOMENTS);
  ok(moments.length >= Math.min(MOMENTS, 2 * whole.requests.length));
  // Two at once: each waits for pods most of its time.
  const work = async () => {
    for (let next = moments.shift(); next !== undefined; next = moments.shift()) {
      const moment = `killed ${next.when} the answer to request ${next.index} of ${whole.requests.length}`;
      await using job = await prepare();
      await killAt(job, args, next);
      await check(job, moment);
    }
  };
  await Promise.all([work(), work(), work()]);
}

async function undoAgain(): Promise<void> {
  const undo = ["rollout", "undo", WORKLOAD, "--to-revision=1"];
  await everyMoment(undo, async (job, moment) => {
    ok(["develop", "feature-1"].includes(await imageOf(job)), moment);
    assertExit(await job.run(undo), 0);
    assertExit(await job.run(["rollout", "status", WORKLOAD, "--timeout=60s", QUICK]), 0);
    equal(await imageOf(job), "develop", moment);
    const { items } = await job.admin.get(job.admin.path("apps/v1/replicasets"));
    equal(items.length, 2, `${moment}: no revision but the two`);
  });
}

async function rollBackAgain(): Promise<void> {
  // Locks that the killed leave behind hold for half a minute: another test waits for one.
  const rollback = ["rollback", OVERLAY, "--to=1", "--no-lock"];
  await everyMoment(rollback, async (job, moment) => {
    assertExit(await job.run(rollback), 0);
    equal(await imageOf(job), "develop", moment);
    const records = await history(job);
    deepEqual([records.at(-1)!.state, records.at(-1)!.rollbackTo], ["succeeded", 1], moment);
    const numbers = records.map(({ number }) => number);
    deepEqual(numbers, numbers.map((_, i) => i + 1), `${moment}: no release is lost`);
  });
}

async function resume(): Promise<void> {
  await using job = await prepare();
  await watchSlowDeploy(job);
  await watchBrokenDeploy(job);
  await watchRollback(job);
}

async function watchSlowDeploy(job: ClusterJob): Promise<void> {
  job.edit(KUSTOMIZATION, "newTag: feature-1", "newTag: sandbox-slow");
  await killWaiting(job, ["deploy", OVERLAY, "--no-lock"]);
  const killed = (await history(job)).at(-1)!;
  deepEqual([killed.state, killed.applied], ["running", true]);
  const watched = await job.run(["watch", OVERLAY]);
  assertExit(watched, 0);
  match(watched.stdout, /^deployment\/api-service +watched +healthy/m);
  equal((await history(job)).at(-1)!.state, "succeeded");
}

async function watchBrokenDeploy(job: ClusterJob): Promise<void> {
  job.edit(KUSTOMIZATION, "newTag: sandbox-slow", "newTag: does-not-exist");
  await killWaiting(job, ["deploy", OVERLAY, "--no-lock"]);
  const watched = await job.run(["watch", OVERLAY]);
  assertExit(watched, 7);
  match(watched.stdout, /\(K1001\)/);
  const last = (await history(job)).at(-1)!;
  deepEqual([last.state, last.codes], ["failed", ["K1001"]]);
}

async function watchRollback(job: ClusterJob): Promise<void> {
  await killWaiting(job, ["rollback", OVERLAY, "--to=1", "--no-lock"]);
  assertExit(await job.run(["watch", OVERLAY]), 0);
  equal(await imageOf(job), "develop");
  equal((await history(job)).at(-1)!.rollbackTo, 1);
}

async function takeLockOver(): Promise<void> {
  await using job = await startClusterJob();
  job.edit(KUSTOMIZATION, "newTag: develop", "newTag: sandbox-slow");
  await killWaiting(job, ["deploy", OVERLAY]);
  const leases = job.admin.path("coordination.k8s.io/v1/leases");
  await eventually("the lock is left behind", async () => (await job.admin.get(leases)).items.length === 1);
  const next = await job.run(DEPLOY);
  assertExit(next, 0);
  match(next.stderr, /the lock of project-testing is held by .*: looking whether it is alive/);
  deepEqual((await job.admin.get(leases)).items, []);
}

/** What is promised → what shows it. */
const PROMISES: Readonly<Record<string, () => Promise<void>>> = {
  "undo: running it again ends as if nothing had happened": undoAgain,
  "rollback: running it again ends as if nothing had happened": rollBackAgain,
  "watch has the verdict of a deploy or a rollback, and ends its record": resume,
  "the lock that is left behind is taken over once it has expired": takeLockOver,
};

Deno.test("after a kill -9 in the middle, on a real cluster", async (t) => {
  // Each waits most of its time.
  const names = Object.keys(PROMISES);
  const outcomes = await Promise.allSettled(names.map((name) => PROMISES[name]!()));
  for (const [index, outcome] of outcomes.entries()) {
    await t.step(names[index]!, () => {
      if (outcome.status === "rejected") throw outcome.reason;
    });
  }
});
