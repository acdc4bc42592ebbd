import type { ApiResource } from "./contract.ts";

/** Kinds of one API version: each name followed by its short names, `@` before those that the server won't store. */
interface BuiltinKinds {
  namespaced?: readonly string[];
  cluster?: readonly string[];
}

const WEBHOOK_CONFIGURATIONS = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
const ADMISSION_POLICIES = [
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
];

/**
 * Kinds that every current API server offers, so that no discovery request is needed for them. An entry may be wrong
 * for an old or a trimmed server: a 404 makes the client ask.
 *
 * From the `APIResourceList`s of Kubernetes 1.36, versions that are served by default and not deprecated.
 */
const BUILTIN: Record<string, BuiltinKinds> = {
  "v1": {
    namespaced: [
      "ConfigMap cm",
      "Endpoints ep",
      "Event ev",
      "LimitRange limits",
      "PersistentVolumeClaim pvc",
      "Pod po",
      "PodTemplate",
      "ReplicationController rc",
      "ResourceQuota quota",
      "Secret",
      "Service svc",
      "ServiceAccount sa",
    ],
    cluster: ["Namespace ns", "Node no", "PersistentVolume pv"],
  },
  "apps/v1": {
    namespaced: ["ControllerRevision", "DaemonSet ds", "Deployment deploy", "ReplicaSet rs", "StatefulSet sts"],
  },
  "batch/v1": { namespaced: ["CronJob cj", "Job"] },
  "autoscaling/v1": { namespaced: ["HorizontalPodAutoscaler hpa"] },
  "autoscaling/v2": { namespaced: ["HorizontalPodAutoscaler hpa"] },
  "policy/v1": { namespaced: ["PodDisruptionBudget pdb"] },
  "networking.k8s.io/v1": {
    namespaced: ["Ingress ing", "NetworkPolicy netpol"],
    cluster: ["IPAddress ip", "IngressClass", "ServiceCIDR"],
  },
  "rbac.authorization.k8s.io/v1": {
    namespaced: ["Role", "RoleBinding"],
    cluster: ["ClusterRole", "ClusterRoleBinding"],
  },
  "storage.k8s.io/v1": {
    namespaced: ["CSIStorageCapacity"],
    cluster: ["CSIDriver", "CSINode", "StorageClass sc", "VolumeAttachment", "VolumeAttributesClass vac"],
  },
  "scheduling.k8s.io/v1": { cluster: ["PriorityClass pc"] },
  "node.k8s.io/v1": { cluster: ["RuntimeClass"] },
  "coordination.k8s.io/v1": { namespaced: ["Lease"] },
  "discovery.k8s.io/v1": { namespaced: ["EndpointSlice"] },
  "events.k8s.io/v1": { namespaced: ["Event ev"] },
  "apiextensions.k8s.io/v1": { cluster: ["CustomResourceDefinition crd crds"] },
  "apiregistration.k8s.io/v1": { cluster: ["APIService"] },
  "admissionregistration.k8s.io/v1": { cluster: [...WEBHOOK_CONFIGURATIONS, ...ADMISSION_POLICIES] },
  "certificates.k8s.io/v1": { cluster: ["CertificateSigningRequest csr"] },
  "flowcontrol.apiserver.k8s.io/v1": { cluster: ["FlowSchema", "PriorityLevelConfiguration"] },
  "authentication.k8s.io/v1": { cluster: ["@SelfSubjectReview", "@TokenReview"] },
  "authorization.k8s.io/v1": {
    namespaced: ["@LocalSubjectAccessReview"],
    cluster: ["@SelfSubjectAccessReview", "@SelfSubjectRulesReview", "@SubjectAccessReview"],
  },
};

/** Namespaces lack deletecollection, which nobody asks for. */
const STORED_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The resource type of a kind that comes with Kubernetes, without asking a server; undefined for any other kind. */
export function builtinResource(apiVersion: string, kind: string): ApiResource | undefined {
  return parseVersion(apiVersion)?.get(kind);
}

/** All kinds of the built-in table. */
export function builtinResources(): ApiResource[] {
  return Object.keys(BUILTIN).flatMap((apiVersion) => [...parseVersion(apiVersion)!.values()]);
}

const parsed = new Map<string, Map<string, ApiResource>>();

function parseVersion(apiVersion: string): Map<string, ApiResource> | undefined {
  const known = parsed.get(apiVersion);
  if (known !== undefined) return known;
  if (!Object.hasOwn(BUILTIN, apiVersion)) return undefined;
  const { namespaced = [], cluster = [] } = BUILTIN[apiVersion]!;
  const resources = [
    ...namespaced.map((entry) => parseEntry(apiVersion, entry, true)),
    ...cluster.map((entry) => parseEntry(apiVersion, entry, false)),
  ];
  const byKind = new Map(resources.map((resource) => [resource.kind, resource]));
  parsed.set(apiVersion, byKind);
  return byKind;
}

function parseEntry(apiVersion: string, entry: string, namespaced: boolean): ApiResource {
  const [name = "", ...shortNames] = entry.split(" ");
  const kind = name.replace(/^@/, "");
  const verbs = name.startsWith("@") ? ["create"] : STORED_VERBS;
  const resource: ApiResource = { apiVersion, kind, plural: pluralOf(kind), namespaced, verbs };
  return shortNames.length === 0 ? resource : { ...resource, shortNames };
}

/** The plural that Kubernetes' own kinds have; custom ones may have any. */
function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === "endpoints") return name;
  if (name.endsWith("s")) return `${name}es`;
  return name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;
}
