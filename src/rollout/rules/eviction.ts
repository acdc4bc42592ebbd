import { isOnLostNode } from "../evidence/evidence.ts";
import type { PodView } from "../evidence/pod_view.ts";
import { NEVER, type Suspicion } from "../finding.ts";
import { clause, type Rule } from "./rule.ts";

/** Why a node ends or refuses a pod, for reasons of its own; the workload's controller makes another. */
const NODE_REASONS =
  /^(Evicted|Preempting|Preempted|NodeLost|Shutdown|NodeShutdown|Terminated|NodeAffinity|OutOf\w+|UnexpectedAdmissionError|DeletionByTaintManager)$/;

/** Beyond the grace period, a node has a little to clean up. */
const CLEAN_UP_MS = 30_000;

/** Pods that their node has ended, pods on nodes that don't answer, pods that don't end: K1302, K1303, K1304. */
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
  ...[...evidence.newestPods, ...evidence.olderPods].filter(({ isTerminating }) => isTerminating).map((
    pod,
  ): Suspicion => ({
    code: "K1304",
    object: pod.ref,
    message: `Pod "${pod.ref.name}" does not end`,
    evidence: [{
      kind: "state",
      text: `pod ${pod.ref.name} is being deleted${pod.nodeName && ` on node ${pod.nodeName}`}`,
    }],
    certainty: NEVER,
    quietMs: pod.graceMs + CLEAN_UP_MS,
  })),
];

function isEnded({ phase, reason }: PodView): boolean {
  return phase === "Failed" && NODE_REASONS.test(reason);
}
