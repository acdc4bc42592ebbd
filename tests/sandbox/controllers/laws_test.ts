import { equal, ok } from "../../assert.ts";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import { deployment, isReady, type Loose, newCluster } from "./cluster.ts";

const amount = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 100 }).map((percent) => `${percent}%`));
const scaled = (value: number | string, total: number, round: (share: number) => number) =>
  typeof value === "number" ? value : round(total * parseInt(value) / 100);

Deno.test("whatever goes wrong with new pods, old ones stay as far as maxUnavailable promises", () => {
  const fault = fc.constantFrom(
    "image-not-found",
    "crash",
    "never-ready",
    "oom-killed",
    "unschedulable",
    "quota-exceeded",
    "mount-failed",
    "command-not-found",
    "slow",
    undefined,
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      amount,
      amount,
      fault,
      fc.nat({ max: 8 }),
      (replicas, maxSurge, maxUnavailable, fail, minReadySeconds) => {
        const faults = fail === undefined
          ? []
          : [{ fail, image: "nginx:new", ...fail === "slow" ? { delaySeconds: 7 } : {} }];
        const spec = {
          minReadySeconds,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } },
        };
        const cluster = newCluster(faults as JsonValue, { nodes: 2 });
        cluster.apply(deployment({ replicas, spec }));
        cluster.pass(15);
        cluster.apply(deployment({ replicas, image: "nginx:new", spec }));
        const up = scaled(maxSurge, replicas, Math.ceil);
        const down = scaled(maxUnavailable, replicas, Math.floor);
        const floor = replicas - Math.min(replicas, up === 0 && down === 0 ? 1 : down);
        const stop = cluster.store.subscribe(({ object }) => {
          if (object.kind !== "Pod") return;
          const pods = cluster.pods().filter((pod) => !pod.metadata.deletionTimestamp);
          ok(pods.filter(isReady).length >= floor);
          ok(pods.length <= replicas + up);
        });
        cluster.pass(250);
        stop();
        if (fail === undefined || fail === "slow") {
          equal(cluster.get("Deployment", "web").status.updatedReplicas, replicas);
          const before = cluster.writes();
          cluster.pass(20);
          equal(cluster.writes(), before);
        }
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("status counts are those of the pods, at rest after any sequence of changes", () => {
  const change = fc.record({
    replicas: fc.nat({ max: 6 }),
    image: fc.constantFrom("nginx:1", "nginx:2", "web:does-not-exist"),
    paused: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat({ max: 4 }), (changes, seconds) => {
      const cluster = newCluster();
      for (const { replicas, image, paused } of changes) {
        cluster.apply(deployment({ replicas, image, spec: { paused } }));
        cluster.pass(seconds);
      }
      cluster.pass(60);
      const pods = cluster.pods();
      const { status } = cluster.get("Deployment", "web");
      equal(status.replicas ?? 0, pods.length);
      equal(status.availableReplicas ?? 0, pods.filter(isReady).length);
      equal(status.observedGeneration, cluster.get("Deployment", "web").metadata.generation);
      const wanted = cluster.list("ReplicaSet").reduce((sum: number, set: Loose) => sum + set.spec.replicas, 0);
      equal(pods.length, wanted);
    }),
    { numRuns: 25 },
  );
});

Deno.test("no object, however odd, stops the controllers", () => {
  const kinds = [
    "Pod",
    "Deployment",
    "ReplicaSet",
    "StatefulSet",
    "DaemonSet",
    "Job",
    "Service",
    "PersistentVolumeClaim",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "ResourceQuota",
    "Namespace",
    "Node",
  ];
  const odd = fc.constantFrom<JsonValue>(null, {}, [], 0, "", "x", true, { a: 1 }, [{}], [null]);
  const fields = [
    "replicas",
    "selector",
    "template",
    "containers",
    "volumes",
    "strategy",
    "updateStrategy",
    "hard",
    "ports",
    "taints",
    "completions",
  ];
  const spec = fc.dictionary(fc.constantFrom(...fields), odd, { maxKeys: 3 });
  // The API server checks types before it stores; these are the shapes that it lets through.
  const valid = (value: JsonValue): JsonObject =>
    Object.fromEntries(
      Object.entries(value as JsonObject).filter(([key, item]) => SHAPES[key]!(item)),
    );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), spec), { minLength: 1, maxLength: 8 }), (objects) => {
      const cluster = newCluster();
      objects.forEach(([kind, fields], index) => {
        const object: JsonObject = { kind, metadata: { name: `odd-${index}` } };
        if (index % 2 === 0) object.spec = valid(fields);
        cluster.apply(object);
      });
      cluster.pass(5);
    }),
    { numRuns: 100 },
  );
});

const isObject = (value: JsonValue) => typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: JsonValue) => Array.isArray(value) && value.every(isObject);
const SHAPES: Record<string, (value: JsonValue) => boolean> = {
  replicas: (value) => typeof value === "number",
  completions: (value) => typeof value === "number",
  selector: isObject,
  template: isObject,
  strategy: isObject,
  updateStrategy: isObject,
  hard: isObject,
  containers: isList,
  volumes: isList,
  ports: isList,
  taints: isList,
};
