/** What controllers ask of pods, and how they make and end them. */
import type { Pod, PodTemplateSpec } from "kubernetes-types/core/v1";
import type { OwnerReference } from "kubernetes-types/meta/v1";
import { compareBytes } from "../../base/mod.ts";
import { findCondition } from "./conditions.ts";
import { isDeleting, type Live, live, type LiveMeta, manifestOf, millis, startDeletion } from "./live.ts";
import { completePodSpec } from "./pod_defaults.ts";
import { refusePod } from "./admission.ts";
import { nameSuffix } from "./hash.ts";
import type { World } from "./world.ts";

/** A pod of the store. */
export type LivePod = Live<Pod>;

/** Whether a pod's Ready condition is true. */
export function isReady(pod: LivePod): boolean {
  return findCondition(pod.status?.conditions, "Ready")?.status === "True";
}

/** When a ready pod counts as available, in milliseconds since 1970; undefined while it is not ready. */
export function availableAt(pod: LivePod, minReadySeconds = 0): number | undefined {
  const ready = findCondition(pod.status?.conditions, "Ready");
  if (ready?.status !== "True") return undefined;
  return minReadySeconds === 0 ? 0 : millis(ready.lastTransitionTime) + minReadySeconds * 1000;
}

/** Whether a pod has been ready for at least `minReadySeconds`. */
export function isAvailable(pod: LivePod, minReadySeconds: number | undefined, now: number): boolean {
  const time = availableAt(pod, minReadySeconds);
  return time !== undefined && time <= now;
}

/** Whether all containers have ended for good. */
export function isFinished(pod: LivePod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** Whether a pod runs or will run: neither finished nor being deleted. */
export function isActive(pod: LivePod): boolean {
  return !isFinished(pod) && !isDeleting(pod);
}

/** The next time at which one of the pods becomes available though nothing else happens. */
export function nextAvailability(
  pods: LivePod[],
  minReadySeconds: number | undefined,
  now: number,
): number | undefined {
  const times = pods.map((pod) => availableAt(pod, minReadySeconds)).filter((time) => time !== undefined && time > now);
  return times.length === 0 ? undefined : Math.min(...times as number[]);
}

/** Who asks for a pod. */
export interface PodOwner {
  apiVersion: string;
  kind: string;
  metadata: LiveMeta;
}

/** A pod that a controller wants: its template, and what the controller adds. */
export interface PodWish {
  template: PodTemplateSpec;
  owner: PodOwner;
  ownerReference: OwnerReference;
  /** A fixed name; absent, five letters are put behind the owner's name. */
  name?: string;
  /** Changes the finished pod before it is created. */
  adjust?(pod: LivePod): void;
}

/** A pod that was created, or why it was refused, in the API server's words. */
export type PodCreation = { pod: LivePod } | { refusal: string };

/** Creates a pod from a template, if admission lets it. */
export function createPod(world: World, wish: PodWish): PodCreation {
  const { owner, template } = wish;
  const namespace = owner.metadata.namespace ?? "default";
  const generateName = wish.name === undefined ? `${owner.metadata.name}-` : undefined;
  const name = wish.name ?? freeName(world, namespace, owner);
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName,
      namespace,
      labels: { ...template.metadata?.labels },
      annotations: template.metadata?.annotations && { ...template.metadata.annotations },
      finalizers: template.metadata?.finalizers && [...template.metadata.finalizers],
      ownerReferences: [wish.ownerReference],
    },
    spec: completePodSpec(template.spec ?? { containers: [] }),
    status: { phase: "Pending" },
  } as unknown as LivePod;
  wish.adjust?.(pod);
  const refusal = refusePod(world, manifestOf(pod));
  return refusal === undefined ? { pod: live<Pod>(world.store.create(manifestOf(pod))) } : { refusal };
}

/** A name behind the owner's that no pod has; the same run of a sandbox gives the same names. */
function freeName(world: World, namespace: string, owner: PodOwner): string {
  // The API server cuts the prefix so that five letters fit into the 63 of a name that becomes a label.
  const prefix = `${owner.metadata.name}-`.slice(0, 58);
  for (let attempt = 0;; attempt++) {
    const name = prefix + nameSuffix(`${owner.metadata.uid}/${world.store.resourceVersion}/${attempt}`);
    if (world.store.get({ apiVersion: "v1", kind: "Pod", namespace, name }) === undefined) return name;
  }
}

/**
 * Begins the end of a pod. As the API server does, one that runs nowhere is removed at once; another stays until its
 * kubelet has stopped it.
 */
export function deletePod(world: World, pod: LivePod): void {
  if (isDeleting(pod)) return;
  const isIdle = !pod.spec?.nodeName || isFinished(pod);
  startDeletion(world.store, pod, world.now(), isIdle ? 0 : pod.spec?.terminationGracePeriodSeconds ?? 30);
}

/** Orders pods by name. */
export function byName(a: { metadata: LiveMeta }, b: { metadata: LiveMeta }): number {
  return compareBytes(a.metadata.name, b.metadata.name);
}
