import type { JsonObject } from "../../base/mod.ts";
import { groupOf, versionOf } from "../../manifest/mod.ts";
import { type RecordType, schemaTable } from "../schema/schema.ts";

/** A subresource as discovery names it. */
export interface Subresource {
  name: string;
  kind: string;
  /** Group and version of `kind` where they differ from the resource's: `autoscaling/v1`. */
  apiVersion?: string;
  verbs: readonly string[];
}

/** A kind that is served at one group and version. */
export interface Resource {
  group: string;
  version: string;
  /** `apps/v1`. */
  apiVersion: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  verbs: readonly string[];
  subresources: readonly Subresource[];
  /** The fields; absent for custom resources whose schema keeps everything. */
  type?: RecordType;
  /** Whether `metadata.generation` counts changes. */
  hasGeneration: boolean;
  /** `apiVersion` and kind under which objects are stored, where it is another one. */
  storage?: { apiVersion: string; kind: string };
  /** Of custom resources: the columns and paths that their definition declares. */
  custom?: CustomResource;
}

/** What a CustomResourceDefinition says beside the names. */
export interface CustomResource {
  columns: readonly { name: string; type: string; jsonPath: string; priority?: number }[];
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  statusSubresource: boolean;
  /** The version's `openAPIV3Schema`. */
  schema?: JsonObject;
  /** JSON paths of `selectableFields`, such as `spec.color`. */
  selectableFields: readonly string[];
}

const ALL_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/** The same, in the order in which discovery names them for custom resources. */
const CUSTOM_VERBS = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
const NO_COLLECTION_DELETE = ALL_VERBS.filter((verb) => verb !== "deletecollection");
const READ_WRITE = ["get", "patch", "update"];

/**
 * The built-in kinds, one per line: apiVersion, plural, kind, scope (`N` or `C`), then short names, `all` or
 * `api-extensions` (categories), `/status` and other subresources, `+g` where `metadata.generation` is kept.
 *
 * Source: `api/discovery/aggregated_v2.json` and `api__v1.json` of Kubernetes v1.36, `Generation = 1` in its `strategy.go` files.
 */
const BUILT_IN = `
v1 bindings Binding N create
v1 componentstatuses ComponentStatus C cs read
v1 configmaps ConfigMap N cm
v1 endpoints Endpoints N ep
v1 events Event N ev
v1 limitranges LimitRange N limits
v1 namespaces Namespace C ns /finalize /status
v1 nodes Node C no /status
v1 persistentvolumeclaims PersistentVolumeClaim N pvc /status
v1 persistentvolumes PersistentVolume C pv /status
v1 pods Pod N po all /binding /ephemeralcontainers /eviction /log /resize /status +g
v1 podtemplates PodTemplate N +g
v1 replicationcontrollers ReplicationController N rc all /scale /status +g
v1 resourcequotas ResourceQuota N quota /status
v1 secrets Secret N
v1 serviceaccounts ServiceAccount N sa /token
v1 services Service N svc all /status
apiregistration.k8s.io/v1 apiservices APIService C api-extensions /status
apps/v1 controllerrevisions ControllerRevision N
apps/v1 daemonsets DaemonSet N ds all /status +g
apps/v1 deployments Deployment N deploy all /scale /status +g
apps/v1 replicasets ReplicaSet N rs all /scale /status +g
apps/v1 statefulsets StatefulSet N sts all /scale /status +g
events.k8s.io/v1 events Event N ev
authentication.k8s.io/v1 selfsubjectreviews SelfSubjectReview C create
authentication.k8s.io/v1 tokenreviews TokenReview C create
authorization.k8s.io/v1 localsubjectaccessreviews LocalSubjectAccessReview N create
authorization.k8s.io/v1 selfsubjectaccessreviews SelfSubjectAccessReview C create
authorization.k8s.io/v1 selfsubjectrulesreviews SelfSubjectRulesReview C create
authorization.k8s.io/v1 subjectaccessreviews SubjectAccessReview C create
autoscaling/v2 horizontalpodautoscalers HorizontalPodAutoscaler N hpa all /status
autoscaling/v1 horizontalpodautoscalers HorizontalPodAutoscaler N hpa all /status
batch/v1 cronjobs CronJob N cj all /status +g
batch/v1 jobs Job N all /status +g
certificates.k8s.io/v1 certificatesigningrequests CertificateSigningRequest C csr /approval /status
networking.k8s.io/v1 ingressclasses IngressClass C +g
networking.k8s.io/v1 ingresses Ingress N ing /status +g
networking.k8s.io/v1 ipaddresses IPAddress C ip
networking.k8s.io/v1 networkpolicies NetworkPolicy N netpol +g
networking.k8s.io/v1 servicecidrs ServiceCIDR C /status
policy/v1 poddisruptionbudgets PodDisruptionBudget N pdb /status +g
rbac.authorization.k8s.io/v1 clusterrolebindings ClusterRoleBinding C
rbac.authorization.k8s.io/v1 clusterroles ClusterRole C
rbac.authorization.k8s.io/v1 rolebindings RoleBinding N
rbac.authorization.k8s.io/v1 roles Role N
storage.k8s.io/v1 csidrivers CSIDriver C
storage.k8s.io/v1 csinodes CSINode C
storage.k8s.io/v1 csistoragecapacities CSIStorageCapacity N
storage.k8s.io/v1 storageclasses StorageClass C sc
storage.k8s.io/v1 volumeattachments VolumeAttachment C /status
storage.k8s.io/v1 volumeattributesclasses VolumeAttributesClass C vac
admissionregistration.k8s.io/v1 mutatingadmissionpolicies MutatingAdmissionPolicy C api-extensions +g
admissionregistration.k8s.io/v1 mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding C api-extensions +g
admissionregistration.k8s.io/v1 mutatingwebhookconfigurations MutatingWebhookConfiguration C api-extensions +g
admissionregistration.k8s.io/v1 validatingadmissionpolicies ValidatingAdmissionPolicy C api-extensions /status +g
admissionregistration.k8s.io/v1 validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding C api-extensions +g
admissionregistration.k8s.io/v1 validatingwebhookconfigurations ValidatingWebhookConfiguration C api-extensions +g
apiextensions.k8s.io/v1 customresourcedefinitions CustomResourceDefinition C crd crds api-extensions /status +g
scheduling.k8s.io/v1 priorityclasses PriorityClass C pc +g
coordination.k8s.io/v1 leases Lease N
node.k8s.io/v1 runtimeclasses RuntimeClass C
discovery.k8s.io/v1 endpointslices EndpointSlice N +g
flowcontrol.apiserver.k8s.io/v1 flowschemas FlowSchema C /status +g
flowcontrol.apiserver.k8s.io/v1 prioritylevelconfigurations PriorityLevelConfiguration C /status +g
`;

/** Subresources whose body is not the resource's own kind, or whose verbs are not get, patch and update. */
const SUBRESOURCES: Record<string, Omit<Subresource, "name">> = {
  scale: { kind: "Scale", apiVersion: "autoscaling/v1", verbs: READ_WRITE },
  token: { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", verbs: ["create"] },
  eviction: { kind: "Eviction", apiVersion: "policy/v1", verbs: ["create"] },
  binding: { kind: "Binding", verbs: ["create"] },
  finalize: { kind: "Namespace", verbs: ["update"] },
  log: { kind: "Pod", verbs: ["get"] },
};

const CATEGORIES = new Set(["all", "api-extensions"]);

/** Kinds that are one set of objects under two names. */
const STORAGE: Record<string, { apiVersion: string; kind: string }> = {
  "events.k8s.io/v1 Event": { apiVersion: "v1", kind: "Event" },
  "autoscaling/v1 HorizontalPodAutoscaler": { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
};

/** The resources that a sandbox serves: the built-in ones, and those of CustomResourceDefinitions as they come and go. */
export class ResourceRegistry {
  readonly #byPath = new Map<string, Resource>();
  readonly #byKind = new Map<string, Resource>();

  constructor() {
    for (const line of BUILT_IN.trim().split("\n")) this.add(readResource(line));
  }

  /** The resource at `/apis/{group}/{version}/{plural}`. */
  get(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** The resource of a kind. */
  ofKind(apiVersion: string, kind: string): Resource | undefined {
    return this.#byKind.get(`${apiVersion} ${kind}`);
  }

  /** All resources, in order of registration. */
  all(): Resource[] {
    return [...this.#byPath.values()];
  }

  hasGroup(group: string): boolean {
    return this.all().some((resource) => resource.group === group);
  }

  hasVersion(group: string, version: string): boolean {
    return this.all().some((resource) => resource.group === group && resource.version === version);
  }

  add(resource: Resource): void {
    this.#byPath.set(`${resource.group}/${resource.version}/${resource.plural}`, resource);
    this.#byKind.set(`${resource.apiVersion} ${resource.kind}`, resource);
  }

  /** Removes every version of a custom resource. */
  removeCustom(group: string, plural: string): void {
    for (const [key, resource] of this.#byPath) {
      if (resource.custom === undefined || resource.group !== group || resource.plural !== plural) continue;
      this.#byPath.delete(key);
      this.#byKind.delete(`${resource.apiVersion} ${resource.kind}`);
    }
  }
}

/** `apiVersion` and kind under which a resource's objects are stored. */
export function storageOf(resource: Resource): { apiVersion: string; kind: string } {
  return resource.storage ?? resource;
}

function readResource(line: string): Resource {
  const [apiVersion = "", plural = "", kind = "", scope = "", ...words] = line.split(" ");
  const group = groupOf(apiVersion);
  const version = versionOf(apiVersion);
  const resource: Resource = {
    group,
    version,
    apiVersion,
    kind,
    plural,
    singular: kind.toLowerCase(),
    shortNames: words.filter((word) => /^[a-z]+$/.test(word) && !CATEGORIES.has(word) && !/^(create|read)$/.test(word)),
    categories: words.filter((word) => CATEGORIES.has(word)),
    namespaced: scope === "N",
    verbs: verbsOf(plural, words),
    subresources: words.filter((word) => word.startsWith("/")).map((word) => subresource(word.slice(1), kind)),
    hasGeneration: words.includes("+g"),
  };
  const type = schemaTable().kinds.get(`${group}/${version}/${kind}`);
  if (type !== undefined) resource.type = type;
  const storage = STORAGE[`${apiVersion} ${kind}`];
  if (storage !== undefined) resource.storage = storage;
  return resource;
}

function verbsOf(plural: string, words: string[]): readonly string[] {
  if (words.includes("create")) return ["create"];
  if (words.includes("read")) return ["get", "list"];
  return plural === "namespaces" ? NO_COLLECTION_DELETE : ALL_VERBS;
}

function subresource(name: string, kind: string): Subresource {
  return { name, ...(SUBRESOURCES[name] ?? { kind, verbs: READ_WRITE }) };
}

/** The verbs and subresources of a custom resource. */
export function customVerbs(): { verbs: readonly string[]; readWrite: readonly string[]; scale: Subresource } {
  return { verbs: CUSTOM_VERBS, readWrite: READ_WRITE, scale: subresource("scale", "Scale") };
}
