import type { JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { Resource } from "../api/resources.ts";
import { FieldSet } from "../fields/field_set.ts";
import { normalizeObject } from "../schema/normalize.ts";
import type { RecordType, Type } from "../schema/schema.ts";
import { setDefaults } from "./defaults.ts";

/** `group/Kind`. */
export function groupKindOf(resource: Pick<Resource, "group" | "kind">): string {
  return `${resource.group}/${resource.kind}`;
}

/** Deleting one of these answers with the object instead of a Status. */
const RETURNS_DELETED = new Set([
  "/Namespace",
  "/Pod",
  "/PersistentVolume",
  "/PersistentVolumeClaim",
  "/PodTemplate",
  "/ResourceQuota",
  "/Service",
  "/ServiceAccount",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/CSINode",
  "storage.k8s.io/StorageClass",
  "storage.k8s.io/VolumeAttachment",
  "storage.k8s.io/VolumeAttributesClass",
]);

/** Replacing one of these needs its resourceVersion; so do custom resources. */
const NEEDS_VERSION = new Set([
  "admissionregistration.k8s.io/MutatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
  "coordination.k8s.io/Lease",
  "node.k8s.io/RuntimeClass",
  "policy/PodDisruptionBudget",
  "storage.k8s.io/CSIDriver",
  "storage.k8s.io/CSINode",
  "storage.k8s.io/CSIStorageCapacity",
  "storage.k8s.io/VolumeAttachment",
]);

/** A PUT creates one of these when it does not exist. */
const PUT_CREATES = new Set([
  "/Endpoints",
  "/Event",
  "/LimitRange",
  "/Service",
  "coordination.k8s.io/Lease",
  "node.k8s.io/RuntimeClass",
  "rbac.authorization.k8s.io/ClusterRole",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/RoleBinding",
]);

/** Whether a deletion answers with the object rather than a Status. */
export function returnsDeleted(resource: Resource): boolean {
  return RETURNS_DELETED.has(groupKindOf(resource));
}

/** Whether an update must say which version it changes. */
export function needsResourceVersion(resource: Resource): boolean {
  return resource.custom !== undefined || NEEDS_VERSION.has(groupKindOf(resource));
}

/** Whether a PUT of an object that is not there creates it. */
export function createsOnUpdate(resource: Resource): boolean {
  return PUT_CREATES.has(groupKindOf(resource));
}

/** Whether the kind's status is written through its own subresource alone. */
export function hasStatusSubresource(resource: Resource): boolean {
  return resource.subresources.some(({ name }) => name === "status");
}

/** Paths that an endpoint does not write, and therefore does not own. */
export function unwrittenPaths(resource: Resource, subresource: string): FieldSet {
  const set = new FieldSet();
  if (subresource === "") {
    if (hasStatusSubresource(resource)) set.insert(["f:status"]);
    return set;
  }
  if (subresource !== "status") return set;
  set.insert(["f:spec"]);
  if (resource.custom !== undefined || groupKindOf(resource) === "networking.k8s.io/ServiceCIDR") {
    set.insert(["f:metadata"]);
  }
  if (groupKindOf(resource) === "apps/Deployment") set.insert(["f:metadata", "f:labels"]);
  if (groupKindOf(resource) === "/Pod") {
    set.insert(["f:metadata", "f:deletionTimestamp"]);
    set.insert(["f:metadata", "f:ownerReferences"]);
  }
  return set;
}

/** The type by which an object's fields are owned; everything is allowed where there is no schema. */
export function ownershipType(resource: Resource): Type {
  return resource.type ?? OPEN;
}

const OPEN: Type = { is: "any" };

/** The status of a new object: what its record always holds. */
export function emptyStatus(resource: Resource): JsonObject | undefined {
  const type = resource.type?.fields.get("status")?.type;
  if (type?.is !== "record" || type.custom) return undefined;
  const status = normalizeObject({}, type).object;
  setDefaults(status, type);
  return status;
}

/** An object in the form in which a server keeps it, defaults included. */
export function canonicalObject(object: Manifest, type: RecordType): Manifest {
  const read = normalizeObject(object, type);
  const result: JsonObject = { kind: object.kind, apiVersion: object.apiVersion, ...read.object };
  setDefaults(result, type);
  return result as Manifest;
}
