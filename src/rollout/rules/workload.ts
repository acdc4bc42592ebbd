import { getPath } from "../../base/mod.ts";
import { groupOf } from "../../manifest/mod.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { describeEvent } from "../evidence/event_view.ts";
import type { PodView } from "../evidence/pod_view.ts";
import { type EvidenceItem, NOW, type Suspicion, twice } from "../finding.ts";
import { computeStatus, hasStatusRule } from "../status/compute_status.ts";
import { findCondition, readNumber, readText } from "../status/fields.ts";
import { clause, type Rule } from "./rule.ts";

const PAUSE_MS = 8_000;
const CUSTOM_FAILURE_MS = 10_000;

/** What the workload says of itself: K1601, K1602, K1604, K1605, K1701. */
export const workloadRule: Rule = (evidence) => {
  const status = computeStatus(evidence.workload);
  if (status.kind === "terminating") {
    const message = `The ${evidence.ref.kind} is being deleted`;
    return [{ code: "K1701", object: evidence.ref, message, evidence: [], certainty: NOW }];
  }
  if (status.kind === "failed") {
    if (status.reason === "ProgressDeadlineExceeded") return [suspectDeadline(evidence)];
    if (evidence.workload.kind === "Job" && status.reason !== "InvalidReadyAnnotation") {
      return [suspectJob(evidence, status.message)];
    }
    return [suspectFailure(evidence, status.message)];
  }
  return isPausedRollout(evidence) ? [suspectPause(evidence)] : [];
};

/**
 * The condition stays from an earlier rollout until there is progress: an apply that doesn't change the template must
 * not fail by it at once, and so the deadline has to pass once more.
 */
function suspectDeadline({ workload, ref, appliedMs }: Evidence): Suspicion {
  const condition = findCondition(workload, "Progressing")!;
  const setMs = condition.updateMs ?? condition.transitionMs;
  const isStale = appliedMs !== undefined && setMs !== undefined && setMs < appliedMs;
  const seconds = readNumber(600, workload, "spec", "progressDeadlineSeconds");
  return {
    code: "K1601",
    object: ref,
    message: `The Deployment made no progress for ${seconds} s`,
    evidence: [{
      kind: "condition",
      text: `Progressing is ${condition.status} (${condition.reason}): ${condition.message}`,
    }],
    certainty: isStale ? twice(seconds * 1000) : NOW,
  };
}

function suspectJob(evidence: Evidence, message: string): Suspicion {
  const failed = evidence.newestPods.filter(({ phase }) => phase === "Failed");
  const pod = failed.sort((a, b) => (endOf(b) ?? 0) - (endOf(a) ?? 0))[0];
  return {
    code: "K1602",
    object: pod?.ref ?? evidence.ref,
    container: pod && failedContainer(pod)?.name,
    message: clause(message.replace(/^job/, "Job")),
    evidence: [...jobConditions(evidence), ...(pod === undefined ? [] : describeEnd(pod))],
    certainty: NOW,
  };
}

function jobConditions({ workload }: Evidence): EvidenceItem[] {
  for (const type of ["Failed", "FailureTarget"]) {
    const condition = findCondition(workload, type);
    if (condition?.status === "True") {
      return [{ kind: "condition", text: `${type} is True (${condition.reason}): ${condition.message}` }];
    }
  }
  return [];
}

function suspectFailure(evidence: Evidence, message: string): Suspicion {
  const { workload, ref } = evidence;
  const isBuiltIn = hasStatusRule(workload.apiVersion, workload.kind);
  const [event] = evidence.eventsOf(readText(workload, "metadata", "uid")).filter(({ type }) => type === "Warning");
  const pod = workload.kind === "Pod" ? evidence.newestPods[0] : undefined;
  return {
    code: "K1605",
    object: ref,
    container: pod && failedContainer(pod)?.name,
    message: clause(message.charAt(0).toUpperCase() + message.slice(1)),
    evidence: [
      ...(pod === undefined ? [] : describeEnd(pod)),
      ...(event === undefined ? [] : [{ kind: "event" as const, text: describeEvent(event) }]),
    ],
    certainty: isBuiltIn ? NOW : twice(CUSTOM_FAILURE_MS),
  };
}

function failedContainer(pod: PodView) {
  return pod.containers.find(({ state }) => state.kind === "terminated" && state.termination.exitCode !== 0);
}

function describeEnd(pod: PodView): EvidenceItem[] {
  return pod.containers.flatMap(({ name, state }) => {
    if (state.kind !== "terminated" || state.termination.exitCode === 0) return [];
    const { exitCode, reason } = state.termination;
    return [{ kind: "exit", text: `container ${name} exited with code ${exitCode}${reason && ` (${reason})`}` }];
  });
}

function endOf(pod: PodView): number | undefined {
  const ends = pod.containers.map(({ state }) => state.kind === "terminated" ? state.termination.finishedMs ?? 0 : 0);
  return Math.max(0, ...ends);
}

function isPausedRollout({ workload, counts, isObserved }: Evidence): boolean {
  return isObserved && workload.kind === "Deployment" && groupOf(workload.apiVersion) === "apps" &&
    getPath(workload, "spec", "paused") === true && counts !== undefined && counts.updated < counts.desired;
}

function suspectPause({ ref }: Evidence): Suspicion {
  return {
    code: "K1604",
    object: ref,
    message: "The Deployment is paused, so its new pods are not created",
    evidence: [{ kind: "state", text: "spec.paused is true" }],
    nextStep: `Resume it: kubectl rollout resume deployment/${ref.name}, or remove spec.paused`,
    certainty: twice(PAUSE_MS),
  };
}
