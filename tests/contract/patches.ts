import { deepEqual, equal, match } from "../assert.ts";
import { type Body, configMap, type ContractCase, deployment } from "./world.ts";

/** The three patch types beside server-side apply. */
export const PATCHES: readonly ContractCase[] = [
  {
    promise: "a merge patch replaces lists, adds keys and removes those that are null",
    async run(world) {
      await world.create(
        "configmaps",
        configMap("a", { keep: "1", drop: "1" }, { finalizers: ["x.dev/a", "x.dev/b"] }),
      );
      const path = world.path("configmaps", "a");
      const { status, body } = await world.patch(path, "merge", {
        data: { drop: null, add: "2" },
        metadata: { finalizers: ["x.dev/b"] },
      });
      deepEqual([status, body.data, body.metadata.finalizers], [200, { keep: "1", add: "2" }, ["x.dev/b"]]);
      const emptied = await world.patch(path, "merge", { metadata: { finalizers: null } });
      equal(emptied.body.metadata.finalizers, undefined);
    },
  },
  {
    promise: "a patch that changes nothing keeps the version",
    async run(world) {
      const created = await world.create("apps/v1/deployments", deployment("web"));
      const path = world.path("apps/v1/deployments", "web");
      // The controller writes the status meanwhile: what counts is that the second patch gives no version of its own.
      const { body } = await world.patch(path, "merge", { spec: { replicas: 0 } });
      equal(body.metadata.generation, created.metadata.generation);
      await world.create("configmaps", configMap("a", { x: "1" }));
      const first = await world.get(world.path("configmaps", "a"));
      const second = await world.patch(world.path("configmaps", "a"), "merge", { data: { x: "1" } });
      equal(second.body.metadata.resourceVersion, first.metadata.resourceVersion);
    },
  },
  {
    promise: "a patch that names a version is a conflict when that isn't the object's",
    async run(world) {
      const created = await world.create("configmaps", configMap("a", { x: "1" }));
      const path = world.path("configmaps", "a");
      await world.patch(path, "merge", { data: { x: "2" } });
      const { resourceVersion } = created.metadata;
      const { status, body } = await world.patch(path, "merge", { metadata: { resourceVersion }, data: { x: "3" } });
      deepEqual([status, body.reason], [409, "Conflict"]);
      match(body.message, /the object has been modified; please apply your changes to the latest version/);
    },
  },
  {
    promise: "a JSON patch adds, replaces, removes, moves and tests",
    async run(world) {
      await world.create(
        "configmaps",
        configMap("a", { one: "1", two: "2", three: "3" }, { annotations: { "x.dev/b": "1" } }),
      );
      const path = world.path("configmaps", "a");
      const { body } = await world.patch(path, "json", [
        { op: "test", path: "/data/one", value: "1" },
        { op: "replace", path: "/data/one", value: "uno" },
        { op: "remove", path: "/data/three" },
        { op: "replace", path: "/metadata/annotations/x.dev~1b", value: "2" },
        { op: "move", from: "/data/two", path: "/data/dos" },
        { op: "copy", from: "/data/dos", path: "/data/zwei" },
        { op: "add", path: "/metadata/labels", value: { l: "1" } },
      ]);
      const { labels, annotations } = body.metadata;
      deepEqual(body.data, { one: "uno", dos: "2", zwei: "2" });
      deepEqual([labels, annotations], [{ l: "1" }, { "x.dev/b": "2" }]);
    },
  },
  {
    promise: "a JSON patch whose test fails or whose path isn't there changes nothing",
    async run(world) {
      await world.create("configmaps", configMap("a", { x: "1" }));
      const path = world.path("configmaps", "a");
      const failed = await world.patch(path, "json", [
        { op: "replace", path: "/data/x", value: "2" },
        { op: "test", path: "/data/x", value: "9" },
      ]);
      deepEqual([failed.status, failed.body.reason], [422, "Invalid"]);
      equal(failed.body.message, "the server rejected our request due to an error in our request");
      const missing = await world.patch(path, "json", [{ op: "remove", path: "/data/y" }]);
      deepEqual([missing.status, missing.body.reason], [422, "Invalid"]);
      deepEqual((await world.get(path)).data, { x: "1" });
    },
  },
  {
    promise: "a strategic patch merges lists by key and obeys its directives",
    async run(world) {
      const containers = [
        {
          name: "api",
          image: "registry.example.com/api:1",
          env: [{ name: "A", value: "1" }, { name: "B", value: "2" }],
        },
        { name: "log", image: "registry.example.com/log:1" },
      ];
      const template = { metadata: { labels: { app: "web" } }, spec: { containers } };
      await world.create("apps/v1/deployments", deployment("web", { template }));
      const path = world.path("apps/v1/deployments", "web");
      const { status, body } = await world.patch(path, "strategic", {
        spec: {
          template: {
            spec: {
              $setElementOrder$containers: undefined,
              containers: [
                { name: "api", env: [{ name: "B", $patch: "delete" }, { name: "C", value: "3" }] },
                { name: "log", $patch: "delete" },
                { name: "new", image: "registry.example.com/new:1" },
              ],
            },
          },
        },
      });
      equal(status, 200, JSON.stringify(body));
      const merged: Body[] = body.spec.template.spec.containers;
      deepEqual(merged.map(({ name, image }) => [name, image]).sort(), [
        ["api", "registry.example.com/api:1"],
        ["new", "registry.example.com/new:1"],
      ]);
      const api = merged.find(({ name }) => name === "api");
      deepEqual(api.env.map(({ name }: Body) => name).sort(), ["A", "C"]);
    },
  },
  {
    promise: "a strategic patch can set the order of a list and replace a whole one",
    async run(world) {
      const containers = ["a", "b"].map((name) => ({ name, image: `registry.example.com/${name}:1` }));
      const template = { metadata: { labels: { app: "web" } }, spec: { containers } };
      await world.create("apps/v1/deployments", deployment("web", { template }));
      const path = world.path("apps/v1/deployments", "web");
      const ordered = await world.patch(path, "strategic", {
        spec: { template: { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] } } },
      });
      deepEqual(ordered.body.spec.template.spec.containers.map(({ name }: Body) => name), ["b", "a"]);
      const replaced = await world.patch(path, "strategic", {
        spec: { template: { spec: { containers: [{ $patch: "replace" }, { name: "c", image: "c:1" }] } } },
      });
      deepEqual(replaced.body.spec.template.spec.containers.map(({ name }: Body) => name), ["c"]);
      const retained = await world.patch(path, "strategic", {
        spec: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
      });
      deepEqual(retained.body.spec.strategy, { type: "Recreate" });
    },
  },
  {
    promise: "a patch of what isn't there is refused, and so is one of an unknown type",
    async run(world) {
      const path = world.path("configmaps", "a");
      for (const type of ["merge", "json", "strategic"] as const) {
        const { status, body } = await world.patch(path, type, type === "json" ? [] : {});
        deepEqual([status, body.message], [404, 'configmaps "a" not found']);
      }
      await world.create("configmaps", configMap("a"));
      const headers = { "Content-Type": "application/json" };
      const unknown = await world.call("PATCH", path, { body: {}, headers });
      deepEqual([unknown.status, unknown.body.reason], [415, "UnsupportedMediaType"]);
      equal(unknown.body.message, "415: Unsupported Media Type");
    },
  },
  {
    promise: "a patch can't give an object another name",
    async run(world) {
      await world.create("configmaps", configMap("a"));
      const { status, body } = await world.patch(world.path("configmaps", "a"), "merge", { metadata: { name: "b" } });
      deepEqual([status, body.reason, body.message], [
        400,
        "BadRequest",
        "the name of the object (b) does not match the name on the URL (a)",
      ]);
    },
  },
];
