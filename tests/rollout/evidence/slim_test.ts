import { deepEqual, equal, ok } from "../../assert.ts";
import type { Manifest } from "../../../src/manifest/mod.ts";
import { slimSurrounding, slimWorkload } from "../../../src/rollout/evidence/slim.ts";
import { readEvent } from "../../../src/rollout/evidence/event_view.ts";
import { readPod } from "../../../src/rollout/evidence/pod_view.ts";
import { readReplicaSet } from "../../../src/rollout/evidence/replica_set_view.ts";
import { deployment, event, pod, replicaSet, waiting } from "../fixtures.ts";

const FIELDS = [{ manager: "kstage", operation: "Apply", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:spec": {} } }];

Deno.test("what is kept of pods, ReplicaSets and events is all that is read of them", () => {
  const probes = {
    readinessProbe: { httpGet: { path: "/healthz", port: 80 } },
    env: [{ name: "A", value: "b".repeat(999) }],
  };
  const web = pod("web", {
    container: { ...waiting("ErrImagePull", "not found"), spec: probes },
    init: { migrate: waiting("PodInitializing") },
    metadata: { managedFields: FIELDS, deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 5 },
    spec: { volumes: [{ name: "x" }], imagePullSecrets: [{ name: "s" }], readinessGates: [{ conditionType: "g" }] },
  });
  const slim = slimSurrounding("Pod", web);
  deepEqual(readPod(slim), readPod(web));
  ok(!/managedFields|volumes|bbbb/.test(JSON.stringify(slim)));
  const set = replicaSet("web-2", { available: 1 });
  deepEqual(readReplicaSet(slimSurrounding("ReplicaSet", set)), readReplicaSet(set));
  const told = event(web, "Failed", "no", { first: 1, last: 4, count: 3, fieldPath: "spec.containers{web}" });
  deepEqual(readEvent(slimSurrounding("Event", told)), readEvent(told));
});

Deno.test("a workload keeps who wrote it, without the fields that are theirs", () => {
  const last = "kubectl.kubernetes.io/last-applied-configuration";
  const web: Manifest = deployment({ metadata: { managedFields: FIELDS }, annotations: { [last]: "{}" } });
  const { metadata, ...rest } = slimWorkload(web);
  const { fieldsV1: _, ...manager } = FIELDS[0]!;
  deepEqual(metadata.managedFields, [manager]);
  equal(Object.hasOwn(metadata.annotations as object, last), false);
  const { metadata: __, ...whole } = web;
  deepEqual(rest, whole);
});
