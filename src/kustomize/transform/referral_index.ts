import { isObject, type JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { Resource } from "../resource.ts";
import { CLUSTER_NAMESPACE, formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";

/** A resource that may be referred to, with its place in the build. */
interface Candidate {
  resource: Resource;
  order: number;
}

/** Which resources a referrer may refer to at all. */
export interface Reach {
  /** Undefined: everything. Else by effective namespace. */
  readonly namespaces?: ReadonlySet<string>;
}

/**
 * Renamed resources by their former names and their namespace, so that a reference finds its few candidates without
 * looking at all resources (kustomize compares all pairs: `api/internal/accumulator/namereferencetransformer.go` v5.8.1).
 */
export class ReferralIndex {
  readonly #byName = new Map<string, Map<string, Candidate[]>>();
  /** The original namespaces of resources by their current one. */
  readonly #originalNamespaces = new Map<string, Set<string>>();

  constructor(resources: ResourceSet) {
    let order = 0;
    for (const resource of resources) {
      const namespace = resource.id.effectiveNamespace;
      const originals = this.#originalNamespaces.get(namespace) ?? new Set();
      originals.add(resource.former[0]?.namespace ?? namespace);
      this.#originalNamespaces.set(namespace, originals);
      const candidate = { resource, order: order++ };
      for (const name of new Set(resource.former.map((former) => former.name))) this.#add(name, namespace, candidate);
    }
  }

  /** Resources in reach that had this name, in order. */
  candidates(name: string, reach: Reach): Resource[] {
    const byNamespace = this.#byName.get(name);
    if (byNamespace === undefined) return [];
    const found: Candidate[] = [];
    for (const [namespace, candidates] of byNamespace) {
      if (reach.namespaces?.has(namespace) ?? true) found.push(...candidates);
    }
    if (found.length > 1) found.sort((a, b) => a.order - b.order);
    return found.map(({ resource }) => resource);
  }

  /** Whether anything in reach, whatever its name, was in this namespace originally. */
  hasOriginalNamespace(namespace: string, reach: Reach): boolean {
    for (const [current, originals] of this.#originalNamespaces) {
      if ((reach.namespaces?.has(current) ?? true) && originals.has(namespace)) return true;
    }
    return false;
  }

  #add(name: string, namespace: string, candidate: Candidate): void {
    let byNamespace = this.#byName.get(name);
    if (byNamespace === undefined) this.#byName.set(name, byNamespace = new Map());
    const candidates = byNamespace.get(namespace);
    if (candidates === undefined) byNamespace.set(namespace, [candidate]);
    else candidates.push(candidate);
  }
}

/**
 * What a resource may refer to: what is in its namespace or in none, and for role bindings the namespaces of their
 * subjects (`api/resmap/reswrangler.go` SubsetThatCouldBeReferencedByResource v5.8.1).
 */
export function reachOf(referrer: Resource): Reach {
  const { effectiveNamespace } = referrer.id;
  if (effectiveNamespace === CLUSTER_NAMESPACE) return {};
  const namespaces = new Set([effectiveNamespace, CLUSTER_NAMESPACE]);
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
