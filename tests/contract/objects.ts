import { deepEqual, equal, match, notEqual, ok } from "../assert.ts";
import { configMap, type ContractCase, deployment } from "./world.ts";

/** Creating, reading and replacing objects. */
export const OBJECTS: readonly ContractCase[] = [
  {
    promise: "a created object has uid, version, time and an owner of its fields",
    async run(world) {
      const { metadata, data, kind } = await world.create("configmaps", configMap("a", { x: "1" }), {
        fieldManager: "me",
      });
      deepEqual([kind, metadata.name, metadata.namespace, data], ["ConfigMap", "a", world.namespace, { x: "1" }]);
      match(metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      match(metadata.resourceVersion, /^[1-9]\d*$/);
      match(metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      equal(metadata.generation, undefined);
      deepEqual(metadata.managedFields, [{
        manager: "me",
        operation: "Update",
        apiVersion: "v1",
        time: metadata.creationTimestamp,
        fieldsType: "FieldsV1",
        fieldsV1: { "f:data": { ".": {}, "f:x": {} } },
      }]);
      deepEqual(await world.get(world.path("configmaps", "a")), {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data,
      });
    },
  },
  {
    promise: "what the server sets can't be set by the creator",
    async run(world) {
      const forged = { uid: "11111111-1111-4111-8111-111111111111", creationTimestamp: "2001-01-01T00:00:00Z" };
      const { metadata } = await world.create("configmaps", configMap("a", {}, { ...forged, generation: 7 }));
      notEqual(metadata.uid, forged.uid);
      notEqual(metadata.creationTimestamp, forged.creationTimestamp);
      const refused = await world.expect(500, "POST", world.path("configmaps"), {
        body: configMap("b", {}, { resourceVersion: "5" }),
      });
      equal(refused.message, "resourceVersion should not be set on objects to be created");
    },
  },
  {
    promise: "generateName gets five characters more",
    async run(world) {
      const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "cache-" } };
      const [first, second] = [await world.create("configmaps", body), await world.create("configmaps", body)];
      match(first.metadata.name, /^cache-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      notEqual(first.metadata.name, second.metadata.name);
    },
  },
  {
    promise: "a Secret's stringData becomes data, and only that is kept",
    async run(world) {
      const { data, stringData, type } = await world.create("secrets", {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s" },
        data: { a: "eA==", b: "eQ==" },
        stringData: { a: "z" },
      });
      deepEqual([data, stringData, type], [{ a: "eg==", b: "eQ==" }, undefined, "Opaque"]);
    },
  },
  {
    promise: "replacing with the same keeps the version; with something else gives a new one",
    async run(world) {
      const created = await world.create("configmaps", configMap("a", { x: "1" }));
      const path = world.path("configmaps", "a");
      const same = await world.expect(200, "PUT", path, { body: created });
      equal(same.metadata.resourceVersion, created.metadata.resourceVersion);
      const changed = await world.expect(200, "PUT", path, { body: { ...created, data: { x: "2" } } });
      ok(Number(changed.metadata.resourceVersion) > Number(created.metadata.resourceVersion));
      equal(changed.metadata.uid, created.metadata.uid);
    },
  },
  {
    promise: "replacing what has changed meanwhile is a conflict",
    async run(world) {
      const created = await world.create("configmaps", configMap("a", { x: "1" }));
      const path = world.path("configmaps", "a");
      await world.expect(200, "PUT", path, { body: { ...created, data: { x: "2" } } });
      deepEqual(await world.expect(409, "PUT", path, { body: { ...created, data: { x: "3" } } }), {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        message: 'Operation cannot be fulfilled on configmaps "a": the object has been modified; ' +
          "please apply your changes to the latest version and try again",
        reason: "Conflict",
        details: { name: "a", kind: "configmaps" },
        code: 409,
      });
    },
  },
  {
    promise: "the generation counts changes of the spec, not of metadata or status",
    async run(world) {
      const path = world.path("apps/v1/deployments", "web");
      const created = await world.create("apps/v1/deployments", deployment("web"));
      equal(created.metadata.generation, 1);
      const labelled = await world.patch(path, "merge", { metadata: { labels: { x: "1" } } });
      equal(labelled.body.metadata.generation, 1);
      const changed = await world.patch(path, "merge", { spec: { minReadySeconds: 3 } });
      equal(changed.body.metadata.generation, 2);
    },
  },
  {
    promise: "status is written through its subresource alone, and spec is not written through that",
    async run(world) {
      await world.create("services", {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web" },
        spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
        status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } },
      });
      const path = world.path("services", "web");
      const status = { loadBalancer: { ingress: [{ ip: "203.0.113.9" }] } };
      const ignored = await world.patch(path, "merge", { status });
      deepEqual(ignored.body.status, { loadBalancer: {} });
      const written = await world.patch(`${path}/status`, "merge", { status, spec: { sessionAffinity: "ClientIP" } });
      deepEqual(written.body.status.loadBalancer.ingress.map(({ ip }: { ip: string }) => ip), ["203.0.113.9"]);
      equal(written.body.spec.sessionAffinity, "None");
    },
  },
  {
    promise: "the scale subresource reads and writes replicas",
    async run(world) {
      await world.create("apps/v1/deployments", deployment("web", { paused: true }));
      const path = `${world.path("apps/v1/deployments", "web")}/scale`;
      const scale = await world.get(path);
      deepEqual([scale.kind, scale.apiVersion, scale.spec, scale.status.selector], [
        "Scale",
        "autoscaling/v1",
        {},
        "app=web",
      ]);
      const scaled = await world.patch(path, "merge", { spec: { replicas: 2 } });
      deepEqual([scaled.status, scaled.body.spec], [200, { replicas: 2 }]);
      equal((await world.get(world.path("apps/v1/deployments", "web"))).spec.replicas, 2);
    },
  },
  {
    promise: "a dry-run answers as the write would, and writes nothing",
    async run(world) {
      const dryRun = { dryRun: "All" };
      const created = await world.create("apps/v1/deployments", deployment("web"), dryRun);
      equal(created.spec.revisionHistoryLimit, 10);
      await world.expect(404, "GET", world.path("apps/v1/deployments", "web"));
      const real = await world.create("configmaps", configMap("a", { x: "1" }));
      const path = world.path("configmaps", "a");
      const patched = await world.patch(path, "merge", { data: { x: "2" } }, dryRun);
      deepEqual([patched.body.data, patched.body.metadata.resourceVersion], [
        { x: "2" },
        real.metadata.resourceVersion,
      ]);
      deepEqual((await world.get(path)).data, { x: "1" });
      const refused = await world.expect(422, "POST", world.path("configmaps"), {
        body: configMap("b"),
        query: { dryRun: "Some" },
      });
      equal(
        refused.message,
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
      );
    },
  },
  {
    promise: "a reader who asks for metadata alone or for a table gets it",
    async run(world) {
      await world.create("configmaps", configMap("a", { x: "1" }, { labels: { l: "1" } }));
      const metadata = await world.expect(200, "GET", world.path("configmaps", "a"), {
        headers: { Accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" },
      });
      deepEqual([metadata.kind, metadata.apiVersion, metadata.data, metadata.metadata.labels], [
        "PartialObjectMetadata",
        "meta.k8s.io/v1",
        undefined,
        { l: "1" },
      ]);
      const table = await world.expect(200, "GET", world.path("configmaps", "a"), {
        headers: { Accept: "application/json;as=Table;g=meta.k8s.io;v=v1" },
      });
      deepEqual(table.columnDefinitions.map(({ name }: { name: string }) => name), ["Name", "Data", "Age"]);
      deepEqual(table.rows[0].cells.slice(0, 2), ["a", 1]);
    },
  },
];
