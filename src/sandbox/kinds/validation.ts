import { equalJson } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { Resource } from "../api/resources.ts";
import { type FieldError, forbiddenValue, invalidValue, requiredValue } from "../api/status.ts";
import type { ObjectStore } from "../store.ts";
import { validateCustomObject } from "./custom_schema.ts";
import { groupKindOf } from "./strategy.ts";
import { validateBinding, validateBindingUpdate, validateRules } from "./validation_access.ts";
import {
  validateClaim,
  validateClaimUpdate,
  validateConfigMap,
  validateFrozen,
  validateSecret,
} from "./validation_core.ts";
import { validateDefinition } from "./validation_definitions.ts";
import { entriesOf, immutable, specOf } from "./validation_parts.ts";
import { validateAutoscaler, validateDisruptionBudget, validateIngress } from "./validation_policies.ts";
import { validatePodSpec, validatePodUpdate } from "./validation_pods.ts";
import { validateService, validateServiceUpdate } from "./validation_services.ts";
import {
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
