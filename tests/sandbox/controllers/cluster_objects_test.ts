import { deepEqual, equal } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { condition, deployment, isReady, type Loose, newCluster } from "./cluster.ts";

const claim = (spec: JsonObject = {}) => ({
  kind: "PersistentVolumeClaim",
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } }, ...spec },
});

Deno.test("a claim is bound to a volume of its own", () => {
  const cluster = newCluster();
  cluster.apply(claim({ storageClassName: "anything" }));
  cluster.pass(2);
  const bound = cluster.get("PersistentVolumeClaim", "data");
  deepEqual(bound.status, { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "2Gi" } });
  const volume = cluster.get("PersistentVolume", bound.spec.volumeName);
  equal(volume.spec.claimRef.uid, bound.metadata.uid);
  equal(volume.spec.storageClassName, "anything");
});

Deno.test("once there are storage classes, a claim must name one of them", () => {
  const cluster = newCluster();
  cluster.apply({ kind: "StorageClass", metadata: { name: "standard" } });
  cluster.apply(claim({ storageClassName: "fast" }));
  cluster.pass(5);
  equal(cluster.get("PersistentVolumeClaim", "data").status.phase, "Pending");
  equal(cluster.events("data")[0], 'ProvisioningFailed: storageclass.storage.k8s.io "fast" not found');
  cluster.apply({ kind: "StorageClass", metadata: { name: "fast" } });
  cluster.pass(1);
  equal(cluster.get("PersistentVolumeClaim", "data").status.phase, "Bound");
});

Deno.test("a budget counts healthy pods and what may be disrupted", () => {
  const cluster = newCluster([{ fail: "never-ready", pods: 1 }]);
  const budget = (spec: JsonObject) => ({
    kind: "PodDisruptionBudget",
    metadata: { name: "web" },
    spec: { selector: { matchLabels: { app: "web" } }, ...spec },
  });
  cluster.apply(deployment({ replicas: 4 }));
  cluster.apply(budget({ minAvailable: "50%" }));
  cluster.pass(5);
  const { conditions, ...counts } = cluster.get("PodDisruptionBudget", "web").status;
  deepEqual(counts, {
    currentHealthy: 3,
    desiredHealthy: 2,
    disruptionsAllowed: 1,
    expectedPods: 4,
    observedGeneration: 1,
  });
  deepEqual([conditions[0].status, conditions[0].reason], ["True", "SufficientPods"]);
  cluster.apply(budget({ maxUnavailable: 1 }));
  cluster.pass(1);
  const { status } = cluster.get("PodDisruptionBudget", "web");
  deepEqual([status.desiredHealthy, status.disruptionsAllowed, status.conditions[0].reason], [
    3,
    0,
    "InsufficientPods",
  ]);
});

const autoscaler = (spec: JsonObject = {}, annotations: JsonObject = {}) => ({
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", annotations },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
    minReplicas: 2,
    maxReplicas: 6,
    ...spec,
  },
});

Deno.test("an autoscaler keeps its target within its bounds and to the recommendation", () => {
  const cluster = newCluster();
  cluster.apply(deployment({ replicas: 1 }));
  cluster.apply(autoscaler());
  cluster.pass(5);
  equal(cluster.get("Deployment", "web").status.availableReplicas, 2);
  deepEqual(cluster.events("web").filter((text) => text.startsWith("SuccessfulRescale")), [
    "SuccessfulRescale: New size: 2; reason: Current number of replicas below Spec.MinReplicas",
  ]);
  cluster.apply(autoscaler({}, { "sandbox.kstage.dev/recommended-replicas": "9" }));
  cluster.pass(5);
  const { status } = cluster.get("HorizontalPodAutoscaler", "web");
  deepEqual([status.currentReplicas, status.desiredReplicas], [6, 6]);
  deepEqual(status.conditions.map(({ type, status: state, reason }: Loose) => [type, state, reason]), [
    ["AbleToScale", "True", "ReadyForNewScale"],
    ["ScalingActive", "True", "ValidMetricFound"],
    ["ScalingLimited", "True", "TooManyReplicas"],
  ]);
  equal(cluster.pods().filter(isReady).length, 6);
  const before = cluster.writes();
  cluster.pass(30);
  equal(cluster.writes(), before);
});

Deno.test("an autoscaler without its target says so; one at zero replicas is disabled", () => {
  const cluster = newCluster();
  cluster.apply(autoscaler());
  cluster.pass(1);
  const able = condition(cluster.get("HorizontalPodAutoscaler", "web"), "AbleToScale");
  deepEqual([able.status, able.reason], ["False", "FailedGetScale"]);
  cluster.apply(deployment({ replicas: 0 }));
  cluster.pass(2);
  equal(condition(cluster.get("HorizontalPodAutoscaler", "web"), "ScalingActive").reason, "ScalingDisabled");
  equal(cluster.get("Deployment", "web").spec.replicas, 0);
});

Deno.test("each namespace has the ServiceAccount default, again after it was deleted", () => {
  const cluster = newCluster();
  const ref = { apiVersion: "v1", kind: "ServiceAccount", namespace: "team", name: "default" };
  cluster.apply({ kind: "Namespace", metadata: { name: "team" } });
  cluster.pass(1);
  equal(cluster.store.get(ref)?.metadata.name, "default");
  cluster.store.remove(ref);
  cluster.pass(1);
  equal(cluster.store.get(ref)?.metadata.name, "default");
});

Deno.test("events are forgotten an hour after they were seen last", () => {
  const cluster = newCluster();
  cluster.apply(deployment());
  cluster.pass(5);
  equal(cluster.store.list("v1", "Event").length > 0, true);
  cluster.pass(3700);
  equal(cluster.store.list("v1", "Event").length, 0);
});

Deno.test("an autoscaler owns the size that it has set, and nobody else does any more", () => {
  const cluster = newCluster();
  const managedFields = [{
    manager: "kstage",
    operation: "Apply",
    apiVersion: "apps/v1",
    time: "2026-03-01T12:00:00Z",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:replicas": {}, "f:selector": {} } },
  }];
  cluster.apply({ ...deployment({ replicas: 1 }), metadata: { name: "web", managedFields } });
  cluster.apply(autoscaler());
  cluster.pass(1);
  const owners = cluster.get("Deployment", "web").metadata.managedFields;
  deepEqual(owners.map(({ manager, subresource, fieldsV1 }: Loose) => [manager, subresource, fieldsV1]), [
    ["kstage", undefined, { "f:spec": { "f:selector": {} } }],
    ["kube-controller-manager", "scale", { "f:spec": { "f:replicas": {} } }],
  ]);
});
