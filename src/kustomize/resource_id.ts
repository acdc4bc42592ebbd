import type { Gvk } from "./gvk.ts";

/** The effective namespace of whatever is cluster-scoped (kustomize `kyaml/resid/resid.go` v5.8.1). */
export const CLUSTER_NAMESPACE = "_non_namespaceable_";

/** The effective namespace of resources that name none. */
export const DEFAULT_NAMESPACE = "default";

/** What names a resource during a build. Absent parts are empty strings. */
export class ResourceId implements Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** As written in the resource; empty when it has none. */
  readonly namespace: string;
  /** {@link CLUSTER_NAMESPACE} for cluster-scoped kinds, {@link DEFAULT_NAMESPACE} where none is written. */
  readonly effectiveNamespace: string;
  #key?: string;

  constructor(gvk: Gvk, name: string, namespace: string, isClusterScoped: boolean) {
    this.group = gvk.group;
    this.version = gvk.version;
    this.kind = gvk.kind;
    this.name = name;
    this.namespace = namespace;
    this.effectiveNamespace = isClusterScoped ? CLUSTER_NAMESPACE : namespace || DEFAULT_NAMESPACE;
  }

  /** Equal for equal ids (group, version, kind, name, effective namespace). Made when first asked for. */
  get key(): string {
    this.#key ??= `${this.group}\n${this.version}\n${this.kind}\n${this.effectiveNamespace}\n${this.name}`;
    return this.#key;
  }
}

/** `Deployment.v1.apps/name.namespace`, as kustomize's messages name resources (`kyaml/resid/resid.go` v5.8.1). */
export function formatId(id: Pick<ResourceId, "group" | "version" | "kind" | "name" | "namespace">): string {
  return `${formatGvk(id)}/${id.name || "[noName]"}.${id.namespace || "[noNs]"}`;
}

/** `Deployment.v1.apps`, as kustomize's messages name kinds (`kyaml/resid/gvk.go` v5.8.1). */
export function formatGvk(gvk: Gvk): string {
  return `${gvk.kind || "[noKind]"}.${gvk.version || "[noVer]"}.${gvk.group || "[noGrp]"}`;
}
