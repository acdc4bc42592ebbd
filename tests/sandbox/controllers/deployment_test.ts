import { deepEqual, equal, ok } from "../../assert.ts";
import { condition, deployment, isReady, type Loose, newCluster } from "./cluster.ts";

function running(pods: Loose[]): Loose[] {
  return pods.filter((pod) => !pod.metadata.deletionTimestamp && !["Succeeded", "Failed"].includes(pod.status.phase));
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

Deno.test("a new Deployment becomes available and then nothing is written any more", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 3 }));
  cluster.pass(1);
  equal(condition(cluster.get("Deployment", "web"), "Available").reason, "MinimumReplicasUnavailable");
  cluster.pass(4);
  const { status, metadata } = cluster.get("Deployment", "web");
  const { conditions, ...counts } = status;
  deepEqual(counts, {
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
  });
  deepEqual(conditions.map(({ type, status: state, reason }: Loose) => [type, state, reason]), [
    ["Available", "True", "MinimumReplicasAvailable"],
    ["Progressing", "True", "NewReplicaSetAvailable"],
  ]);
  equal(metadata.annotations["deployment.kubernetes.io/revision"], "1");
  equal(metadata.generation, 1);
  const before = cluster.writes();
  cluster.pass(100);
  equal(cluster.writes(), before);
});

Deno.test("the ReplicaSet is named after the template's hash and carries it in labels and selector", () => {
  const cluster = newCluster();
  cluster.apply(deployment());
  cluster.pass(1);
  const [set] = cluster.list("ReplicaSet");
  const hash = set.metadata.labels["pod-template-hash"];
  equal(set.metadata.name, `web-${hash}`);
  equal(set.spec.selector.matchLabels["pod-template-hash"], hash);
  equal(set.spec.template.metadata.labels["pod-template-hash"], hash);
  ok(cluster.pods()[0].metadata.name.startsWith(`web-${hash}-`));
  equal(set.metadata.ownerReferences[0].kind, "Deployment");
  const { progress } = { progress: condition(cluster.get("Deployment", "web"), "Progressing") };
  equal(progress.message, `ReplicaSet "web-${hash}" is progressing.`);
});

Deno.test("a rolling update keeps to maxUnavailable and maxSurge at every change of a pod", async (t) => {
  const cases: [replicas: number, maxSurge: number | string, maxUnavailable: number | string][] = [
    [4, 1, 0],
    [10, "25%", "25%"],
    [5, 0, 1],
    [3, "100%", 0],
    [6, 0, "50%"],
    [1, "25%", "25%"],
    [3, 0, 0],
  ];
  for (const [replicas, maxSurge, maxUnavailable] of cases) {
    await t.step(`${replicas} replicas, maxSurge ${maxSurge}, maxUnavailable ${maxUnavailable}`, () => {
      const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
      const cluster = newCluster();
      cluster.apply(deployment({ replicas, spec: { strategy } }));
      cluster.pass(5);
      cluster.apply(deployment({ replicas, image: "nginx:1.26", spec: { strategy } }));
      const down = typeof maxUnavailable === "number"
        ? maxUnavailable
        : Math.floor(replicas * parseInt(maxUnavailable) / 100);
      const up = typeof maxSurge === "number" ? maxSurge : Math.ceil(replicas * parseInt(maxSurge) / 100);
      const floor = replicas - (down === 0 && up === 0 ? 1 : down);
      let least = Infinity;
      let most = 0;
      const stop = cluster.store.subscribe(({ object }) => {
        if (object.kind !== "Pod") return;
        const pods = running(cluster.pods());
        least = Math.min(least, pods.filter(isReady).length);
        most = Math.max(most, pods.length);
      });
      cluster.pass(80);
      stop();
      ok(least >= floor, `${least} available, at least ${floor} promised`);
      ok(most <= replicas + up, `${most} pods, at most ${replicas + up} promised`);
      equal(running(cluster.pods()).filter((pod) => pod.spec.containers[0].image === "nginx:1.26").length, replicas);
      equal(cluster.get("Deployment", "web").status.unavailableReplicas, undefined);
    });
  }
});

Deno.test("a rolling update that can't become ready keeps the old pods", () => {
  const cluster = newCluster([{ fail: "image-not-found", image: "nginx:1.26" }]);
  cluster.apply(deployment({ replicas: 4 }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 4, image: "nginx:1.26" }));
  cluster.pass(300);
  const ready = running(cluster.pods()).filter(isReady);
  equal(ready.length, 3);
  ok(ready.every((pod) => pod.spec.containers[0].image === "nginx:1.25"));
  deepEqual(sum(cluster.list("ReplicaSet").map((set) => set.spec.replicas)), 5);
});

Deno.test("Recreate ends all old pods before the first new one begins", () => {
  const strategy = { type: "Recreate" };
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 3, spec: { strategy } }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 3, image: "nginx:1.26", spec: { strategy } }));
  cluster.pass(10, () => {
    const images = new Set(cluster.pods().map((pod) => pod.spec.containers[0].image));
    equal(images.size <= 1, true, "old and new pods at once");
  });
  equal(cluster.pods().filter(isReady).length, 3);
  equal(cluster.pods()[0].spec.containers[0].image, "nginx:1.26");
});

Deno.test("a rollout without progress exceeds its deadline, and a later fix clears that", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ image: "web:does-not-exist", spec: { progressDeadlineSeconds: 60 } }));
  cluster.pass(61);
  equal(condition(cluster.get("Deployment", "web"), "Progressing").reason, "ReplicaSetUpdated");
  cluster.pass(2);
  const late = condition(cluster.get("Deployment", "web"), "Progressing");
  const name = cluster.list("ReplicaSet")[0].metadata.name;
  deepEqual([late.status, late.reason, late.message], [
    "False",
    "ProgressDeadlineExceeded",
    `ReplicaSet "${name}" has timed out progressing.`,
  ]);
  cluster.apply(deployment({ image: "nginx:1.26", spec: { progressDeadlineSeconds: 60 } }));
  cluster.pass(10);
  equal(condition(cluster.get("Deployment", "web"), "Progressing").reason, "NewReplicaSetAvailable");
});

Deno.test("the deadline counts from the last progress, not from the beginning", () => {
  const cluster = newCluster([{ fail: "slow", image: "nginx:1.25", delaySeconds: 20 }]);
  const spec = { progressDeadlineSeconds: 40, strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } };
  cluster.apply(deployment({ replicas: 4, image: "nginx:1.24", spec }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 4, spec }));
  cluster.pass(150, () => {
    equal(condition(cluster.get("Deployment", "web"), "Progressing").status, "True");
  });
  equal(condition(cluster.get("Deployment", "web"), "Progressing").reason, "NewReplicaSetAvailable");
});

Deno.test("a pause stops the rollout and the deadline, resuming goes on", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 2, image: "nginx:1.26", spec: { paused: true, progressDeadlineSeconds: 10 } }));
  cluster.pass(60);
  equal(cluster.list("ReplicaSet").length, 1);
  equal(condition(cluster.get("Deployment", "web"), "Progressing").reason, "DeploymentPaused");
  cluster.apply(deployment({ replicas: 2, image: "nginx:1.26", spec: { paused: false, progressDeadlineSeconds: 10 } }));
  cluster.pass(1);
  equal(cluster.list("ReplicaSet").length, 2);
  cluster.pass(9);
  equal(cluster.get("Deployment", "web").status.updatedReplicas, 2);
  equal(condition(cluster.get("Deployment", "web"), "Progressing").reason, "NewReplicaSetAvailable");
});

Deno.test("scaling a paused or a running Deployment makes no new revision", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 5 }));
  cluster.pass(5);
  equal(running(cluster.pods()).length, 5);
  cluster.apply(deployment({ replicas: 1, spec: { paused: true } }));
  cluster.pass(5);
  equal(running(cluster.pods()).length, 1);
  equal(cluster.list("ReplicaSet").length, 1);
  equal(cluster.get("Deployment", "web").metadata.annotations["deployment.kubernetes.io/revision"], "1");
});

Deno.test("scaling in the middle of a stuck rollout is spread over both ReplicaSets", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 10 }));
  cluster.pass(5);
  cluster.apply(deployment({ replicas: 10, image: "web:does-not-exist" }));
  cluster.pass(5);
  const sizes = () => cluster.list("ReplicaSet").map((set) => set.spec.replicas).sort((a, b) => a - b);
  deepEqual(sizes(), [5, 8]);
  cluster.apply(deployment({ replicas: 15, image: "web:does-not-exist" }));
  cluster.pass(5);
  // As in the documentation of proportional scaling: 19 pods in all, three of the five added to the larger set.
  deepEqual(sizes(), [7, 12]);
});

Deno.test("going back to a former template takes its ReplicaSet up again under a new revision", () => {
  const cluster = newCluster();
  for (const image of ["nginx:1.25", "nginx:1.26", "nginx:1.25"]) {
    cluster.apply(deployment({ image }));
    cluster.pass(8);
  }
  const sets = cluster.list("ReplicaSet");
  equal(sets.length, 2);
  const current = sets.find((set) => set.spec.replicas === 1);
  equal(current.metadata.annotations["deployment.kubernetes.io/revision"], "3");
  equal(current.metadata.annotations["deployment.kubernetes.io/revision-history"], "1");
  equal(cluster.get("Deployment", "web").metadata.annotations["deployment.kubernetes.io/revision"], "3");
});

Deno.test("revisionHistoryLimit old ReplicaSets are kept, the newest ones", () => {
  const cluster = newCluster();
  for (let minor = 1; minor <= 6; minor++) {
    cluster.apply(deployment({ image: `nginx:1.${minor}`, spec: { revisionHistoryLimit: 2 } }));
    cluster.pass(8);
  }
  deepEqual(
    cluster.list("ReplicaSet").map((set) => set.metadata.annotations["deployment.kubernetes.io/revision"]).sort(),
    ["4", "5", "6"],
  );
});

Deno.test("minReadySeconds delays availability, not readiness", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ spec: { minReadySeconds: 20 } }));
  cluster.pass(3);
  equal(cluster.get("Deployment", "web").status.readyReplicas, 1);
  equal(cluster.get("Deployment", "web").status.availableReplicas, undefined);
  cluster.pass(20);
  equal(cluster.get("Deployment", "web").status.availableReplicas, 1);
});

Deno.test("a restart annotation rolls the pods once", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(5);
  const before = cluster.pods().map((pod) => pod.metadata.uid);
  const spec = deployment({ replicas: 2 }).spec as Loose;
  const annotations = { "kubectl.kubernetes.io/restartedAt": "2026-03-01T12:00:05Z" };
  spec.template.metadata.annotations = annotations;
  cluster.apply({ kind: "Deployment", metadata: { name: "web" }, spec });
  cluster.pass(10);
  equal(cluster.pods().length, 2);
  ok(cluster.pods().every((pod) => !before.includes(pod.metadata.uid)));
  deepEqual(cluster.pods()[0].metadata.annotations, annotations);
});

Deno.test("Deployment annotations reach the ReplicaSet, except kubectl's and the controller's own", () => {
  const cluster = newCluster();
  const metadata = {
    name: "web",
    annotations: { team: "a", "kubectl.kubernetes.io/last-applied-configuration": "{}" },
  };
  cluster.apply({ ...deployment(), metadata });
  cluster.pass(2);
  deepEqual(cluster.list("ReplicaSet")[0].metadata.annotations, {
    team: "a",
    "deployment.kubernetes.io/desired-replicas": "1",
    "deployment.kubernetes.io/max-replicas": "2",
    "deployment.kubernetes.io/revision": "1",
  });
});

Deno.test("a Deployment that is being deleted creates nothing any more", () => {
  const cluster = newCluster();
  const metadata = { name: "web", deletionTimestamp: "2026-03-01T12:00:00Z", finalizers: ["foregroundDeletion"] };
  cluster.apply({ ...deployment(), metadata });
  cluster.pass(5);
  deepEqual(cluster.list("ReplicaSet"), []);
});
