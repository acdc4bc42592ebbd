import { getKey, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { SchemaNode } from "./built_in.ts";

/** What an OpenAPI v2 document (or only its `definitions`) says of kinds. */
export interface OpenApiFacts {
  /** The schema of a kind; undefined when no definition carries it in `x-kubernetes-group-version-kind`. */
  node(apiVersion: string, kind: string): SchemaNode | undefined;
  /** Whether the kind's paths have a namespace; undefined when no path reads it. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined;
}

/** Longest chain of references that is followed; a cycle ends there. */
const MAX_REFERENCES = 100;

const GVK = "x-kubernetes-group-version-kind";

/**
 * Indexes an OpenAPI document, as kustomize does with a kustomization's `openapi.path`.
 *
 * @throws {TypeError} When a group-version-kind of it has no version or kind.
 * @see kustomize `kyaml/openapi/openapi.go` v5.8.1, `AddDefinitions` and `findNamespaceability`
 */
export function openApiSchema(document: JsonValue): OpenApiFacts {
  const root = isObject(document) ? document : {};
  const kinds = indexKinds(root);
  const scopes = indexScopes(root);
  return {
    node(apiVersion, kind) {
      const schema = kinds.get(`${apiVersion}/${kind}`);
      return schema === undefined ? undefined : new OpenApiNode(schema, root);
    },
    isNamespaced: (apiVersion, kind) => scopes.get(`${apiVersion}/${kind}`),
  };
}

function indexKinds(root: JsonObject): Map<string, JsonObject> {
  const kinds = new Map<string, JsonObject>();
  if (!isObject(root.definitions)) return kinds;
  for (const definition of Object.values(root.definitions)) {
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

/** A JSON schema of a document, seen as a place of an object. */
class OpenApiNode implements SchemaNode {
  readonly #schema: JsonObject;
  readonly #root: JsonObject;

  constructor(schema: JsonObject, root: JsonObject) {
    this.#schema = schema;
    this.#root = root;
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
    return this.#resolve(own ?? (isObject(additionalProperties) ? additionalProperties : undefined));
  }

  elements(): SchemaNode | undefined {
    const { type, items } = this.#schema;
    const isList = type === "array" || (Array.isArray(type) && type.length === 1 && type[0] === "array");
    return isList ? this.#resolve(items) : undefined;
  }

  #text(name: string): string {
    const value = extension(this.#schema, name);
    return typeof value === "string" ? value : "";
  }

  #resolve(schema: JsonValue | undefined): SchemaNode | undefined {
    let current = schema;
    for (let i = 0; i < MAX_REFERENCES && isObject(current); i++) {
      const reference = current.$ref;
      if (typeof reference !== "string" || reference === "") return new OpenApiNode(current, this.#root);
      current = lookUp(this.#root, reference);
    }
    return undefined;
  }
}

/** The value at a local reference such as `#/definitions/io.k8s.api.core.v1.Pod`. */
function lookUp(root: JsonObject, reference: string): JsonValue | undefined {
  let current: JsonValue | undefined = root;
  for (const step of reference.slice(reference.indexOf("#") + 1).split("/").slice(1)) {
    if (!isObject(current)) return undefined;
    current = getKey(current, step.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return current;
}
