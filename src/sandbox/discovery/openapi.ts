import { compareBytes, type JsonObject, type JsonValue, stringifyJson } from "../../base/mod.ts";
import type { Resource, ResourceRegistry } from "../api/resources.ts";
import type { Field, RecordType, Type } from "../schema/schema.ts";

/** Prefixes of the table's names and of OpenAPI definitions. */
const PREFIXES: [string, string][] = [
  ["meta.v1.", "io.k8s.apimachinery.pkg.apis.meta.v1."],
  ["runtime.", "io.k8s.apimachinery.pkg.runtime."],
  ["apiextensions.v1.", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."],
  ["apiregistration.v1.", "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1."],
];

/** `core.v1.Pod` as `io.k8s.api.core.v1.Pod`; custom resources by their reversed group. */
function definitionName(type: RecordType): string {
  if (type.custom) return type.name;
  const [short, long] = PREFIXES.find(([prefix]) => type.name.startsWith(prefix)) ?? ["", "io.k8s.api."];
  return long + type.name.slice(short.length);
}

/** Options that a document of version 2 and one of version 3 differ in. */
interface Dialect {
  refPrefix: string;
  isV3: boolean;
}

const V2: Dialect = { refPrefix: "#/definitions/", isV3: false };
const V3: Dialect = { refPrefix: "#/components/schemas/", isV3: true };

/** `/openapi/v3`: where each group's document is. The hash changes with its content. */
export function openApiIndex(registry: ResourceRegistry): JsonObject {
  const paths: JsonObject = {};
  for (const path of documentPaths(registry)) {
    const document = openApiDocument(registry, path);
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(stringifyJson(document!))}` };
  }
  return { paths };
}

function documentPaths(registry: ResourceRegistry): string[] {
  const paths = registry.all().map(({ group, version }) =>
    group === "" ? `api/${version}` : `apis/${group}/${version}`
  );
  return [...new Set(paths)].sort(compareBytes);
}

/** FNV-1a, twice with different seeds: enough to tell documents apart. */
function hashOf(text: string): string {
  const half = (seed: number): string => {
    let hash = seed;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    return (hash >>> 0).toString(16).padStart(8, "0").toUpperCase();
  };
  return half(2166136261) + half(16777619);
}

/** `/openapi/v3/{path}`: paths and schemas of one group and version; undefined when there is none. */
export function openApiDocument(registry: ResourceRegistry, path: string): JsonObject | undefined {
  const resources = registry.all().filter(({ group, version }) =>
    path === (group === "" ? `api/${version}` : `apis/${group}/${version}`)
  );
  if (resources.length === 0) return undefined;
  const paths: JsonObject = {};
  for (const resource of resources) Object.assign(paths, resourcePaths(resource));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths,
    components: { schemas: definitionsOf(resources, V3) },
  };
}

/** `/openapi/v2`: everything in one document. */
export function swaggerDocument(registry: ResourceRegistry): JsonObject {
  const resources = registry.all();
  const paths: JsonObject = {};
  for (const resource of resources) Object.assign(paths, resourcePaths(resource));
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths,
    definitions: definitionsOf(resources, V2),
  };
}

/** Actions of the verbs, and the query parameters by which clients find out what a server can do. */
const WRITES: Record<string, { action: string; parameters: string[] }> = {
  post: { action: "post", parameters: ["dryRun", "fieldManager", "fieldValidation"] },
  put: { action: "put", parameters: ["dryRun", "fieldManager", "fieldValidation"] },
  patch: { action: "patch", parameters: ["dryRun", "fieldManager", "fieldValidation", "force"] },
  delete: { action: "delete", parameters: ["dryRun", "gracePeriodSeconds", "propagationPolicy"] },
  get: { action: "get", parameters: [] },
};

function resourcePaths({ group, version, kind, plural, namespaced, verbs }: Resource): JsonObject {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const operation = (method: string, action = WRITES[method]!.action): JsonObject => ({
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
    parameters: WRITES[method]!.parameters.map((name) => ({ name, in: "query", schema: { type: "string" } })),
    responses: { "200": { description: "OK" } },
  });
  const of = (methods: string[], listAction = "get"): JsonObject =>
    Object.fromEntries(methods.map((method) => [method, operation(method, method === "get" ? listAction : undefined)]));
  if (!verbs.includes("get")) return { [collection]: of(["post"]) };
  return {
    [collection]: of(["get", "post", "delete"], "list"),
    [`${collection}/{name}`]: of(["get", "put", "patch", "delete"]),
  };
}

function definitionsOf(resources: Resource[], dialect: Dialect): JsonObject {
  const definitions: JsonObject = {};
  const visit = (type: Type): void => {
    if (type.is === "list" || type.is === "map") return visit(type.element);
    if (type.is !== "record" || definitions[definitionName(type)] !== undefined) return;
    definitions[definitionName(type)] = recordSchema(type, dialect);
    for (const { type: below } of type.fields.values()) visit(below);
  };
  for (const resource of resources) {
    const { type, group, version, kind } = resource;
    if (type === undefined) continue;
    visit(type);
    const definition = definitions[definitionName(type)] as JsonObject;
    definition["x-kubernetes-group-version-kind"] = [{ group, kind, version }];
  }
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => compareBytes(a, b)));
}

function recordSchema(type: RecordType, dialect: Dialect): JsonObject {
  const schema: JsonObject = { type: "object" };
  const properties: JsonObject = {};
  for (const [name, field] of type.fields) properties[name] = fieldSchema(field, dialect);
  if (type.fields.size > 0) schema.properties = properties;
  const required = [...type.fields].filter(([, field]) => field.required).map(([name]) => name);
  if (required.length > 0) schema.required = required;
  if (type.atomic) schema["x-kubernetes-map-type"] = "atomic";
  if (type.open) schema["x-kubernetes-preserve-unknown-fields"] = true;
  return schema;
}

function fieldSchema(field: Field, dialect: Dialect): JsonObject {
  const schema = typeSchema(field.type, dialect);
  const isRef = "$ref" in schema;
  const result: JsonObject = dialect.isV3 && isRef ? { allOf: [schema] } : schema;
  if (field.default !== undefined) result.default = field.default;
  if (field.patchStrategy.length > 0) result["x-kubernetes-patch-strategy"] = field.patchStrategy.join(",");
  if (field.patchMergeKey !== undefined) result["x-kubernetes-patch-merge-key"] = field.patchMergeKey;
  return result;
}

function typeSchema(type: Type, dialect: Dialect): JsonObject {
  switch (type.is) {
    case "scalar":
      return scalarSchema(type.scalar);
    case "any":
      return type.object ? { type: "object" } : { "x-kubernetes-preserve-unknown-fields": true };
    case "record":
      return { $ref: dialect.refPrefix + definitionName(type) };
    case "map": {
      const schema: JsonObject = { type: "object", additionalProperties: typeSchema(type.element, dialect) };
      if (type.atomic) schema["x-kubernetes-map-type"] = "atomic";
      return schema;
    }
    case "list": {
      const schema: JsonObject = { type: "array", items: typeSchema(type.element, dialect) };
      schema["x-kubernetes-list-type"] = type.semantic;
      if (type.semantic === "map") schema["x-kubernetes-list-map-keys"] = [...type.keys] as JsonValue[];
      return schema;
    }
  }
}

function scalarSchema(scalar: string): JsonObject {
  switch (scalar) {
    case "int32":
    case "int64":
      return { type: "integer", format: scalar };
    case "double":
      return { type: "number", format: "double" };
    case "bool":
      return { type: "boolean" };
    case "bytes":
      return { type: "string", format: "byte" };
    case "time":
    case "microtime":
      return { type: "string", format: "date-time" };
    case "int-or-string":
      return { type: "string", format: "int-or-string" };
    default:
      return { type: "string" };
  }
}
