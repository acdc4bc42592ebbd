import { isObject, type JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { Resource } from "../resource.ts";
import { CLUSTER_NAMESPACE, DEFAULT_NAMESPACE, formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";

/** Which resources a referrer may refer to at all. */
export interface Reach {
  /** Namespaces as written in resources, and {@link CLUSTER_NAMESPACE}; undefined: everything. */
  readonly namespaces?: ReadonlySet<string>;
}

/**
 * Renamed resources by their former names and their namespace, so that a reference finds its few candidates without
 * looking at all resources (kustomize compares all pairs: `api/internal/accumulator/namereferencetransformer.go` v5.8.1).
 */
export class ReferralIndex {
  readonly #resources: ResourceSet;
  /** By namespace as written or {@link CLUSTER_NAMESPACE}, then by former name. */
  readonly #byNamespace = new Map<string, Map<string, Resource[]>>();
  /** The original namespaces of resources by their current one. */
  readonly #originalNamespaces = new Map<string, Set<string>>();
  /** Made when candidates of several namespaces must be put in order. */
  #order?: Map<Resource, number>;

  constructor(resources: ResourceSet) {
    this.#resources = resources;
    for (const resource of resources) {
      const { former, id } = resource;
      const namespace = id.effectiveNamespace === CLUSTER_NAMESPACE ? CLUSTER_NAMESPACE : id.namespace;
      const originals = ensure(this.#originalNamespaces, namespace, () => new Set());
      originals.add(former[0]?.namespace ?? id.effectiveNamespace);
      if (former.length === 0) continue;
      const byName = ensure(this.#byNamespace, namespace, () => new Map<string, Resource[]>());
      const names = former.length === 1 ? [former[0]!.name] : new Set(former.map(({ name }) => name));
      for (const name of names) ensure(byName, name, () => []).push(resource);
    }
  }

  /** Resources in reach that had this name, in order. */
  candidates(name: string, { namespaces }: Reach): Resource[] {
    const found: Resource[] = [];
    let sources = 0;
    for (const namespace of namespaces ?? this.#byNamespace.keys()) {
      const candidates = this.#byNamespace.get(namespace)?.get(name);
      if (candidates === undefined) continue;
      found.push(...candidates);
      sources++;
    }
    return sources < 2 ? found : this.#sorted(found);
  }

  /** Whether anything in reach, whatever its name, was in this namespace originally. */
  hasOriginalNamespace(namespace: string, { namespaces }: Reach): boolean {
    for (const current of namespaces ?? this.#originalNamespaces.keys()) {
      if (this.#originalNamespaces.get(current)?.has(namespace)) return true;
    }
    return false;
  }

  #sorted(resources: Resource[]): Resource[] {
    this.#order ??= new Map(this.#resources.toArray().map((resource, i) => [resource, i]));
    const order = this.#order;
    return resources.sort((a, b) => order.get(a)! - order.get(b)!);
  }
}

function ensure<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}

/**
 * What a resource may refer to: what is in its namespace or in none, and for role bindings the namespaces of their
 * subjects, in which resources count by what is written in them, so that `default` is not the same as none
 * (`api/resmap/reswrangler.go` SubsetThatCouldBeReferencedByResource v5.8.1).
 */
export function reachOf(referrer: Resource): Reach {
  const { effectiveNamespace } = referrer.id;
  if (effectiveNamespace === CLUSTER_NAMESPACE) return {};
  const namespaces = new Set([effectiveNamespace, CLUSTER_NAMESPACE]);
  if (effectiveNamespace === DEFAULT_NAMESPACE) namespaces.add("");
  if (referrer.kind === "RoleBinding") {
    for (const namespace of subjectNamespaces(referrer)) {
      namespaces.add(namespace);
    }
  }
  return { namespaces };
}

function subjectNamespaces(binding: Resource): string[] {
  return serviceAccountNamespaces(binding).filter((namespace) => typeof namespace === "string");
}

/** @throws {KustomizeError} INVALID_RESOURCE when a role binding's subject has a namespace that is no text. */
export function refuseBlankSubjects(resource: Resource): void {
  if (resource.kind !== "RoleBinding" || resource.id.effectiveNamespace === CLUSTER_NAMESPACE) return;
  if (serviceAccountNamespaces(resource).every((namespace) => typeof namespace === "string")) return;
  throw new KustomizeError(
    "INVALID_RESOURCE",
    `Invalid Input: namespace is blank for resource "${formatId(resource.id)}"`,
    { place: resource.place },
  );
}

function serviceAccountNamespaces(binding: Resource): JsonValue[] {
  const { subjects } = binding.value;
  if (!Array.isArray(subjects)) return [];
  return subjects.filter((subject) => isObject(subject))
    .filter((subject) => subject.kind === "ServiceAccount" && subject.namespace !== undefined)
    .map((subject) => subject.namespace!);
}
