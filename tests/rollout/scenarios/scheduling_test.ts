import type { JsonObject } from "../../../src/base/mod.ts";
import { deepEqual, equal } from "../../assert.ts";
import { assertResult, play } from "../scenario.ts";
import { condition, event, pod, readyPod } from "../fixtures.ts";
import { timeAt } from "../virtual_clock.ts";
import { putRolledOut, putRollingDeployment } from "./rolling_deployment.ts";
import { adviseOnScheduling } from "../../../src/rollout/rules/scheduling.ts";

const NO_CPU = "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 2 Insufficient cpu. " +
  "preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";

function unscheduled(message = NO_CPU, since = 0) {
  const scheduled = condition("PodScheduled", "False", "Unschedulable", message, { lastTransitionTime: timeAt(since) });
  return pod("web-2-a", { node: "", conditions: [scheduled], status: { containerStatuses: [] }, created: since });
}

Deno.test("a pod that no node takes is told after 15 s and fatal after 3 min", async () => {
  const { result, told } = await play((cluster) => putRollingDeployment(cluster, [unscheduled()]));
  assertResult(result, {
    outcome: "failed",
    codes: ["K1301"],
    seconds: 180,
    message: /^No node takes the pod: 0\/3 nodes are available: .*2 Insufficient cpu$/,
    nextStep: /Lower the request for cpu/,
  });
  deepEqual(told, [[15, "confirm", "K1301"], [180, "fatal", "K1301"]]);
});

Deno.test("a pod that was unschedulable long before the watch began is fatal as soon as the cluster proves it", async () => {
  const { result } = await play((cluster) => {
    const web = unscheduled(NO_CPU, -600);
    putRollingDeployment(cluster, [web]);
    cluster.put(event(web, "FailedScheduling", NO_CPU, { first: -600, last: -10, count: 3 }));
  });
  assertResult(result, { outcome: "failed", codes: ["K1301"], seconds: [0, 3] });
});

Deno.test("an autoscaler that adds a node extends the wait", async () => {
  const { result, told } = await play(
    (cluster) => {
      const web = unscheduled();
      putRollingDeployment(cluster, [web]);
      cluster.at(
        10,
        () =>
          cluster.put(
            event(web, "TriggeredScaleUp", "pod triggered scale-up: [{pool 3->4}]", { type: "Normal", first: 10 }),
          ),
      );
      cluster.at(280, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
    },
    undefined,
    { timeoutMs: 600_000 },
  );
  assertResult(result, { outcome: "healthy", seconds: 283 });
  deepEqual(told.map(([, severity]) => severity), ["transient"]);
});

Deno.test("a node that is added for one pod may take the others", async () => {
  const { result } = await play((cluster) => {
    const web = unscheduled();
    const { conditions } = unscheduled().status as { conditions: JsonObject[] };
    putRollingDeployment(cluster, [web, pod("web-2-b", { node: "", conditions })]);
    cluster.put(event(web, "TriggeredScaleUp", "pod triggered scale-up", { type: "Normal", first: 5 }));
    cluster.at(220, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 223 });
});

Deno.test("Karpenter's nomination counts as well", async () => {
  const { result } = await play((cluster) => {
    const web = unscheduled();
    putRollingDeployment(cluster, [web]);
    cluster.put(event(web, "Nominated", "Pod should schedule on: nodeclaim/default-x", { type: "Normal" }));
    cluster.at(250, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy" });
});

Deno.test("an autoscaler that cannot help shortens the wait, unless it helps after all", async () => {
  const refuse = (web: ReturnType<typeof pod>, at: number) =>
    event(web, "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", {
      type: "Normal",
      first: at,
    });
  const { result } = await play((cluster) => {
    const web = unscheduled();
    putRollingDeployment(cluster, [web]);
    cluster.put(refuse(web, 5));
  });
  assertResult(result, { outcome: "failed", codes: ["K1301"], seconds: 30, evidence: /max node group size/ });
  const changed = await play((cluster) => {
    const web = unscheduled();
    putRollingDeployment(cluster, [web]);
    cluster.put(refuse(web, 5));
    cluster.at(20, () => cluster.put(event(web, "TriggeredScaleUp", "scale-up", { type: "Normal", first: 20 })));
    cluster.at(90, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(changed.result, { outcome: "healthy" });
});

Deno.test("old pods that make room in time are enough", async () => {
  const { result } = await play((cluster) => {
    putRollingDeployment(cluster, [unscheduled()]);
    cluster.at(50, () => putRolledOut(cluster, [readyPod("web-2-a"), readyPod("web-2-b")]));
  });
  assertResult(result, { outcome: "healthy", seconds: 53 });
});

Deno.test("the advice fits what is missing", () => {
  const first = (message: string) => adviseOnScheduling(message)[0];
  equal(
    first("0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: none"),
    "Lower the request for nvidia.com/gpu, or add nodes that have more of it",
  );
  equal(
    first('0/1 nodes are available: persistentvolumeclaim "data" not found.'),
    'Create persistentvolumeclaim "data", or correct its name',
  );
  equal(
    first("0/3 nodes are available: 3 node(s) had volume node affinity conflict."),
    "The pod's volume is in another zone than the nodes that are free: add a node there",
  );
  equal(
    first("0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector."),
    "Correct nodeSelector or node affinity, or label a node so that it matches",
  );
  equal(
    first("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {dedicated: gpu}."),
    "Tolerate the taint {dedicated: gpu} or add nodes without it",
  );
  equal(
    first("0/3 nodes are available: 3 node(s) had untolerated taint(s). preemption: 0/3 nodes are available."),
    "Tolerate the nodes' taints (kubectl describe nodes shows them), or add nodes without any",
  );
  equal(first("0/3 nodes are available: 3 Too many pods."), "The nodes run as many pods as they may: add nodes");
  equal(first("no nodes available to schedule pods"), "The cluster has no nodes");
  equal(first("the scheduler is sad"), undefined);
});
