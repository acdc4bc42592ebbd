import type { FindingCode } from "../catalogue.ts";
import { type Evidence, livePods } from "../evidence/evidence.ts";
import type { ContainerView, PodView, Termination } from "../evidence/pod_view.ts";
import { type Certainty, type EvidenceItem, NEVER, NOW, twice } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { explainExitCode, findStartFailure } from "./cannot_start.ts";
import {
  certaintyFor,
  clause,
  containerEvents,
  describeContainer,
  eventItem,
  isOlderThanApply,
  type Rule,
  stateItem,
} from "./rule.ts";

/** Until a container was restarted as often as allowed, a loop must go on for this long. */
const SLOW_LOOP_MS = 30_000;

const HOOK_REASONS = new Set(["PostStartHookError", "PreStartHookError"]);

interface Crash {
  pod: PodView;
  container: ContainerView;
  /** How the last run ended; unknown while a postStart hook fails. */
  termination?: Termination;
}

/**
 * Containers that end again and again: K1101, K1102, K1104, K1105, K1106.
 *
 * One pod of several may just be unlucky with its node, and programs that wait for others by crashing recover. So it's
 * fatal only when every new pod crashes, or when one was restarted often and none is available. Jobs count by
 * themselves how often a pod may fail.
 */
export const crashRule: Rule = (evidence, patience) => {
  if (evidence.workload.kind === "Job") return [];
  const pods = livePods(evidence);
  const crashes = pods.flatMap((pod) => pod.containers.flatMap((container) => findCrash(pod, container, evidence)));
  const crashing = new Set(crashes.map(({ pod }) => pod.uid));
  // Loops of several pods don't keep step: one that is up for the moment is in trouble all the same.
  const affected = pods.filter((pod) => crashing.has(pod.uid) || isBetweenCrashes(pod, patience));
  const isAnyAvailable = pods.some((pod) => pod.isReady && !affected.includes(pod));
  const isEvery = affected.length === pods.length;
  return crashes.map((crash) => {
    const { pod, container } = crash;
    const share = isEvery ? "" : ` in ${affected.length} of ${pods.length} new pods`;
    return {
      code: codeOf(crash, evidence),
      object: pod.ref,
      container: container.name,
      message: `${describeCrash(crash, evidence)}${share}`,
      evidence: proveCrash(crash, evidence),
      certainty: certaintyFor(pod, judge(container, { isEvery, isAnyAvailable }, patience), evidence, patience),
    };
  });
};

function isBetweenCrashes(pod: PodView, { allowedRestarts }: Patience): boolean {
  const isSuspect = (restarts: number) => pod.isReady ? restarts > allowedRestarts : restarts > 0;
  return pod.containers.some(({ restartCount, last }) => isSuspect(restartCount) && last !== undefined);
}

function judge(
  { restartCount }: ContainerView,
  { isEvery, isAnyAvailable }: { isEvery: boolean; isAnyAvailable: boolean },
  { allowedRestarts, crashMs }: Patience,
): Certainty {
  if (restartCount > allowedRestarts && !isAnyAvailable) return NOW;
  if (!isEvery) return NEVER;
  return twice(restartCount >= allowedRestarts ? crashMs : Math.max(crashMs, SLOW_LOOP_MS));
}

function findCrash(pod: PodView, container: ContainerView, evidence: Evidence): Crash[] {
  const { state, last, restartCount, role } = container;
  if (findStartFailure(container) !== undefined) return [];
  if (state.kind === "waiting" && HOOK_REASONS.has(state.reason)) return [{ pod, container, termination: last }];
  const isLooping = state.kind === "waiting" && state.reason === "CrashLoopBackOff";
  const ended = state.kind === "terminated" ? state.termination : isLooping ? last : undefined;
  if (isLooping && ended === undefined) return [{ pod, container }];
  // An init container's success is its end; any other container has no business to end.
  if (ended === undefined || (role === "init" && ended.exitCode === 0)) return [];
  if (state.kind === "terminated" && restartCount === 0 && pod.restartPolicy !== "Never") return [];
  // A crash from before the apply proves nothing: a back-off takes up to five minutes to end.
  const { appliedMs } = evidence;
  if (isOlderThanApply(pod, evidence) && (ended.finishedMs ?? 0) < appliedMs!) return [];
  return [{ pod, container, termination: ended }];
}

function codeOf({ pod, container, termination }: Crash, evidence: Evidence): FindingCode {
  if (container.state.kind === "waiting" && HOOK_REASONS.has(container.state.reason)) return "K1106";
  if (termination?.reason === "OOMKilled") return "K1102";
  if (findProbeKill(pod, container, evidence) !== undefined) return "K1105";
  if (explainExitCode(termination?.exitCode ?? 0) !== undefined) return "K1103";
  return container.role === "init" ? "K1104" : "K1101";
}

function describeCrash(crash: Crash, evidence: Evidence): string {
  const { container, termination } = crash;
  const subject = describeContainer(container);
  const Subject = subject.charAt(0).toUpperCase() + subject.slice(1);
  const times = container.restartCount > 0 ? `, restarted ${describeTimes(container.restartCount)}` : "";
  const exitCode = termination?.exitCode ?? 0;
  switch (codeOf(crash, evidence)) {
    case "K1102":
      return `${Subject} used more memory than its limit and was killed${times}`;
    case "K1105":
      return `${Subject} is killed because its ${probeKindOf(crash, evidence)} probe fails${times}`;
    case "K1106":
      return `The postStart hook of ${subject} fails`;
    case "K1103":
      return `Cannot start ${subject}: ${explainExitCode(exitCode)} (exit code ${exitCode})`;
    case "K1104":
      return `${Subject} fails with exit code ${exitCode}${times}`;
    default:
      return termination === undefined
        ? `${Subject} crashes${times}`
        : `${Subject} ends with exit code ${exitCode}${describeSignal(exitCode)}${times}`;
  }
}

function describeTimes(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

/** Codes above 128 are signals, by the shell's convention. */
function describeSignal(exitCode: number): string {
  const signals: Record<number, string> = {
    130: "SIGINT",
    134: "SIGABRT",
    137: "SIGKILL",
    139: "SIGSEGV",
    143: "SIGTERM",
  };
  return signals[exitCode] === undefined ? "" : ` (${signals[exitCode]})`;
}

function findProbeKill(pod: PodView, container: ContainerView, evidence: Evidence) {
  return containerEvents(pod, container, evidence)
    .find(({ reason, message }) => reason === "Killing" && /failed (liveness|startup) probe/.test(message));
}

function probeKindOf({ pod, container }: Crash, evidence: Evidence): string {
  const event = findProbeKill(pod, container, evidence);
  return /failed (liveness|startup) probe/.exec(event?.message ?? "")?.[1] ?? "liveness";
}

function proveCrash({ pod, container, termination }: Crash, evidence: Evidence): EvidenceItem[] {
  const items: EvidenceItem[] = [];
  if (termination !== undefined) {
    const { exitCode, reason, message } = termination;
    const words = [reason, message && clause(message)].filter(Boolean).join(": ");
    items.push({
      kind: "exit",
      text: `container ${container.name} exited with code ${exitCode}${words && ` (${words})`}`,
    });
  } else items.push(...stateItem(container));
  const unhealthy = containerEvents(pod, container, evidence)
    .find(({ reason, message }) => reason === "Unhealthy" && /^(Liveness|Startup) probe/.test(message));
  const hook = containerEvents(pod, container, evidence).find(({ reason }) => reason === "FailedPostStartHook");
  for (const event of [unhealthy, hook]) if (event !== undefined) items.push(eventItem(event));
  return items;
}
