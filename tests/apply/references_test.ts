import { deepEqual, equal } from "../assert.ts";
// Not part of the folder's face: which references count is worth a test of its own.
import { configOf, controllerOf, referrerOf } from "../../src/apply/references.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { manifest } from "./fake_cluster.ts";

Deno.test("every way in which a pod needs a ConfigMap or Secret counts", () => {
  const container = (n: string): JsonObject => ({
    envFrom: [{ configMapRef: { name: `from-c${n}` } }, { secretRef: { name: `from-s${n}` } }],
    env: [
      { name: "A", valueFrom: { configMapKeyRef: { name: `key-c${n}`, key: "a" } } },
      { name: "B", valueFrom: { secretKeyRef: { name: `key-s${n}`, key: "a" } } },
      { name: "C", value: "plain" },
      { name: "D", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ],
  });
  const uses = configOf({
    imagePullSecrets: [{ name: "pull" }, {}],
    containers: [container("1")],
    initContainers: [container("2")],
    ephemeralContainers: [container("3")],
    volumes: [
      { configMap: { name: "vol-c" } },
      { secret: { secretName: "vol-s" } },
      {
        projected: { sources: [{ configMap: { name: "pro-c" } }, { secret: { name: "pro-s" } }, { downwardAPI: {} }] },
      },
      { csi: { nodePublishSecretRef: { name: "csi" } } },
      { azureFile: { secretName: "azure" } },
      { rbd: { secretRef: { name: "rbd" } } },
      { emptyDir: {} },
    ],
  });
  const each = ["1", "2", "3"].flatMap((n) => [
    `ConfigMap/from-c${n}`,
    `Secret/from-s${n}`,
    `ConfigMap/key-c${n}`,
    `Secret/key-s${n}`,
  ]);
  const others = ["ConfigMap/vol-c", "ConfigMap/pro-c"];
  const secrets = ["pull", "vol-s", "pro-s", "csi", "azure", "rbd"].map((name) => `Secret/${name}`);
  deepEqual([...uses].sort(), [...each, ...others, ...secrets].sort());
});

Deno.test("ReplicaSets, ControllerRevisions and Jobs keep pod templates; what is being deleted keeps none", () => {
  const template = { spec: { containers: [{ name: "a", envFrom: [{ configMapRef: { name: "c" } }] }] } };
  const of = (apiVersion: string, kind: string, rest: JsonObject) => referrerOf(manifest(apiVersion, kind, "x", rest));
  for (
    const referrer of [
      of("apps/v1", "ReplicaSet", { spec: { template } }),
      of("apps/v1", "ControllerRevision", { data: { spec: { template } } }),
      of("batch/v1", "Job", { spec: { template } }),
    ]
  ) deepEqual([...referrer!.uses], ["ConfigMap/c"]);
  equal(of("apps/v1", "Deployment", { spec: { template } }), undefined);
  const leaving = manifest("batch/v1", "Job", "x", { spec: { template } });
  leaving.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  equal(referrerOf(leaving), undefined);
});

Deno.test("the controller of an object is known by its reference", () => {
  const object = manifest("apps/v1", "ReplicaSet", "x");
  const owner = { apiVersion: "apps/v1", kind: "Deployment", name: "d", uid: "u" };
  object.metadata.namespace = "shop";
  object.metadata.ownerReferences = [owner];
  equal(controllerOf(object), undefined);
  object.metadata.ownerReferences = [{ ...owner, controller: true }];
  deepEqual(controllerOf(object), {
    ref: { apiVersion: "apps/v1", kind: "Deployment", name: "d", namespace: "shop" },
    uid: "u",
  });
});
