import { deepEqual, equal, match, ok } from "../assert.ts";
import { defineWidgets } from "./widgets.ts";
import { type Body, type ContractCase, eventually } from "./world.ts";

/** What the server says it has; custom resources. */
export const DISCOVERIES: readonly ContractCase[] = [
  {
    promise: "the server says its version",
    async run(world) {
      const version = await world.get("/version");
      equal(version.major, "1");
      match(version.minor, /^\d+$/);
      match(version.gitVersion, new RegExp(`^v1\\.${version.minor}\\.\\d+`));
    },
  },
  {
    promise: "groups, versions and resources",
    async run(world) {
      deepEqual((await world.get("/api")).versions, ["v1"]);
      const { groups } = await world.get("/apis");
      const apps = groups.find(({ name }: Body) => name === "apps");
      deepEqual(apps.preferredVersion, { groupVersion: "apps/v1", version: "v1" });
      const list = await world.get("/apis/apps/v1");
      deepEqual([list.kind, list.groupVersion], ["APIResourceList", "apps/v1"]);
      const resource = list.resources.find(({ name }: Body) => name === "deployments");
      deepEqual(resource, {
        name: "deployments",
        singularName: "deployment",
        namespaced: true,
        kind: "Deployment",
        verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        shortNames: ["deploy"],
        categories: ["all"],
        ...("storageVersionHash" in resource ? { storageVersionHash: resource.storageVersionHash } : {}),
      });
      const names = list.resources.map(({ name }: Body) => name);
      ok(names.includes("deployments/scale") && names.includes("deployments/status"));
    },
  },
  {
    promise: "one request discovers all",
    async run(world) {
      const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
      const { kind, apiVersion, items } = await world.expect(200, "GET", "/apis", { headers: { Accept: accept } });
      deepEqual([kind, apiVersion], ["APIGroupDiscoveryList", "apidiscovery.k8s.io/v2"]);
      const apps = items.find(({ metadata }: Body) => metadata.name === "apps");
      const [version] = apps.versions;
      const deployments = version.resources.find(({ resource }: Body) => resource === "deployments");
      deepEqual([version.version, deployments.scope, deployments.responseKind.kind, deployments.singularResource], [
        "v1",
        "Namespaced",
        "Deployment",
        "deployment",
      ]);
    },
  },
  {
    promise: "OpenAPI v3: a document per group and version, with merge keys and list types",
    async run(world) {
      const { paths } = await world.get("/openapi/v3");
      const { serverRelativeURL } = paths["apis/apps/v1"];
      const [path, search = ""] = serverRelativeURL.split("?");
      const document = await world.get(path, Object.fromEntries(new URLSearchParams(search)));
      match(document.openapi, /^3\.0/);
      const { properties } = document.components.schemas["io.k8s.api.core.v1.PodSpec"];
      const { containers } = properties;
      deepEqual([
        containers["x-kubernetes-patch-merge-key"],
        containers["x-kubernetes-patch-strategy"],
        containers["x-kubernetes-list-type"],
        containers["x-kubernetes-list-map-keys"],
      ], ["name", "merge", "map", ["name"]]);
    },
  },
  {
    promise: "a custom resource is served once its definition is established, and not after that is gone",
    async run(world) {
      const { group, definition, resource } = await defineWidgets(world);
      const widget = (metadata: Body, spec: Body) => ({ apiVersion: `${group}/v1`, kind: "Widget", metadata, spec });
      const created = await world.create(resource, widget({ name: "a" }, { size: 3, unknown: true }));
      // A default is filled in, and what the schema doesn't know is pruned.
      deepEqual(created.spec, { size: 3, colour: "red" });
      equal(created.metadata.generation, 1);
      const refused = await world.expect(422, "POST", world.path(resource), {
        body: widget({ name: "b" }, { size: 0 }),
      });
      deepEqual(refused.details.causes.map(({ field, reason }: Body) => [field, reason]), [[
        "spec.size",
        "FieldValueInvalid",
      ]]);
      const strategic = await world.patch(world.path(resource, "a"), "strategic", { spec: { size: 4 } });
      equal(strategic.status, 415);
      const merged = await world.patch(world.path(resource, "a"), "merge", { spec: { size: 4 } });
      deepEqual([merged.status, merged.body.metadata.generation], [200, 2]);
      const applied = await world.apply(world.path(resource, "a"), widget({ name: "a" }, { size: 4 }), {
        fieldManager: "kstage",
      });
      equal(applied.status, 200, JSON.stringify(applied.body));
      await world.expect(200, "DELETE", definition);
      await eventually("the definition is gone", async () => (await world.call("GET", definition)).status === 404);
      await eventually(
        "the resource is gone",
        async () => (await world.call("GET", world.path(resource))).status === 404,
      );
    },
  },
  {
    promise: "applied lists of a custom resource merge as its schema says",
    async run(world) {
      const { group, definition, resource } = await defineWidgets(world);
      const widget = (parts: Body[], tags: string[]) => ({
        apiVersion: `${group}/v1`,
        kind: "Widget",
        metadata: { name: "a" },
        spec: { size: 1, parts, tags },
      });
      const path = world.path(resource, "a");
      await world.apply(path, widget([{ name: "x", count: 1 }], ["a"]), { fieldManager: "one" });
      const { status, body } = await world.apply(path, widget([{ name: "y", count: 2 }], ["b"]), {
        fieldManager: "two",
      });
      equal(status, 200, JSON.stringify(body));
      deepEqual(body.spec.parts, [{ name: "x", count: 1 }, { name: "y", count: 2 }]);
      deepEqual(body.spec.tags.toSorted(), ["a", "b"]);
      await world.expect(200, "DELETE", definition);
    },
  },
];
