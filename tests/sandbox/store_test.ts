import { deepEqual, equal, throws } from "../assert.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { ObjectStore, type StoreEvent } from "../../src/sandbox/store.ts";

function newStore(historyLimit?: number): ObjectStore {
  let uid = 0;
  return new ObjectStore({ now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678), uuid: () => `uid-${++uid}`, historyLimit });
}

function deployment(name: string, replicas: number, namespace = "default"): Manifest {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace }, spec: { replicas } };
}

Deno.test("create() sets uid, resourceVersion, creationTimestamp and generation", () => {
  const created = newStore().create(deployment("web", 1));
  deepEqual(created.metadata, {
    name: "web",
    namespace: "default",
    uid: "uid-1",
    creationTimestamp: "2026-01-02T03:04:05Z",
    generation: 1,
    resourceVersion: "1",
  });
});

Deno.test("update() raises the generation for the desired part alone, and does nothing for an equal object", () => {
  const store = newStore();
  const created = store.create(deployment("web", 1));
  equal(store.update({ ...created, status: { replicas: 1 } }).metadata.generation, 1);
  const scaled = store.update({ ...created, spec: { replicas: 2 } });
  equal(scaled.metadata.generation, 2);
  equal(scaled.metadata.resourceVersion, "3");
  equal(store.update({ ...scaled, metadata: { ...scaled.metadata } }).metadata.resourceVersion, "3");
  equal(store.resourceVersion, 3);
});

Deno.test("the versions of a group share storage, other groups do not", () => {
  const store = newStore();
  store.create(deployment("web", 1));
  equal(
    store.get({ apiVersion: "apps/v1beta1", kind: "Deployment", namespace: "default", name: "web" })?.apiVersion,
    "apps/v1beta1",
  );
  equal(
    store.get({ apiVersion: "extensions/v1beta1", kind: "Deployment", namespace: "default", name: "web" }),
    undefined,
  );
});

Deno.test("list() sorts by namespace and name", () => {
  const store = newStore();
  for (const [name, namespace] of [["b", "two"], ["a", "two"], ["c", "one"]]) {
    store.create(deployment(name!, 1, namespace));
  }
  deepEqual(store.list("apps/v1", "Deployment").map(({ metadata }) => metadata.name), ["c", "a", "b"]);
  deepEqual(store.list("apps/v1", "Deployment", "two").map(({ metadata }) => metadata.name), ["a", "b"]);
  store.remove({ apiVersion: "apps/v1", kind: "Deployment", namespace: "two", name: "a" });
  deepEqual(store.list("apps/v1", "Deployment", "two").map(({ metadata }) => metadata.name), ["b"]);
});

Deno.test("objects that are handed out cannot be changed", () => {
  const created = newStore().create(deployment("web", 1));
  throws(() => {
    (created.spec as Record<string, unknown>).replicas = 5;
  }, TypeError);
});

Deno.test("eventsSince() gives what happened after a version, and undefined when that is forgotten", () => {
  const store = newStore(2);
  const heard: StoreEvent[] = [];
  const stop = store.subscribe((event) => heard.push(event));
  for (const name of ["a", "b", "c", "d"]) store.create(deployment(name, 1));
  stop();
  store.remove({ apiVersion: "apps/v1", kind: "Deployment", namespace: "default", name: "d" });
  deepEqual(heard.map(({ resourceVersion }) => resourceVersion), [1, 2, 3, 4]);
  deepEqual(store.eventsSince(3)?.map(({ type }) => type), ["ADDED", "DELETED"]);
  equal(store.eventsSince(1), undefined);
  deepEqual(store.eventsSince(5), []);
});

Deno.test("dependentsOf() follows owner references as objects come and go", () => {
  const store = newStore();
  const owner = store.create(deployment("web", 1));
  const owned = deployment("web-1", 1);
  owned.metadata.ownerReferences = [{
    apiVersion: "apps/v1",
    kind: "Deployment",
    name: "web",
    uid: owner.metadata.uid!,
  }];
  const dependent = store.create(owned);
  deepEqual(store.dependentsOf("uid-1"), [dependent]);
  store.update({ ...dependent, metadata: { name: "web-1", namespace: "default" } });
  deepEqual(store.dependentsOf("uid-1"), []);
});
