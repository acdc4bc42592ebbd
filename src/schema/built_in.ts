import { CLUSTER_SCOPED_KINDS, DEFINITION_NAMES, MERGE_FACTS, NAMESPACED_KINDS } from "./facts.ts";

/** One place of an object, as a schema sees it: what is said of merging there, and the places below. */
export interface SchemaNode {
  /** `x-kubernetes-patch-strategy`: parts of `merge`, `replace`, `retainKeys`, joined by commas; empty without one. */
  readonly patchStrategy: string;
  /** `x-kubernetes-patch-merge-key`; empty without one. */
  readonly patchMergeKey: string;
  /** `x-kubernetes-list-type`: `map`, `set`, `atomic`, or empty. */
  readonly listType: string;
  /** `x-kubernetes-list-map-keys`; empty without them. */
  readonly listMapKeys: readonly string[];
  /** The place of a field or map key; undefined when the schema says nothing of it. */
  field(name: string): SchemaNode | undefined;
  /** The place of a list's items. */
  elements(): SchemaNode | undefined;
}

/** As encoded in facts.ts: definition, whether it is a list, strategy, merge key, list type, map keys. */
type EncodedField = [definition: number, isList?: number, ...texts: string[]];

interface EncodedFacts {
  kinds: Record<string, number>;
  definitions: Record<string, EncodedField>[];
}

let decoded: EncodedFacts | undefined;

/** Parsed when the first merge asks: most builds never do. */
function loadFacts(): EncodedFacts {
  return decoded ??= JSON.parse(MERGE_FACTS) as EncodedFacts;
}

/**
 * The schema of a built-in kind, for strategic merges and for the list keys of server-side apply.
 *
 * @param apiVersion Such as `apps/v1`.
 * @returns Undefined for kinds that are not built in.
 */
export function strategicMergeFacts(apiVersion: string, kind: string): SchemaNode | undefined {
  const { kinds } = loadFacts();
  const id = `${apiVersion}/${kind}`;
  return Object.hasOwn(kinds, id) ? new BuiltInNode([kinds[id]!]) : undefined;
}

let definitionNumbers: Map<string, number> | undefined;

/**
 * A definition of the built-in document by its name, such as `io.k8s.api.core.v1.PodSpec`; undefined where nothing is
 * said of merging in it.
 */
export function builtInDefinition(name: string): SchemaNode | undefined {
  definitionNumbers ??= new Map(DEFINITION_NAMES.split(" ").map((short, i) => [short, i]));
  const number = definitionNumbers.get(name.replace(/^io\.k8s\.api\./, ""));
  return number === undefined ? undefined : new BuiltInNode([number]);
}

let scopes: Map<string, boolean> | undefined;

/**
 * Whether objects of a built-in kind live in namespaces; undefined for kinds that are not built in.
 *
 * @see kustomize `kyaml/openapi/openapi.go` v5.8.1, `precomputedIsNamespaceScoped`
 */
export function isNamespaced(apiVersion: string, kind: string): boolean | undefined {
  if (scopes === undefined) {
    scopes = new Map();
    for (const id of CLUSTER_SCOPED_KINDS.split(" ")) scopes.set(id, false);
    for (const id of NAMESPACED_KINDS.split(" ")) scopes.set(id, true);
  }
  return scopes.get(`${apiVersion}/${kind}`);
}

class BuiltInNode implements SchemaNode {
  readonly #encoded: EncodedField;

  constructor(encoded: EncodedField) {
    this.#encoded = encoded;
  }

  get patchStrategy(): string {
    return this.#encoded[2] ?? "";
  }

  get patchMergeKey(): string {
    return this.#encoded[3] ?? "";
  }

  get listType(): string {
    return this.#encoded[4] ?? "";
  }

  get listMapKeys(): readonly string[] {
    return this.#encoded.slice(5) as string[];
  }

  field(name: string): SchemaNode | undefined {
    const [definition, isList] = this.#encoded;
    const fields = isList ? undefined : loadFacts().definitions[definition];
    return fields !== undefined && Object.hasOwn(fields, name) ? new BuiltInNode(fields[name]!) : undefined;
  }

  elements(): SchemaNode | undefined {
    const [definition, isList] = this.#encoded;
    return isList ? new BuiltInNode([definition]) : undefined;
  }
}
