/**
 * The status of PodDisruptionBudgets.
 *
 * @see kubernetes `pkg/controller/disruption/disruption.go` v1.36
 */
import type { Pod } from "kubernetes-types/core/v1";
import type { PodDisruptionBudget } from "kubernetes-types/policy/v1";
import type { ObjectRef } from "../../manifest/mod.ts";
import { type StoreEvent, timestamp } from "../store.ts";
import { findCondition } from "./conditions.ts";
import { controllerOf, isDeleting, type Live, live, scaledValue, writeStatus } from "./live.ts";
import { isFinished, isReady, type LivePod } from "./pods.ts";
import { matchesSelector } from "./selector.ts";
import { type Controller, isKind, type World } from "./world.ts";

type LiveBudget = Live<PodDisruptionBudget>;

/** Counts the pods of budgets. */
export function createDisruptionController(world: World): Controller {
  const { store } = world;
  return {
    name: "controllermanager",
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    *concerned({ object }: StoreEvent): Iterable<ObjectRef> {
      if (!isKind(object, "v1", "Pod")) return;
      for (
        const { apiVersion, kind, metadata } of store.list(
          "policy/v1",
          "PodDisruptionBudget",
          String(object.metadata.namespace),
        )
      ) {
        yield { apiVersion, kind, name: metadata.name, namespace: String(metadata.namespace) };
      }
    },
    reconcile(manifest) {
      const budget = live<PodDisruptionBudget>(manifest);
      if (!isDeleting(budget)) writeStatus(store, budget, computeStatus(world, budget));
      return undefined;
    },
  };
}

function computeStatus(world: World, budget: LiveBudget) {
  const pods = world.store.list("v1", "Pod", budget.metadata.namespace)
    .map((pod) => live<Pod>(pod))
    .filter((pod) => matchesSelector(budget.spec?.selector, pod.metadata.labels) && !isFinished(pod));
  const { expectedPods, desiredHealthy } = expectationOf(world, budget, pods);
  const currentHealthy = pods.filter((pod) => isReady(pod) && !isDeleting(pod)).length;
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const isAllowed = disruptionsAllowed > 0;
  const status = isAllowed ? "True" : "False";
  const before = findCondition(budget.status?.conditions, "DisruptionAllowed");
  const generation = budget.metadata.generation;
  return {
    currentHealthy,
    desiredHealthy,
    disruptionsAllowed,
    expectedPods,
    observedGeneration: generation,
    conditions: [{
      type: "DisruptionAllowed",
      status,
      reason: isAllowed ? "SufficientPods" : "InsufficientPods",
      message: "",
      observedGeneration: generation,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(world.now()),
    }],
  };
}

function expectationOf(
  world: World,
  { spec }: LiveBudget,
  pods: LivePod[],
): { expectedPods: number; desiredHealthy: number } {
  if (spec?.maxUnavailable !== undefined) {
    const expectedPods = wantedPods(world, pods);
    const unavailable = scaledValue(spec.maxUnavailable, expectedPods, true);
    return { expectedPods, desiredHealthy: Math.max(0, expectedPods - unavailable) };
  }
  const minAvailable = spec?.minAvailable ?? 0;
  const expectedPods = typeof minAvailable === "number" ? pods.length : wantedPods(world, pods);
  return { expectedPods, desiredHealthy: scaledValue(minAvailable, expectedPods, true) };
}

/** How many pods the workloads of these pods want in all. */
function wantedPods({ store }: World, pods: LivePod[]): number {
  const scales = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOf(pod);
    const direct = owner && store.getByUid(owner.uid);
    if (direct === undefined) continue;
    const above = controllerOf(live(direct));
    const top = (above && store.getByUid(above.uid)) ?? direct;
    scales.set(String(top.metadata.uid), live<{ spec?: { replicas?: number } }>(top).spec?.replicas ?? 1);
  }
  return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
}
