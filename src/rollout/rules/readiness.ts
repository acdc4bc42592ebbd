import { type Evidence, livePods } from "../evidence/evidence.ts";
import type { EventView } from "../evidence/event_view.ts";
import type { ContainerView, PodView } from "../evidence/pod_view.ts";
import { NEVER, type Suspicion } from "../finding.ts";
import { clause, containerEvents, describeContainer, eventItem, type Rule } from "./rule.ts";

/** Most programs are ready sooner. */
const QUIET_MS = 15_000;

/** Pods that run and aren't ready: K1501, K1502. They may yet become so, up to the last moment. */
export const readinessRule: Rule = (evidence) =>
  livePods(evidence)
    .filter(({ isReady, phase }) => !isReady && phase === "Running")
    .flatMap((pod) => suspectContainers(pod, evidence) ?? suspectGates(pod));

function suspectContainers(pod: PodView, evidence: Evidence): Suspicion[] | undefined {
  const unready = pod.containers.filter(({ role, isReady }) => role !== "init" && !isReady);
  if (unready.length === 0) return undefined;
  return unready.filter(({ state }) => state.kind === "running").map((container) => {
    const event = findProbeFailure(pod, container, evidence);
    const kind = /^(\w+) probe/.exec(event?.message ?? "")?.[1]?.toLowerCase() ?? "readiness";
    const probe = container.probes[kind as "readiness" | "startup"];
    const words = event === undefined
      ? ""
      : `: ${clause(event.message.replace(/^\w+ probe (failed|errored)[^:]*: /, ""))}`;
    return {
      code: "K1501",
      object: pod.ref,
      container: container.name,
      message: `The ${kind} probe of ${describeContainer(container)}${probe === undefined ? "" : ` (${probe})`}` +
        (event === undefined ? " has not succeeded yet" : ` fails${words}`),
      evidence: event === undefined ? [] : [eventItem(event)],
      certainty: NEVER,
      // A probe that failed has something to tell; one that wasn't heard of has not.
      quietMs: event === undefined ? QUIET_MS : 0,
    };
  });
}

function findProbeFailure(pod: PodView, container: ContainerView, evidence: Evidence): EventView | undefined {
  return containerEvents(pod, container, evidence)
    .find(({ reason, message }) => reason === "Unhealthy" && /^(Readiness|Startup) probe/.test(message));
}

function suspectGates(pod: PodView): Suspicion[] {
  return pod.readinessGates.flatMap((gate): Suspicion[] => {
    const condition = pod.conditions.find(({ type }) => type === gate);
    if (condition?.status === "True") return [];
    const state = condition === undefined
      ? "nobody has set it"
      : clause(condition.message || condition.reason || "it is False");
    return [{
      code: "K1502",
      object: pod.ref,
      key: gate,
      message: `Readiness gate "${gate}" is not true: ${state}`,
      evidence: condition === undefined
        ? []
        : [{ kind: "condition", text: `${gate} is ${condition.status}: ${state}` }],
      certainty: NEVER,
      quietMs: QUIET_MS,
    }];
  });
}
