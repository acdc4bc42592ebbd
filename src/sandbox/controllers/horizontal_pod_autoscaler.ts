/**
 * HorizontalPodAutoscalers. Nothing measures load in a sandbox: the recommendation is the annotation
 * `sandbox.kstage.dev/recommended-replicas` of the autoscaler, or else the size that its target has.
 *
 * @see kubernetes `pkg/controller/podautoscaler/horizontal.go` v1.36
 */
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerCondition } from "kubernetes-types/autoscaling/v2";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { JsonValue } from "../../base/mod.ts";
import { FieldSet } from "../fields/field_set.ts";
import { type FieldManagers, managerKey, readManagers, writeManagers } from "../fields/managers.ts";
import { type StoreEvent, timestamp } from "../store.ts";
import { findCondition } from "./conditions.ts";
import { isDeleting, type Live, live, writeStatus } from "./live.ts";
import type { Controller, World } from "./world.ts";

type LiveAutoscaler = Live<HorizontalPodAutoscaler>;
/** What can be scaled, as far as it matters. */
type Scalable = Live<{ spec?: { replicas?: number }; status?: { replicas?: number } }>;

/** The annotation that stands for the metrics. */
export const RECOMMENDED_REPLICAS = "sandbox.kstage.dev/recommended-replicas";

/** Scales what autoscalers name. */
export function createAutoscalerController(world: World): Controller {
  const { store } = world;
  return {
    name: "horizontal-pod-autoscaler",
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    *concerned({ object }: StoreEvent): Iterable<ObjectRef> {
      if (!["Deployment", "StatefulSet", "ReplicaSet"].includes(object.kind)) return;
      const namespace = String(object.metadata.namespace);
      for (const manifest of store.list("autoscaling/v2", "HorizontalPodAutoscaler", namespace)) {
        const target = live<HorizontalPodAutoscaler>(manifest).spec?.scaleTargetRef;
        if (target?.kind !== object.kind || target.name !== object.metadata.name) continue;
        yield { apiVersion: "autoscaling/v2", kind: manifest.kind, name: manifest.metadata.name, namespace };
      }
    },
    reconcile(manifest) {
      const autoscaler = live<HorizontalPodAutoscaler>(manifest);
      if (!isDeleting(autoscaler) && autoscaler.spec?.scaleTargetRef !== undefined) reconcile(world, autoscaler);
      return undefined;
    },
  };
}

function reconcile(world: World, autoscaler: LiveAutoscaler): void {
  const { scaleTargetRef: { kind, name, apiVersion = "apps/v1" }, minReplicas = 1, maxReplicas } = autoscaler.spec!;
  const { namespace } = autoscaler.metadata;
  const found = world.store.get({ apiVersion, kind, name, namespace });
  if (found === undefined) {
    const cause = `${kind.toLowerCase()}s.apps "${name}" not found`;
    say(world, autoscaler, "Warning", "FailedGetScale", cause);
    const message = `the HPA controller was unable to get the target's current scale: ${cause}`;
    const conditions = withConditions(world, autoscaler, [["AbleToScale", "False", "FailedGetScale", message]]);
    writeStatus(world.store, autoscaler, {
      currentMetrics: null,
      desiredReplicas: 0,
      ...autoscaler.status,
      conditions,
    });
    return;
  }
  const target = live<Scalable>(found) as unknown as Scalable;
  const current = target.spec?.replicas ?? 1;
  const recommended = Number(autoscaler.metadata.annotations?.[RECOMMENDED_REPLICAS] ?? current);
  const isDisabled = current === 0 && minReplicas !== 0;
  const desired = isDisabled ? 0 : Math.min(maxReplicas, Math.max(minReplicas, recommended));
  if (desired !== current) rescale(world, autoscaler, found, current, desired);
  const before = autoscaler.status?.lastScaleTime;
  writeStatus(world.store, autoscaler, {
    observedGeneration: autoscaler.metadata.generation,
    lastScaleTime: desired === current ? before : timestamp(world.now()),
    currentReplicas: target.status?.replicas ?? 0,
    desiredReplicas: desired,
    currentMetrics: null,
    conditions: withConditions(
      world,
      autoscaler,
      conditionsOf(recommended, current, desired, isDisabled, minReplicas, maxReplicas),
    ),
  });
}

function rescale(world: World, autoscaler: LiveAutoscaler, target: Manifest, current: number, desired: number): void {
  const { minReplicas = 1, maxReplicas } = autoscaler.spec!;
  const reason = current > maxReplicas
    ? "Current number of replicas above Spec.MaxReplicas"
    : current < minReplicas
    ? "Current number of replicas below Spec.MinReplicas"
    : desired > current
    ? "cpu resource utilization (percentage of request) above target"
    : "All metrics below target";
  const metadata = { ...target.metadata };
  if (metadata.managedFields !== undefined) metadata.managedFields = ownReplicas(target, timestamp(world.now()));
  world.store.update({ ...target, metadata, spec: { ...target.spec as object, replicas: desired } });
  say(world, autoscaler, "Normal", "SuccessfulRescale", `New size: ${desired}; reason: ${reason}`);
}

/**
 * The managers of an object whose size was set through its `scale` subresource: nobody else owns it any more, so that
 * whoever applies another size meets a conflict.
 */
function ownReplicas(target: Manifest, time: string): JsonValue[] {
  const replicas = new FieldSet();
  replicas.insert(["f:spec", "f:replicas"]);
  const managers: FieldManagers = new Map();
  for (const [key, manager] of readManagers(target.metadata.managedFields) ?? []) {
    const fields = manager.fields.difference(replicas);
    if (!fields.isEmpty) managers.set(key, { ...manager, fields });
  }
  const { apiVersion } = target;
  const self = { manager: "kube-controller-manager", operation: "Update", apiVersion, subresource: "scale" } as const;
  managers.set(managerKey(self), { ...self, time, fields: replicas });
  return writeManagers(managers);
}

type ConditionText = [type: string, status: string, reason: string, message: string];

function conditionsOf(
  recommended: number,
  current: number,
  desired: number,
  isDisabled: boolean,
  minReplicas: number,
  maxReplicas: number,
): ConditionText[] {
  if (isDisabled) {
    const message = "scaling is disabled since the replica count of the target is zero";
    return [
      ["AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale"],
      ["ScalingActive", "False", "ScalingDisabled", message],
    ];
  }
  const metric = "cpu resource utilization (percentage of request)";
  return [
    desired === current ? ["AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size"] : [
      "AbleToScale",
      "True",
      "SucceededRescale",
      `the HPA controller was able to update the target scale to ${desired}`,
    ],
    [
      "ScalingActive",
      "True",
      "ValidMetricFound",
      `the HPA was able to successfully calculate a replica count from ${metric}`,
    ],
    recommended > maxReplicas
      ? [
        "ScalingLimited",
        "True",
        "TooManyReplicas",
        "the desired replica count is more than the maximum replica count",
      ]
      : recommended < minReplicas
      ? ["ScalingLimited", "True", "TooFewReplicas", "the desired replica count is less than the minimum replica count"]
      : ["ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range"],
  ];
}

function withConditions(
  world: World,
  { status }: LiveAutoscaler,
  texts: ConditionText[],
): HorizontalPodAutoscalerCondition[] {
  return texts.map(([type, state, reason, message]) => {
    const before = findCondition(status?.conditions, type);
    const lastTransitionTime = before?.status === state ? before.lastTransitionTime : timestamp(world.now());
    return { type, status: state, reason, message, lastTransitionTime };
  });
}

function say(
  world: World,
  autoscaler: LiveAutoscaler,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  world.events.record(autoscaler, { type, reason, message, component: "horizontal-pod-autoscaler" });
}
