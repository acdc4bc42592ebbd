import { deepEqual, equal, rejects } from "../assert.ts";
import { restartWorkload, RolloutError, shouldRestart } from "../../src/rollout/mod.ts";
import { FakeCluster } from "./fake_cluster.ts";
import { deployment, job, statefulSet, template } from "./fixtures.ts";
import { DEPLOYMENT, JOB } from "./scenario.ts";
import { timeAt, VirtualClock } from "./virtual_clock.ts";

function clusterWith(...objects: Parameters<FakeCluster["put"]>): FakeCluster {
  const cluster = new FakeCluster(new VirtualClock());
  cluster.put(...objects);
  return cluster;
}

Deno.test("restartWorkload() stamps the pod template and nothing else, as a manager of its own", async () => {
  const cluster = clusterWith(deployment());
  const { restartedAt } = await restartWorkload(cluster, DEPLOYMENT, { clock: cluster.clock });
  equal(restartedAt, "2026-01-01T00:00:00Z");
  deepEqual(cluster.applied, [{
    manifest: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop", uid: "uid-web" },
      spec: {
        template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" } } },
      },
    },
    options: { fieldManager: "kstage-restart", force: true, dryRun: false },
  }]);
});

Deno.test("restartWorkload() waits for the next second when one restart was stamped in this one", async () => {
  const cluster = clusterWith(deployment());
  const { clock } = cluster;
  await clock.run(clock.sleep(250));
  await clock.run(restartWorkload(cluster, DEPLOYMENT, { clock }));
  const { restartedAt } = await clock.run(restartWorkload(cluster, DEPLOYMENT, { clock }));
  equal(restartedAt, timeAt(1));
  equal(clock.seconds, 1);
});

Deno.test("restartWorkload() sees a stamp of kubectl's in another time zone as the same second", async () => {
  const annotations = { "kubectl.kubernetes.io/restartedAt": "2026-01-01T01:00:00+01:00" };
  const cluster = clusterWith(deployment({ spec: { template: { metadata: { annotations } } } }));
  const { restartedAt } = await cluster.clock.run(restartWorkload(cluster, DEPLOYMENT, { clock: cluster.clock }));
  equal(restartedAt, timeAt(1));
});

Deno.test("restartWorkload() refuses what it cannot restart, and creates nothing", async () => {
  const cluster = clusterWith(deployment({ spec: { paused: true } }), job());
  const codeOf = (ref: typeof DEPLOYMENT) =>
    restartWorkload(cluster, ref, { clock: cluster.clock }).then(() => "", (error: RolloutError) => error.code);
  equal(await codeOf({ ...DEPLOYMENT, name: "missing" }), "NOT_FOUND");
  equal(await codeOf(DEPLOYMENT), "PAUSED");
  equal(await codeOf(JOB), "NOT_RESTARTABLE");
  deepEqual(cluster.applied, []);
  await rejects(restartWorkload(cluster, DEPLOYMENT, { clock: cluster.clock }), RolloutError);
});

Deno.test("restartWorkload() asks for a dry run when told so", async () => {
  const cluster = clusterWith(deployment());
  await restartWorkload(cluster, DEPLOYMENT, { clock: cluster.clock, dryRun: true });
  equal(cluster.applied[0]?.options.dryRun, true);
});

Deno.test("shouldRestart() says yes only where the apply replaces no pods", () => {
  const before = deployment();
  const decide = (change: Parameters<typeof shouldRestart>[0]) => shouldRestart(change).restart;
  equal(decide({ before, after: before }), true);
  equal(decide({ before, after: deployment({ replicas: 5, generation: 3 }) }), true);
  equal(decide({ before: undefined, after: before }), false);
  equal(decide({ before, after: deployment({ spec: { template: template(3) } }) }), false);
  equal(decide({ before: statefulSet(), after: statefulSet() }), true);
  equal(decide({ before: job(), after: job() }), false);
});
