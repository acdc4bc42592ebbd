import { groupOf, type Manifest } from "../../manifest/mod.ts";
import { apiServiceStatus, customResourceDefinitionStatus, namespaceStatus } from "./cluster.ts";
import { customResourceStatus } from "./custom_resource.ts";
import { daemonSetStatus } from "./daemon_set.ts";
import { deploymentStatus } from "./deployment.ts";
import { describeCondition, findCondition, generationOf, observedGenerationOf, readText } from "./fields.ts";
import { cronJobStatus, jobStatus } from "./job.ts";
import { ingressStatus, serviceStatus } from "./network.ts";
import { podStatus } from "./pod.ts";
import { autoscalerStatus, disruptionBudgetStatus } from "./policy.ts";
import { readyAnnotationStatus } from "./ready_annotation.ts";
import { replicaSetStatus } from "./replica_set.ts";
import { statefulSetStatus } from "./stateful_set.ts";
import { failed, inProgress, type Status, type StatusRule } from "./status.ts";
import { persistentVolumeClaimStatus } from "./storage.ts";

/** Group and kind → the rule. Kinds that aren't here are judged as custom resources are. */
const RULES: Readonly<Record<string, StatusRule>> = {
  "apps/Deployment": deploymentStatus,
  "apps/StatefulSet": statefulSetStatus,
  "apps/DaemonSet": daemonSetStatus,
  "apps/ReplicaSet": replicaSetStatus,
  "batch/Job": jobStatus,
  "batch/CronJob": cronJobStatus,
  "/Pod": podStatus,
  "/PersistentVolumeClaim": persistentVolumeClaimStatus,
  "/Service": serviceStatus,
  "/Namespace": namespaceStatus,
  "networking.k8s.io/Ingress": ingressStatus,
  "autoscaling/HorizontalPodAutoscaler": autoscalerStatus,
  "policy/PodDisruptionBudget": disruptionBudgetStatus,
  "apiextensions.k8s.io/CustomResourceDefinition": customResourceDefinitionStatus,
  "apiregistration.k8s.io/APIService": apiServiceStatus,
};

/** Kinds whose controllers always write `status.observedGeneration`: without it they haven't looked yet. */
const NAMES_OF_ALWAYS_OBSERVED: Readonly<Record<string, string>> = {
  "apps/Deployment": "deployment",
  "apps/StatefulSet": "statefulset",
  "apps/DaemonSet": "daemon set",
  "apps/ReplicaSet": "replica set",
  "policy/PodDisruptionBudget": "pod disruption budget",
};

/**
 * How far the cluster is with an object, told from the object alone.
 *
 * Deployments, StatefulSets and DaemonSets are judged and described as `kubectl rollout status` does; the annotation
 * `kstage.dev/ready` replaces the kind's own rule; unknown kinds are judged by the conventions of custom resources.
 *
 * @param object As the API server returned it, `status` included.
 */
export function computeStatus(object: Manifest): Status {
  if (readText(object, "metadata", "deletionTimestamp") !== "") {
    return { kind: "terminating", message: "The object is being deleted" };
  }
  const groupKind = `${groupOf(object.apiVersion)}/${object.kind}`;
  return unobservedStatus(object, groupKind) ?? readyAnnotationStatus(object) ?? conventionStatus(object) ??
    (RULES[groupKind] ?? customResourceStatus)(object);
}

/** Whether a kind's status is judged by a rule of its own, rather than by the conventions of custom resources. */
export function hasStatusRule(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(RULES, `${groupOf(apiVersion)}/${kind}`);
}

/** Until the controller has seen this generation, everything else in the status describes the one before. */
function unobservedStatus(object: Manifest, groupKind: string): Status | undefined {
  const generation = generationOf(object);
  const observed = observedGenerationOf(object);
  const name = NAMES_OF_ALWAYS_OBSERVED[groupKind];
  // An object restored from a backup starts at generation 1 with the status of a later one: hence "differs" where
  // kubectl's words don't bind us.
  const isObserved = name === undefined
    ? observed === undefined || observed === generation
    : (observed ?? 0) >= generation;
  if (isObserved) return undefined;
  return inProgress(`Waiting for ${name ?? object.kind.toLowerCase()} spec update to be observed...`);
}

/**
 * The two conditions that any controller may set to speak for itself.
 *
 * @see kstatus `pkg/kstatus/status/generic.go` v0.37.2
 */
function conventionStatus(object: Manifest): Status | undefined {
  const stalled = findCondition(object, "Stalled");
  if (stalled?.status === "True") return failed(stalled.reason || "Stalled", describeCondition(stalled));
  const reconciling = findCondition(object, "Reconciling");
  if (reconciling?.status === "True") return inProgress(describeCondition(reconciling));
  return undefined;
}
