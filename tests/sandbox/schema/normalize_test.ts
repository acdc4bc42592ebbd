import { deepEqual, equal, throws } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { DecodeError, normalizeObject } from "../../../src/sandbox/schema/normalize.ts";
import { type RecordType, schemaTable } from "../../../src/sandbox/schema/schema.ts";

const kinds = schemaTable().kinds;

function read(kind: string, object: JsonObject): JsonObject {
  return normalizeObject(object, kinds.get(kind)!).object;
}

Deno.test("nulls and empty optional fields go, what is always written comes", () => {
  const { spec, status } = read("/v1/Pod", {
    metadata: { name: "a", labels: {}, annotations: null },
    spec: { containers: [{ name: "c", args: [], image: null }], nodeName: "" },
  }) as { spec: JsonObject; status: JsonObject };
  deepEqual(spec, { containers: [{ name: "c", resources: {} }] });
  deepEqual(status, {});
});

Deno.test("fields come in the order of the kind", () => {
  const { spec } = read("apps/v1/Deployment", { spec: { template: {}, replicas: 1, selector: {} } });
  deepEqual(Object.keys(spec as JsonObject), ["replicas", "selector", "template", "strategy"]);
});

Deno.test("quantities and times get their canonical form", () => {
  const { spec } = read("/v1/Pod", {
    spec: { containers: [{ name: "c", resources: { requests: { cpu: 0.5, memory: "1024Mi" } } }] },
  }) as { spec: { containers: { resources: JsonObject }[] } };
  deepEqual(spec.containers[0]!.resources, { requests: { cpu: "500m", memory: "1Gi" } });
  const { metadata } = read("/v1/ConfigMap", { metadata: { deletionTimestamp: "2026-01-01T02:00:00+02:00" } });
  equal((metadata as JsonObject).deletionTimestamp, "2026-01-01T00:00:00Z");
});

Deno.test("unknown fields are dropped and named by their path", () => {
  const { object, unknownFields } = normalizeObject(
    { spec: { containers: [{ name: "c" }, { name: "d", imagee: "x" }], foo: { bar: 1 } }, top: 1 },
    kinds.get("/v1/Pod")!,
  );
  deepEqual(unknownFields.sort(), ["spec.containers[1].imagee", "spec.foo", "top"]);
  equal(Object.hasOwn(object, "top"), false);
});

Deno.test("values of the wrong shape cannot be held, in the decoder's words", () => {
  const refuse = (spec: JsonObject, message: RegExp): void =>
    throws(() => read("apps/v1/Deployment", { spec }), (error: Error) => {
      equal(error instanceof DecodeError, true);
      equal(message.test(error.message), true, error.message);
      return true;
    });
  refuse(
    { replicas: "3" },
    /cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32/,
  );
  refuse({ replicas: 1.5 }, /of type int32/);
  refuse({ template: [] }, /cannot unmarshal array into Go struct field .*spec\.template of type/);
  refuse({ paused: "yes" }, /cannot unmarshal string into Go struct field .*spec\.paused of type bool/);
});

Deno.test("every record of the table can be read empty", () => {
  const records: [string, RecordType][] = [...schemaTable().records];
  equal(records.length > 400, true);
  for (const [name, type] of records) {
    const { object } = normalizeObject({}, type);
    deepEqual(normalizeObject(object, type), { object, unknownFields: [] }, name);
  }
});
