import { deepEqual, equal, ok, rejects } from "../../assert.ts";
import { ApiError } from "../../../src/kube/mod.ts";
import { type RolloutEvent, type RolloutTarget, watchRollout } from "../../../src/rollout/mod.ts";
import { FakeCluster } from "../fake_cluster.ts";
import { crashing, deployment, event, pod, readyPod, replicaSet, statefulSet, waiting } from "../fixtures.ts";
import { assertResult, DEPLOYMENT, play, STATEFUL_SET } from "../scenario.ts";
import { putRolledOut, putRollingDeployment } from "../scenarios/rolling_deployment.ts";
import { VirtualClock } from "../virtual_clock.ts";

const INVALID = () => pod("web-2-a", { container: waiting("InvalidImageName", "bad") });
const READY = () => [readyPod("web-2-a"), readyPod("web-2-b")];

Deno.test("what is current at the first look costs one list and watch, and no time", async () => {
  const { result, cluster } = await play((cluster) => putRolledOut(cluster, READY()));
  assertResult(result, { outcome: "healthy", seconds: 0 });
  deepEqual(cluster.requests, ["watch Deployment shop metadata.name=web"]);
});

Deno.test("a healthy rollout watches its own pods and ReplicaSets, and no events", async () => {
  const { result, cluster } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(2, () => putRolledOut(cluster, READY()));
  });
  assertResult(result, { outcome: "healthy", seconds: 5 });
  deepEqual(cluster.requests, [
    "watch Deployment shop metadata.name=web",
    "watch ReplicaSet shop app=web",
    "watch Pod shop app=web",
  ]);
});

Deno.test("events are watched as soon as something looks suspicious", async () => {
  const { cluster } = await play((cluster) => putRollingDeployment(cluster, [INVALID()]));
  equal(cluster.requests.filter((request) => request === "watch Event shop").length, 1);
});

Deno.test("one list and watch for each kind and namespace serves all workloads", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `web${i}`);
  const targets: RolloutTarget[] = names.map((name) => ({ ...DEPLOYMENT, name }));
  const { results, cluster } = await play((cluster) => {
    for (const name of names) {
      cluster.put(deployment({ name }), replicaSet(`${name}-2`, { owner: name, replicas: 1 }));
      cluster.put(pod(`${name}-2-a`, { owner: ["ReplicaSet", `${name}-2`] }));
    }
    cluster.at(4, () => {
      for (const name of names) {
        cluster.put(replicaSet(`${name}-2`, { owner: name, available: 2 }));
        cluster.put(deployment({ name, updated: 2, ready: 2 }));
      }
    });
  }, targets);
  deepEqual(
    results.map(({ outcome, seconds, ref }) => `${ref.name} ${outcome} ${seconds}`),
    names.map((name) => `${name} healthy 7`),
  );
  deepEqual(cluster.requests, ["watch Deployment shop", "watch ReplicaSet shop", "watch Pod shop"]);
});

Deno.test("no target is no work", async () => {
  const clock = new VirtualClock();
  const events: RolloutEvent[] = [];
  for await (const event of watchRollout(new FakeCluster(clock), [], { clock })) events.push(event);
  deepEqual(events, [{ type: "finished", atMs: clock.now(), outcome: "healthy", results: [] }]);
});

Deno.test("every real change of a workload is one progress event, with counts and pods", async () => {
  const { events } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(1, () => cluster.relist("Deployment"));
    cluster.at(2, () => cluster.put(readyPod("web-2-a")));
    cluster.at(3, () => putRolledOut(cluster, READY()));
  });
  const progress = events.flatMap((event) => event.type === "progress" ? [event] : []);
  const last = progress.at(-1)!.progress;
  deepEqual(last.counts, { desired: 2, updated: 2, ready: 2, available: 2, total: 2 });
  equal(last.revision, "web-2");
  deepEqual(last.pods.filter(({ isNewest }) => isNewest).map(({ name, isReady }) => [name, isReady]), [
    ["web-2-a", true],
    ["web-2-b", true],
  ]);
  ok(
    progress.every(({ atMs }, i) =>
      i === 0 ||
      JSON.stringify(progress[i - 1]!.progress) !== JSON.stringify(progress[i]!.progress) &&
        atMs >= progress[i - 1]!.atMs
    ),
  );
});

Deno.test("a role that may not see pods gets a note with the missing rule, and the deadline", async () => {
  const { result, events } = await play((cluster) => {
    cluster.forbid("Pod");
    putRollingDeployment(cluster, [INVALID()]);
  });
  assertResult(result, { outcome: "timedOut", codes: ["K1801"], seconds: 300 });
  const notes = events.flatMap((event) => event.type === "note" ? [event] : []);
  equal(notes.length, 1);
  equal(
    notes[0]?.message,
    'Cannot watch pods in namespace "shop": a rollout that cannot succeed will end by its time limit alone',
  );
  equal(notes[0]?.hint, 'Add to the Role: - apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"]');
});

Deno.test("a role that may not see ReplicaSets judges no pods rather than wrong ones", async () => {
  const { result } = await play((cluster) => {
    cluster.forbid("ReplicaSet");
    putRollingDeployment(cluster, [INVALID()]);
    cluster.at(30, () => putRolledOut(cluster, READY()));
  });
  assertResult(result, { outcome: "healthy" });
});

Deno.test("a role that may not see events still tells what containers say, without waiting for them", async () => {
  const { result, events } = await play((cluster) => {
    cluster.forbid("Event");
    putRollingDeployment(cluster, [INVALID()]);
  });
  assertResult(result, { outcome: "failed", codes: ["K1004"], seconds: 0 });
  equal(events.filter(({ type }) => type === "note").length, 1);
});

Deno.test("a role that may get but not list the workload is served by reading it again and again", async () => {
  const { result, cluster } = await play((cluster) => {
    cluster.forbid("Deployment", "list");
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(7, () => putRolledOut(cluster, READY()));
  });
  assertResult(result, { outcome: "healthy", seconds: [10, 11] });
  deepEqual(cluster.requests.slice(0, 2), ["watch Deployment shop metadata.name=web", "get Deployment/web"]);
});

Deno.test("a role that may not even get the workload is refused", async () => {
  await rejects(
    play((cluster) => {
      cluster.forbid("Deployment");
      putRolledOut(cluster, READY());
    }),
    { name: "ApiError", code: "FORBIDDEN" },
  );
});

Deno.test("credentials that expire in the middle end the watch with their error", async () => {
  const clock = new VirtualClock();
  const cluster = new FakeCluster(clock);
  putRollingDeployment(cluster, [pod("web-2-a")]);
  const expired = new ApiError("UNAUTHORIZED", "Cannot watch: the token has expired", { status: 401, verb: "watch" });
  cluster.at(20, () => cluster.breakWatches("Deployment", expired));
  const watch = async () => {
    for await (const _ of watchRollout(cluster, [DEPLOYMENT], { clock }));
  };
  await rejects(clock.run(watch()), { code: "UNAUTHORIZED" });
  equal(clock.seconds, 20);
  await clock.run(clock.sleep(0));
  equal(cluster.openWatches, 0);
});

Deno.test("a watch of events that breaks is taken up again", async () => {
  const { cluster } = await play((cluster) => {
    const web = pod("web-2-a");
    putRollingDeployment(cluster, [web]);
    const broken = new ApiError("SERVER_ERROR", "Cannot watch events: 500", { status: 500, verb: "watch" });
    cluster.at(12, () => cluster.breakWatches("Event", broken));
    cluster.at(30, () => putRolledOut(cluster, READY()));
  });
  equal(cluster.requests.filter((request) => request === "watch Event shop").length, 2);
});

Deno.test("leaving the iteration closes all connections", async () => {
  const clock = new VirtualClock();
  const cluster = new FakeCluster(clock);
  putRollingDeployment(cluster, [pod("web-2-a")]);
  const watch = async () => {
    for await (const event of watchRollout(cluster, [DEPLOYMENT], { clock })) if (event.type === "progress") break;
  };
  await clock.run(watch());
  await clock.run(clock.sleep(0));
  equal(cluster.openWatches, 0);
});

Deno.test("the time limit ends the wait, after one last look at the object itself", async () => {
  const { result, cluster } = await play(
    (cluster) => putRollingDeployment(cluster, [pod("web-2-a")]),
    DEPLOYMENT,
    { timeoutMs: 20_000 },
  );
  assertResult(result, {
    outcome: "timedOut",
    codes: ["K1801"],
    seconds: 20,
    message: /^Not rolled out after 20 s: Waiting for deployment "web"/,
  });
  deepEqual(cluster.requests.at(-1), "get Deployment/web");
});

Deno.test("a watch that has fallen silent does not make a healthy rollout late", async () => {
  const clock = new VirtualClock();
  const cluster = new FakeCluster(clock);
  putRollingDeployment(cluster, [pod("web-2-a")]);
  const silent = new Proxy(cluster, {
    get(target, name) {
      if (name !== "get") return Reflect.get(target, name, target).bind?.(target) ?? Reflect.get(target, name, target);
      return () => Promise.resolve(deployment({ updated: 2, ready: 2 }));
    },
  });
  cluster.at(10, () => cluster.put(replicaSet("web-2", { available: 2 })));
  const events: RolloutEvent[] = [];
  const watch = async () => {
    for await (const event of watchRollout(silent, [DEPLOYMENT], { clock, timeoutMs: 20_000 })) events.push(event);
  };
  await clock.run(watch());
  const finished = events.at(-1);
  ok(finished?.type === "finished");
  equal(finished.outcome, "healthy");
});

Deno.test("an object's own time limit wins", async () => {
  const { result } = await play((cluster) =>
    putRollingDeployment(cluster, [pod("web-2-a")], { annotations: { "kstage.dev/timeout": "30s" } })
  );
  assertResult(result, { outcome: "timedOut", codes: ["K1801"], seconds: 30 });
});

Deno.test("a time limit that cannot be read is told, and not followed", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")], { annotations: { "kstage.dev/timeout": "soon" } });
    cluster.at(2, () => putRolledOut(cluster, READY(), { annotations: { "kstage.dev/timeout": "soon" } }));
  });
  assertResult(result, { outcome: "healthy", codes: ["K1705"], message: /kstage.dev\/timeout is no duration: "soon"/ });
});

Deno.test("objects of the whole cluster are watched as well, without a namespace", async () => {
  const target = { apiVersion: "example.org/v1", kind: "Widget", name: "w" };
  const object = { ...target, metadata: { name: "w", uid: "w" }, status: { phase: "Failed" } };
  const { result, cluster } = await play((cluster) => cluster.put(object), target);
  assertResult(result, { outcome: "failed", codes: ["K1605"], seconds: 10.5 });
  deepEqual(cluster.requests, ["watch Widget metadata.name=w"]);
});

Deno.test("a workload about which nothing changes is told and then fatal, where that was asked for", async () => {
  const annotations = { "kstage.dev/no-activity-timeout": "1m" };
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")], { annotations });
    cluster.at(20, () => cluster.put(pod("web-2-a", { phase: "Running" })));
  });
  assertResult(result, { outcome: "failed", codes: ["K1704"], seconds: 80.5 });
  deepEqual(told.slice(0, 2), [[50, "transient", "K1704"], [80, "fatal", "K1704"]]);
});

Deno.test("the signal ends the watch at once with what is known", async () => {
  const abort = new AbortController();
  const { results, events } = await play(
    (cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("ErrImagePull", "manifest unknown") })]);
      cluster.at(4, () => abort.abort());
    },
    [DEPLOYMENT, STATEFUL_SET],
    { signal: abort.signal },
  );
  deepEqual(results.map(({ outcome, seconds }) => [outcome, seconds]), [["interrupted", 4], ["failed", 0]]);
  deepEqual(results[0]?.findings.map(({ code }) => code), ["K1001"]);
  const finished = events.at(-1);
  equal(finished?.type === "finished" && finished.outcome, "failed");
});

Deno.test("a signal that was aborted before asks for nothing", async () => {
  const { result, cluster } = await play((cluster) => putRolledOut(cluster, READY()), DEPLOYMENT, {
    signal: AbortSignal.abort(),
  });
  assertResult(result, { outcome: "interrupted", seconds: 0 });
  deepEqual(cluster.requests, []);
});

Deno.test("once one workload has failed, the others are given a little more time, and a verdict if they come to one", async () => {
  const third: RolloutTarget = { ...DEPLOYMENT, name: "slow" };
  const { results } = await play((cluster) => {
    putRollingDeployment(cluster, [INVALID()]);
    cluster.put(statefulSet({ ready: 1 }), deployment({ name: "slow" }));
    cluster.at(8, () => cluster.put(statefulSet({ ready: 2, updated: 2, status: { currentRevision: "web-b" } })));
  }, [DEPLOYMENT, STATEFUL_SET, third]);
  deepEqual(results.map(({ outcome, seconds }) => [outcome, seconds]), [["failed", 0], ["healthy", 11], [
    "interrupted",
    15,
  ]]);
});

Deno.test("all workloads are watched to the end where that is asked for", async () => {
  const { results } = await play(
    (cluster) => {
      putRollingDeployment(cluster, [INVALID()]);
      cluster.put(statefulSet({ ready: 1 }));
      cluster.at(100, () => cluster.put(statefulSet({ ready: 2, updated: 2, status: { currentRevision: "web-b" } })));
    },
    [DEPLOYMENT, STATEFUL_SET],
    { settleMs: Infinity },
  );
  deepEqual(results.map(({ outcome, seconds }) => [outcome, seconds]), [["failed", 0], ["healthy", 103]]);
});

Deno.test("minReadySeconds counts towards the time that a workload must stay ready", async () => {
  for (const [minReadySeconds, seconds] of [[0, 8], [1, 7], [10, 5]]) {
    const { result } = await play((cluster) => {
      const spec = { minReadySeconds: minReadySeconds! };
      putRollingDeployment(cluster, [pod("web-2-a")], { spec });
      cluster.at(5, () => putRolledOut(cluster, READY(), { spec }));
    });
    assertResult(result, { outcome: "healthy", seconds: seconds! });
  }
});

Deno.test("a workload that was ready for a moment only goes on being watched", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(5, () => putRolledOut(cluster, READY()));
    cluster.at(6, () => cluster.put(deployment({ updated: 2, ready: 1, total: 2 })));
    cluster.at(20, () => putRolledOut(cluster, READY()));
  });
  assertResult(result, { outcome: "healthy", seconds: 23 });
});

Deno.test("a log that hangs does not hold up the verdict", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { phase: "Running", container: crashing(9) })]);
    cluster.logs = () => new Promise(() => {});
  });
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: 0 });
});

Deno.test("many events of other objects are not held against a workload", async () => {
  const { told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    const other = pod("other", { owner: ["ReplicaSet", "other"] });
    cluster.put(
      event(other, "FailedMount", 'MountVolume.SetUp failed for volume "x" : secret "s" not found', {
        count: 90,
        first: -900,
      }),
    );
    cluster.at(20, () => putRolledOut(cluster, READY()));
  });
  deepEqual(told, []);
});
