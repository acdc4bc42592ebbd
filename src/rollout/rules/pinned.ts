import { groupOf, type ObjectRef } from "../../manifest/mod.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { ContainerView, PodView } from "../evidence/pod_view.ts";
import { NOW, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { readText } from "../status/fields.ts";
import { partitionOf } from "../status/stateful_set.ts";
import { classifyPullError } from "./image_pull.ts";
import { clause, type Rule } from "./rule.ts";

/** Waiting reasons out of which a pod doesn't come without a new template. */
const BROKEN_REASONS = new Set([
  "CrashLoopBackOff",
  "ImagePullBackOff",
  "ErrImagePull",
  "ErrImageNeverPull",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/**
 * A StatefulSet whose controller waits for a broken pod of a former revision before it replaces any: K1603.
 *
 * @see kubernetes/kubernetes#67250; `pkg/controller/statefulset/stateful_set_control.go`
 */
export const pinnedRule: Rule = (evidence, patience) => {
  const blocking = findBlockingPod(evidence);
  if (blocking === undefined) return [];
  const { pod, container, reason, message } = blocking;
  return [{
    code: "K1603",
    object: pod.ref,
    message:
      `Pod "${pod.ref.name}" of a former revision is broken (${reason}), and the StatefulSet waits for it for ever`,
    evidence: [{
      kind: "state",
      text: `pod ${pod.ref.name}: ${reason}${message === "" ? "" : `: ${clause(message)}`}`,
    }],
    nextStep: `Delete it, so that it's created from the new template: ${deleteCommand(pod.ref)}`,
    certainty: isHopeless(container, reason, message, patience) ? NOW : twice(patience.staleMs),
  }];
};

/** A crash or two, or a registry that is busy, may pass: then the controller goes on by itself. */
function isHopeless(
  { restartCount, pullError }: ContainerView,
  reason: string,
  message: string,
  { allowedRestarts }: Patience,
): boolean {
  if (reason === "CrashLoopBackOff") return restartCount > allowedRestarts;
  if (/ImagePull/.test(reason)) return classifyPullError(pullError ?? message) !== "K1003";
  return true;
}

/** The broken pod of a former revision that keeps the controller from going on. */
export function findBlockingPod(
  { workload, isObserved, olderPods }: Evidence,
): { pod: PodView; container: ContainerView; reason: string; message: string } | undefined {
  const isOrdered = groupOf(workload.apiVersion) === "apps" && workload.kind === "StatefulSet" &&
    readText(workload, "spec", "podManagementPolicy") !== "Parallel" &&
    readText(workload, "spec", "updateStrategy", "type") !== "OnDelete";
  const isUpdating = readText(workload, "status", "updateRevision") !== readText(workload, "status", "currentRevision");
  if (!isObserved || !isOrdered || !isUpdating) return undefined;
  for (const pod of olderPods) {
    if (pod.isTerminating || pod.isReady || ordinalOf(pod) < partitionOf(workload)) continue;
    for (const container of pod.containers) {
      const { state } = container;
      if (state.kind === "waiting" && BROKEN_REASONS.has(state.reason)) return { pod, container, ...state };
    }
  }
  return undefined;
}

function ordinalOf({ ref }: PodView): number {
  return Number(/-(\d+)$/.exec(ref.name)?.[1] ?? 0);
}

function deleteCommand({ name, namespace }: ObjectRef): string {
  return `kubectl delete pod ${name}${namespace === undefined ? "" : ` -n ${namespace}`}`;
}
