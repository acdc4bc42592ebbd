import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { nanoToQuantity, quantityToNano } from "../schema/quantity.ts";
import type { RecordType, Type } from "../schema/schema.ts";

/** Sets what is absent in one record; the record is changed. */
type SetDefaults = (record: JsonObject) => void;

/**
 * Fills in what a server fills in when it reads an object: the defaults of every record in it. The object is changed.
 *
 * @see Kubernetes `pkg/apis/<group>/<version>/defaults.go` v1.36
 */
export function setDefaults(object: JsonObject, type: RecordType): void {
  visit(object, type);
}

function visit(value: JsonValue, type: Type): void {
  if (type.is === "list" && Array.isArray(value)) { for (const item of value) visit(item, type.element); }
  else if (type.is === "map" && isObject(value)) { for (const item of Object.values(value)) visit(item, type.element); }
  else if (type.is === "record" && isObject(value)) {
    for (const [name, field] of type.fields) {
      if (field.default !== undefined && isAbsent(value[name])) value[name] = structuredClone(field.default);
    }
    const plain = PLAIN[type.name];
    if (plain !== undefined) fill(value, plain);
    CONDITIONAL[type.name]?.(value);
    for (const [name, field] of type.fields) if (value[name] !== undefined) visit(value[name], field.type);
  }
}

function isAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "";
}

function fill(record: JsonObject, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) if (isAbsent(record[key])) record[key] = structuredClone(value);
}

/** `serviceAccount` is the old name of `serviceAccountName`; where both are set, the new one counts. */
function nameAccountTwice(spec: JsonObject): void {
  const name = isAbsent(spec.serviceAccountName) ? spec.serviceAccount : spec.serviceAccountName;
  if (!isAbsent(name)) spec.serviceAccount = spec.serviceAccountName = name!;
}

function objectAt(record: JsonObject, key: string): JsonObject {
  if (!isObject(record[key])) record[key] = {};
  return record[key] as JsonObject;
}

/** Values that stand where nothing is, by record. */
const PLAIN: Record<string, JsonObject> = {
  "apps.v1.DeploymentSpec": { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
  "apps.v1.DeploymentStrategy": { type: "RollingUpdate" },
  "apps.v1.RollingUpdateDeployment": { maxUnavailable: "25%", maxSurge: "25%" },
  "apps.v1.DaemonSetSpec": { revisionHistoryLimit: 10 },
  "apps.v1.DaemonSetUpdateStrategy": { type: "RollingUpdate" },
  "apps.v1.RollingUpdateDaemonSet": { maxUnavailable: 1, maxSurge: 0 },
  "apps.v1.StatefulSetSpec": {
    podManagementPolicy: "OrderedReady",
    persistentVolumeClaimRetentionPolicy: {},
    replicas: 1,
    revisionHistoryLimit: 10,
  },
  "apps.v1.RollingUpdateStatefulSetStrategy": { partition: 0 },
  "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": { whenDeleted: "Retain", whenScaled: "Retain" },
  "apps.v1.ReplicaSetSpec": { replicas: 1 },
  "batch.v1.CronJobSpec": {
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  "batch.v1.PodFailurePolicyOnPodConditionsPattern": { status: "True" },
  "authentication.v1.TokenRequestSpec": { expirationSeconds: 3600 },
  "autoscaling.v1.HorizontalPodAutoscalerSpec": { minReplicas: 1 },
  "autoscaling.v2.HorizontalPodAutoscalerSpec": { minReplicas: 1 },
  "core.v1.PodSpec": {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: "default-scheduler",
  },
  "core.v1.Container": { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" },
  "core.v1.EphemeralContainer": { terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" },
  "core.v1.HTTPGetAction": { path: "/", scheme: "HTTP" },
  "core.v1.SecretVolumeSource": { defaultMode: 0o644 },
  "core.v1.ConfigMapVolumeSource": { defaultMode: 0o644 },
  "core.v1.DownwardAPIVolumeSource": { defaultMode: 0o644 },
  "core.v1.ProjectedVolumeSource": { defaultMode: 0o644 },
  "core.v1.ServiceAccountTokenProjection": { expirationSeconds: 3600 },
  "core.v1.ObjectFieldSelector": { apiVersion: "v1" },
  "core.v1.Secret": { type: "Opaque" },
  "core.v1.PersistentVolumeSpec": { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" },
  "core.v1.PersistentVolumeStatus": { phase: "Pending" },
  "core.v1.PersistentVolumeClaimSpec": { volumeMode: "Filesystem" },
  "core.v1.PersistentVolumeClaimStatus": { phase: "Pending" },
  "core.v1.EndpointPort": { protocol: "TCP" },
  "core.v1.NamespaceStatus": { phase: "Active" },
  "core.v1.ServiceSpec": { sessionAffinity: "None", type: "ClusterIP" },
  "networking.v1.NetworkPolicyPort": { protocol: "TCP" },
  "networking.v1.IngressClassParametersReference": { scope: "Cluster" },
  "rbac.v1.RoleRef": { apiGroup: "rbac.authorization.k8s.io" },
  "storage.v1.StorageClass": { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" },
  "storage.v1.CSIDriverSpec": {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: "ReadWriteOnceWithFSType",
    volumeLifecycleModes: ["Persistent"],
    requiresRepublish: false,
    seLinuxMount: false,
  },
  "scheduling.v1.PriorityClass": { preemptionPolicy: "PreemptLowerPriority" },
  "discovery.v1.EndpointPort": { name: "", protocol: "TCP" },
  "admissionregistration.v1.ValidatingWebhook": {
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
  },
  "admissionregistration.v1.MutatingWebhook": {
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    reinvocationPolicy: "Never",
  },
  "admissionregistration.v1.RuleWithOperations": { scope: "*" },
  "admissionregistration.v1.ServiceReference": { port: 443 },
  "admissionregistration.v1.ValidatingAdmissionPolicySpec": { failurePolicy: "Fail" },
  "admissionregistration.v1.MutatingAdmissionPolicySpec": { failurePolicy: "Fail" },
  "admissionregistration.v1.MatchResources": { matchPolicy: "Equivalent", namespaceSelector: {}, objectSelector: {} },
  "apiregistration.v1.ServiceReference": { port: 443 },
  "apiextensions.v1.ServiceReference": { port: 443 },
  "apiextensions.v1.CustomResourceDefinitionSpec": { conversion: { strategy: "None" } },
};

/** Defaults that depend on other fields, by record. */
const CONDITIONAL: Record<string, SetDefaults> = {
  "apps.v1.DeploymentStrategy": (strategy) => {
    if (strategy.type === "RollingUpdate") objectAt(strategy, "rollingUpdate");
  },
  "apps.v1.DaemonSetUpdateStrategy": (strategy) => {
    if (strategy.type === "RollingUpdate") objectAt(strategy, "rollingUpdate");
  },
  "apps.v1.StatefulSetUpdateStrategy": (strategy) => {
    if (!isAbsent(strategy.type)) return;
    strategy.type = "RollingUpdate";
    objectAt(strategy, "rollingUpdate");
  },
  "batch.v1.Job": defaultJob,
  "autoscaling.v2.HorizontalPodAutoscalerSpec": defaultAutoscaler,
  "core.v1.ReplicationController": defaultReplicationController,
  "core.v1.Pod": defaultPod,
  "core.v1.PodSpec": nameAccountTwice,
  "core.v1.Container": defaultPullPolicy,
  "core.v1.EphemeralContainer": defaultPullPolicy,
  "core.v1.ImageVolumeSource": (source) => {
    if (isAbsent(source.pullPolicy)) source.pullPolicy = pullPolicyOf(String(source.reference ?? ""));
  },
  "core.v1.Volume": (volume) => {
    if (Object.keys(volume).every((key) => key === "name")) volume.emptyDir = {};
  },
  "core.v1.HostPathVolumeSource": (source) => {
    source.type ??= "";
  },
  "core.v1.Probe": (probe) => {
    const values = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
    for (const [key, value] of Object.entries(values)) if (!probe[key]) probe[key] = value;
  },
  "core.v1.ResourceRequirements": roundResources,
  "core.v1.Secret": encodeStringData,
  "core.v1.Service": defaultService,
  "core.v1.Namespace": (namespace) => {
    const metadata = objectAt(namespace, "metadata");
    if (!isAbsent(metadata.name)) objectAt(metadata, "labels")["kubernetes.io/metadata.name"] = metadata.name!;
  },
  "core.v1.NodeStatus": (status) => {
    if (status.allocatable === undefined && status.capacity !== undefined) {
      status.allocatable = structuredClone(status.capacity);
    }
  },
  "core.v1.LimitRangeItem": defaultLimitRange,
  "networking.v1.NetworkPolicySpec": (spec) => {
    if (Array.isArray(spec.policyTypes) && spec.policyTypes.length > 0) return;
    const hasEgress = Array.isArray(spec.egress) && spec.egress.length > 0;
    spec.policyTypes = hasEgress ? ["Ingress", "Egress"] : ["Ingress"];
  },
  "rbac.v1.Subject": (subject) => {
    const named = subject.kind === "User" || subject.kind === "Group";
    if (named && isAbsent(subject.apiGroup)) subject.apiGroup = "rbac.authorization.k8s.io";
  },
  "apiextensions.v1.CustomResourceDefinitionNames": (names) => {
    if (isAbsent(names.singular)) names.singular = String(names.kind ?? "").toLowerCase();
    if (isAbsent(names.listKind) && !isAbsent(names.kind)) names.listKind = `${names.kind}List`;
  },
};

/** `Always` for `:latest` or no tag, else `IfNotPresent`; a digest alone counts as no tag would, but is pinned. */
function pullPolicyOf(image: string): string {
  if (image === "") return "IfNotPresent";
  const [, , tag, digest] = /^(.*?)(?::([\w.-]+))?(@.+)?$/.exec(image) ?? [];
  return tag === "latest" || (tag === undefined && digest === undefined) ? "Always" : "IfNotPresent";
}

function defaultPullPolicy(container: JsonObject): void {
  if (isAbsent(container.imagePullPolicy)) container.imagePullPolicy = pullPolicyOf(String(container.image ?? ""));
}

/** Of jobs alone: the template of a CronJob stays as it is written. */
function defaultJob(job: JsonObject): void {
  const spec = objectAt(job, "spec");
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed";
  fill(spec, { parallelism: 1, completionMode: "NonIndexed", suspend: false, manualSelector: false });
  const metadata = objectAt(job, "metadata");
  const template = isObject(spec.template) && isObject(spec.template.metadata)
    ? spec.template.metadata.labels
    : undefined;
  // The same map on purpose: labels that the server puts into the template then show on the job too.
  if (isObject(template) && !isObject(metadata.labels)) metadata.labels = template;
}

function defaultAutoscaler(spec: JsonObject): void {
  if (!Array.isArray(spec.metrics) || spec.metrics.length === 0) {
    const target = { type: "Utilization", averageUtilization: 80 };
    spec.metrics = [{ type: "Resource", resource: { name: "cpu", target } }];
  }
  if (!isObject(spec.behavior)) return;
  const up = objectAt(spec.behavior, "scaleUp");
  fill(up, {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, { type: "Percent", value: 100, periodSeconds: 15 }],
  });
  fill(objectAt(spec.behavior, "scaleDown"), {
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  });
}

function defaultReplicationController(controller: JsonObject): void {
  const spec = objectAt(controller, "spec");
  const labels = isObject(spec.template) && isObject(spec.template.metadata)
    ? spec.template.metadata.labels
    : undefined;
  if (!isObject(labels)) return;
  if (!isObject(spec.selector)) spec.selector = { ...labels };
  const metadata = objectAt(controller, "metadata");
  if (!isObject(metadata.labels)) metadata.labels = { ...labels };
}

/** Of pods alone, not of templates. */
function defaultPod(pod: JsonObject): void {
  const spec = objectAt(pod, "spec");
  spec.enableServiceLinks ??= true;
  for (const key of ["containers", "initContainers"]) {
    for (const container of Array.isArray(spec[key]) ? spec[key] as JsonObject[] : []) {
      const resources = objectAt(container, "resources");
      if (isObject(resources.limits)) fill(objectAt(resources, "requests"), resources.limits);
      if (spec.hostNetwork !== true) continue;
      for (const port of (container.ports ?? []) as JsonObject[]) port.hostPort ??= port.containerPort!;
    }
  }
}

/** The server keeps no more than thousandths. */
function roundResources(resources: JsonObject): void {
  for (const list of [resources.limits, resources.requests]) {
    if (!isObject(list)) continue;
    for (const [key, text] of Object.entries(list)) {
      const nano = quantityToNano(String(text));
      if (nano === undefined || nano % MILLI === 0n) continue;
      list[key] = nanoToQuantity((nano / MILLI + (nano > 0n ? 1n : 0n)) * MILLI, String(text));
    }
  }
}

const MILLI = 1_000_000n;

/** `stringData` is for writing alone: it lays itself over `data`. */
function encodeStringData(secret: JsonObject): void {
  if (!isObject(secret.stringData)) return;
  const data = objectAt(secret, "data");
  for (const [key, text] of Object.entries(secret.stringData)) data[key] = toBase64(String(text));
  delete secret.stringData;
}

function toBase64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

function defaultService(service: JsonObject): void {
  const spec = objectAt(service, "spec");
  fill(spec, PLAIN["core.v1.ServiceSpec"]!);
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP") {
    fill(objectAt(objectAt(spec, "sessionAffinityConfig"), "clientIP"), { timeoutSeconds: 10_800 });
  }
  for (const port of (spec.ports ?? []) as JsonObject[]) if (!port.targetPort) port.targetPort = port.port!;
  const isExternal = spec.type === "NodePort" || spec.type === "LoadBalancer";
  const hasExternalIps = Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0;
  if (isExternal || (spec.type === "ClusterIP" && hasExternalIps)) fill(spec, { externalTrafficPolicy: "Cluster" });
  if (isExternal || spec.type === "ClusterIP") fill(spec, { internalTrafficPolicy: "Cluster" });
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
}

function defaultLimitRange(item: JsonObject): void {
  if (item.type !== "Container") return;
  if (isObject(item.max)) fill(objectAt(item, "default"), item.max);
  if (isObject(item.default)) fill(objectAt(item, "defaultRequest"), item.default);
  if (isObject(item.min)) fill(objectAt(item, "defaultRequest"), item.min);
}
