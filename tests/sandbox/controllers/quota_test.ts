import { deepEqual, equal, match } from "../../assert.ts";
import { deployment, isReady, newCluster } from "./cluster.ts";
import { formatMilli, milliValue } from "../../../src/sandbox/controllers/quantity.ts";

const resources = { requests: { cpu: "300m", memory: "128Mi" }, limits: { memory: "256Mi" } };

Deno.test("a quota counts what there is and refuses what would be too much, with the numbers", () => {
  const cluster = newCluster();
  cluster.apply({
    kind: "ResourceQuota",
    metadata: { name: "team" },
    spec: { hard: { "requests.cpu": "1", pods: "10", "limits.memory": "1Gi" } },
  });
  cluster.apply(deployment({ replicas: 5, container: { resources } }));
  cluster.pass(5);
  equal(cluster.pods().filter(isReady).length, 3);
  deepEqual(cluster.get("ResourceQuota", "team").status, {
    hard: { "requests.cpu": "1", pods: "10", "limits.memory": "1Gi" },
    used: { "requests.cpu": "900m", pods: "3", "limits.memory": "768Mi" },
  });
  const text = cluster.events(cluster.list("ReplicaSet")[0].metadata.name).find((one) =>
    one.startsWith("FailedCreate")
  )!;
  match(
    text,
    / is forbidden: exceeded quota: team, requested: requests\.cpu=300m, used: requests\.cpu=900m, limited: requests\.cpu=1$/,
  );
  equal(cluster.get("Deployment", "web").status.unavailableReplicas, 2);
});

Deno.test("a larger quota lets the rest in", () => {
  const cluster = newCluster();
  cluster.apply({ kind: "ResourceQuota", metadata: { name: "team" }, spec: { hard: { pods: "1" } } });
  cluster.apply(deployment({ replicas: 3 }));
  cluster.pass(5);
  equal(cluster.pods().length, 1);
  cluster.apply({ kind: "ResourceQuota", metadata: { name: "team" }, spec: { hard: { pods: "5" } } });
  cluster.pass(15);
  equal(cluster.pods().length, 3);
});

Deno.test("a quota on requests refuses pods that name none", () => {
  const cluster = newCluster();
  cluster.apply({
    kind: "ResourceQuota",
    metadata: { name: "team" },
    spec: { hard: { "requests.cpu": "1", "limits.memory": "1Gi" } },
  });
  cluster.apply(deployment());
  cluster.pass(2);
  match(
    cluster.events(cluster.list("ReplicaSet")[0].metadata.name)[0]!,
    / is forbidden: failed quota: team: must specify limits\.memory for: web; requests\.cpu for: web$/,
  );
});

Deno.test("quotas count other objects too", () => {
  const cluster = newCluster();
  cluster.apply({ kind: "ConfigMap", metadata: { name: "a" } });
  cluster.apply({ kind: "Service", metadata: { name: "a" }, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
  const hard = { "count/configmaps": "5", services: "5", "services.loadbalancers": "1", "count/deployments.apps": "3" };
  cluster.apply({ kind: "ResourceQuota", metadata: { name: "team" }, spec: { hard } });
  cluster.apply(deployment());
  cluster.pass(1);
  deepEqual(cluster.get("ResourceQuota", "team").status.used, {
    "count/configmaps": "1",
    services: "1",
    "services.loadbalancers": "1",
    "count/deployments.apps": "1",
  });
});

Deno.test("quantities are read and written as Kubernetes does", () => {
  const cases: [text: string, milli: number][] = [
    ["250m", 250],
    ["1", 1000],
    ["0.1", 100],
    ["1.5Gi", 1610612736000],
    ["1e3", 1000000],
    ["2k", 2000000],
    ["x", 0],
  ];
  for (const [text, milli] of cases) equal(milliValue(text), milli, text);
  equal(formatMilli(250), "250m");
  equal(formatMilli(1000), "1");
  equal(formatMilli(2000000), "2k");
  equal(formatMilli(1610612736000, true), "1536Mi");
  equal(formatMilli(0, true), "0");
});
