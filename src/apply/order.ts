import { groupOf, type ObjectRef } from "../manifest/mod.ts";

/** Kinds of one place in the order, as `group/Kind`. */
type Place = readonly string[];

/**
 * The order of application by group and kind. What one stage holds is finished before the next begins, because it needs
 * it; what stands in one stage is written at the same time, begun in the order of the places. By group and kind, not by
 * kind alone: `Namespace` is also a kind of message buses.
 *
 * A binding whose role comes with it needs no stage of its own: where the server wants the role first, it refuses the
 * binding's dry-run, and the binding waits.
 */
const STAGES: readonly (readonly Place[])[] = [
  [["/Namespace"], ["apiextensions.k8s.io/CustomResourceDefinition"]],
  // What admission gives to claims and pods, or counts.
  [
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
  ],
  // What pods find when they start.
  [
    ["/ServiceAccount"],
    ["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"],
    ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"],
    // A NetworkPolicy that came after the pods would leave them open meanwhile.
    ["/ConfigMap", "/Secret", "/PersistentVolume", "/PersistentVolumeClaim", "networking.k8s.io/NetworkPolicy"],
    // A pod's environment names only the Services that are there when it starts.
    ["/Service", "/Endpoints", "discovery.k8s.io/EndpointSlice"],
  ],
  [
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
    [
      "policy/PodDisruptionBudget",
      "networking.k8s.io/Ingress",
      "gateway.networking.k8s.io/Gateway",
      "gateway.networking.k8s.io/HTTPRoute",
      "gateway.networking.k8s.io/GRPCRoute",
    ],
  ],
  [
    // All other kinds: after the workloads, because an operator among these may serve their webhooks.
    [],
    // An autoscaler that doesn't find its workload looks again only after a while.
    ["autoscaling/HorizontalPodAutoscaler", "autoscaling.k8s.io/VerticalPodAutoscaler"],
  ],
  [["apiregistration.k8s.io/APIService"]],
  // Last: a webhook whose pods don't run yet would refuse everything that follows.
  [
    [
      "admissionregistration.k8s.io/MutatingAdmissionPolicy",
      "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
      "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
      "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
      "admissionregistration.k8s.io/MutatingWebhookConfiguration",
      "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    ],
  ],
];

/** Where a kind stands: its stage, and its place among all. */
interface Standing {
  stage: number;
  place: number;
}

const PLACES = STAGES.flatMap((places, stage) => places.map((kinds) => ({ stage, kinds })));
const STANDINGS = new Map<string, Standing>(
  PLACES.flatMap(({ stage, kinds }, place) => kinds.map((kind) => [kind, { stage, place }] as const)),
);
const PLACE_OF_OTHERS = PLACES.findIndex(({ kinds }) => kinds.length === 0);
const STANDING_OF_OTHERS: Standing = { stage: PLACES[PLACE_OF_OTHERS]!.stage, place: PLACE_OF_OTHERS };

/** `group/Kind`, the group empty for the core one; the version doesn't matter. */
export function groupKind({ apiVersion, kind }: Pick<ObjectRef, "apiVersion" | "kind">): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/** When an object is applied, from 0; smaller ranks are finished before greater ones begin. */
export function applyRank(ref: Pick<ObjectRef, "apiVersion" | "kind">): number {
  return (STANDINGS.get(groupKind(ref)) ?? STANDING_OF_OTHERS).stage;
}

/** Where an object stands among those of its rank, and in what is shown: smaller places first. */
export function applyPlace(ref: Pick<ObjectRef, "apiVersion" | "kind">): number {
  return (STANDINGS.get(groupKind(ref)) ?? STANDING_OF_OTHERS).place;
}
