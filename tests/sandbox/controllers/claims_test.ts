import { deepEqual, equal, ok } from "../../assert.ts";
import { deployment, isReady, newCluster, template } from "./cluster.ts";

Deno.test("a pod whose labels are changed leaves its ReplicaSet, which replaces it", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(4);
  const [pod] = cluster.pods();
  cluster.store.update({ ...pod, metadata: { ...pod.metadata, labels: { app: "quarantine" } } });
  cluster.pass(4);
  equal(cluster.pods().length, 3);
  deepEqual(cluster.get("Pod", pod.metadata.name).metadata.ownerReferences, []);
  equal(cluster.get("Deployment", "web").status.replicas, 2);
});

Deno.test("ReplicaSets and pods that lost their owner are taken up again", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(4);
  const names = cluster.pods().map((pod) => pod.metadata.name);
  cluster.store.remove({ apiVersion: "apps/v1", kind: "Deployment", namespace: "demo", name: "web" });
  for (const set of cluster.list("ReplicaSet")) {
    cluster.store.update({ ...set, metadata: { ...set.metadata, ownerReferences: [] } });
  }
  cluster.pass(2);
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(4);
  deepEqual(cluster.pods().map((pod) => pod.metadata.name), names);
  equal(cluster.list("ReplicaSet")[0].metadata.ownerReferences[0].uid, cluster.get("Deployment", "web").metadata.uid);
  equal(cluster.get("Deployment", "web").status.availableReplicas, 2);
});

Deno.test("a lonely pod that a ReplicaSet selects becomes one of its replicas", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 2 }));
  cluster.pass(4);
  const { labels } = cluster.pods()[0].metadata;
  const lonely = template();
  cluster.apply({
    kind: "Pod",
    metadata: { name: "lonely", labels },
    spec: lonely.spec!,
    status: { phase: "Pending" },
  });
  cluster.pass(1);
  ok(cluster.pods().filter((pod) => !pod.metadata.deletionTimestamp).length === 2);
  cluster.pass(4);
  equal(cluster.pods().filter(isReady).length, 2);
});

Deno.test("a StatefulSet takes up only pods of its own names", () => {
  const cluster = newCluster();
  const spec = {
    replicas: 1,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: template({ name: "db" }),
  };
  const lonely = template({ name: "db" });
  cluster.apply({
    kind: "Pod",
    metadata: { name: "stranger", labels: { app: "db" } },
    spec: lonely.spec!,
    status: { phase: "Pending" },
  });
  cluster.apply({ kind: "StatefulSet", metadata: { name: "db" }, spec });
  cluster.pass(5);
  equal(cluster.get("Pod", "stranger").metadata.ownerReferences, undefined);
  equal(cluster.get("StatefulSet", "db").status.replicas, 1);
});
