import { groupOf, type ObjectRef } from "../manifest/mod.ts";

/**
 * The order of application by group and kind: what others need comes first. Objects of one rank don't need each other
 * and are written at the same time. By group and kind, not by kind alone: `Namespace` is also a kind of message buses.
 */
const RANKS: readonly (readonly string[])[] = [
  ["/Namespace"],
  ["apiextensions.k8s.io/CustomResourceDefinition"],
  [
    "scheduling.k8s.io/PriorityClass",
    "node.k8s.io/RuntimeClass",
    "storage.k8s.io/StorageClass",
    "storage.k8s.io/VolumeAttributesClass",
    "storage.k8s.io/CSIDriver",
    "snapshot.storage.k8s.io/VolumeSnapshotClass",
    "networking.k8s.io/IngressClass",
    "gateway.networking.k8s.io/GatewayClass",
    "resource.k8s.io/DeviceClass",
  ],
  ["/ResourceQuota", "/LimitRange"],
  ["/ServiceAccount"],
  ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
  ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"],
  // A NetworkPolicy that came after the pods would leave them open meanwhile.
  ["/ConfigMap", "/Secret", "/PersistentVolume", "/PersistentVolumeClaim", "networking.k8s.io/NetworkPolicy"],
  // Before the workloads: a pod's environment names only the Services that are there when it starts.
  ["/Service", "/Endpoints", "discovery.k8s.io/EndpointSlice"],
  [
    "apps/Deployment",
    "apps/StatefulSet",
    "apps/DaemonSet",
    "apps/ReplicaSet",
    "batch/Job",
    "batch/CronJob",
    "/Pod",
    "/PodTemplate",
    "/ReplicationController",
  ],
  // All other kinds: after the workloads, because an operator among these may serve their webhooks.
  [],
  [
    "autoscaling/HorizontalPodAutoscaler",
    "autoscaling.k8s.io/VerticalPodAutoscaler",
    "policy/PodDisruptionBudget",
    "networking.k8s.io/Ingress",
    "gateway.networking.k8s.io/Gateway",
    "gateway.networking.k8s.io/HTTPRoute",
    "gateway.networking.k8s.io/GRPCRoute",
  ],
  ["apiregistration.k8s.io/APIService"],
  // Last: a webhook whose pods don't run yet would refuse everything that follows.
  [
    "admissionregistration.k8s.io/MutatingAdmissionPolicy",
    "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
  ],
];

const RANK_BY_KIND = new Map(RANKS.flatMap((kinds, rank) => kinds.map((kind) => [kind, rank] as const)));
const RANK_OF_OTHERS = RANKS.findIndex((kinds) => kinds.length === 0);

/** `group/Kind`, the group empty for the core one; the version doesn't matter. */
export function groupKind({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** When an object is applied, from 0; smaller ranks are finished before greater ones begin. */
export function applyRank(ref: Pick<ObjectRef, "apiVersion" | "kind">): number {
  return RANK_BY_KIND.get(groupKind(ref)) ?? RANK_OF_OTHERS;
}
