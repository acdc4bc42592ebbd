/** Which kinds live outside of namespaces, as far as the schema in use knows. */
export interface Scopes {
  /** True only when the schema knows the kind and says that it is cluster-scoped. */
  isClusterScoped(apiVersion: string, kind: string): boolean;
}

/** What names a resource during a build. Absent parts are empty strings. */
export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  /** As written in the resource; empty when it has none. */
  readonly namespace: string;
  /** `_non_namespaceable_` for cluster-scoped kinds, `default` where none is written. */
  readonly effectiveNamespace: string;
  /** Equal for equal ids (group, version, kind, name, effective namespace). */
  readonly key: string;
}

/** The effective namespace of whatever is cluster-scoped (kustomize `kyaml/resid/resid.go` v5.8.1). */
export const CLUSTER_NAMESPACE = "_non_namespaceable_";

/** The effective namespace of resources that name none. */
export const DEFAULT_NAMESPACE = "default";

/** Makes an id from its parts. */
export function makeId(
  parts: { group: string; version: string; kind: string; name: string; namespace: string },
  isClusterScoped: boolean,
): ResourceId {
  const { group, version, kind, name, namespace } = parts;
  const effectiveNamespace = isClusterScoped ? CLUSTER_NAMESPACE : namespace || DEFAULT_NAMESPACE;
  return { group, version, kind, name, namespace, effectiveNamespace, key: idKey(parts, effectiveNamespace) };
}

/** The key of {@link ResourceId}; no part of a valid id holds a line break. */
export function idKey(
  parts: { group: string; version: string; kind: string; name: string },
  effectiveNamespace: string,
): string {
  return `${parts.group}\n${parts.version}\n${parts.kind}\n${effectiveNamespace}\n${parts.name}`;
}

/** Splits an `apiVersion` at its first slash; the core group is empty. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `Deployment.v1.apps/name.namespace`, as kustomize's messages name resources (`kyaml/resid/resid.go` v5.8.1). */
export function formatId(id: Pick<ResourceId, "group" | "version" | "kind" | "name" | "namespace">): string {
  return `${formatGvk(id)}/${id.name || "[noName]"}.${id.namespace || "[noNs]"}`;
}

/** `Deployment.v1.apps`, as kustomize's messages name kinds (`kyaml/resid/gvk.go` v5.8.1). */
export function formatGvk(gvk: { group: string; version: string; kind: string }): string {
  return `${gvk.kind || "[noKind]"}.${gvk.version || "[noVer]"}.${gvk.group || "[noGrp]"}`;
}
