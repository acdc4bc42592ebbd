import type { Manifest } from "../../manifest/mod.ts";
import { describeCondition, findCondition, readNumber } from "./fields.ts";
import { current, failed, inProgress, type Status } from "./status.ts";

/** Status of a HorizontalPodAutoscaler: current when it scales, or is switched off by zero replicas. */
export function autoscalerStatus(object: Manifest): Status {
  const { name } = object.metadata;
  const able = findCondition(object, "AbleToScale");
  if (able?.status === "False") return inProgress(`Waiting for hpa "${name}" to scale: ${describeCondition(able)}`);
  const active = findCondition(object, "ScalingActive");
  if (active === undefined) return inProgress(`Waiting for hpa "${name}" to be evaluated`);
  if (active.status === "True") return current(`hpa "${name}" is active`);
  if (active.reason === "ScalingDisabled") return current(`hpa "${name}" is disabled`, describeCondition(active));
  // Metrics of new pods come only after a while: FailedGetResourceMetric and its kin go away by themselves.
  if (active.status === "False" && !active.reason.startsWith("FailedGet")) {
    return failed(active.reason || "ScalingInactive", `hpa "${name}" cannot scale: ${describeCondition(active)}`);
  }
  return inProgress(`Waiting for hpa "${name}" to get metrics: ${describeCondition(active)}`);
}

/** Status of a PodDisruptionBudget: current once it's computed, which its observed generation tells. */
export function disruptionBudgetStatus(object: Manifest): Status {
  const allowed = readNumber(0, object, "status", "disruptionsAllowed");
  const condition = findCondition(object, "DisruptionAllowed");
  const warning = condition?.reason === "SyncFailed" ? describeCondition(condition) : undefined;
  return current(`poddisruptionbudget "${object.metadata.name}" allows ${allowed} disruptions`, warning);
}
