import { deepEqual, equal, ok } from "../../assert.ts";
import type { JsonValue } from "../../../src/base/mod.ts";
import { assertResult, DEPLOYMENT, JOB, play, STATEFUL_SET } from "../scenario.ts";
import {
  condition,
  crashing,
  deployment,
  event,
  job,
  pod,
  readyPod,
  replicaSet,
  running,
  statefulSet,
  template,
  terminated,
  waiting,
} from "../fixtures.ts";
import { timeAt } from "../virtual_clock.ts";
import { putRolledOut, putRollingDeployment } from "./rolling_deployment.ts";
import type { RolloutTarget } from "../../../src/rollout/mod.ts";

const exceeded = (at: number) =>
  condition("Progressing", "False", "ProgressDeadlineExceeded", 'ReplicaSet "web-2" has timed out progressing.', {
    lastUpdateTime: timeAt(at),
  });

Deno.test("a Deployment's own deadline is fatal", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")], { spec: { progressDeadlineSeconds: 60 } });
    cluster.at(
      60,
      () =>
        putRollingDeployment(cluster, [pod("web-2-a")], {
          spec: { progressDeadlineSeconds: 60 },
          conditions: [exceeded(60)],
        }),
    );
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1601"],
    seconds: [60, 63],
    message: /made no progress for 60 s/,
    evidence: /has timed out progressing/,
  });
});

Deno.test("the cause comes before the deadline that sums it up", async () => {
  const { result } = await play((cluster) => {
    const container = running({ ready: false });
    putRollingDeployment(cluster, [pod("web-2-a", { phase: "Running", container })]);
    cluster.at(
      60,
      () => putRollingDeployment(cluster, [pod("web-2-a", { container: crashing(9) })], { conditions: [exceeded(60)] }),
    );
  });
  assertResult(result, { outcome: "failed", codes: ["K1101", "K1601"] });
});

Deno.test("a deadline that was exceeded before the apply does not count until it could have passed again", async () => {
  const options = { appliedMs: Date.parse(timeAt(0)) };
  const recovers = await play(
    (cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a")], { conditions: [exceeded(-500)] });
      cluster.at(20, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    DEPLOYMENT,
    options,
  );
  assertResult(recovers.result, { outcome: "healthy" });
  const stays = await play(
    (cluster) => {
      const spec = { progressDeadlineSeconds: 100 };
      putRollingDeployment(cluster, [pod("web-2-a")], { conditions: [exceeded(-500)], spec });
    },
    DEPLOYMENT,
    options,
  );
  assertResult(stays.result, { outcome: "failed", codes: ["K1601"], seconds: 100.5 });
});

Deno.test("a deadline of a generation that is not observed any more does not count", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [], { generation: 3, observed: 2, conditions: [exceeded(-5)] });
    cluster.at(3, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")], { generation: 3 }));
  });
  assertResult(result, { outcome: "healthy", seconds: 6 });
});

Deno.test("pods are not judged before the controller has seen the new generation", async () => {
  const { result, told } = await play((cluster) => {
    // The annotation still names the former revision, whose pods crash.
    cluster.put(
      deployment({ generation: 3, observed: 2, revision: 1, ready: 0 }),
      replicaSet("web-1", { revision: 1 }),
      pod("web-1-a", { owner: ["ReplicaSet", "web-1"], phase: "Running", container: crashing(30) }),
    );
    cluster.at(40, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")], { generation: 3 }));
  });
  assertResult(result, { outcome: "healthy" });
  deepEqual(told, []);
});

Deno.test("a paused Deployment is fatal unless somebody resumes it at once", async () => {
  const paused = { spec: { paused: true } };
  const stays = await play((cluster) => putRollingDeployment(cluster, [], paused));
  assertResult(stays.result, {
    outcome: "failed",
    codes: ["K1604"],
    seconds: 8,
    nextStep: /rollout resume deployment\/web/,
  });
  const resumed = await play((cluster) => {
    putRollingDeployment(cluster, [], paused);
    cluster.at(5, () => putRollingDeployment(cluster, [pod("web-2-a")]));
    cluster.at(15, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(resumed.result, { outcome: "healthy" });
});

Deno.test("a paused Deployment without changes is healthy", async () => {
  const { result } = await play((cluster) =>
    putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")], { spec: { paused: true } })
  );
  assertResult(result, { outcome: "healthy", seconds: 0 });
});

const failedPod = (name: string, at: number) =>
  pod(name, {
    owner: ["Job", "web"],
    phase: "Failed",
    container: { status: { ready: false, restartCount: 0, state: terminated(2, "Error", "", timeAt(at)) } },
  });

Deno.test("a Job that retries is no failure until it says so; then its last pod and its log are shown", async () => {
  const { result, told, cluster } = await play((cluster) => {
    cluster.put(job({ active: 1 }), pod("web-x", { owner: ["Job", "web"] }));
    cluster.at(5, () => cluster.put(failedPod("web-x", 5), job({ active: 1, failed: 1 })));
    cluster.at(20, () => cluster.put(failedPod("web-y", 20), job({ failed: 2 })));
    cluster.setLog("web-y", "web", "table is missing");
    const failure = condition("Failed", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
    cluster.at(22, () => cluster.put(job({ failed: 2, conditions: [failure] })));
  }, JOB);
  assertResult(result, {
    outcome: "failed",
    codes: ["K1602"],
    seconds: [22, 25],
    message: /^Job "web" has failed: Job has reached the specified backoff limit$/,
    evidence: /BackoffLimitExceeded.*\ncontainer web exited with code 2 \(Error\)\ntable is missing$/s,
  });
  equal(result.findings[0]?.object.name, "web-y");
  deepEqual(cluster.requests.filter((request) => request.startsWith("logs")), ["logs web-y/web"]);
  deepEqual(told.map(([, , code]) => code), ["K1602"]);
});

Deno.test("a Job whose pods crash and are restarted is no failure", async () => {
  const owner: [string, string] = ["Job", "web"];
  const { result, told } = await play((cluster) => {
    cluster.put(job({ active: 1 }), pod("web-x", { owner, phase: "Running", container: crashing(5) }));
    const done = { succeeded: 1, conditions: [condition("Complete", "True")] };
    cluster.at(90, () => cluster.put(job(done)));
  }, JOB);
  assertResult(result, { outcome: "healthy", seconds: 90 });
  deepEqual(told, []);
});

Deno.test("a Job that is removed as soon as it has ended counts by its end", async () => {
  const { result } = await play((cluster) => {
    cluster.put(job({ active: 1 }));
    cluster.at(5, () => {
      cluster.put(job({ succeeded: 1, conditions: [condition("Complete", "True")] }, { ttlSecondsAfterFinished: 0 }));
      cluster.remove(JOB);
    });
  }, JOB);
  assertResult(result, { outcome: "healthy", seconds: 5 });
});

Deno.test("a pod that does not end is told when its grace period is long over", async () => {
  const terminating = { deletionTimestamp: timeAt(30), deletionGracePeriodSeconds: 30 };
  const { result, told } = await play((cluster) => {
    cluster.put(statefulSet({ ready: 1 }), readyPod("web-1", { ...inSet("web-a"), metadata: terminating }));
  }, STATEFUL_SET);
  assertResult(result, { outcome: "timedOut", codes: ["K1304"], message: /^Pod "web-1" does not end$/ });
  deepEqual(told, [[60, "transient", "K1304"]]);
});

Deno.test("a Job that cannot pull its image never fails by itself, and is stopped for", async () => {
  const container = waiting("ErrImagePull", "manifest unknown");
  const { result } = await play((cluster) => {
    cluster.put(job({ active: 1 }), pod("web-x", { owner: ["Job", "web"], container }));
  }, JOB);
  assertResult(result, { outcome: "failed", codes: ["K1001"], seconds: 5 });
});

Deno.test("a Job that is about to fail is fatal while its pods still end", async () => {
  const target = condition(
    "FailureTarget",
    "True",
    "DeadlineExceeded",
    "Job was active longer than specified deadline",
  );
  const { result } = await play((cluster) => cluster.put(job({ active: 1, conditions: [target] })), JOB);
  assertResult(result, {
    outcome: "failed",
    codes: ["K1602"],
    seconds: [0, 3],
    evidence: /FailureTarget is True \(DeadlineExceeded\)/,
  });
});

const inSet = (hash: string): { owner: [string, string]; labels: Record<string, string> } => ({
  owner: ["StatefulSet", "web"],
  labels: { "controller-revision-hash": hash },
});

Deno.test("a StatefulSet that a broken pod of a former revision pins is fatal at once, with the command that helps", async () => {
  const { result } = await play((cluster) => {
    cluster.put(
      statefulSet({ replicas: 1, ready: 0 }),
      pod("web-0", {
        ...inSet("web-a"),
        container: waiting("ImagePullBackOff", 'Back-off: "x": ErrImagePull: not found'),
      }),
    );
  }, STATEFUL_SET);
  assertResult(result, {
    outcome: "failed",
    codes: ["K1603"],
    seconds: [0, 3],
    message: /^Pod "web-0" of a former revision is broken \(ImagePullBackOff\)/,
    nextStep: /kubectl delete pod web-0 -n shop$/,
  });
});

Deno.test("a StatefulSet is unstuck when asked, and rolls on", async () => {
  const { result, cluster, events } = await play(
    (cluster) => {
      cluster.put(
        statefulSet({ replicas: 1, ready: 0 }),
        pod("web-0", { ...inSet("web-a"), phase: "Running", container: crashing(12) }),
      );
      const done = statefulSet({ replicas: 1, updated: 1, ready: 1, status: { currentRevision: "web-b" } });
      cluster.at(10, () => cluster.put(readyPod("web-0", { ...inSet("web-b"), metadata: { uid: "new" } }), done));
    },
    STATEFUL_SET,
    { unstick: true },
  );
  assertResult(result, { outcome: "healthy", seconds: 13 });
  deepEqual(cluster.requests.filter((request) => request.startsWith("delete")), ["delete Pod/web-0 uid=uid-web-0"]);
  ok(
    events.some((event) =>
      event.type === "note" && event.message === "Deleting pod/web-0, which the StatefulSet waits for"
    ),
  );
});

Deno.test("a StatefulSet that may not be unstuck is fatal", async () => {
  const { result, events } = await play(
    (cluster) => {
      cluster.forbidDeletes();
      cluster.put(
        statefulSet({ replicas: 1, ready: 0 }),
        pod("web-0", { ...inSet("web-a"), phase: "Running", container: crashing(12) }),
      );
    },
    STATEFUL_SET,
    { unstick: true },
  );
  assertResult(result, { outcome: "failed", codes: ["K1603"], seconds: [0, 3] });
  ok(events.some((event) => event.type === "note" && /^Cannot delete pod\/web-0/.test(event.message)));
});

Deno.test("a former pod that may recover, or that does not hold up anything, does not pin a StatefulSet", async (t) => {
  const cases = {
    "one crash": { spec: {}, container: crashing(1) },
    "a busy registry": { spec: {}, container: waiting("ImagePullBackOff", 'Back-off: "x": 429 Too Many Requests') },
    "parallel pods": { spec: { podManagementPolicy: "Parallel" }, container: crashing(9) },
    "a partition above it": {
      spec: { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } },
      container: crashing(9),
    },
  };
  for (const [name, { spec, container }] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { result } = await play((cluster) => {
        cluster.put(
          statefulSet({ replicas: 2, ready: 1, spec }),
          pod("web-0", { ...inSet("web-a"), container }),
        );
        const done = statefulSet({ replicas: 2, updated: 2, ready: 2, status: { currentRevision: "web-b" } });
        cluster.at(25, () => cluster.put(done));
      }, STATEFUL_SET);
      assertResult(result, { outcome: "healthy" });
    });
  }
});

Deno.test("a partitioned StatefulSet is rolled out when its share is", async () => {
  const spec = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 1 } } };
  const { result } = await play((cluster) => {
    cluster.put(statefulSet({ replicas: 2, ready: 1, updated: 0, spec }), readyPod("web-0", inSet("web-a")));
    cluster.at(
      8,
      () => cluster.put(readyPod("web-1", inSet("web-b")), statefulSet({ replicas: 2, ready: 2, updated: 1, spec })),
    );
  }, STATEFUL_SET);
  assertResult(result, { outcome: "healthy", seconds: 11 });
});

Deno.test("an OnDelete StatefulSet is healthy with a warning", async () => {
  const { result } = await play((cluster) => {
    cluster.put(statefulSet({ replicas: 2, ready: 2, updated: 0, spec: { updateStrategy: { type: "OnDelete" } } }));
  }, STATEFUL_SET);
  assertResult(result, { outcome: "healthy", seconds: 0 });
  ok(result.status?.kind === "current" && /2 pods keep the former revision/.test(result.status.warning ?? ""));
});

Deno.test("an object that is deleted, being deleted, replaced or missing is fatal", async (t) => {
  await t.step("deleted", async () => {
    const { result } = await play((cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a")]);
      cluster.at(7, () => cluster.remove(DEPLOYMENT));
    });
    assertResult(result, {
      outcome: "failed",
      codes: ["K1701"],
      seconds: 7,
      message: /^Deployment "web" was deleted$/,
    });
  });
  await t.step("being deleted", async () => {
    const { result } = await play((cluster) => {
      putRollingDeployment(cluster, [], { metadata: { deletionTimestamp: timeAt(0) } });
    });
    assertResult(result, { outcome: "failed", codes: ["K1701"], seconds: [0, 3], message: /is being deleted/ });
  });
  await t.step("missing", async () => {
    const { result } = await play(() => {});
    assertResult(result, {
      outcome: "failed",
      codes: ["K1701"],
      seconds: 0,
      message: /^Deployment "web" does not exist$/,
    });
  });
  await t.step("replaced while a watch was lost", async () => {
    const { result } = await play((cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a")]);
      cluster.at(7, () => putRollingDeployment(cluster, [], { uid: "another" }));
    });
    assertResult(result, { outcome: "failed", codes: ["K1702"], seconds: 7 });
  });
  await t.step("replaced before the watch began", async () => {
    const { result } = await play((cluster) => putRollingDeployment(cluster, []), { ...DEPLOYMENT, uid: "applied" });
    assertResult(result, { outcome: "failed", codes: ["K1702"], seconds: 0 });
  });
});

Deno.test("another deploy in the middle is told, with the manager; the newest template is followed", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    const managedFields: JsonValue = [
      { manager: "kstage", operation: "Apply", time: timeAt(0) },
      { manager: "kubectl-edit", operation: "Update", time: timeAt(5) },
      { manager: "kube-controller-manager", operation: "Update", time: timeAt(6), subresource: "status" },
    ];
    const other = { metadata: { managedFields }, spec: { template: template(3) }, generation: 3 };
    cluster.at(5, () => putRollingDeployment(cluster, [pod("web-2-a")], other));
    cluster.at(20, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")], other));
  });
  assertResult(result, { outcome: "healthy", codes: ["K1703"], message: /by "kubectl-edit"$/, seconds: 23 });
  deepEqual(told, [[5, "transient", "K1703"]]);
});

Deno.test("an autoscaler that changes the replicas in the middle is no other deploy", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(5, () => putRollingDeployment(cluster, [pod("web-2-a")], { replicas: 3, generation: 3 }));
    const pods = ["a", "b", "c"].map((suffix) => readyPod(`web-2-${suffix}`));
    cluster.at(20, () => putRolledOut(cluster, pods, { generation: 3 }));
  });
  assertResult(result, { outcome: "healthy", seconds: 23 });
  deepEqual(told, []);
});

Deno.test("a Deployment is not rolled out before its ReplicaSet says so", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a"), pod("web-2-b")]);
    cluster.at(5, () => cluster.put(deployment({ updated: 2, ready: 2 })));
    cluster.at(9, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 12 });
});

const WIDGET: RolloutTarget = { apiVersion: "example.org/v1", kind: "Widget", namespace: "shop", name: "w" };

Deno.test("a custom resource that says it failed is fatal when it stays so", async () => {
  const widget = (phase: string) => ({
    ...WIDGET,
    metadata: { name: "w", namespace: "shop", uid: "w" },
    status: { phase },
  });
  const stays = await play((cluster) => {
    const failed = widget("Failed");
    cluster.put(failed, event(failed, "SyncFailed", "no such chart"));
  }, WIDGET);
  assertResult(stays.result, {
    outcome: "failed",
    codes: ["K1605"],
    seconds: 10.5,
    evidence: /SyncFailed: no such chart/,
  });
  const recovers = await play((cluster) => {
    cluster.put(widget("Degraded"));
    cluster.at(6, () => cluster.put(widget("Healthy")));
  }, WIDGET);
  assertResult(recovers.result, { outcome: "healthy", seconds: 6 });
});

Deno.test("a bare pod that fails is fatal, with exit code and log", async () => {
  const target: RolloutTarget = { apiVersion: "v1", kind: "Pod", namespace: "shop", name: "once" };
  const { result } = await play((cluster) => {
    const state = terminated(4);
    cluster.put(pod("once", { owner: null }));
    cluster.setLog("once", "web", "boom");
    cluster.at(3, () => cluster.put(pod("once", { owner: null, phase: "Failed", container: { status: { state } } })));
  }, target);
  assertResult(result, { outcome: "failed", codes: ["K1605"], evidence: /exited with code 4 \(Error\)\nboom/ });
});
