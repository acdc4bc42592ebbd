import { deepEqual, equal, ok } from "../../assert.ts";
import { condition, deployment, isReady, type Loose, newCluster } from "./cluster.ts";

const NO_VICTIMS = (nodes: number) =>
  ` no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} No preemption victims found for incoming pod.`;
// All of these texts are those of kube-scheduler 1.36.3 in the same situation.
const NOT_HELPFUL = (nodes: number) =>
  ` no new claims to deallocate, preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;

function unschedulable(
  pod: Loose,
  options: { nodes?: number; before?: (cluster: ReturnType<typeof newCluster>) => void } = {},
): string {
  const cluster = newCluster([], { nodes: options.nodes ?? 1 });
  options.before?.(cluster);
  cluster.apply(deployment(pod));
  cluster.pass(2);
  const [found] = cluster.pods();
  const { status, reason, message } = condition(found, "PodScheduled");
  deepEqual([status, reason, found.status.phase], ["False", "Unschedulable", "Pending"]);
  equal(found.status.containerStatuses, undefined);
  equal(cluster.events(found.metadata.name)[0], `FailedScheduling: ${message}`);
  return message;
}

Deno.test("a pod that fits nowhere says why, in the scheduler's words", () => {
  const requests = (amounts: Loose) => ({ container: { resources: { requests: amounts } } });
  equal(unschedulable(requests({ cpu: "100" })), `0/1 nodes are available: 1 Insufficient cpu.${NOT_HELPFUL(1)}`);
  equal(
    unschedulable(requests({ cpu: "100", memory: "1Ti" }), { nodes: 3 }),
    `0/3 nodes are available: 3 Insufficient cpu, 3 Insufficient memory.${NOT_HELPFUL(3)}`,
  );
  equal(
    unschedulable({ pod: { nodeSelector: { disk: "ssd" } } }),
    `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.${NOT_HELPFUL(1)}`,
  );
  const taint = (cluster: ReturnType<typeof newCluster>) => {
    const node = cluster.get("Node", "node-1");
    cluster.store.update({
      ...node,
      spec: { ...node.spec, taints: [{ key: "dedicated", value: "gpu", effect: "NoSchedule" }] },
    });
  };
  equal(
    unschedulable({}, { before: taint }),
    `0/1 nodes are available: 1 node(s) had untolerated taint(s).${NOT_HELPFUL(1)}`,
  );
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "none" } }];
  equal(
    unschedulable({ pod: { volumes } }),
    `0/1 nodes are available: persistentvolumeclaim "none" not found. not found`,
  );
  equal(unschedulable({}, { nodes: 0 }), "no nodes available to schedule pods");
});

Deno.test("requests are really counted, and room that becomes free is used", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ name: "big", container: { resources: { requests: { cpu: "60" } } } }));
  cluster.pass(3);
  cluster.apply(deployment({ name: "late", container: { resources: { requests: { cpu: "10" } } } }));
  cluster.pass(3);
  const late = () => cluster.pods().find((pod) => pod.metadata.labels.app === "late");
  equal(condition(late(), "PodScheduled").message, `0/1 nodes are available: 1 Insufficient cpu.${NO_VICTIMS(1)}`);
  cluster.apply(deployment({ name: "big", replicas: 0 }));
  cluster.pass(5);
  equal(isReady(late()), true);
});

Deno.test("each node has its own reason, and its own hope", () => {
  const cluster = newCluster([], { nodes: 2 });
  const [one, two] = ["node-1", "node-2"].map((name) => cluster.get("Node", name));
  cluster.store.update({ ...one, spec: { ...one.spec, unschedulable: true } });
  cluster.store.update({ ...two, status: { ...two.status, allocatable: { cpu: "2", memory: "4Gi", pods: "1" } } });
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(2);
  const stuck = cluster.pods().find((pod) => !pod.spec.nodeName);
  equal(
    condition(stuck, "PodScheduled").message,
    "0/2 nodes are available: 1 Too many pods, 1 node(s) were unschedulable. no new claims to deallocate, preemption: " +
      "0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
  );
});

Deno.test("pods spread over the nodes", () => {
  const cluster = newCluster([], { nodes: 3 });
  cluster.apply(deployment({ replicas: 6 }));
  cluster.pass(3);
  const nodes = cluster.pods().map((pod) => pod.spec.nodeName).sort();
  deepEqual(nodes, ["node-1", "node-1", "node-2", "node-2", "node-3", "node-3"]);
});

Deno.test("a scripted lack of room heals when the autoscaler is through, which says so at the beginning", () => {
  const cluster = newCluster([{ fail: "unschedulable", scaleUp: true, healsAfterSeconds: 45 }]);
  cluster.apply(deployment());
  cluster.pass(40);
  const [pod] = cluster.pods();
  equal(condition(pod, "PodScheduled").message, `0/1 nodes are available: 1 Insufficient cpu.${NO_VICTIMS(1)}`);
  deepEqual(cluster.events(pod.metadata.name).slice(1), [
    "TriggeredScaleUp: pod triggered scale-up: [{default-pool 1->2 (max: 5)}]",
  ]);
  const failed = cluster.store.list("v1", "Event").find((event: Loose) => event.reason === "FailedScheduling") as Loose;
  ok(failed.series.count > 1);
  deepEqual([failed.reportingComponent, failed.firstTimestamp, failed.source], ["default-scheduler", null, {}]);
  cluster.pass(10);
  equal(isReady(cluster.pods()[0]), true);
});

Deno.test("scripted reasons have the words of real ones", () => {
  const words = (fault: Loose) => {
    const cluster = newCluster([{ fail: "unschedulable", ...fault }]);
    cluster.apply(deployment());
    cluster.pass(1);
    return condition(cluster.pods()[0], "PodScheduled").message.split(". ")[0];
  };
  equal(words({ because: "memory" }), "0/1 nodes are available: 1 Insufficient memory");
  equal(words({ because: "pods" }), "0/1 nodes are available: 1 Too many pods");
  equal(
    words({ because: "taint", taint: "team: a" }),
    "0/1 nodes are available: 1 node(s) had untolerated taint {team: a}",
  );
  equal(words({ because: "taint" }), "0/1 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}");
  equal(words({ because: "affinity" }), "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector");
  equal(words({ because: "volume" }), "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims");
  equal(words({ message: "because I say so" }), "because I say so");
});

Deno.test("scheduling gates hold a pod back", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ pod: { schedulingGates: [{ name: "example.com/wait" }] } }));
  cluster.pass(2);
  equal(condition(cluster.pods()[0], "PodScheduled").reason, "SchedulingGated");
});

Deno.test("a claim that waits for its first consumer is bound when a pod comes", () => {
  const cluster = newCluster();
  cluster.apply({ kind: "StorageClass", metadata: { name: "late" }, volumeBindingMode: "WaitForFirstConsumer" });
  cluster.apply({
    kind: "PersistentVolumeClaim",
    metadata: { name: "data" },
    spec: { storageClassName: "late", accessModes: ["ReadWriteOnce"] },
  });
  cluster.pass(5);
  equal(cluster.get("PersistentVolumeClaim", "data").status.phase, "Pending");
  deepEqual(cluster.events("data"), ["WaitForFirstConsumer: waiting for first consumer to be created before binding"]);
  cluster.apply(deployment({ pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] } }));
  cluster.pass(5);
  equal(cluster.get("PersistentVolumeClaim", "data").status.phase, "Bound");
  equal(isReady(cluster.pods()[0]), true);
});
