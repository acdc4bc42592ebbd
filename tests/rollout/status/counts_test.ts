import { deepEqual } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { readCounts } from "../../../src/rollout/mod.ts";

function workload(apiVersion: string, kind: string, spec: JsonObject, status: JsonObject) {
  return { apiVersion, kind, metadata: { name: "x" }, spec, status };
}

Deno.test("readCounts() reads each kind's own fields", () => {
  const replicas = { replicas: 4, updatedReplicas: 3, readyReplicas: 2, availableReplicas: 1 };
  const want = { desired: 5, updated: 3, ready: 2, available: 1, total: 4 };
  deepEqual(readCounts(workload("apps/v1", "Deployment", { replicas: 5 }, replicas)), want);
  deepEqual(readCounts(workload("apps/v1", "StatefulSet", { replicas: 5 }, replicas)), want);
  deepEqual(readCounts(workload("apps/v1", "ReplicaSet", { replicas: 5 }, replicas)), { ...want, updated: 4 });
  const nodes = {
    desiredNumberScheduled: 5,
    currentNumberScheduled: 4,
    updatedNumberScheduled: 3,
    numberReady: 2,
    numberAvailable: 1,
  };
  deepEqual(readCounts(workload("apps/v1", "DaemonSet", {}, nodes)), want);
  const runs = { active: 2, succeeded: 1, failed: 7 };
  deepEqual(readCounts(workload("batch/v1", "Job", { completions: 5 }, runs)), {
    desired: 5,
    updated: 3,
    ready: 1,
    available: 1,
    total: 3,
  });
});

Deno.test("readCounts() takes one replica where the spec has none, and nothing of kinds without pods", () => {
  deepEqual(readCounts(workload("apps/v1", "Deployment", {}, {}))?.desired, 1);
  deepEqual(readCounts(workload("batch/v1", "Job", { parallelism: 3 }, {}))?.desired, 3);
  deepEqual(readCounts(workload("v1", "Service", {}, {})), undefined);
});
