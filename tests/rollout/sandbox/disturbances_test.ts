/** What happens to clusters while somebody deploys, and must not be taken for a failure of the deploy. */
import { deepEqual, equal, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import type { KubeClient } from "../../../src/kube/mod.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import { assertResult } from "../scenario.ts";
import { SandboxCluster, targetOf, workload, type WorkloadOptions } from "./sandbox_cluster.ts";

const image = (tag: number) => `registry.example.com/web:${tag}`;
const PROBED = { readinessProbe: { httpGet: { path: "/", port: 80 } } };
const SLOW = [{ fail: "slow", image: image(2), delaySeconds: 15 }];

/** What may be told of pods that take 15 s until they are ready. */
const ONLY_SLOW = new Set(["K1501"]);

async function rollingOut(options: WorkloadOptions = {}, faults: JsonObject[] = SLOW): Promise<SandboxCluster> {
  const cluster = new SandboxCluster(faults);
  await cluster.apply(workload({ ...options, container: PROBED }));
  await cluster.pass(20);
  await cluster.apply(workload({ ...options, image: image(2), container: PROBED }));
  return cluster;
}

function applyAs(client: KubeClient, fieldManager: string, manifest: JsonObject): Promise<unknown> {
  const object = manifest as Manifest;
  return client.apply({ ...object, metadata: { ...object.metadata, namespace: "shop" } }, {
    fieldManager,
    force: true,
  });
}

function codes(events: Awaited<ReturnType<SandboxCluster["watch"]>>["events"]): string[] {
  return events.flatMap((event) => event.type === "finding" ? [event.finding.code] : []);
}

Deno.test("an autoscaler that changes the replicas", async () => {
  const cluster = await rollingOut();
  const patch = (replicas: number) => (client: KubeClient) =>
    client.patch(targetOf(), "merge", { spec: { replicas } }, { fieldManager: "horizontal-pod-autoscaler" });
  cluster.after(5, patch(5));
  cluster.after(30, patch(3));
  const { result, events } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "healthy" });
  deepEqual(new Set(codes(events)), ONLY_SLOW);
  equal(result.counts?.desired, 3);
});

Deno.test("another deploy in the middle, which succeeds", async () => {
  const cluster = await rollingOut();
  cluster.after(6, (client) => applyAs(client, "somebody", workload({ image: image(3), container: PROBED })));
  const { result, events } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "healthy", codes: ["K1703"], message: /by "somebody"$/ });
  deepEqual(codes(events), ["K1703"]);
});

Deno.test("another deploy in the middle, which is broken, is told to be somebody else's", async () => {
  const cluster = await rollingOut({}, [...SLOW, { fail: "crash", image: image(3) }]);
  cluster.after(6, (client) => applyAs(client, "somebody", workload({ image: image(3), container: PROBED })));
  const { result } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "failed", codes: ["K1101"] });
  ok(result.findings.some(({ code }) => code === "K1703"));
});

Deno.test("pods that somebody deletes", async () => {
  const cluster = await rollingOut();
  const deleteAll = async (client: KubeClient) => {
    for (const { metadata } of cluster.sandbox.store.list("v1", "Pod")) {
      await client.delete({ apiVersion: "v1", kind: "Pod", namespace: "shop", name: metadata.name });
    }
  };
  for (const seconds of [4, 9, 25]) cluster.after(seconds, deleteAll);
  const { result, events } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "healthy" });
  deepEqual(new Set(codes(events)), ONLY_SLOW);
});

Deno.test("the object itself is deleted", async () => {
  const cluster = await rollingOut();
  cluster.after(6, (client) => client.delete(targetOf(), { propagation: "Background" }));
  const { result } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "failed", codes: ["K1701"], seconds: [6, 7] });
});

Deno.test("a node that is lost under a DaemonSet", async () => {
  const cluster = new SandboxCluster(SLOW, undefined, { nodes: 3 });
  const spec = { updateStrategy: { rollingUpdate: { maxUnavailable: 3 } } };
  await cluster.apply(workload({ kind: "DaemonSet", container: PROBED, spec }));
  await cluster.pass(20);
  await cluster.apply(workload({ kind: "DaemonSet", image: image(2), container: PROBED, spec }));
  cluster.after(8, () => {
    const { store } = cluster.sandbox;
    const [node] = store.list("v1", "Node");
    const status = {
      ...node!.status as JsonObject,
      conditions: [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }],
    };
    store.update({ ...node!, status });
  });
  const { result } = await cluster.watch(targetOf({ kind: "DaemonSet" }));
  cluster.close();
  assertResult(result, { outcome: "healthy" });
  ok(
    result.status?.kind === "current" && /does not answer/.test(result.status.warning ?? ""),
    JSON.stringify(result.status),
  );
});
