import { deepEqual, equal, match, ok } from "../../../assert.ts";
import { condition, deployment, isReady, type Loose, newCluster, stateOf, template } from "../cluster.ts";

Deno.test("a crashing container is restarted at once, then after 10, 20, 40 … seconds, at most 300", () => {
  const cluster = newCluster([{ fail: "crash", exitCode: 3, log: ["no DATABASE_URL"] }]);
  cluster.apply(deployment());
  const restarts: number[] = [];
  let before = 0;
  cluster.pass(1000, (second) => {
    const { restartCount } = cluster.pods()[0].status.containerStatuses?.[0] ?? { restartCount: 0 };
    if (restartCount > before) restarts.push(second);
    before = restartCount;
  });
  deepEqual(restarts, [3, 13, 33, 73, 153, 313, 613, 913]);
});

Deno.test("a crash shows its exit code, then CrashLoopBackOff with the wait, and never readiness", () => {
  const cluster = newCluster([{ fail: "crash", exitCode: 3, log: ["no DATABASE_URL"] }]);
  cluster.apply(deployment());
  cluster.pass(2, () => equal(isReady(cluster.pods()[0]), false));
  const first = cluster.pods()[0].status.containerStatuses[0];
  deepEqual([first.state.terminated.exitCode, first.state.terminated.reason, first.restartCount], [3, "Error", 0]);
  cluster.pass(2, () => equal(isReady(cluster.pods()[0]), false));
  const [pod] = cluster.pods();
  const { name, uid } = pod.metadata;
  const status = pod.status.containerStatuses[0];
  deepEqual(status.state.waiting, {
    reason: "CrashLoopBackOff",
    message: `back-off 10s restarting failed container=web pod=${name}_demo(${uid})`,
  });
  equal(status.lastState.terminated.exitCode, 3);
  equal(status.restartCount, 1);
  equal(pod.status.phase, "Running");
  deepEqual(condition(pod, "Ready").message, "containers with unready status: [web]");
  ok(cluster.events(name).includes(`BackOff: Back-off restarting failed container web in pod ${name}_demo(${uid})`));
  cluster.pass(30);
  match(stateOf(cluster.pods()[0]).waiting.message, /^back-off 40s restarting/);
  cluster.pass(130);
  match(stateOf(cluster.pods()[0]).waiting.message, /^back-off 2m40s restarting/);
});

Deno.test("the log of a crashed run can be read, the previous one too", () => {
  const cluster = newCluster([{ fail: "crash", log: ["no DATABASE_URL"] }]);
  cluster.apply(deployment());
  cluster.pass(1);
  const read = (previous = false) => cluster.controllers.podLog(cluster.pods()[0], "web", previous);
  const name = cluster.pods()[0].metadata.name;
  deepEqual(read(), { refusal: `container "web" in pod "${name}" is waiting to start: ContainerCreating` });
  cluster.pass(1);
  const lines = [{ timeMs: cluster.now(), text: "web: started" }, { timeMs: cluster.now(), text: "no DATABASE_URL" }];
  deepEqual(read(), { lines });
  deepEqual(read(true), { refusal: `previous terminated container "web" in pod "${name}" not found` });
  cluster.pass(2);
  deepEqual((read(true) as Loose).lines.map(({ text }: Loose) => text), ["web: started", "no DATABASE_URL"]);
});

Deno.test("a log names the container that must be chosen, and refuses unknown ones", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ pod: { containers: [{ name: "a", image: "a:1" }, { name: "b", image: "b:1" }] } }));
  cluster.pass(3);
  const [pod] = cluster.pods();
  deepEqual(cluster.controllers.podLog(pod), {
    refusal: `a container name must be specified for pod ${pod.metadata.name}, choose one of: [a b]`,
  });
  deepEqual(cluster.controllers.podLog(pod, "c"), { refusal: `container c is not valid for pod ${pod.metadata.name}` });
});

Deno.test("an image that can't be pulled has no log, for the kubelet's reason", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ image: "web:does-not-exist" }));
  cluster.pass(2);
  const read = () => (cluster.controllers.podLog(cluster.pods()[0]) as Loose).refusal.split("start: ")[1];
  equal(read(), "image can't be pulled");
  cluster.pass(2);
  equal(read(), "trying and failing to pull image");
});

Deno.test("flapping: ready, then gone after some seconds", () => {
  const cluster = newCluster([{ fail: "crash", afterSeconds: 5 }]);
  cluster.apply(deployment());
  cluster.pass(3);
  equal(isReady(cluster.pods()[0]), true);
  cluster.pass(4);
  equal(isReady(cluster.pods()[0]), false);
  cluster.pass(1);
  equal(isReady(cluster.pods()[0]), true);
  equal(cluster.pods()[0].status.containerStatuses[0].restartCount, 1);
});

Deno.test("a crash that happens only twice heals", () => {
  const cluster = newCluster([{ fail: "crash", times: 2 }]);
  cluster.apply(deployment());
  cluster.pass(15);
  equal(isReady(cluster.pods()[0]), true);
  equal(cluster.pods()[0].status.containerStatuses[0].restartCount, 2);
});

Deno.test("out of memory is exit code 137 with reason OOMKilled", () => {
  const cluster = newCluster([{ fail: "oom-killed", afterSeconds: 2 }]);
  cluster.apply(deployment());
  cluster.pass(4);
  const { exitCode, reason } = stateOf(cluster.pods()[0]).terminated;
  deepEqual([exitCode, reason], [137, "OOMKilled"]);
});

const RUNC =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: " +
  "unable to start container process: error during container init: exec: ";

Deno.test("a container that the runtime can't start is a RunContainerError and a StartError", async (t) => {
  const cases: [fault: Loose, container: Loose, message: string, reason: string][] = [
    [
      { fail: "command-not-found" },
      { command: ["/bin/api"] },
      `${RUNC}"/bin/api": stat /bin/api: no such file or directory: unknown`,
      "StartError",
    ],
    [
      { fail: "command-not-found" },
      { command: ["api"] },
      `${RUNC}"api": executable file not found in $PATH: unknown`,
      "StartError",
    ],
    [{ fail: "permission-denied" }, {}, `${RUNC}"/app/server": permission denied: unknown`, "StartError"],
    [{ fail: "container-cannot-run", message: "no cgroup" }, {}, "no cgroup", "ContainerCannotRun"],
  ];
  for (const [fault, container, message, reason] of cases) {
    await t.step(`${fault.fail} ${container.command ?? ""}`, () => {
      const cluster = newCluster([fault]);
      cluster.apply(deployment({ container }));
      cluster.pass(2);
      const [pod] = cluster.pods();
      const status = pod.status.containerStatuses[0];
      deepEqual(status.state.waiting, { reason: "RunContainerError", message });
      const end = status.lastState.terminated;
      deepEqual([end.exitCode, end.reason, end.message, end.startedAt], [128, reason, message, "1970-01-01T00:00:00Z"]);
      ok(cluster.events(pod.metadata.name).includes(`Failed: Error: ${message}`));
      cluster.pass(2);
      equal(stateOf(cluster.pods()[0]).waiting.reason, "CrashLoopBackOff");
    });
  }
});

Deno.test("a program of another architecture, or that a shell can't find, ends with its code and says so in its log", async (t) => {
  const cases: [fault: Loose, exitCode: number, line: string][] = [
    [{ fail: "exec-format-error", command: "/app" }, 255, "exec /app: exec format error"],
    [{ fail: "command-not-found", exitCode: 127, command: "api" }, 127, "/bin/sh: 1: api: not found"],
    [{ fail: "permission-denied", exitCode: 126, command: "api" }, 126, "/bin/sh: 1: api: Permission denied"],
  ];
  for (const [fault, exitCode, line] of cases) {
    await t.step(fault.fail, () => {
      const cluster = newCluster([fault]);
      cluster.apply(deployment());
      cluster.pass(2);
      const [pod] = cluster.pods();
      deepEqual([stateOf(pod).terminated.exitCode, stateOf(pod).terminated.reason], [exitCode, "Error"]);
      deepEqual((cluster.controllers.podLog(pod) as Loose).lines.map(({ text }: Loose) => text), [line]);
    });
  }
});

Deno.test("FallbackToLogsOnError makes the end of the log the termination message", () => {
  const cluster = newCluster([{ fail: "crash", log: ["no DATABASE_URL"] }]);
  cluster.apply(deployment({ container: { terminationMessagePolicy: "FallbackToLogsOnError" } }));
  cluster.pass(2);
  equal(stateOf(cluster.pods()[0]).terminated.message, "web: started\nno DATABASE_URL\n");
});

const CONFIG_CASES: [name: string, container: Loose, message: string, fix: Loose][] = [
  [
    "a ConfigMap of envFrom",
    { envFrom: [{ configMapRef: { name: "app" } }] },
    'configmap "app" not found',
    { kind: "ConfigMap", metadata: { name: "app" }, data: {} },
  ],
  [
    "a Secret of envFrom",
    { envFrom: [{ secretRef: { name: "app" } }] },
    'secret "app" not found',
    { kind: "Secret", metadata: { name: "app" }, data: {} },
  ],
  [
    "a ConfigMap of valueFrom",
    { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "app", key: "a" } } }] },
    'configmap "app" not found',
    { kind: "ConfigMap", metadata: { name: "app" }, data: { a: "1" } },
  ],
  [
    "a Secret of valueFrom",
    { env: [{ name: "A", valueFrom: { secretKeyRef: { name: "app", key: "a" } } }] },
    'secret "app" not found',
    { kind: "Secret", metadata: { name: "app" }, data: { a: "MQ==" } },
  ],
];

Deno.test("what the environment lacks is a CreateContainerConfigError until it is there", async (t) => {
  for (const [name, container, message, fix] of CONFIG_CASES) {
    await t.step(name, () => {
      const cluster = newCluster();
      cluster.apply(deployment({ container }));
      cluster.pass(2);
      const [pod] = cluster.pods();
      deepEqual(stateOf(pod).waiting, { reason: "CreateContainerConfigError", message });
      ok(cluster.events(pod.metadata.name).includes(`Failed: Error: ${message}`));
      cluster.apply(fix);
      cluster.pass(10);
      equal(isReady(cluster.pods()[0]), true);
      equal(cluster.pods()[0].status.containerStatuses[0].restartCount, 0);
    });
  }
});

Deno.test("a missing key is named with its object; optional references are never missed", () => {
  const cluster = newCluster();
  cluster.apply({ kind: "ConfigMap", metadata: { name: "app" }, data: { other: "1" } });
  cluster.apply({ kind: "Secret", metadata: { name: "app" }, data: {} });
  const ref = (kind: string, optional: boolean) => ({
    env: [{ name: "A", valueFrom: { [kind]: { name: "app", key: "url", optional } } }],
  });
  cluster.apply(deployment({ name: "a", container: ref("configMapKeyRef", false) }));
  cluster.apply(deployment({ name: "b", container: ref("secretKeyRef", false) }));
  cluster.apply(deployment({ name: "c", container: ref("secretKeyRef", true) }));
  cluster.apply(deployment({ name: "d", container: { envFrom: [{ secretRef: { name: "none", optional: true } }] } }));
  cluster.pass(3);
  const pod = (app: string) => cluster.pods().find((one) => one.metadata.labels.app === app);
  equal(stateOf(pod("a")).waiting.message, "couldn't find key url in ConfigMap demo/app");
  equal(stateOf(pod("b")).waiting.message, "couldn't find key url in Secret demo/app");
  equal(isReady(pod("c")), true);
  equal(isReady(pod("d")), true);
});

Deno.test("volumes that can't be mounted keep the pod in ContainerCreating, with FailedMount events", async (t) => {
  const cases: [volume: Loose, cause: string][] = [
    [{ configMap: { name: "none" } }, 'configmap "none" not found'],
    [{ secret: { secretName: "none" } }, 'secret "none" not found'],
    [
      { configMap: { name: "app", items: [{ key: "b", path: "b" }] } },
      "configmap references non-existent config key: b",
    ],
    [{ secret: { secretName: "app", items: [{ key: "b", path: "b" }] } }, "references non-existent secret key: b"],
    [{ projected: { sources: [{ configMap: { name: "none" } }] } }, 'configmap "none" not found'],
  ];
  for (const [volume, cause] of cases) {
    await t.step(cause, () => {
      const cluster = newCluster();
      cluster.apply({ kind: "ConfigMap", metadata: { name: "app" }, data: { a: "1" } });
      cluster.apply({ kind: "Secret", metadata: { name: "app" }, data: { a: "MQ==" } });
      cluster.apply(deployment({ pod: { volumes: [{ name: "config", ...volume }] } }));
      cluster.pass(5);
      const [pod] = cluster.pods();
      deepEqual(stateOf(pod), { waiting: { reason: "ContainerCreating" } });
      equal(condition(pod, "PodReadyToStartContainers").status, "False");
      equal(pod.status.podIP, undefined);
      deepEqual(cluster.events(pod.metadata.name).slice(1), [
        `FailedMount: MountVolume.SetUp failed for volume "config" : ${cause}`,
      ]);
      const [event] = cluster.store.list("v1", "Event").filter((one: Loose) => one.reason === "FailedMount") as Loose[];
      equal(event.count, 3);
    });
  }
});

Deno.test("a volume's ConfigMap that appears later lets the pod start", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ pod: { volumes: [{ name: "config", configMap: { name: "app" } }] } }));
  cluster.pass(10);
  cluster.apply({ kind: "ConfigMap", metadata: { name: "app" }, data: {} });
  cluster.pass(20);
  equal(isReady(cluster.pods()[0]), true);
});

Deno.test("a configuration that could not be synchronised in time is a passing CreateContainerConfigError", () => {
  const cluster = newCluster([{ fail: "config-sync-timeout", times: 1 }]);
  cluster.apply(deployment());
  cluster.pass(2);
  deepEqual(stateOf(cluster.pods()[0]).waiting, {
    reason: "CreateContainerConfigError",
    message: "failed to sync configmap cache: timed out waiting for the condition",
  });
  cluster.pass(10);
  equal(isReady(cluster.pods()[0]), true);
});

Deno.test("scripted trouble of the node: sandbox, mount, attach", () => {
  const message = (fail: string) => {
    const cluster = newCluster([{ fail }]);
    cluster.apply(deployment({ pod: { volumes: [{ name: "data", emptyDir: {} }] } }));
    cluster.pass(2);
    const [pod] = cluster.pods();
    deepEqual(stateOf(pod), { waiting: { reason: "ContainerCreating" } });
    return cluster.events(pod.metadata.name)[1]!;
  };
  match(
    message("sandbox-failed"),
    /^FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network/,
  );
  match(message("mount-failed"), /^FailedMount: MountVolume\.SetUp failed for volume "data" : /);
  match(message("attach-failed"), /^FailedAttachVolume: Multi-Attach error for volume "pvc-/);
});

Deno.test("an init container that fails holds the pod back, with the same rules as others", () => {
  const cluster = newCluster([{ fail: "crash", container: "migrate", exitCode: 4 }]);
  const initContainers = [{ name: "first", image: "tool:1" }, { name: "migrate", image: "tool:1" }];
  cluster.apply(deployment({ pod: { initContainers } }));
  cluster.pass(2);
  const names = () =>
    cluster.pods()[0].status.initContainerStatuses.map(({ name, state }: Loose) => [name, Object.keys(state)[0]]);
  deepEqual(names(), [["first", "running"], ["migrate", "waiting"]]);
  deepEqual(stateOf(cluster.pods()[0]), { waiting: { reason: "PodInitializing" } });
  deepEqual(condition(cluster.pods()[0], "Initialized").message, "containers with incomplete status: [first migrate]");
  cluster.pass(3);
  const [pod] = cluster.pods();
  const [first, migrate] = pod.status.initContainerStatuses;
  deepEqual([first.state.terminated.reason, first.ready], ["Completed", true]);
  equal(migrate.state.waiting.reason, "CrashLoopBackOff");
  equal(migrate.lastState.terminated.exitCode, 4);
  equal(pod.status.phase, "Pending");
  equal(condition(pod, "Initialized").message, "containers with incomplete status: [migrate]");
});

Deno.test("init containers run one after the other, then the rest begins", () => {
  const cluster = newCluster();
  cluster.apply(
    deployment({ pod: { initContainers: [{ name: "one", image: "tool:1" }, { name: "two", image: "tool:1" }] } }),
  );
  cluster.pass(8);
  const [pod] = cluster.pods();
  equal(isReady(pod), true);
  const [one, two] = pod.status.initContainerStatuses.map(({ state }: Loose) => state.terminated);
  ok(one.finishedAt <= two.startedAt);
  ok(two.finishedAt <= stateOf(pod).running.startedAt);
  equal(condition(pod, "Initialized").status, "True");
});

Deno.test("a sidecar goes on running and counts for readiness", () => {
  const initContainers = [{ name: "proxy", image: "proxy:1", restartPolicy: "Always" }];
  const healthy = newCluster();
  healthy.apply(deployment({ pod: { initContainers } }));
  healthy.pass(4);
  equal(isReady(healthy.pods()[0]), true);
  ok(healthy.pods()[0].status.initContainerStatuses[0].state.running);
  const broken = newCluster([{ fail: "crash", container: "proxy", afterSeconds: 3 }]);
  broken.apply(deployment({ pod: { initContainers } }));
  broken.pass(5);
  equal(isReady(broken.pods()[0]), false);
  equal(condition(broken.pods()[0], "Ready").message, "containers with unready status: [proxy]");
  ok(broken.pods()[0].status.containerStatuses[0].state.running);
});

Deno.test("a pod that is not to be restarted ends as Succeeded or Failed", () => {
  const cluster = newCluster([{ fail: "crash", workload: "pod/bad", exitCode: 2 }]);
  for (const name of ["good", "bad"]) {
    const { spec, metadata } = template({ name, pod: { restartPolicy: "Never" } }) as Loose;
    cluster.apply({ kind: "Pod", metadata: { name, ...metadata }, spec, status: { phase: "Pending" } });
  }
  cluster.pass(8);
  const [good, bad] = [cluster.get("Pod", "good"), cluster.get("Pod", "bad")];
  deepEqual([good.status.phase, condition(good, "Ready").reason], ["Succeeded", "PodCompleted"]);
  deepEqual([bad.status.phase, condition(bad, "Ready").reason], ["Failed", "PodFailed"]);
  equal(stateOf(bad).terminated.exitCode, 2);
  const before = cluster.writes();
  cluster.pass(60);
  equal(cluster.writes(), before);
});
