/** What a Deployment wants, its defaults filled in. */
import type { Deployment, ReplicaSet } from "kubernetes-types/apps/v1";
import type { PodTemplateSpec } from "kubernetes-types/core/v1";
import type { JsonValue } from "../../base/mod.ts";
import { canonicalJson } from "./hash.ts";
import { type Live, millis, scaledValue } from "./live.ts";

/** A Deployment of the store. */
export type LiveDeployment = Live<Deployment>;
/** A ReplicaSet of the store. */
export type LiveReplicaSet = Live<ReplicaSet>;

/** The label that tells a Deployment's ReplicaSets apart. */
export const TEMPLATE_HASH = "pod-template-hash";
/** Annotations of a Deployment's ReplicaSets. */
export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

/** The numbers of a Deployment's strategy. */
export interface DeploymentGoal {
  replicas: number;
  isRecreate: boolean;
  maxSurge: number;
  maxUnavailable: number;
  minReadySeconds: number;
  historyLimit: number;
  /** Undefined: the progress is not judged. */
  deadlineSeconds: number | undefined;
}

const NO_DEADLINE = 2 ** 31 - 1;

/** @see kubernetes `pkg/controller/deployment/util/deployment_util.go` (`ResolveFenceposts`) v1.36 */
export function goalOf({ spec }: LiveDeployment): DeploymentGoal {
  const replicas = spec?.replicas ?? 1;
  const isRecreate = spec?.strategy?.type === "Recreate";
  const maxSurge = isRecreate ? 0 : scaledValue(spec?.strategy?.rollingUpdate?.maxSurge ?? "25%", replicas, true);
  const unavailable = scaledValue(spec?.strategy?.rollingUpdate?.maxUnavailable ?? "25%", replicas, false);
  const deadline = spec?.progressDeadlineSeconds ?? 600;
  return {
    replicas,
    isRecreate,
    maxSurge,
    // With neither surge nor unavailable pods an update could never move.
    maxUnavailable: isRecreate || replicas === 0
      ? 0
      : Math.min(replicas, maxSurge === 0 && unavailable === 0 ? 1 : unavailable),
    minReadySeconds: spec?.minReadySeconds ?? 0,
    historyLimit: spec?.revisionHistoryLimit ?? 10,
    deadlineSeconds: deadline === NO_DEADLINE ? undefined : deadline,
  };
}

const templateKeys = new WeakMap<PodTemplateSpec, string>();

/** A text that is equal for templates that differ in no more than the hash label. */
export function templateKey(template: PodTemplateSpec): string {
  const known = templateKeys.get(template);
  if (known !== undefined) return known;
  const { [TEMPLATE_HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  const metadata = { ...template.metadata, labels };
  const key = canonicalJson({ ...template, metadata } as unknown as JsonValue);
  templateKeys.set(template, key);
  return key;
}

/** The wanted size of a ReplicaSet. */
export function sizeOf(set: LiveReplicaSet): number {
  return set.spec?.replicas ?? 1;
}

/** The sum of the wanted sizes. */
export function totalSize(sets: readonly LiveReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + sizeOf(set), 0);
}

/** The sum of a count of the statuses. */
export function totalOf(
  sets: readonly LiveReplicaSet[],
  count: "replicas" | "readyReplicas" | "availableReplicas",
): number {
  return sets.reduce((sum, set) => sum + (set.status?.[count] ?? 0), 0);
}

/** The revision of a ReplicaSet; 0 when it has none. */
export function revisionOf(set: LiveReplicaSet): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0) || 0;
}

/** Oldest first. */
export function byAge(a: LiveReplicaSet, b: LiveReplicaSet): number {
  return millis(a.metadata.creationTimestamp) - millis(b.metadata.creationTimestamp) ||
    (a.metadata.name < b.metadata.name ? -1 : 1);
}

/** Largest first; among equals newest or oldest first. */
export function bySize(newestFirst: boolean): (a: LiveReplicaSet, b: LiveReplicaSet) => number {
  return (a, b) => sizeOf(b) - sizeOf(a) || (newestFirst ? byAge(b, a) : byAge(a, b));
}
