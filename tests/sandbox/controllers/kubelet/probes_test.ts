import { deepEqual, equal, ok } from "../../../assert.ts";
import { condition, deployment, isReady, type Loose, newCluster, stateOf } from "../cluster.ts";

const HTTP = { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 };
const PORTS = [{ name: "http", containerPort: 8080 }];

function unhealthy(cluster: ReturnType<typeof newCluster>): Loose {
  return cluster.store.list("v1", "Event").find((event: Loose) => event.reason === "Unhealthy");
}

Deno.test("readiness follows the probe: initialDelaySeconds, then the first success", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ container: { readinessProbe: { ...HTTP, initialDelaySeconds: 10 } } }));
  cluster.pass(3);
  deepEqual(stateOf(cluster.pods()[0]).running !== undefined, true);
  equal(isReady(cluster.pods()[0]), false);
  cluster.pass(9);
  equal(isReady(cluster.pods()[0]), false);
  cluster.pass(1);
  equal(isReady(cluster.pods()[0]), true);
  equal(unhealthy(cluster), undefined);
});

Deno.test("a probe that never succeeds is reported at every period, in the words of its kind", async (t) => {
  const cases: [probe: Loose, message: string][] = [
    [HTTP, "HTTP probe failed with statuscode: 503"],
    [{ tcpSocket: { port: 8080 } }, "dial tcp 10.244.0.2:8080: connect: connection refused"],
    [{ grpc: { port: 9000 } }, 'service unhealthy (responded with "NOT_SERVING")'],
    [{ exec: { command: ["false"] } }, ""],
  ];
  for (const [readinessProbe, message] of cases) {
    await t.step(Object.keys(readinessProbe)[0]!, () => {
      const cluster = newCluster([{ fail: "never-ready" }]);
      cluster.apply(deployment({ container: { readinessProbe: { periodSeconds: 5, ...readinessProbe } } }));
      cluster.pass(33);
      equal(isReady(cluster.pods()[0]), false);
      ok(stateOf(cluster.pods()[0]).running);
      equal(unhealthy(cluster).message, `Readiness probe failed: ${message}`);
      equal(unhealthy(cluster).count, 7);
      equal(unhealthy(cluster).involvedObject.fieldPath, "spec.containers{web}");
    });
  }
});

Deno.test("readiness can be lost later, and come back", () => {
  const cluster = newCluster([{ fail: "never-ready", afterSeconds: 10 }, { fail: "never-ready", workload: "x" }]);
  cluster.apply(deployment({ container: { readinessProbe: HTTP } }));
  cluster.pass(5);
  equal(isReady(cluster.pods()[0]), true);
  cluster.pass(10);
  equal(isReady(cluster.pods()[0]), false);
  const healing = newCluster([{ fail: "never-ready", healsAfterSeconds: 20 }]);
  healing.apply(deployment());
  healing.pass(15);
  equal(isReady(healing.pods()[0]), false);
  healing.pass(8);
  equal(isReady(healing.pods()[0]), true);
});

Deno.test("a slow start says connection refused until it is ready", () => {
  const cluster = newCluster([{ fail: "slow", delaySeconds: 20 }]);
  cluster.apply(deployment({ container: { ports: PORTS, readinessProbe: HTTP } }));
  cluster.pass(20);
  equal(isReady(cluster.pods()[0]), false);
  equal(
    unhealthy(cluster).message,
    'Readiness probe failed: Get "http://10.244.0.2:8080/healthz": dial tcp 10.244.0.2:8080: connect: connection refused',
  );
  cluster.pass(5);
  equal(isReady(cluster.pods()[0]), true);
});

Deno.test("slow pulls and slow starts keep the container in ContainerCreating", () => {
  for (const phase of ["pull", "start"]) {
    const cluster = newCluster([{ fail: "slow", delaySeconds: 20, phase }]);
    cluster.apply(deployment());
    cluster.pass(20);
    deepEqual(stateOf(cluster.pods()[0]), { waiting: { reason: "ContainerCreating" } });
    cluster.pass(3);
    equal(isReady(cluster.pods()[0]), true);
  }
});

Deno.test("a failing liveness probe kills the container after failureThreshold failures", () => {
  const cluster = newCluster([{ fail: "liveness-failing" }]);
  cluster.apply(deployment({ container: { livenessProbe: { ...HTTP, failureThreshold: 3 } } }));
  cluster.pass(11);
  equal(cluster.pods()[0].status.containerStatuses[0].restartCount, 0);
  cluster.pass(1);
  const [pod] = cluster.pods();
  deepEqual([stateOf(pod).terminated.exitCode, stateOf(pod).terminated.reason], [137, "Error"]);
  const texts = cluster.events(pod.metadata.name);
  ok(texts.includes("Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 503"));
  ok(texts.includes("Killing: Container web failed liveness probe, will be restarted"));
  cluster.pass(1);
  equal(cluster.pods()[0].status.containerStatuses[0].restartCount, 1);
});

Deno.test("until the start-up probe succeeds a container is neither started nor ready", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ container: { startupProbe: { ...HTTP, initialDelaySeconds: 5 } } }));
  cluster.pass(4);
  deepEqual([cluster.pods()[0].status.containerStatuses[0].started, isReady(cluster.pods()[0])], [false, false]);
  cluster.pass(5);
  deepEqual([cluster.pods()[0].status.containerStatuses[0].started, isReady(cluster.pods()[0])], [true, true]);
  const failing = newCluster([{ fail: "startup-failing", message: "no luck" }]);
  failing.apply(deployment({ container: { startupProbe: { ...HTTP, failureThreshold: 2 } } }));
  failing.pass(9);
  const texts = failing.events(failing.pods()[0].metadata.name);
  ok(texts.includes("Unhealthy: Startup probe failed: no luck"));
  ok(texts.includes("Killing: Container web failed startup probe, will be restarted"));
});

Deno.test("readiness gates hold the pod back until somebody sets their condition", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ pod: { readinessGates: [{ conditionType: "example.com/ready" }] } }));
  cluster.pass(3);
  const [pod] = cluster.pods();
  equal(condition(pod, "ContainersReady").status, "True");
  deepEqual(
    [condition(pod, "Ready").reason, condition(pod, "Ready").message],
    ["ReadinessGatesNotReady", 'corresponding condition of pod readiness gate "example.com/ready" does not exist.'],
  );
  const gate = { type: "example.com/ready", status: "True" };
  cluster.store.update({ ...pod, status: { ...pod.status, conditions: [...pod.status.conditions, gate] } });
  cluster.pass(1);
  equal(isReady(cluster.pods()[0]), true);
  ok(condition(cluster.pods()[0], "example.com/ready"));
});
