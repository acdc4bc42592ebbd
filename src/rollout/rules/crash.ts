import type { FindingCode } from "../catalogue/catalogue.ts";
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

/** Until a container has crashed often enough to be sure, a loop must go on for this long. */
const SLOW_LOOP_MS = 30_000;

/** What became ready needs a moment until others find it. */
const DISCOVERY_MS = 5_000;

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
 * One crash proves nothing; a second one of the same kind does, when every new pod crashes and there's nothing that the
 * program may be waiting for: a workload that was deployed along with it, another container of its pod. Programs that
 * wait for others by crashing recover, so there it takes longer. One pod of several may just be unlucky with its node:
 * then it's fatal when it was restarted often and none is available. Jobs count by themselves how often a pod may fail.
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
      message: `${describeCrash(crash, evidence)}${share}${isExcused(crash, evidence) ? EXCUSE : ""}`,
      evidence: proveCrash(crash, evidence),
      certainty: certaintyFor(pod, judge(crash, { isEvery, isAnyAvailable }, evidence, patience), evidence, patience),
    };
  });
};

function isBetweenCrashes(pod: PodView, { allowedRestarts }: Patience): boolean {
  const isSuspect = (restarts: number) => pod.isReady ? restarts > allowedRestarts : restarts > 0;
  return pod.containers.some(({ restartCount, last }) => isSuspect(restartCount) && last !== undefined);
}

const EXCUSE = ", while other workloads are still starting";

function judge(
  crash: Crash,
  { isEvery, isAnyAvailable }: { isEvery: boolean; isAnyAvailable: boolean },
  evidence: Evidence,
  { allowedRestarts, crashMs, dependencyMs }: Patience,
): Certainty {
  const { restartCount } = crash.container;
  if (isExcused(crash, evidence)) return isEvery ? twice(dependencyMs) : NEVER;
  if (restartCount > allowedRestarts && !isAnyAvailable) return NOW;
  if (!isEvery) return NEVER;
  const isSure = restartCount >= (isPlain(crash, evidence) ? 1 : allowedRestarts);
  return twice(isSure ? crashMs : Math.max(crashMs, SLOW_LOOP_MS));
}

/** Codes of crashes that no other workload has to do with: too little memory, no program. */
const OWN_FAULT: ReadonlySet<FindingCode> = new Set(["K1102", "K1103"]);

/** Whether the last run may have crashed because something that is deployed along with it was not there yet. */
function isExcused(crash: Crash, evidence: Evidence): boolean {
  const { isStarting, readyMs } = evidence.companions;
  if (OWN_FAULT.has(codeOf(crash, evidence))) return false;
  const { startedMs } = crash.termination ?? {};
  return isStarting || (readyMs !== undefined && startedMs !== undefined && startedMs < readyMs + DISCOVERY_MS);
}

/** Whether the process ended by itself, each time in the same way, and not because its neighbours were still starting. */
function isPlain(crash: Crash, evidence: Evidence): boolean {
  const { pod, container, termination } = crash;
  const code = codeOf(crash, evidence);
  if (OWN_FAULT.has(code)) return true;
  if (termination === undefined || code === "K1105" || code === "K1106") return false;
  const { exitCode, reason, startedMs = 0 } = termination;
  const isRepeated = container.ends.every((end) => end.exitCode === exitCode && end.reason === reason);
  return isRepeated &&
    !pod.containers.some((other) =>
      other !== container && other.role !== "init" && other.state.kind === "running" &&
      (!other.isReady || (other.state.startedMs ?? 0) > startedMs - DISCOVERY_MS)
    );
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
