import { deepEqual, equal, match } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { APPLY, MERGE, type TestServer, testServer } from "../client.ts";

const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";

const DEFINITION = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", shortNames: ["wd"] },
    versions: [{
      name: "v1",
      served: true,
      storage: true,
      subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
      additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: {
            spec: {
              type: "object",
              required: ["size"],
              properties: {
                size: { type: "integer", minimum: 1 },
                color: { type: "string", enum: ["red", "green"], default: "red" },
                parts: {
                  type: "array",
                  "x-kubernetes-list-type": "map",
                  "x-kubernetes-list-map-keys": ["name"],
                  items: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
                },
                free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
              },
            },
            status: { type: "object", properties: { size: { type: "integer" } } },
          },
        },
      },
    }],
  },
};

function widget(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name }, spec };
}

async function withWidgets(): Promise<TestServer> {
  const server = testServer();
  equal((await server.ask("POST", DEFINITIONS, DEFINITION)).code, 201);
  return server;
}

Deno.test("a definition is established, and its resources discovered", async () => {
  const { ask } = await withWidgets();
  const definition = await ask("GET", `${DEFINITIONS}/widgets.example.com`);
  const conditions = definition.at("status.conditions") as { type: string; status: string }[];
  deepEqual(conditions.map(({ type, status }) => `${type} ${status}`), [
    "NamesAccepted True",
    "Established True",
  ]);
  const list = (await ask("GET", "/apis/example.com/v1")).at("resources") as { name: string }[];
  deepEqual(list.map(({ name }) => name), ["widgets", "widgets/status", "widgets/scale"]);
  equal((await ask("GET", "/apis/example.com")).at("preferredVersion.version"), "v1");
});

Deno.test("custom objects are defaulted, pruned and checked by their schema", async () => {
  const { ask } = await withWidgets();
  const created = await ask("POST", WIDGETS, widget("a", { size: 2, foo: 1, free: { any: [1] } }));
  deepEqual(created.at("spec"), { size: 2, color: "red", free: { any: [1] } });
  equal(created.headers.get("warning"), '299 - "unknown field \\"spec.foo\\""');
  const wrong = await ask("POST", WIDGETS, widget("b", { size: 0, color: "blue" }));
  equal(wrong.code, 422);
  match(String(wrong.at("message")), /spec\.size in body should be greater than or equal to 1/);
  match(String(wrong.at("message")), /spec\.color: Unsupported value: "blue": supported values: "red", "green"/);
});

Deno.test("custom objects have a status and a scale", async () => {
  const { ask } = await withWidgets();
  await ask("POST", WIDGETS, widget("a", { size: 2 }));
  const status = await ask("PATCH", `${WIDGETS}/a/status`, { status: { size: 2 }, spec: { size: 9 } }, { type: MERGE });
  deepEqual([status.at("status.size"), status.at("spec.size"), status.at("metadata.generation")], [2, 2, 1]);
  const scaled = await ask("PATCH", `${WIDGETS}/a/scale`, { spec: { replicas: 5 } }, { type: MERGE });
  deepEqual([scaled.at("kind"), scaled.at("spec.replicas"), scaled.at("status.replicas")], ["Scale", 5, 2]);
  const whole = await ask("GET", `${WIDGETS}/a`);
  deepEqual([whole.at("spec.size"), whole.at("metadata.generation")], [5, 2]);
});

Deno.test("custom objects are applied by the keys of their schema", async () => {
  const { ask } = await withWidgets();
  const apply = (manager: string, ...names: string[]) => {
    const body = widget("a", { size: 1, parts: names.map((name) => ({ name })) });
    return ask("PATCH", `${WIDGETS}/a?fieldManager=${manager}`, body, { type: APPLY });
  };
  await apply("one", "x", "y");
  await apply("two", "z");
  const reply = await apply("one", "x");
  deepEqual(reply.at("spec.parts"), [{ name: "x" }, { name: "z" }]);
});

Deno.test("custom tables have the columns of the definition", async () => {
  const { ask } = await withWidgets();
  await ask("POST", WIDGETS, widget("a", { size: 2 }));
  const table = await ask("GET", WIDGETS, undefined, { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" });
  const columns = table.at("columnDefinitions") as { name: string; type: string }[];
  deepEqual(columns.map(({ name, type }) => `${name} ${type}`), ["Name string", "Size integer"]);
  deepEqual(table.at("rows.0.cells"), ["a", 2]);
});

Deno.test("a definition takes its objects with it, and is no longer served", async () => {
  const { ask, sandbox } = await withWidgets();
  await ask("POST", WIDGETS, widget("a", { size: 2 }));
  await ask("DELETE", `${DEFINITIONS}/widgets.example.com`);
  equal((await ask("GET", `${DEFINITIONS}/widgets.example.com`)).code, 404);
  equal((await ask("GET", WIDGETS)).code, 404);
  deepEqual(sandbox.store.list("example.com/v1", "Widget"), []);
});

Deno.test("a definition that cannot be served is refused", async () => {
  const { ask } = testServer();
  const { spec } = DEFINITION;
  const reply = await ask("POST", DEFINITIONS, { ...DEFINITION, spec: { ...spec, scope: "Everywhere" } });
  deepEqual([reply.code, reply.at("details.causes.0.field")], [422, "spec.scope"]);
});
