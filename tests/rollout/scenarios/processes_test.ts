import { deepEqual, equal, ok } from "../../assert.ts";
import type { RolloutTarget } from "../../../src/rollout/mod.ts";
import { assertResult, DEPLOYMENT, play, STATEFUL_SET } from "../scenario.ts";
import { condition, crashing, event, pod, readyPod, running, statefulSet, terminated, waiting } from "../fixtures.ts";
import { timeAt } from "../virtual_clock.ts";
import { putRolledOut, putRollingDeployment } from "./rolling_deployment.ts";
import type { FakeCluster } from "../fake_cluster.ts";

/** A pod's container crashes now and again, with the kubelet's growing back-off. */
function loop(cluster: FakeCluster, name: string, exitCode = 1, reason = "Error"): void {
  const put = (container: Parameters<typeof pod>[1]) => cluster.put(pod(name, { phase: "Running", ...container }));
  const runs = (restartCount: number) =>
    put({ container: running({ ready: false, restartCount, lastState: terminated(exitCode, reason) }) });
  const fails = (restartCount: number) => put({ container: crashing(restartCount, exitCode, reason) });
  cluster.at(2, () => fails(1));
  cluster.at(12, () => runs(2));
  cluster.at(13, () => fails(2));
  cluster.at(33, () => runs(3));
  cluster.at(34, () => fails(3));
}

Deno.test("a crash loop of every new pod is fatal soon after its second crash, with exit code and log", async () => {
  const { result, cluster } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    loop(cluster, "web-2-a", 3);
    cluster.setLog("web-2-a", "web", "starting\n\nno DATABASE_URL\n", true);
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1101"],
    seconds: 7,
    message: /Container "web" ends with exit code 3, restarted once$/,
    evidence: /exited with code 3 \(Error\)\nstarting\nno DATABASE_URL$/,
  });
  deepEqual(cluster.requests.filter((request) => request.startsWith("logs")), ["logs web-2-a/web previous"]);
});

Deno.test("a container that was restarted a single time was restarted once", async () => {
  const { told, events } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(2, () => cluster.put(pod("web-2-a", { phase: "Running", container: crashing(1) })));
    cluster.at(6, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  deepEqual(told.map(([, , code]) => code), ["K1101"]);
  const messages = events.flatMap((event) => event.type === "finding" ? [event.finding.message] : []);
  equal(messages[0], 'Container "web" ends with exit code 1, restarted once');
});

Deno.test("a process that crashes once while it waits for another is no failure", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    const status = { ready: false, restartCount: 0, state: terminated(1) };
    cluster.at(2, () => cluster.put(pod("web-2-a", { phase: "Running", container: { status } })));
    const again = running({ ready: false, restartCount: 1, lastState: terminated(1) });
    cluster.at(3, () => cluster.put(pod("web-2-a", { phase: "Running", container: again })));
    cluster.at(40, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", codes: [], seconds: 43 });
  deepEqual(told.map(([, , code]) => code), ["K1501"]);
});

const DATABASE: RolloutTarget = { ...STATEFUL_SET, name: "db" };

/** StatefulSet `db`, deployed along with `web`, whose only pod is ready after a while. */
function startDatabase(cluster: FakeCluster, readyAt: number): void {
  const owner: [string, string] = ["StatefulSet", "db"];
  const labels = { app: "db", "controller-revision-hash": "web-b" };
  cluster.put(statefulSet({ name: "db", replicas: 1 }), pod("db-0", { owner, labels }));
  cluster.at(readyAt, () => {
    const conditions = [condition("Ready", "True", "", "", { lastTransitionTime: timeAt(readyAt) })];
    const done = { replicas: 1, updated: 1, ready: 1, status: { currentRevision: "web-b" } };
    cluster.put(readyPod("db-0", { owner, labels, conditions }), statefulSet({ name: "db", ...done }));
  });
}

/** Pod `web-2-a`, whose process crashes whenever the kubelet starts it: seconds after the start. */
function crashAt(cluster: FakeCluster, starts: number[]): void {
  for (const [i, start] of starts.entries()) {
    const end = { exitCode: 1, reason: "Error", startedAt: timeAt(start), finishedAt: timeAt(start + 1) };
    const container = waiting("CrashLoopBackOff", "", { restartCount: i + 1, lastState: { terminated: end } });
    cluster.at(start + 1, () => cluster.put(pod("web-2-a", { phase: "Running", container })));
  }
}

Deno.test("a process that crashes until its database is there is no failure, however often", async () => {
  const { results, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    startDatabase(cluster, 50);
    crashAt(cluster, [1, 11, 31]);
    cluster.at(72, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  }, [DEPLOYMENT, DATABASE]);
  deepEqual(results.map(({ outcome }) => outcome), ["healthy", "healthy"]);
  equal(told[0]?.[2], "K1101");
});

Deno.test("a process that goes on crashing when its database is there fails at the next crash", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    startDatabase(cluster, 20);
    crashAt(cluster, [1, 11, 31]);
  }, [DEPLOYMENT, DATABASE]);
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: 32, message: /restarted 3 times$/ });
});

Deno.test("a database that is not there after two minutes is no excuse any more", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    startDatabase(cluster, 200);
    crashAt(cluster, [1, 11, 31, 72]);
  }, [DEPLOYMENT, DATABASE]);
  assertResult(result, {
    outcome: "failed",
    codes: ["K1101"],
    seconds: 122,
    message: /, while other workloads are still starting$/,
  });
  equal(told[0]?.[1], "confirm");
});

Deno.test("two workloads that crash are no excuse for each other, and memory is nobody else's fault", async (t) => {
  await t.step("two that crash", async () => {
    const { results } = await play((cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a")]);
      crashAt(cluster, [1, 11, 31]);
      const owner: [string, string] = ["StatefulSet", "db"];
      const labels = { app: "db", "controller-revision-hash": "web-b" };
      cluster.put(statefulSet({ name: "db", replicas: 1 }), pod("db-0", { owner, labels }));
      cluster.at(4, () => cluster.put(pod("db-0", { owner, labels, phase: "Running", container: crashing(1) })));
    }, [DEPLOYMENT, DATABASE]);
    deepEqual(results.map(({ outcome }) => outcome), ["failed", "failed"]);
    ok(results.every(({ seconds }) => seconds <= 10), JSON.stringify(results.map(({ seconds }) => seconds)));
  });
  await t.step("memory", async () => {
    const { result } = await play((cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a")]);
      startDatabase(cluster, 200);
      loop(cluster, "web-2-a", 137, "OOMKilled");
    }, [DEPLOYMENT, DATABASE]);
    assertResult(result, { outcome: "failed", codes: ["K1102"], seconds: 7 });
  });
});

Deno.test("a process is given longer when it ends in different ways, or its pod's other containers still start", async (t) => {
  const cases: Record<string, (cluster: FakeCluster, restartCount: number) => void> = {
    "different ways": (cluster, restartCount) =>
      cluster.put(pod("web-2-a", { phase: "Running", container: crashing(restartCount, restartCount) })),
    "other containers": (cluster, restartCount) =>
      cluster.put(pod("web-2-a", {
        phase: "Running",
        container: crashing(restartCount),
        containers: { proxy: running({ ready: restartCount > 1, state: { running: { startedAt: timeAt(2) } } }) },
      })),
  };
  for (const [name, crash] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { result } = await play((cluster) => {
        putRollingDeployment(cluster, [pod("web-2-a")]);
        const first = { ready: false, restartCount: 0, state: terminated(2) };
        cluster.at(1, () => cluster.put(pod("web-2-a", { phase: "Running", container: { status: first } })));
        cluster.at(2, () => crash(cluster, 1));
        cluster.at(12, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
      });
      assertResult(result, { outcome: "healthy", seconds: 15 });
    });
  }
});

Deno.test("one of several pods that crashes is a warning as long as others are available", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [readyPod("web-2-a"), pod("web-2-b")]);
    loop(cluster, "web-2-b");
    cluster.at(60, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", codes: [], seconds: 63 });
  equal(told[0]?.[1], "transient");
});

Deno.test("a pod that was restarted three times while none is available is fatal, though others only start", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a"), pod("web-2-b")]);
    loop(cluster, "web-2-a");
  });
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: 34, message: /in 1 of 2 new pods$/ });
});

Deno.test("loops of two pods that do not keep step are a loop of every pod", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a"), pod("web-2-b")]);
    loop(cluster, "web-2-a");
    cluster.at(4, () => cluster.put(pod("web-2-b", { phase: "Running", container: crashing(1) })));
    cluster.at(12.5, () =>
      cluster.put(pod("web-2-b", {
        phase: "Running",
        container: running({ ready: false, restartCount: 2, lastState: terminated(1) }),
      })));
  });
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: 7 });
  deepEqual(result.findings[0]?.pods, ["web-2-a", "web-2-b"]);
});

Deno.test("a container that the kernel killed for its memory is said to be", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    loop(cluster, "web-2-a", 137, "OOMKilled");
  });
  assertResult(result, { outcome: "failed", codes: ["K1102"], seconds: 7, message: /more memory than its limit/ });
});

Deno.test("a container that its liveness probe kills is said to be, with what the probe saw", async () => {
  const { result } = await play((cluster) => {
    const web = pod("web-2-a");
    putRollingDeployment(cluster, [web]);
    loop(cluster, "web-2-a", 137);
    const about = { fieldPath: "spec.containers{web}", first: 1, last: 33, count: 3 };
    cluster.put(
      event(web, "Killing", "Container web failed liveness probe, will be restarted", { ...about, type: "Normal" }),
    );
    cluster.put(event(web, "Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", about));
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1105"],
    message: /liveness probe fails/,
    evidence: /statuscode: 500/,
  });
});

Deno.test("an init container that fails is fatal by the same rules", async () => {
  const init = (restartCount: number) => ({ migrate: crashing(restartCount, 2) });
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { init: init(1), container: waiting("PodInitializing") })]);
    cluster.at(12, () => cluster.put(pod("web-2-a", { init: init(2), container: waiting("PodInitializing") })));
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1104"],
    seconds: 5,
    message: /^Init container "migrate" fails with exit code 2/,
  });
});

Deno.test("an init container that has done its work is no failure", async () => {
  const done = { migrate: { status: { ready: true, restartCount: 0, state: terminated(0, "Completed") } } };
  const { told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { init: done, container: waiting("PodInitializing") })]);
    cluster.at(5, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  deepEqual(told, []);
});

Deno.test("a sidecar that crashes is named as such", async () => {
  const sidecar = (restartCount: number) => {
    const { status } = crashing(restartCount);
    return { proxy: { status, spec: { restartPolicy: "Always" } } };
  };
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { init: sidecar(1), container: waiting("PodInitializing") })]);
    cluster.at(12, () => cluster.put(pod("web-2-a", { init: sidecar(2), container: waiting("PodInitializing") })));
  });
  assertResult(result, { outcome: "failed", codes: ["K1101"], message: /^Sidecar container "proxy" ends/ });
});

Deno.test("a postStart hook that fails is fatal by the same rules", async () => {
  const hook = (restartCount: number) => waiting("PostStartHookError", "command 'x' exited with 1", { restartCount });
  const { result } = await play((cluster) => {
    const web = pod("web-2-a", { container: hook(1) });
    putRollingDeployment(cluster, [web]);
    cluster.put(event(web, "FailedPostStartHook", "PostStartHook failed", { fieldPath: "spec.containers{web}" }));
    cluster.at(12, () => cluster.put(pod("web-2-a", { container: hook(2) })));
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1106"],
    message: /postStart hook of container "web"/,
    evidence: /PostStartHook failed/,
  });
});

Deno.test("a program that cannot be started is fatal at once when the runtime is definite", async (t) => {
  const cases: Record<string, RegExp> = {
    'exec: "/app/serve": stat /app/serve: no such file or directory': /does not exist/,
    'exec: "serve": executable file not found in $PATH': /not in \$PATH/,
    'exec: "/app/serve": permission denied': /may not be executed/,
    "exec /app/serve: exec format error": /another architecture/,
  };
  for (const [words, message] of Object.entries(cases)) {
    await t.step(words, async () => {
      const text = `failed to create containerd task: OCI runtime create failed: ${words}: unknown`;
      const { result } = await play((cluster) => {
        putRollingDeployment(cluster, [pod("web-2-a", { container: waiting("RunContainerError", text) })]);
        const container = crashing(1, 128, "StartError", text);
        cluster.at(3, () => cluster.put(pod("web-2-a", { container })));
      });
      assertResult(result, { outcome: "failed", codes: ["K1103"], seconds: [0, 3], message });
    });
  }
});

Deno.test("a failed start with exit code 128 and no definite words is transient", async () => {
  const text = "failed to create shim task: context deadline exceeded";
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a", { container: crashing(1, 128, "StartError", text) })]);
    cluster.at(40, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy" });
});

Deno.test("a shell that does not find its program is no crash like others", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    loop(cluster, "web-2-a", 127);
  });
  assertResult(result, {
    outcome: "failed",
    codes: ["K1103"],
    seconds: 7,
    message: /was not found \(exit code 127\)/,
  });
});

Deno.test("a wrong architecture that only the log tells is recognised", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    loop(cluster, "web-2-a", 255);
    cluster.setLog("web-2-a", "web", "exec /usr/local/bin/web: exec format error\n", true);
  });
  assertResult(result, { outcome: "failed", codes: ["K1103"], message: /another architecture/ });
});

Deno.test("pods of the former revision that crash do not fail a good rollout", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    const old = { owner: ["ReplicaSet", "web-1"] as [string, string], phase: "Running", container: crashing(40) };
    cluster.put(pod("web-1-a", old), pod("web-1-b", old));
    cluster.at(30, () => {
      cluster.put(readyPod("web-2-a"), readyPod("web-2-b"));
      putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]);
    });
  });
  assertResult(result, { outcome: "healthy", seconds: 33 });
  deepEqual(told, []);
});

Deno.test("a crash from before the apply is not held against pods that are older", async () => {
  const appliedMs = Date.parse(timeAt(0));
  const { result } = await play(
    (cluster) => {
      const old = crashing(9);
      old.status.lastState = terminated(1, "Error", "", timeAt(-100));
      putRollingDeployment(cluster, [pod("web-2-a", { phase: "Running", created: -4000, container: old })]);
      cluster.at(200, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    undefined,
    { appliedMs },
  );
  assertResult(result, { outcome: "healthy", seconds: 203 });
});

Deno.test("a pod that is older than the apply and crashes again is given more time, not all", async () => {
  const { result } = await play(
    (cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a", { phase: "Running", created: -4000, container: crashing(9) })]);
    },
    undefined,
    { appliedMs: Date.parse(timeAt(0)) },
  );
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: 60 });
});

Deno.test("a container that is killed right after it was ready is told, and the window starts anew", async () => {
  const { result, told } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(5, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    const restarted = running({ restartCount: 1, lastState: terminated(1) });
    cluster.at(7, () => putRolledOut(cluster, [readyPod("web-2-a", { container: restarted }), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", codes: ["K1107"], seconds: 10 });
  deepEqual(told, [[7, "transient", "K1107"]]);
});

Deno.test("a process without readiness probe that comes and goes is a crash loop in the end", async () => {
  const { result } = await play((cluster) => {
    const ready = (restartCount: number) => {
      const container = running({ restartCount, lastState: terminated(1) });
      putRolledOut(cluster, [readyPod("web-2-a", { container })], { replicas: 1 });
    };
    const down = (restartCount: number) => {
      putRolledOut(cluster, [pod("web-2-a", { phase: "Running", container: crashing(restartCount) })], {
        replicas: 1,
        ready: 0,
      });
    };
    down(0);
    for (const [i, start] of [1, 4, 15, 38].entries()) {
      cluster.at(start, () => ready(i));
      cluster.at(start + 2, () => down(i));
    }
  });
  ok(result.seconds <= 40);
  assertResult(result, { outcome: "failed", codes: ["K1101"] });
  ok(result.findings.some(({ code }) => code === "K1107"));
});

Deno.test("log lines are cut to the last, and hidden where the caller says so", async () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i} token=s3cret`).join("\n");
  const { result } = await play(
    (cluster) => {
      putRollingDeployment(cluster, [pod("web-2-a")]);
      loop(cluster, "web-2-a");
      cluster.setLog("web-2-a", "web", text, true);
    },
    undefined,
    { logLines: 3, redact: (text) => text.replaceAll("s3cret", "***") },
  );
  const lines = result.findings[0]!.evidence.filter(({ kind }) => kind === "log").map(({ text }) => text);
  deepEqual(lines, ["line 47 token=***", "line 48 token=***", "line 49 token=***"]);
});

Deno.test("a StatefulSet's newest pods are told by the revision's hash", async () => {
  const owner: [string, string] = ["StatefulSet", "web"];
  const old = (name: string) => ({ owner, labels: { "controller-revision-hash": "web-a" }, phase: "Running", name });
  const { result } = await play((cluster) => {
    cluster.put(
      statefulSet({ replicas: 2, ready: 1 }),
      readyPod("web-0", old("web-0")),
      pod("web-1", { owner, labels: { "controller-revision-hash": "web-b" } }),
    );
    const labels = { "controller-revision-hash": "web-b" };
    cluster.at(2, () => cluster.put(pod("web-1", { owner, labels, phase: "Running", container: crashing(1) })));
    cluster.at(13, () => cluster.put(pod("web-1", { owner, labels, phase: "Running", container: crashing(2) })));
  }, STATEFUL_SET);
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: 7 });
});
