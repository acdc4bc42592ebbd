import { deepEqual, equal, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { condition, type DeploymentOptions, isReady, type Loose, newCluster, template } from "./cluster.ts";

function daemonSet(options: DeploymentOptions = {}): JsonObject {
  const { name = "agent", spec = {} } = options;
  return {
    kind: "DaemonSet",
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template: template({ name, ...options }), ...spec },
  };
}

function updateNode(cluster: ReturnType<typeof newCluster>, name: string, change: (node: Loose) => Loose): void {
  cluster.store.update({ ...change(cluster.get("Node", name)) });
}

Deno.test("each node gets one pod, and the counts say so", () => {
  const cluster = newCluster([], { nodes: 3 });
  cluster.apply(daemonSet());
  cluster.pass(4);
  deepEqual(cluster.pods().map((pod) => pod.spec.nodeName).sort(), ["node-1", "node-2", "node-3"]);
  deepEqual(cluster.get("DaemonSet", "agent").status, {
    currentNumberScheduled: 3,
    numberMisscheduled: 0,
    desiredNumberScheduled: 3,
    numberReady: 3,
    observedGeneration: 1,
    updatedNumberScheduled: 3,
    numberAvailable: 3,
  });
  const [revision] = cluster.list("ControllerRevision");
  equal(revision.metadata.name, `agent-${revision.metadata.labels["controller-revision-hash"]}`);
  ok(
    cluster.pods().every((pod) =>
      pod.metadata.labels["controller-revision-hash"] === revision.metadata.labels["controller-revision-hash"]
    ),
  );
  const before = cluster.writes();
  cluster.pass(60);
  equal(cluster.writes(), before);
});

Deno.test("a rolling update replaces one node after the other by default", () => {
  const cluster = newCluster([], { nodes: 4 });
  cluster.apply(daemonSet());
  cluster.pass(5);
  cluster.apply(daemonSet({ image: "nginx:1.26" }));
  cluster.pass(
    40,
    () => ok(cluster.pods().filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).length >= 3),
  );
  ok(cluster.pods().every((pod) => pod.spec.containers[0].image === "nginx:1.26"));
  equal(cluster.get("DaemonSet", "agent").status.updatedNumberScheduled, 4);
});

Deno.test("maxUnavailable lets several nodes change at once", () => {
  const cluster = newCluster([{ fail: "image-not-found", image: "nginx:1.26" }], { nodes: 4 });
  const spec = { updateStrategy: { rollingUpdate: { maxUnavailable: "50%" } } };
  cluster.apply(daemonSet({ spec }));
  cluster.pass(5);
  cluster.apply(daemonSet({ image: "nginx:1.26", spec }));
  cluster.pass(30);
  const { status } = cluster.get("DaemonSet", "agent");
  deepEqual([status.updatedNumberScheduled, status.numberAvailable, status.numberUnavailable], [2, 2, 2]);
});

Deno.test("with maxSurge the old pod of a node stays until the new one is available", () => {
  const cluster = newCluster([], { nodes: 3 });
  const spec = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  cluster.apply(daemonSet({ spec }));
  cluster.pass(5);
  cluster.apply(daemonSet({ image: "nginx:1.26", spec }));
  cluster.pass(40, () => {
    const nodes = new Set(
      cluster.pods().filter((pod) => isReady(pod) && !pod.metadata.deletionTimestamp).map((pod) => pod.spec.nodeName),
    );
    equal(nodes.size, 3);
    ok(cluster.pods().filter((pod) => !pod.metadata.deletionTimestamp).length <= 4);
  });
  ok(cluster.pods().every((pod) => pod.spec.containers[0].image === "nginx:1.26"));
  equal(cluster.pods().length, 3);
});

Deno.test("OnDelete leaves old pods alone", () => {
  const cluster = newCluster();
  const spec = { updateStrategy: { type: "OnDelete" } };
  cluster.apply(daemonSet({ spec }));
  cluster.pass(4);
  cluster.apply(daemonSet({ image: "nginx:1.26", spec }));
  cluster.pass(10);
  equal(cluster.pods()[0].spec.containers[0].image, "nginx:1.25");
  equal(cluster.get("DaemonSet", "agent").status.updatedNumberScheduled, undefined);
});

Deno.test("nodes are chosen by selector and taints; nodes that come and go are followed", () => {
  const cluster = newCluster([], { nodes: 2 });
  updateNode(
    cluster,
    "node-2",
    (node) => ({ ...node, spec: { ...node.spec, taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }] } }),
  );
  cluster.apply(daemonSet());
  cluster.apply(daemonSet({ name: "tolerant", pod: { tolerations: [{ key: "gpu", operator: "Exists" }] } }));
  cluster.apply(daemonSet({ name: "picky", pod: { nodeSelector: { disk: "ssd" } } }));
  cluster.pass(4);
  const desired = (name: string) => cluster.get("DaemonSet", name).status.desiredNumberScheduled;
  deepEqual([desired("agent"), desired("tolerant"), desired("picky")], [1, 2, 0]);
  updateNode(
    cluster,
    "node-1",
    (node) => ({ ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, disk: "ssd" } } }),
  );
  cluster.pass(4);
  equal(cluster.get("DaemonSet", "picky").status.numberReady, 1);
  cluster.store.remove({ apiVersion: "v1", kind: "Node", name: "node-2" });
  cluster.pass(2);
  deepEqual(cluster.pods().map((pod) => pod.spec.nodeName), ["node-1", "node-1", "node-1"]);
  equal(desired("tolerant"), 1);
});

Deno.test("a failed pod of a DaemonSet is replaced, and said so", () => {
  const cluster = newCluster([{ fail: "evicted", afterSeconds: 5 }]);
  cluster.apply(daemonSet());
  cluster.pass(12);
  equal(cluster.pods().filter(isReady).length, 1);
  ok(
    cluster.events("agent").some((text) =>
      /^FailedDaemonPod: Found failed daemon pod demo\/agent-\w+ on node node-1, will try to kill it$/.test(text)
    ),
  );
});

Deno.test("a node that stops answering makes its pods unready; after five minutes others replace them", () => {
  const cluster = newCluster([], { nodes: 2 });
  cluster.apply({
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas: 2, selector: { matchLabels: { app: "web" } }, template: template() },
  });
  cluster.pass(4);
  const onNode = (name: string) => cluster.pods().filter((pod) => pod.spec.nodeName === name);
  const setReady = (status: string) =>
    updateNode(cluster, "node-2", (node) => ({
      ...node,
      status: {
        ...node.status,
        conditions: node.status.conditions.map((one: Loose) => one.type === "Ready" ? { ...one, status } : one),
      },
    }));
  setReady("Unknown");
  cluster.pass(2);
  equal(isReady(onNode("node-2")[0]), false);
  deepEqual(cluster.get("Node", "node-2").spec.taints.map((taint: Loose) => [taint.key, taint.effect]), [
    ["node.kubernetes.io/unreachable", "NoSchedule"],
    ["node.kubernetes.io/unreachable", "NoExecute"],
  ]);
  equal(cluster.get("Deployment", "web").status.availableReplicas, 1);
  cluster.pass(305);
  equal(onNode("node-1").filter(isReady).length, 2);
  ok(onNode("node-2")[0].metadata.deletionTimestamp);
  setReady("True");
  cluster.pass(5);
  deepEqual(onNode("node-2"), []);
  equal(cluster.get("Node", "node-2").spec.taints, undefined);
  equal(condition(cluster.get("Deployment", "web"), "Available").status, "True");
});
