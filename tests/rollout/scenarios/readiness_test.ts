import { deepEqual } from "../../assert.ts";
import { assertResult, DAEMON_SET, play } from "../scenario.ts";
import { condition, controllerRevision, daemonSet, event, pod, readyPod, running } from "../fixtures.ts";
import { putRolledOut, putRollingDeployment } from "./rolling_deployment.ts";

const PROBE = { readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } };

function unready(name = "web-2-a") {
  return pod(name, { phase: "Running", container: running({ ready: false }, PROBE) });
}

Deno.test("pods that run and never become ready fail at the deadline alone, and the probe is named", async () => {
  const { result, told } = await play((cluster) => {
    const web = unready();
    putRollingDeployment(cluster, [web]);
    const text = "Readiness probe failed: HTTP probe failed with statuscode: 503";
    cluster.at(9, () => cluster.put(event(web, "Unhealthy", text, { first: 9, fieldPath: "spec.containers{web}" })));
    cluster.setLog("web-2-a", "web", "waiting for the database");
  });
  assertResult(result, {
    outcome: "timedOut",
    codes: ["K1501"],
    seconds: 300,
    message:
      /^The readiness probe of container "web" \(GET :8080\/healthz\) fails: HTTP probe failed with statuscode: 503$/,
    evidence: /Unhealthy: Readiness.*\nwaiting for the database$/,
  });
  deepEqual(told, [[10, "transient", "K1501"]]);
});

Deno.test("each new text of a probe is told once", async () => {
  const { told } = await play((cluster) => {
    const web = unready();
    putRollingDeployment(cluster, [web]);
    const put = (at: number, words: string, last: number) =>
      cluster.at(
        at,
        () =>
          cluster.put(
            event(web, "Unhealthy", `Readiness probe failed: ${words}`, {
              first: at,
              last,
              fieldPath: "spec.containers{web}",
            }),
          ),
      );
    put(11, "connection refused", 11);
    put(20, "connection refused", 20);
    put(30, "statuscode: 500", 30);
    cluster.at(60, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  deepEqual(told.map(([seconds]) => seconds), [11, 30]);
});

Deno.test("a start-up probe is told from a readiness probe", async () => {
  const { result } = await play((cluster) => {
    const container = running({ ready: false, started: false }, { startupProbe: { tcpSocket: { port: "http" } } });
    const web = pod("web-2-a", { phase: "Running", container });
    putRollingDeployment(cluster, [web]);
    cluster.put(
      event(web, "Unhealthy", "Startup probe failed: dial tcp: connection refused", {
        fieldPath: "spec.containers{web}",
      }),
    );
  });
  assertResult(result, {
    outcome: "timedOut",
    codes: ["K1501"],
    message: /^The startup probe .* \(TCP :http\) fails: dial tcp/,
  });
});

Deno.test("a pod that waits without any event is told after 15 s", async () => {
  const { told } = await play((cluster) => {
    putRollingDeployment(cluster, [unready()]);
    cluster.at(40, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  deepEqual(told, [[15, "transient", "K1501"]]);
});

Deno.test("a healthy start that takes its time brings no finding but progress", async () => {
  const { result, told, events } = await play((cluster) => {
    putRollingDeployment(cluster, [pod("web-2-a")]);
    cluster.at(4, () => cluster.put(unready()));
    cluster.at(8, () => cluster.put(readyPod("web-2-a")));
    cluster.at(9, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 12 });
  deepEqual(told, []);
  const states = events.flatMap((event) => event.type === "progress" ? [event.progress.status.kind] : []);
  deepEqual(states.at(-1), "current");
});

Deno.test("a readiness gate that nobody sets is named", async () => {
  const gate = "target-health.elbv2.k8s.aws/web";
  const { result } = await play((cluster) => {
    const conditions = [condition("Ready", "False", "ReadinessGatesNotReady"), condition("ContainersReady", "True")];
    const spec = { readinessGates: [{ conditionType: gate }] };
    putRollingDeployment(cluster, [pod("web-2-a", { phase: "Running", container: running(), conditions, spec })]);
  });
  assertResult(result, {
    outcome: "timedOut",
    codes: ["K1502"],
    message: /Readiness gate "target-health.*": nobody has set it|is not true/,
  });
});

Deno.test("pods that nodes evict are replaced, and only told", async () => {
  const { result, told } = await play((cluster) => {
    const evicted = {
      phase: "Failed",
      status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
    };
    putRollingDeployment(cluster, [pod("web-2-a", evicted), pod("web-2-b")]);
    cluster.at(20, () => putRolledOut(cluster, [readyPod("web-2-b"), readyPod("web-2-c")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 23 });
  deepEqual(told, [[0, "transient", "K1302"]]);
});

const owner: [string, string] = ["DaemonSet", "web"];
const onNode = (node: string, hash = "b") => ({ owner, node, labels: { "controller-revision-hash": hash } });

Deno.test("a DaemonSet's newest pods are told by the newest ControllerRevision", async () => {
  const { result } = await play((cluster) => {
    cluster.put(
      daemonSet({ updated: 1, available: 1 }),
      controllerRevision(1, "a"),
      controllerRevision(2, "b"),
      pod("web-x", { ...onNode("node-1", "a"), phase: "Running", container: running({ ready: false }) }),
      pod("web-y", {
        ...onNode("node-2"),
        container: { status: { state: { waiting: { reason: "InvalidImageName" } } } },
      }),
    );
  }, DAEMON_SET);
  assertResult(result, { outcome: "failed", codes: ["K1004"], seconds: [0, 3] });
  deepEqual(result.findings.flatMap(({ pods }) => pods), ["web-y"]);
});

Deno.test("a DaemonSet's newest pods are told by the template's generation where revisions may not be read", async () => {
  const { result, events } = await play((cluster) => {
    cluster.forbid("ControllerRevision");
    const labels = { "pod-template-generation": "2" };
    const invalid = { status: { state: { waiting: { reason: "InvalidImageName" } } } };
    cluster.put(daemonSet({ updated: 1, available: 1 }), pod("web-y", { owner, labels, container: invalid }));
  }, DAEMON_SET);
  assertResult(result, { outcome: "failed", codes: ["K1004"], seconds: [0, 3] });
  deepEqual(events.filter(({ type }) => type === "note"), []);
});

function node(name: string, ready: string) {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: `uid-${name}` },
    status: { conditions: [condition("Ready", ready)] },
  };
}

Deno.test("a DaemonSet is rolled out when pods are missing only on nodes that do not answer", async () => {
  const { result } = await play((cluster) => {
    cluster.put(
      daemonSet({ replicas: 2, updated: 1, available: 1 }),
      controllerRevision(2, "b"),
      readyPod("web-x", onNode("node-1")),
      pod("web-y", { ...onNode("node-2", "a"), metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }),
      node("node-1", "True"),
      node("node-2", "Unknown"),
    );
  }, DAEMON_SET);
  assertResult(result, { outcome: "healthy", seconds: [20, 24] });
  deepEqual(result.status?.kind === "current" && result.status.warning, "node-2 does not answer");
});

Deno.test("a lost node is told by the pod where nodes may not be read", async () => {
  const { result, events } = await play((cluster) => {
    cluster.forbid("Node");
    const lost = {
      ...onNode("node-2"),
      phase: "Running",
      container: running(),
      conditions: [condition("Ready", "False")],
    };
    cluster.put(
      daemonSet({ replicas: 2, updated: 2, available: 1 }),
      controllerRevision(2, "b"),
      readyPod("web-x", onNode("node-1")),
      pod("web-y", lost),
    );
  }, DAEMON_SET);
  assertResult(result, { outcome: "healthy", seconds: [0, 5] });
  deepEqual(events.filter(({ type }) => type === "note"), []);
});

Deno.test("a lost node is no excuse for a pod on another", async () => {
  const { result } = await play((cluster) => {
    cluster.put(
      daemonSet({ replicas: 3, updated: 3, available: 1 }),
      controllerRevision(2, "b"),
      readyPod("web-x", onNode("node-1")),
      pod("web-y", onNode("node-2")),
      pod("web-z", { ...onNode("node-3"), phase: "Running", container: running({ ready: false }) }),
      node("node-1", "True"),
      node("node-2", "Unknown"),
      node("node-3", "True"),
    );
  }, DAEMON_SET);
  assertResult(result, { outcome: "timedOut", codes: ["K1501", "K1303"] });
});

Deno.test("a DaemonSet whose pod is not ready on a good node is not rolled out", async () => {
  const { result } = await play((cluster) => {
    cluster.put(
      daemonSet({ replicas: 2, updated: 2, available: 1 }),
      controllerRevision(2, "b"),
      readyPod("web-x", onNode("node-1")),
      pod("web-y", { ...onNode("node-2"), phase: "Running", container: running({ ready: false }) }),
      node("node-1", "True"),
      node("node-2", "True"),
    );
  }, DAEMON_SET);
  assertResult(result, { outcome: "timedOut", codes: ["K1501"] });
});
