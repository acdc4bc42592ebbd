import { getKey, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { SchemaNode } from "./built_in.ts";

/** What an OpenAPI v2 document (or only its `definitions`) says of kinds. */
export interface OpenApiFacts {
  /** The schema of a kind; undefined when no definition carries it in `x-kubernetes-group-version-kind`. */
  node(apiVersion: string, kind: string): SchemaNode | undefined;
  /** A definition by its name. */
  definition(name: string): SchemaNode | undefined;
  /** Whether the kind's paths have a namespace; undefined when no path reads it. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined;
}

/** Longest chain of references that is followed; a cycle ends there. */
const MAX_REFERENCES = 100;

const GVK = "x-kubernetes-group-version-kind";

/** Finds the definition of a name in all documents that are in use. */
export type FindDefinition = (name: string) => SchemaNode | undefined;

/**
 * Indexes an OpenAPI document, as kustomize does with a kustomization's `openapi.path`.
 *
 * @param find Where references lead. @default the document's own definitions
 * @throws {TypeError} When a group-version-kind of it has no version or kind.
 * @see kustomize `kyaml/openapi/openapi.go` v5.8.1, `AddDefinitions` and `findNamespaceability`
 */
export function openApiSchema(document: JsonValue, find?: FindDefinition): OpenApiFacts {
  const root = isObject(document) ? document : {};
  const definitions = isObject(root.definitions) ? root.definitions : {};
  const kinds = indexKinds(definitions);
  const scopes = indexScopes(root);
  const facts: OpenApiFacts = {
    node(apiVersion, kind) {
      const schema = kinds.get(`${apiVersion}/${kind}`);
      return schema === undefined ? undefined : new OpenApiNode(schema, resolve);
    },
    definition: (name) => resolveSchema(getKey(definitions, name), resolve, definitions),
    isNamespaced: (apiVersion, kind) => scopes.get(`${apiVersion}/${kind}`),
  };
  const resolve: FindDefinition = find ?? ((name) => facts.definition(name));
  return facts;
}

function indexKinds(definitions: JsonObject): Map<string, JsonObject> {
  const kinds = new Map<string, JsonObject>();
  for (const definition of Object.values(definitions)) {
    const ids = isObject(definition) ? extension(definition, GVK) : undefined;
    if (!Array.isArray(ids)) continue;
    for (const id of ids) if (isObject(id)) kinds.set(kindKey(id), definition as JsonObject);
  }
  return kinds;
}

function indexScopes(root: JsonObject): Map<string, boolean> {
  const scopes = new Map<string, boolean>();
  if (!isObject(root.paths)) return scopes;
  for (const [path, item] of Object.entries(root.paths)) {
    const get = isObject(item) ? item.get : undefined;
    const id = isObject(get) ? extension(get, GVK) : undefined;
    if (!isObject(id)) continue;
    const key = kindKey(id);
    if (path.includes("namespaces/{namespace}")) scopes.set(key, true);
    else if (!scopes.has(key)) scopes.set(key, false);
  }
  return scopes;
}

function kindKey(id: JsonObject): string {
  const { group, version, kind } = id;
  if (typeof version !== "string" || typeof kind !== "string") {
    throw new TypeError(`Cannot read ${GVK}: version and kind must be strings`);
  }
  return typeof group === "string" && group !== "" ? `${group}/${version}/${kind}` : `${version}/${kind}`;
}

/** Extensions are found whatever the case of their letters. */
function extension(schema: JsonObject, name: string): JsonValue | undefined {
  const exact = getKey(schema, name);
  if (exact !== undefined) return exact;
  for (const key of Object.keys(schema)) if (key.toLowerCase() === name) return schema[key];
  return undefined;
}

/** The node of a schema, or of what it refers to. */
function resolveSchema(
  schema: JsonValue | undefined,
  find: FindDefinition,
  definitions?: JsonObject,
): SchemaNode | undefined {
  let current = schema;
  for (let i = 0; i < MAX_REFERENCES && isObject(current); i++) {
    const reference = current.$ref;
    if (typeof reference !== "string" || reference === "") return new OpenApiNode(current, find);
    const name = definitionName(reference);
    if (name === undefined) return undefined;
    if (definitions === undefined) return find(name);
    current = getKey(definitions, name);
  }
  return undefined;
}

/** The name in a reference such as `#/definitions/io.k8s.api.core.v1.Pod`. */
function definitionName(reference: string): string | undefined {
  const [, name] = /#\/definitions\/([^/]+)$/.exec(reference) ?? [];
  return name?.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** A JSON schema of a document, seen as a place of an object. */
class OpenApiNode implements SchemaNode {
  readonly #schema: JsonObject;
  readonly #find: FindDefinition;

  constructor(schema: JsonObject, find: FindDefinition) {
    this.#schema = schema;
    this.#find = find;
  }

  get patchStrategy(): string {
    return this.#text("x-kubernetes-patch-strategy");
  }

  get patchMergeKey(): string {
    return this.#text("x-kubernetes-patch-merge-key");
  }

  get listType(): string {
    return this.#text("x-kubernetes-list-type");
  }

  get listMapKeys(): readonly string[] {
    const keys = extension(this.#schema, "x-kubernetes-list-map-keys");
    return Array.isArray(keys) ? keys.map(String) : [];
  }

  field(name: string): SchemaNode | undefined {
    const { properties, additionalProperties } = this.#schema;
    const own = isObject(properties) ? getKey(properties, name) : undefined;
    return resolveSchema(own ?? (isObject(additionalProperties) ? additionalProperties : undefined), this.#find);
  }

  elements(): SchemaNode | undefined {
    const { type, items } = this.#schema;
    const isList = type === "array" || (Array.isArray(type) && type.length === 1 && type[0] === "array");
    return isList ? resolveSchema(items, this.#find) : undefined;
  }

  #text(name: string): string {
    const value = extension(this.#schema, name);
    return typeof value === "string" ? value : "";
  }
}
