import { type Evidence, livePods } from "../evidence/evidence.ts";
import { compareNewestFirst, type EventView } from "../evidence/event_view.ts";
import type { PodView } from "../evidence/pod_view.ts";
import type { Condition } from "../status/fields.ts";
import { type Certainty, NEVER, type Suspicion, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { certaintyFor, clause, eventItem, type Rule } from "./rule.ts";

/** A scheduler takes a moment for every pod. */
const QUIET_MS = 15_000;

/** What autoscalers say when they add a node: cluster-autoscaler, Karpenter. */
const SCALING_REASONS = new Set(["TriggeredScaleUp", "Nominated"]);

/** What they say when they can't. */
const UNSCALABLE_REASONS = new Set(["NotTriggerScaleUp", "FailedScaleUp"]);

/** Pods that no node takes: K1301. */
export const schedulingRule: Rule = (evidence, patience) =>
  livePods(evidence).flatMap((pod) => {
    const condition = pod.conditions.find(({ type }) => type === "PodScheduled");
    return condition?.status === "False" && condition.reason === "Unschedulable"
      ? [suspectScheduling(pod, condition, evidence, patience)]
      : [];
  });

function suspectScheduling(
  pod: PodView,
  condition: Condition,
  evidence: Evidence,
  patience: Patience,
): Suspicion {
  const events = evidence.eventsOf(pod.uid).sort(compareNewestFirst);
  const autoscaler = findAutoscaler(events) ?? findScaling(evidence);
  const message = condition.message || events.find(({ reason }) => reason === "FailedScheduling")?.message ||
    "no reason given";
  const [advice] = adviseOnScheduling(message);
  const isScaling = autoscaler !== undefined && SCALING_REASONS.has(autoscaler.reason);
  return {
    code: "K1301",
    object: pod.ref,
    message: `No node takes the pod: ${summariseScheduling(message)}${
      isScaling ? "; an autoscaler is adding a node" : ""
    }`,
    evidence: [
      { kind: "condition", text: `PodScheduled is False (${condition.reason}): ${message}` },
      ...autoscaler === undefined ? [] : [eventItem(autoscaler)],
    ],
    nextStep: advice,
    certainty: certaintyFor(pod, judge(autoscaler, isScaling, evidence, patience), evidence, patience),
    knownForMs: unschedulableForMs(condition, events, evidence),
    quietMs: QUIET_MS,
    wantsRoom: true,
  };
}

/** What an autoscaler last said of the pod. */
function findAutoscaler(events: EventView[]): EventView | undefined {
  return events.find(({ reason }) => SCALING_REASONS.has(reason) || UNSCALABLE_REASONS.has(reason));
}

/** A node that is added for one pod may take its siblings too: they needn't be named. */
function findScaling(evidence: Evidence): EventView | undefined {
  const events = livePods(evidence).flatMap(({ uid }) =>
    findAutoscaler(evidence.eventsOf(uid).sort(compareNewestFirst)) ?? []
  );
  return events.find(({ reason }) => SCALING_REASONS.has(reason));
}

function judge(
  autoscaler: EventView | undefined,
  isScaling: boolean,
  evidence: Evidence,
  { unschedulableMs, unscalableMs, roomMs }: Patience,
): Certainty {
  if (isScaling) return NEVER;
  if (autoscaler === undefined) return twice(unschedulableMs);
  return twice(evidence.isRoomComing() ? Math.max(roomMs, unscalableMs) : unscalableMs);
}

/** By the cluster's own clock: from the condition's change to the newest event. */
function unschedulableForMs(
  { transitionMs }: Condition,
  events: EventView[],
  { appliedMs = 0 }: Evidence,
): number | undefined {
  const newestMs = events[0]?.lastMs;
  if (transitionMs === undefined || newestMs === undefined) return undefined;
  return Math.max(0, newestMs - Math.max(transitionMs, appliedMs));
}

/** The scheduler's message without the part on preemption, which repeats it. */
export function summariseScheduling(message: string): string {
  return clause(message.replace(/\s*(?:preemption|no new claims to deallocate)\b.*$/s, "")).replace(/[.,]$/, "");
}

/** Patterns in the scheduler's words → what to do. */
const ADVICE: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [
    /persistentvolumeclaim "([^"]+)" not found/,
    ([, name]) => `Create persistentvolumeclaim "${name}", or correct its name`,
  ],
  [/unbound immediate PersistentVolumeClaims/, () => "Look why the claim isn't bound: kubectl describe pvc"],
  [
    /volume node affinity conflict/,
    () => "The pod's volume is in another zone than the nodes that are free: add a node there",
  ],
  [
    /untolerated taint(?:\(s\))?(?: ?(\{[^}]*\}))?/,
    // Since Kubernetes 1.36 the scheduler says only that there is a taint, not which.
    ([, taint]) =>
      taint === undefined
        ? "Tolerate the nodes' taints (kubectl describe nodes shows them), or add nodes without any"
        : `Tolerate the taint ${taint} or add nodes without it`,
  ],
  [
    /Insufficient ([\w./-]*\w)/,
    ([, resource]) => `Lower the request for ${resource}, or add nodes that have more of it`,
  ],
  [/Too many pods/, () => "The nodes run as many pods as they may: add nodes"],
  [
    /didn't match Pod's node affinity\/selector|node selector/,
    () => "Correct nodeSelector or node affinity, or label a node so that it matches",
  ],
  [/didn't match pod (anti-)?affinity|anti-affinity/, () => "Relax the pod's (anti-)affinity, or add nodes"],
  [/topology spread constraints/, () => "Relax topologySpreadConstraints, or add nodes in the missing zone"],
  [/free ports/, () => "Another pod uses the host port: remove hostPort, or add nodes"],
  [/no nodes available/, () => "The cluster has no nodes"],
  [/unschedulable/, () => "The nodes are cordoned: kubectl uncordon"],
];

/** What to do about a scheduler's message: what keeps away from the most nodes first. */
export function adviseOnScheduling(message: string): string[] {
  return hindrances(summariseScheduling(message)).flatMap((words) => {
    for (const [pattern, advise] of ADVICE) {
      const match = pattern.exec(words);
      if (match !== null) return [advise(match)];
    }
    return [];
  });
}

/** `0/3 nodes are available: 1 node(s) had …, 2 Insufficient cpu`: its parts, those of the most nodes first. */
function hindrances(words: string): string[] {
  const [, list = words] = /nodes are available: (.*)$/s.exec(words) ?? [];
  const nodesOf = (part: string) => Number(/^\d+/.exec(part)?.[0] ?? Infinity);
  return list.split(/, (?=\d+ )/).sort((a, b) => nodesOf(b) - nodesOf(a));
}
