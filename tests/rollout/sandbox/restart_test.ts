/** Restarts on the sandbox's API, whose field ownership is the server's own. */
import { deepEqual, equal, ok, rejects } from "../../assert.ts";
import { getPath } from "../../../src/base/mod.ts";
import { restartWorkload, shouldRestart } from "../../../src/rollout/mod.ts";
import { assertResult } from "../scenario.ts";
import { SandboxCluster, targetOf, workload, type WorkloadOptions } from "./sandbox_cluster.ts";

const STAMP = ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"];

async function deployed(options: WorkloadOptions = {}) {
  const cluster = new SandboxCluster();
  const { object } = await cluster.apply(workload(options));
  await cluster.pass(20);
  return { cluster, first: object };
}

function podNames(cluster: SandboxCluster): string[] {
  return cluster.sandbox.store.list("v1", "Pod").map(({ metadata }) => metadata.name);
}

Deno.test("a restart replaces the pods, and the next apply does not undo it", async (t) => {
  for (const kind of ["Deployment", "StatefulSet", "DaemonSet"] as const) {
    await t.step(kind, async () => {
      const { cluster } = await deployed({ kind });
      const uids = () => cluster.sandbox.store.list("v1", "Pod").map(({ metadata }) => metadata.uid);
      const before = uids();
      const ref = targetOf({ kind });
      const { restartedAt, object } = await cluster.clock.run(
        restartWorkload(cluster.client, ref, { clock: cluster.clock }),
      );
      equal(getPath(object, ...STAMP), restartedAt);
      assertResult((await cluster.watch(ref)).result, { outcome: "healthy", seconds: [3, 30] });
      const after = uids();
      ok(after.length > 0 && after.every((uid) => !before.includes(uid)), "pods are left from before");

      const generation = object.metadata.generation;
      const again = await cluster.apply(workload({ kind }));
      equal(getPath(again.object, ...STAMP), restartedAt);
      equal(again.object.metadata.generation, generation);
      cluster.close();
    });
  }
});

Deno.test("two restarts at once are two rollouts, a second apart", async () => {
  const { cluster } = await deployed();
  const { clock, client } = cluster;
  const restart = () => restartWorkload(client, targetOf(), { clock });
  const first = await clock.run(restart());
  const second = await clock.run(restart());
  equal(Date.parse(second.restartedAt) - Date.parse(first.restartedAt), 1000);
  cluster.close();
});

Deno.test("a restart of what does not exist creates nothing", async () => {
  const { cluster } = await deployed();
  const missing = { ...targetOf(), name: "missing" };
  await rejects(cluster.clock.run(restartWorkload(cluster.client, missing, { clock: cluster.clock })), {
    code: "NOT_FOUND",
  });
  deepEqual(cluster.sandbox.store.list("apps/v1", "Deployment").map(({ metadata }) => metadata.name), ["web"]);
  cluster.close();
});

Deno.test("a restart of what is being replaced is refused by the server", async () => {
  const { cluster, first } = await deployed();
  const { clock, client } = cluster;
  const stale = {
    ...client,
    get: () => Promise.resolve({ ...first, metadata: { ...first.metadata, uid: "another" } }),
  };
  // Methods of a class aren't copied by spreading.
  const apply: typeof client.apply = (manifest, options) => client.apply(manifest, options);
  await rejects(clock.run(restartWorkload({ ...stale, apply }, targetOf(), { clock })), {
    name: "ApiError",
    code: "INVALID",
  });
  cluster.close();
});

Deno.test("a dry run of a restart changes nothing", async () => {
  const { cluster } = await deployed();
  const before = podNames(cluster);
  await cluster.clock.run(restartWorkload(cluster.client, targetOf(), { clock: cluster.clock, dryRun: true }));
  await cluster.pass(10);
  deepEqual(podNames(cluster), before);
  cluster.close();
});

Deno.test("an apply that changes the template makes a restart unnecessary, another apply does not", async () => {
  const { cluster, first } = await deployed();
  const live = cluster.sandbox.store.get(targetOf());
  equal(shouldRestart({ before: undefined, after: first }).restart, false);
  const same = await cluster.apply(workload());
  equal(shouldRestart({ before: live, after: same.object }).restart, true);
  const scaled = await cluster.apply(workload({ replicas: 3 }));
  equal(shouldRestart({ before: live, after: scaled.object }).restart, true);
  const changed = await cluster.apply(workload({ image: "registry.example.com/web:2" }));
  equal(shouldRestart({ before: live, after: changed.object }).restart, false);
  cluster.close();
});
