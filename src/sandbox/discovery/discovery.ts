import { compareBytes, type JsonObject } from "../../base/mod.ts";
import type { Resource, ResourceRegistry, Subresource } from "../api/resources.ts";

/** Order of groups in `/apis`, as a real server's aggregator has it; others follow, custom ones last. */
const GROUP_ORDER = [
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

interface Group {
  name: string;
  /** Preferred version first. */
  versions: { version: string; resources: Resource[] }[];
}

function groupsOf(registry: ResourceRegistry): Group[] {
  const groups = new Map<string, Group>();
  for (const resource of registry.all()) {
    const group = groups.get(resource.group) ?? { name: resource.group, versions: [] };
    groups.set(resource.group, group);
    const version = group.versions.find((item) => item.version === resource.version);
    if (version === undefined) group.versions.push({ version: resource.version, resources: [resource] });
    else version.resources.push(resource);
  }
  const rank = (name: string): number => {
    const at = GROUP_ORDER.indexOf(name);
    return at < 0 ? GROUP_ORDER.length : at;
  };
  return [...groups.values()].sort((a, b) => rank(a.name) - rank(b.name) || compareBytes(a.name, b.name))
    .map(({ name, versions }) => ({ name, versions: versions.sort((a, b) => compareVersions(a.version, b.version)) }));
}

/** `v2` before `v1` before `v1beta1` before `v1alpha1`, as Kubernetes ranks versions. */
function compareVersions(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const [, major, stage, minor] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? [];
    if (major === undefined) return [0, 0, 0];
    return [stage === undefined ? 3 : stage === "beta" ? 2 : 1, Number(major), Number(minor ?? 0)];
  };
  const [x, y] = [rank(a), rank(b)];
  for (let i = 0; i < 3; i++) if (x[i] !== y[i]) return y[i]! - x[i]!;
  return compareBytes(a, b);
}

/** `/api`. */
export function coreVersions(address: string): JsonObject {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  };
}

/** `/apis`. */
export function groupList(registry: ResourceRegistry): JsonObject {
  const groups = groupsOf(registry).filter(({ name }) => name !== "").map(describeGroup);
  return { kind: "APIGroupList", apiVersion: "v1", groups };
}

/** `/apis/{group}`; undefined when there is none. */
export function groupDocument(registry: ResourceRegistry, name: string): JsonObject | undefined {
  const group = groupsOf(registry).find((item) => item.name === name);
  return group === undefined ? undefined : { kind: "APIGroup", apiVersion: "v1", ...describeGroup(group) };
}

function describeGroup({ name, versions }: Group): JsonObject {
  const list = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0]! };
}

/** `/api/v1`, `/apis/{group}/{version}`; undefined when there is none. */
export function resourceList(registry: ResourceRegistry, group: string, version: string): JsonObject | undefined {
  const resources = registry.all().filter((resource) => resource.group === group && resource.version === version);
  if (resources.length === 0) return undefined;
  const list = resources.sort((a, b) => compareBytes(a.plural, b.plural))
    .flatMap((
      resource,
    ) => [describeResource(resource), ...resource.subresources.map((sub) => describeSubresource(resource, sub))]);
  return {
    kind: "APIResourceList",
    ...(group === "" ? {} : { apiVersion: "v1" }),
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: list,
  };
}

function describeResource({ plural, singular, namespaced, kind, verbs, shortNames, categories }: Resource): JsonObject {
  const described: JsonObject = { name: plural, singularName: singular, namespaced, kind, verbs: [...verbs] };
  if (shortNames.length > 0) described.shortNames = [...shortNames];
  if (categories.length > 0) described.categories = [...categories];
  return described;
}

function describeSubresource(
  { plural, namespaced }: Resource,
  { name, kind, apiVersion, verbs }: Subresource,
): JsonObject {
  const described: JsonObject = { name: `${plural}/${name}`, singularName: "", namespaced };
  if (apiVersion !== undefined) {
    const [group = "", version = ""] = apiVersion.split("/");
    Object.assign(described, { group, version });
  }
  return { ...described, kind, verbs: [...verbs] };
}

/**
 * Aggregated discovery: all of `/api` or of `/apis` in one document.
 *
 * @param scope Which of the two.
 * @param version Of the document's kind: `v2` or `v2beta1`.
 */
export function aggregatedDiscovery(registry: ResourceRegistry, scope: "core" | "groups", version: string): JsonObject {
  const items = groupsOf(registry).filter(({ name }) => (name === "") === (scope === "core")).map((
    { name, versions },
  ) => ({
    metadata: (name === "" ? {} : { name }) as JsonObject,
    versions: versions.map((item) => ({
      version: item.version,
      resources: [...item.resources].sort((a, b) => compareBytes(a.plural, b.plural)).map(aggregateResource),
      freshness: "Current",
    })),
  }));
  return { kind: "APIGroupDiscoveryList", apiVersion: `apidiscovery.k8s.io/${version}`, metadata: {}, items };
}

function aggregateResource(resource: Resource): JsonObject {
  const { plural, kind, namespaced, singular, verbs, shortNames, categories, subresources } = resource;
  const described: JsonObject = {
    resource: plural,
    // Empty ones are those of the resource.
    responseKind: { group: "", version: "", kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: [...verbs],
  };
  if (shortNames.length > 0) described.shortNames = [...shortNames];
  if (categories.length > 0) described.categories = [...categories];
  if (subresources.length > 0) {
    described.subresources = subresources.map((sub) => {
      const [subGroup = "", subVersion = ""] = sub.apiVersion?.split("/") ?? [];
      return {
        subresource: sub.name,
        responseKind: { group: subGroup, version: subVersion, kind: sub.kind },
        verbs: [...sub.verbs],
      };
    });
  }
  return described;
}
