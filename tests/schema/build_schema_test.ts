import { equal, throws } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { BuildSchema, type OpenApiField, type SchemaErrorCode } from "../../src/schema/mod.ts";

const CUSTOM: JsonObject = {
  definitions: {
    World: {
      properties: {},
      "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "World" }],
    },
  },
  paths: {
    "/apis/example.com/v1/worlds": {
      get: { "x-kubernetes-group-version-kind": { group: "example.com", version: "v1", kind: "World" } },
    },
  },
};

Deno.test("BuildSchema knows built-in kinds without a custom document", () => {
  const schema = new BuildSchema();
  schema.use(undefined);
  equal(schema.isClusterScoped("v1", "Namespace"), true);
  equal(schema.isClusterScoped("apps/v1", "Deployment"), false);
  equal(schema.isClusterScoped("example.com/v1", "World"), false);
  equal(schema.node("apps/v1", "Deployment") !== undefined, true);
});

Deno.test("BuildSchema.use() replaces the built-in definitions by a custom document, but not their scopes", () => {
  const schema = new BuildSchema();
  schema.use({ document: () => CUSTOM });
  equal(schema.node("apps/v1", "Deployment"), undefined);
  equal(schema.node("example.com/v1", "World") !== undefined, true);
  equal(schema.isClusterScoped("example.com/v1", "World"), true);
  equal(schema.isClusterScoped("v1", "Namespace"), true);
});

Deno.test("BuildSchema keeps the built-in definitions once a kind was asked for that is not built in", () => {
  const schema = new BuildSchema();
  schema.use(undefined);
  equal(schema.isClusterScoped("example.com/v1", "World"), false);
  schema.use({ document: () => CUSTOM });
  equal(schema.isClusterScoped("example.com/v1", "World"), true);
  equal(schema.node("apps/v1", "Deployment") !== undefined, true);
});

Deno.test("BuildSchema lets a custom document refer to built-in definitions, where those are in use", () => {
  const document: JsonObject = {
    definitions: {
      World: {
        properties: { template: { $ref: "#/definitions/io.k8s.api.core.v1.PodTemplateSpec" } },
        "x-kubernetes-group-version-kind": [{ group: "example.com", version: "v1", kind: "World" }],
      },
    },
  };
  const containers = (schema: BuildSchema) =>
    schema.node("example.com/v1", "World")?.field("template")?.field("spec")?.field("containers")?.patchMergeKey;
  const schema = new BuildSchema();
  schema.isClusterScoped("example.com/v1", "World");
  schema.use({ document: () => document });
  equal(containers(schema), "name");
  const alone = new BuildSchema();
  alone.use({ document: () => document });
  equal(containers(alone), undefined);
});

Deno.test("BuildSchema.use() heeds the first field that is not empty", () => {
  const schema = new BuildSchema();
  schema.use({ version: "v1.21.2" });
  schema.use({ document: () => CUSTOM });
  equal(schema.node("example.com/v1", "World"), undefined);
});

Deno.test("BuildSchema reads a custom document when it is first needed, once", () => {
  let reads = 0;
  const schema = new BuildSchema();
  schema.use({
    document: () => {
      reads++;
      return CUSTOM;
    },
  });
  equal(reads, 0);
  schema.node("v1", "Pod");
  schema.isClusterScoped("example.com/v1", "World");
  equal(reads, 1);
});

Deno.test("BuildSchema names what is wrong with an openapi field", () => {
  const rows: [OpenApiField, SchemaErrorCode, RegExp][] = [
    [{ version: "v1.21.2", document: () => CUSTOM }, "BOTH_PATH_AND_VERSION", /builtin version and custom schema/],
    [{ version: "v1.30.0" }, "UNKNOWN_VERSION", /the specified OpenAPI version is not built in/],
    [
      { document: () => ({ definitions: { A: { "x-kubernetes-group-version-kind": [{}] } } }) },
      "INVALID",
      /invalid schema/,
    ],
  ];
  for (const [field, code, message] of rows) {
    throws(() => {
      const schema = new BuildSchema();
      schema.use(field);
      schema.node("v1", "Pod");
    }, (error: Error & { code?: string }) => error.code === code && message.test(error.message));
  }
});
