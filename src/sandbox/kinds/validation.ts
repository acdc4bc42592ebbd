import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { Resource } from "../api/resources.ts";
import {
  duplicateValue,
  type FieldError,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
} from "../api/status.ts";
import type { ObjectStore } from "../store.ts";
import { validateCustomObject } from "./custom_schema.ts";
import { isConfigKey, isDnsLabel, isDnsSubdomain, isQualifiedName, type NameRule } from "./names.ts";
import { groupKindOf } from "./strategy.ts";
import { validatePodSpec, validatePodUpdate } from "./validation_pods.ts";
import { validateService, validateServiceUpdate } from "./validation_services.ts";
import {
  countOrPercent,
  immutable,
  specOf,
  validateCronJob,
  validateDaemonSet,
  validateDeployment,
  validateJob,
  validateJobUpdate,
  validateReplicaSet,
  validateStatefulSet,
  validateStatefulSetUpdate,
} from "./validation_workloads.ts";

/** What rules may look at beside the object. */
export interface ValidationContext {
  store: ObjectStore;
}

type Validate = (object: Manifest, context: ValidationContext) => FieldError[];
type ValidateUpdate = (next: Manifest, live: Manifest, context: ValidationContext) => FieldError[];

/**
 * Checks an object against the rules of its kind, metadata aside.
 *
 * @see Kubernetes `pkg/apis/<group>/validation/validation.go` v1.36
 */
export function validateKind(object: Manifest, resource: Resource, context: ValidationContext): FieldError[] {
  if (resource.custom !== undefined) {
    return resource.custom.schema === undefined ? [] : validateCustomObject(object, resource.custom.schema);
  }
  return RULES[groupKindOf(resource)]?.(object, context) ?? [];
}

/** Checks a changed object, and that what is fixed at creation stayed as it was. */
export function validateKindUpdate(
  next: Manifest,
  live: Manifest,
  resource: Resource,
  context: ValidationContext,
): FieldError[] {
  const groupKind = groupKindOf(resource);
  // Services are told from others by name: what an update keeps is not taken by somebody else.
  const errors = groupKind === "/Service" ? [] : validateKind(next, resource, context);
  return [...errors, ...(UPDATE_RULES[groupKind]?.(next, live, context) ?? [])];
}

const RULES: Record<string, Validate> = {
  "/Pod": (pod) => validatePodSpec(specOf(pod), "spec"),
  "/ConfigMap": validateConfigMap,
  "/Secret": validateSecret,
  "/Service": (service, { store }) => validateService(service, store),
  "/PersistentVolumeClaim": validateClaim,
  "/ResourceQuota": (quota) =>
    entriesOf(specOf(quota).hard).flatMap(([name]) =>
      name.includes("/") || /^[a-z.]+$/.test(name)
        ? []
        : [invalidValue(`spec.hard[${name}]`, name, "must be a standard resource for quota")]
    ),
  "/ReplicationController": () => [],
  "apps/Deployment": validateDeployment,
  "apps/ReplicaSet": validateReplicaSet,
  "apps/DaemonSet": validateDaemonSet,
  "apps/StatefulSet": validateStatefulSet,
  "batch/Job": validateJob,
  "batch/CronJob": validateCronJob,
  "autoscaling/HorizontalPodAutoscaler": validateAutoscaler,
  "policy/PodDisruptionBudget": validateDisruptionBudget,
  "networking.k8s.io/Ingress": validateIngress,
  "rbac.authorization.k8s.io/Role": (role) => validateRules(role, true),
  "rbac.authorization.k8s.io/ClusterRole": (role) => validateRules(role, false),
  "rbac.authorization.k8s.io/RoleBinding": validateBinding,
  "rbac.authorization.k8s.io/ClusterRoleBinding": validateBinding,
  "storage.k8s.io/StorageClass": (storage) => storage.provisioner ? [] : [requiredValue("provisioner")],
  "scheduling.k8s.io/PriorityClass": (priority) =>
    Number(priority.value) > 1_000_000_000 && !priority.metadata.name.startsWith("system-")
      ? [forbiddenValue("value", "maximum allowed value of a user defined priority is 1000000000")]
      : [],
  "apiextensions.k8s.io/CustomResourceDefinition": validateDefinition,
};

const UPDATE_RULES: Record<string, ValidateUpdate> = {
  "/Pod": validatePodUpdate,
  "/ConfigMap": (next, live) => validateFrozen(next, live, ["data", "binaryData"]),
  "/Secret": (next, live) => [
    ...immutable("type", next.type, live.type),
    ...validateFrozen(next, live, ["data"]),
  ],
  "/Service": (next, live, { store }) => validateServiceUpdate(next, live, store),
  "/PersistentVolumeClaim": validateClaimUpdate,
  "apps/Deployment": (next, live) => immutable("spec.selector", specOf(next).selector, specOf(live).selector),
  "apps/ReplicaSet": (next, live) => immutable("spec.selector", specOf(next).selector, specOf(live).selector),
  "apps/DaemonSet": (next, live) => immutable("spec.selector", specOf(next).selector, specOf(live).selector),
  "apps/StatefulSet": validateStatefulSetUpdate,
  "batch/Job": validateJobUpdate,
  "rbac.authorization.k8s.io/RoleBinding": validateBindingUpdate,
  "rbac.authorization.k8s.io/ClusterRoleBinding": validateBindingUpdate,
  "storage.k8s.io/StorageClass": (next, live) =>
    ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"].flatMap((key) =>
      equalJson(next[key], live[key]) ? [] : [forbiddenValue(key, "updates to ".concat(key, " are forbidden."))]
    ),
  "scheduling.k8s.io/PriorityClass": (next, live) =>
    equalJson(next.value, live.value) ? [] : [forbiddenValue("value", "may not be changed in an update.")],
};

function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return isObject(value) ? Object.entries(value) : [];
}

function itemsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function byRule(rule: NameRule, field: string, value: string): FieldError[] {
  return rule(value).map((text) => invalidValue(field, value, text));
}

const MAX_DATA_BYTES = 1024 * 1024;

function tooLong(field: string): FieldError {
  return { reason: "FieldValueTooLong", field, message: `Too long: may not be more than ${MAX_DATA_BYTES} bytes` };
}

function validateConfigMap(configMap: Manifest): FieldError[] {
  const binary = new Set(entriesOf(configMap.binaryData).map(([key]) => key));
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of entriesOf(configMap.data)) {
    errors.push(...byRule(isConfigKey, `data[${key}]`, key));
    if (binary.has(key)) errors.push(invalidValue(`data[${key}]`, key, "duplicate of key present in binaryData"));
    size += new TextEncoder().encode(String(value)).length;
  }
  for (const [key, value] of entriesOf(configMap.binaryData)) {
    errors.push(...byRule(isConfigKey, `binaryData[${key}]`, key));
    size += decodedSize(String(value));
  }
  if (size > MAX_DATA_BYTES) errors.push(tooLong("[]"));
  return errors;
}

function decodedSize(base64: string): number {
  return Math.floor(base64.length * 3 / 4) - (base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0);
}

/** Keys that a Secret of a type must have. */
const SECRET_KEYS: Record<string, string[]> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

function validateSecret(secret: Manifest): FieldError[] {
  const data = entriesOf(secret.data);
  const errors = data.flatMap(([key]) => byRule(isConfigKey, `data[${key}]`, key));
  if (data.reduce((sum, [, value]) => sum + decodedSize(String(value)), 0) > MAX_DATA_BYTES) {
    errors.push(tooLong("data"));
  }
  const type = String(secret.type ?? "");
  const keys = new Map(data);
  for (const key of SECRET_KEYS[type] ?? []) if (!keys.has(key)) errors.push(requiredValue(`data[${key}]`));
  if (type === "kubernetes.io/basic-auth" && !keys.has("username") && !keys.has("password")) {
    errors.push(requiredValue("data[username]"), requiredValue("data[password]"));
  }
  const configKey = type.startsWith("kubernetes.io/dockerc") ? SECRET_KEYS[type]![0]! : "";
  const config = keys.get(configKey);
  if (config !== undefined && !isJsonText(String(config))) {
    const [first = ""] = atob(String(config)).trimStart();
    const text = first === ""
      ? "unexpected end of JSON input"
      : `invalid character '${first}' looking for beginning of value`;
    errors.push(invalidValue(`data[${configKey}]`, "<secret contents redacted>", text));
  }
  if (type === "kubernetes.io/service-account-token") {
    const annotation = "kubernetes.io/service-account.name";
    if (!getPath(secret, "metadata", "annotations", annotation)) {
      errors.push(requiredValue(`metadata.annotations[${annotation}]`));
    }
  }
  return errors;
}

function isJsonText(base64: string): boolean {
  try {
    return isObject(JSON.parse(atob(base64)));
  } catch {
    return false;
  }
}

/** What `immutable: true` forbids. */
function validateFrozen(next: Manifest, live: Manifest, keys: readonly string[]): FieldError[] {
  if (live.immutable !== true) return [];
  const text = "field is immutable when `immutable` is set";
  const errors: FieldError[] = next.immutable === true ? [] : [forbiddenValue("immutable", text)];
  for (const key of keys) if (!equalJson(next[key], live[key])) errors.push(forbiddenValue(key, text));
  return errors;
}

function validateClaim(claim: Manifest): FieldError[] {
  const spec = specOf(claim);
  const errors: FieldError[] = [];
  if (!Array.isArray(spec.accessModes) || spec.accessModes.length === 0) {
    errors.push(requiredValue("spec.accessModes", "at least 1 access mode is required"));
  }
  if (getPath(spec, "resources", "requests", "storage") === undefined) {
    errors.push(requiredValue("spec.resources[storage]"));
  }
  return errors;
}

function validateClaimUpdate(next: Manifest, live: Manifest): FieldError[] {
  const fixed = (claim: Manifest): JsonObject => {
    const { resources: _resources, volumeAttributesClassName: _class, ...rest } = specOf(claim);
    return rest;
  };
  if (equalJson(fixed(next), fixed(live))) return [];
  return [
    forbiddenValue(
      "spec",
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    ),
  ];
}

function validateAutoscaler(autoscaler: Manifest): FieldError[] {
  const spec = specOf(autoscaler);
  const errors: FieldError[] = [];
  const min = Number(spec.minReplicas ?? 1);
  const max = Number(spec.maxReplicas ?? 0);
  if (min < 1) errors.push(invalidValue("spec.minReplicas", min, "must be greater than or equal to 1"));
  if (max < 1) errors.push(requiredValue("spec.maxReplicas", "must be set and greater than 0"));
  if (max < min) errors.push(invalidValue("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`"));
  const target = isObject(spec.scaleTargetRef) ? spec.scaleTargetRef : {};
  for (const key of ["kind", "name"]) if (!target[key]) errors.push(requiredValue(`spec.scaleTargetRef.${key}`));
  if (!target.apiVersion) {
    errors.push(invalidValue("spec.scaleTargetRef.apiVersion", "", "apiVersion must specify API group"));
  }
  return errors;
}

function validateDisruptionBudget(budget: Manifest): FieldError[] {
  const spec = specOf(budget);
  const errors: FieldError[] = [];
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    const internal = {
      MinAvailable: spec.minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: spec.maxUnavailable,
      UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
    };
    errors.push(invalidValue("spec", internal, "minAvailable and maxUnavailable cannot be both set"));
  }
  return [...errors, ...["minAvailable", "maxUnavailable"].flatMap((key) => countOrPercent(spec[key], `spec.${key}`))];
}

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"];

function validateIngress(ingress: Manifest): FieldError[] {
  const spec = specOf(ingress);
  const errors: FieldError[] = [];
  if (itemsOf(spec.rules).length === 0 && spec.defaultBackend === undefined) {
    errors.push(invalidValue("spec", null, "either `defaultBackend` or `rules` must be specified"));
  }
  for (const [r, rule] of itemsOf(spec.rules).entries()) {
    for (const [p, path] of itemsOf(getPath(rule, "http", "paths")).entries()) {
      const at = `spec.rules[${r}].http.paths[${p}]`;
      if (path.pathType === undefined || path.pathType === null) {
        errors.push(requiredValue(`${at}.pathType`, "pathType must be specified"));
        continue;
      }
      if (!PATH_TYPES.includes(String(path.pathType))) {
        errors.push(unsupportedValue(`${at}.pathType`, path.pathType, PATH_TYPES));
      }
      const service = getPath(path, "backend", "service");
      if (isObject(service) && !service.name) errors.push(requiredValue(`${at}.backend.service.name`));
      const port = getPath(service, "port");
      if (isObject(service) && !getPath(port, "name") && !getPath(port, "number")) {
        errors.push(requiredValue(`${at}.backend.service.port`, "port name or number is required"));
      }
    }
  }
  return errors;
}

function validateRules(role: Manifest, isNamespaced: boolean): FieldError[] {
  return itemsOf(role.rules).flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const has = (key: string): boolean => Array.isArray(rule[key]) && rule[key].length > 0;
    const errors: FieldError[] = [];
    if (!has("verbs")) errors.push(requiredValue(`${at}.verbs`, "verbs must contain at least one value"));
    if (has("nonResourceURLs")) {
      if (isNamespaced) {
        errors.push(
          invalidValue(
            `${at}.nonResourceURLs`,
            rule.nonResourceURLs,
            "namespaced rules cannot apply to non-resource URLs",
          ),
        );
      }
      return errors;
    }
    if (!has("apiGroups")) {
      errors.push(requiredValue(`${at}.apiGroups`, "resource rules must supply at least one api group"));
    }
    if (!has("resources")) {
      errors.push(requiredValue(`${at}.resources`, "resource rules must supply at least one resource"));
    }
    return errors;
  });
}

function validateBinding(binding: Manifest): FieldError[] {
  const errors: FieldError[] = [];
  const ref = isObject(binding.roleRef) ? binding.roleRef : {};
  const kinds = binding.kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
  if (ref.apiGroup !== "rbac.authorization.k8s.io") {
    errors.push(unsupportedValue("roleRef.apiGroup", ref.apiGroup ?? "", ["rbac.authorization.k8s.io"]));
  }
  if (!kinds.includes(String(ref.kind))) errors.push(unsupportedValue("roleRef.kind", ref.kind ?? "", kinds));
  if (!ref.name) errors.push(requiredValue("roleRef.name"));
  for (const [index, subject] of itemsOf(binding.subjects).entries()) {
    const at = `subjects[${index}]`;
    if (!subject.name) errors.push(requiredValue(`${at}.name`));
    if (!["ServiceAccount", "User", "Group"].includes(String(subject.kind))) {
      errors.push(unsupportedValue(`${at}.kind`, subject.kind ?? "", ["ServiceAccount", "User", "Group"]));
    }
    if (subject.kind === "ServiceAccount" && !subject.namespace && binding.kind === "ClusterRoleBinding") {
      errors.push(requiredValue(`${at}.namespace`));
    }
  }
  return errors;
}

function validateBindingUpdate(next: Manifest, live: Manifest): FieldError[] {
  if (equalJson(next.roleRef, live.roleRef)) return [];
  const { apiGroup = "", kind = "", name = "" } = isObject(next.roleRef) ? next.roleRef : {};
  return [invalidValue("roleRef", { APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef")];
}

function validateDefinition(definition: Manifest): FieldError[] {
  const spec = specOf(definition);
  const names = isObject(spec.names) ? spec.names : {};
  const errors: FieldError[] = [];
  const required = `${names.plural}.${spec.group}`;
  if (definition.metadata.name !== required) {
    errors.push(invalidValue("metadata.name", definition.metadata.name, `must be spec.names.plural+"."+spec.group`));
  }
  if (!spec.group) errors.push(requiredValue("spec.group"));
  else {
    errors.push(...byRule(isDnsSubdomain, "spec.group", String(spec.group)));
    if (!String(spec.group).includes(".")) {
      errors.push(invalidValue("spec.group", spec.group, "should be a domain with at least one dot"));
    }
  }
  if (spec.scope !== "Namespaced" && spec.scope !== "Cluster") {
    errors.push(
      spec.scope ? unsupportedValue("spec.scope", spec.scope, ["Cluster", "Namespaced"]) : requiredValue("spec.scope"),
    );
  }
  if (names.plural) errors.push(...byRule(isDnsLabel, "spec.names.plural", String(names.plural)));
  const versions = itemsOf(spec.versions);
  const seen = new Set<JsonValue>();
  for (const [index, version] of versions.entries()) {
    const at = `spec.versions[${index}]`;
    if (seen.has(version.name!)) errors.push(duplicateValue(`${at}.name`, version.name!));
    seen.add(version.name!);
    if (getPath(version, "schema", "openAPIV3Schema") === undefined) {
      errors.push(requiredValue(`${at}.schema.openAPIV3Schema`, "schemas are required"));
    }
  }
  const hasStorage = versions.filter(({ storage }) => storage === true).length === 1;
  if (!hasStorage) {
    errors.push(
      invalidValue("spec.versions", spec.versions, "must have exactly one version marked as storage version"),
    );
  }
  for (const key of ["plural", "singular", "kind", "listKind"]) {
    if (!names[key]) errors.push(requiredValue(`spec.names.${key}`));
  }
  if (!hasStorage) {
    errors.push(invalidValue("status.storedVersions", null, "must have at least one stored version"));
  }
  errors.push(
    ...entriesOf(definition.metadata.labels).flatMap(([key]) => byRule(isQualifiedName, "metadata.labels", key)),
  );
  return errors;
}
