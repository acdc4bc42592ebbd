import { deepEqual, equal, throws } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { openApiSchema } from "../../src/schema/mod.ts";

const DOCUMENT: JsonObject = {
  definitions: {
    Widget: {
      properties: {
        spec: { $ref: "#/definitions/Spec" },
        byName: { additionalProperties: { $ref: "#/definitions/Spec" } },
      },
      "x-kubernetes-group-version-kind": [
        { group: "example.com", version: "v1", kind: "Widget" },
        { group: "", version: "v1", kind: "Widget" },
      ],
    },
    Spec: {
      properties: {
        parts: {
          type: "array",
          items: { $ref: "#/definitions/Part" },
          "x-kubernetes-patch-strategy": "merge",
          "X-Kubernetes-Patch-Merge-Key": "id",
          "x-kubernetes-list-map-keys": ["id", "zone"],
        },
        loop: { $ref: "#/definitions/Loop" },
        gone: { $ref: "#/definitions/Gone" },
      },
    },
    Part: {
      properties: { tags: { type: ["array"], items: { type: "string" }, "x-kubernetes-patch-strategy": "merge" } },
    },
    Loop: { $ref: "#/definitions/Loop" },
  },
  paths: {
    "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}": {
      get: { "x-kubernetes-group-version-kind": { group: "example.com", version: "v1", kind: "Widget" } },
    },
    "/apis/example.com/v1/widgets": {
      get: { "x-kubernetes-group-version-kind": { group: "example.com", version: "v1", kind: "Widget" } },
    },
    "/apis/example.com/v1/worlds": {
      get: { "x-kubernetes-group-version-kind": { group: "example.com", version: "v1", kind: "World" } },
    },
    "/healthz": {},
  },
};

Deno.test("openApiSchema() follows references, lists, maps and extensions", () => {
  const facts = openApiSchema(DOCUMENT);
  const parts = facts.node("example.com/v1", "Widget")?.field("spec")?.field("parts");
  equal(parts?.patchStrategy, "merge");
  equal(parts?.patchMergeKey, "id");
  deepEqual(parts?.listMapKeys, ["id", "zone"]);
  equal(parts?.elements()?.field("tags")?.patchStrategy, "merge");
  equal(facts.node("v1", "Widget")?.field("byName")?.field("any")?.field("parts")?.patchMergeKey, "id");
});

Deno.test("openApiSchema() ends at references that lead nowhere or in circles", () => {
  const spec = openApiSchema(DOCUMENT).node("v1", "Widget")?.field("spec");
  equal(spec?.field("loop"), undefined);
  equal(spec?.field("gone"), undefined);
  equal(spec?.elements(), undefined);
  equal(openApiSchema(null).node("v1", "Widget"), undefined);
});

Deno.test("openApiSchema() reads scopes from paths", () => {
  const facts = openApiSchema(DOCUMENT);
  equal(facts.isNamespaced("example.com/v1", "Widget"), true);
  equal(facts.isNamespaced("example.com/v1", "World"), false);
  equal(facts.isNamespaced("example.com/v1", "Other"), undefined);
});

Deno.test("openApiSchema() refuses a group-version-kind without a kind", () => {
  throws(
    () => openApiSchema({ definitions: { A: { "x-kubernetes-group-version-kind": [{ version: "v1" }] } } }),
    TypeError,
  );
});
