import type { Evidence } from "../evidence/evidence.ts";
import type { PodView } from "../evidence/pod_view.ts";
import { NEVER, type Suspicion } from "../finding.ts";
import { clause, type Rule } from "./rule.ts";

/** Why a node ends or refuses a pod, for reasons of its own; the workload's controller makes another. */
const NODE_REASONS =
  /^(Evicted|Preempting|Preempted|NodeLost|Shutdown|NodeShutdown|Terminated|NodeAffinity|OutOf\w+|UnexpectedAdmissionError|DeletionByTaintManager)$/;

/** Pods that their node has ended, and pods on nodes that don't answer: K1302, K1303. */
export const evictionRule: Rule = (evidence) => [
  ...evidence.newestPods.filter(isEnded).map((pod): Suspicion => ({
    code: "K1302",
    object: pod.ref,
    key: pod.reason,
    message: `The node ended the pod (${pod.reason})${pod.message === "" ? "" : `: ${clause(pod.message)}`}`,
    evidence: [{ kind: "state", text: `pod ${pod.ref.name} failed: ${pod.reason}` }],
    certainty: NEVER,
  })),
  ...evidence.newestPods.filter((pod) => isOnLostNode(pod, evidence)).map((pod): Suspicion => ({
    code: "K1303",
    object: pod.ref,
    key: pod.nodeName,
    message: `Node "${pod.nodeName}" does not answer`,
    evidence: [{ kind: "state", text: `pod ${pod.ref.name} is on node ${pod.nodeName}` }],
    nextStep: `Look at the node: kubectl describe node ${pod.nodeName}`,
    certainty: NEVER,
  })),
];

function isEnded({ phase, reason }: PodView): boolean {
  return phase === "Failed" && NODE_REASONS.test(reason);
}

/**
 * Whether a pod's node doesn't answer. Where nodes may not be read, the pod tells: the node controller marks it as not
 * ready, while the last word of the kubelet, that all its containers are ready, stays.
 */
export function isOnLostNode(pod: PodView, { lostNodes }: Pick<Evidence, "lostNodes">): boolean {
  if (pod.nodeName === "") return false;
  if (lostNodes.has(pod.nodeName) || pod.reason === "NodeLost") return true;
  const containers = pod.containers.filter(({ role }) => role !== "init");
  return pod.phase === "Running" && !pod.isReady && pod.readinessGates.length === 0 && containers.length > 0 &&
    pod.conditions.some(({ type }) => type === "Ready") && containers.every(({ isReady }) => isReady);
}
