import { deepEqual, equal, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { type DeploymentOptions, isReady, type Loose, newCluster, template } from "./cluster.ts";

function statefulSet(options: DeploymentOptions = {}): JsonObject {
  const { name = "db", replicas = 3, spec = {} } = options;
  return {
    kind: "StatefulSet",
    metadata: { name },
    spec: {
      replicas,
      serviceName: name,
      selector: { matchLabels: { app: name } },
      template: template({ name, ...options }),
      ...spec,
    },
  };
}

const hashes = (pods: Loose[]) => pods.map((pod) => pod.metadata.labels["controller-revision-hash"]);

Deno.test("pods have numbers, labels and a host name, and are created one after the other", () => {
  const cluster = newCluster();
  cluster.apply(statefulSet());
  cluster.pass(12, () => {
    const unready = cluster.pods().filter((pod) => !isReady(pod));
    ok(unready.length <= 1, "two pods at once in an ordered set");
  });
  deepEqual(cluster.pods().map((pod) => pod.metadata.name), ["db-0", "db-1", "db-2"]);
  const { metadata, spec } = cluster.pods()[1];
  equal(metadata.labels["statefulset.kubernetes.io/pod-name"], "db-1");
  equal(metadata.labels["apps.kubernetes.io/pod-index"], "1");
  deepEqual([spec.hostname, spec.subdomain], ["db-1", "db"]);
  const { status } = cluster.get("StatefulSet", "db");
  const revision = cluster.list("ControllerRevision")[0].metadata.name;
  deepEqual(status, {
    observedGeneration: 1,
    replicas: 3,
    readyReplicas: 3,
    currentReplicas: 3,
    updatedReplicas: 3,
    currentRevision: revision,
    updateRevision: revision,
    collisionCount: 0,
    availableReplicas: 3,
  });
  deepEqual(new Set(hashes(cluster.pods())), new Set([revision]));
  ok(cluster.events("db").includes("SuccessfulCreate: Create Pod db-0 in StatefulSet db successful"));
  const before = cluster.writes();
  cluster.pass(60);
  equal(cluster.writes(), before);
});

Deno.test("Parallel creates all pods at once", () => {
  const cluster = newCluster();
  cluster.apply(statefulSet({ spec: { podManagementPolicy: "Parallel" } }));
  cluster.pass(1);
  equal(cluster.pods().length, 3);
});

Deno.test("an update goes from the highest number down, never with more than one pod away", () => {
  const cluster = newCluster();
  cluster.apply(statefulSet());
  cluster.pass(15);
  const [old] = cluster.list("ControllerRevision");
  cluster.apply(statefulSet({ image: "nginx:1.26" }));
  const order: string[] = [];
  const stop = cluster.store.subscribe(({ type, object }) => {
    if (object.kind === "Pod" && type === "ADDED") order.push(object.metadata.name);
  });
  cluster.pass(30, () => ok(cluster.pods().filter(isReady).length >= 2));
  stop();
  deepEqual(order, ["db-2", "db-1", "db-0"]);
  const { status } = cluster.get("StatefulSet", "db");
  equal(status.currentRevision, status.updateRevision);
  ok(status.updateRevision !== old.metadata.name);
  deepEqual([status.updatedReplicas, status.currentReplicas], [3, 3]);
});

Deno.test("during an update both revisions are told apart", () => {
  const cluster = newCluster([{ fail: "image-not-found", image: "nginx:1.26" }]);
  cluster.apply(statefulSet());
  cluster.pass(15);
  cluster.apply(statefulSet({ image: "nginx:1.26" }));
  cluster.pass(30);
  const { status } = cluster.get("StatefulSet", "db");
  deepEqual([status.currentReplicas, status.updatedReplicas, status.readyReplicas, status.replicas], [2, 1, 2, 3]);
  ok(status.currentRevision !== status.updateRevision);
});

Deno.test("pods below the partition keep their revision", () => {
  const cluster = newCluster();
  const spec = { updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } };
  cluster.apply(statefulSet({ spec }));
  cluster.pass(15);
  cluster.apply(statefulSet({ image: "nginx:1.26", spec }));
  cluster.pass(30);
  const images = () => cluster.pods().map((pod) => pod.spec.containers[0].image);
  deepEqual(images(), ["nginx:1.25", "nginx:1.25", "nginx:1.26"]);
  equal(cluster.get("StatefulSet", "db").status.updatedReplicas, 1);
  cluster.store.remove({ apiVersion: "v1", kind: "Pod", namespace: "demo", name: "db-0" });
  cluster.pass(5);
  deepEqual(images(), ["nginx:1.25", "nginx:1.25", "nginx:1.26"]);
});

Deno.test("OnDelete replaces a pod only when somebody deletes it", () => {
  const cluster = newCluster();
  const spec = { updateStrategy: { type: "OnDelete" } };
  cluster.apply(statefulSet({ spec }));
  cluster.pass(15);
  cluster.apply(statefulSet({ image: "nginx:1.26", spec }));
  cluster.pass(20);
  ok(cluster.pods().every((pod) => pod.spec.containers[0].image === "nginx:1.25"));
  cluster.store.remove({ apiVersion: "v1", kind: "Pod", namespace: "demo", name: "db-1" });
  cluster.pass(5);
  deepEqual(cluster.pods().map((pod) => pod.spec.containers[0].image), ["nginx:1.25", "nginx:1.26", "nginx:1.25"]);
});

Deno.test("a broken pod pins an ordered set even after the template is repaired (kubernetes#67250)", () => {
  const cluster = newCluster();
  cluster.apply(statefulSet({ replicas: 2 }));
  cluster.pass(10);
  cluster.apply(statefulSet({ replicas: 2, image: "db:does-not-exist" }));
  cluster.pass(10);
  cluster.apply(statefulSet({ replicas: 2, image: "nginx:1.26" }));
  cluster.pass(600);
  deepEqual(cluster.pods().map((pod) => pod.spec.containers[0].image), ["nginx:1.25", "db:does-not-exist"]);
  cluster.store.remove({ apiVersion: "v1", kind: "Pod", namespace: "demo", name: "db-1" });
  cluster.pass(15);
  deepEqual(cluster.pods().map((pod) => pod.spec.containers[0].image), ["nginx:1.26", "nginx:1.26"]);
});

Deno.test("scaling down ends the highest number first, one at a time", () => {
  const cluster = newCluster();
  cluster.apply(statefulSet({ replicas: 4 }));
  cluster.pass(20);
  cluster.apply(statefulSet({ replicas: 1 }));
  const counts: number[] = [];
  cluster.pass(8, () => counts.push(cluster.pods().length));
  deepEqual(counts, [4, 3, 2, 1, 1, 1, 1, 1]);
  equal(cluster.pods()[0].metadata.name, "db-0");
});

Deno.test("claims are created from the templates and bound before the pods run", () => {
  const cluster = newCluster();
  const claim = {
    metadata: { name: "data" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  cluster.apply(statefulSet({ replicas: 2, spec: { volumeClaimTemplates: [claim] } }));
  cluster.pass(20);
  deepEqual(cluster.list("PersistentVolumeClaim").map((one) => [one.metadata.name, one.status.phase]), [
    ["data-db-0", "Bound"],
    ["data-db-1", "Bound"],
  ]);
  deepEqual(cluster.pods()[1].spec.volumes, [{ name: "data", persistentVolumeClaim: { claimName: "data-db-1" } }]);
  equal(cluster.pods().filter(isReady).length, 2);
  ok(cluster.events("db").includes("SuccessfulCreate: Create Claim data-db-0 Pod db-0 in StatefulSet db success"));
});

Deno.test("a former template is taken up again, and revisionHistoryLimit old ones are kept", () => {
  const cluster = newCluster();
  for (const minor of [1, 2, 3, 4, 1]) {
    cluster.apply(statefulSet({ replicas: 1, image: `nginx:1.${minor}`, spec: { revisionHistoryLimit: 3 } }));
    cluster.pass(8);
  }
  const revisions = cluster.list("ControllerRevision").map((
    one,
  ) => [one.revision, one.data.spec.template.spec.containers[0].image]);
  deepEqual(revisions.sort((a, b) => a[0] - b[0]), [[2, "nginx:1.2"], [3, "nginx:1.3"], [4, "nginx:1.4"], [
    5,
    "nginx:1.1",
  ]]);
  cluster.apply(statefulSet({ replicas: 1, image: "nginx:1.5", spec: { revisionHistoryLimit: 1 } }));
  cluster.pass(8);
  deepEqual(cluster.list("ControllerRevision").map((one) => one.revision).sort(), [5, 6]);
});

Deno.test("a refused pod is a FailedCreate event, tried again", () => {
  const cluster = newCluster([{ fail: "webhook-denied", message: "no", healsAfterSeconds: 10 }]);
  cluster.apply(statefulSet({ replicas: 1 }));
  cluster.pass(2);
  equal(
    cluster.events("db")[0],
    'FailedCreate: Create Pod db-0 in StatefulSet db failed error: admission webhook "validate.policy.example.com" denied the request: no',
  );
  cluster.pass(25);
  equal(cluster.pods().filter(isReady).length, 1);
});

Deno.test("minReadySeconds delays the next pod", () => {
  const cluster = newCluster();
  cluster.apply(statefulSet({ replicas: 2, spec: { minReadySeconds: 10 } }));
  cluster.pass(8);
  equal(cluster.pods().length, 1);
  equal(cluster.get("StatefulSet", "db").status.availableReplicas, 0);
  cluster.pass(20);
  equal(cluster.get("StatefulSet", "db").status.availableReplicas, 2);
});
