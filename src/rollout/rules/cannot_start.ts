import { type Evidence, livePods } from "../evidence/evidence.ts";
import type { ContainerView, PodView, Termination } from "../evidence/pod_view.ts";
import { NEVER, NOW, type Suspicion } from "../finding.ts";
import type { Patience } from "../patience.ts";
import { certaintyFor, describeContainer, type Rule } from "./rule.ts";

/** The runtime's words for a program that will never start, and ours. */
const HOPELESS_STARTS: readonly [RegExp, string][] = [
  [/exec format error/i, "its program is for another architecture, or a script without #!"],
  [/executable file not found/i, "its program is not in $PATH"],
  [/no such file or directory/i, "its program, or its interpreter, does not exist"],
  [/permission denied/i, "its program may not be executed"],
  [/is a directory/i, "its program is a directory"],
];

/** Reasons that the runtime gives when the process never ran. */
const START_REASONS = new Set(["ContainerCannotRun", "StartError", "RunContainerError"]);

/** Exit codes by which shells and runtimes say the same. */
const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  126: "its program may not be executed",
  127: "its program was not found",
};

/** Why a container can't start, from the words that came with it; undefined when they say nothing definite. */
export function explainStartError(text: string): string | undefined {
  return HOPELESS_STARTS.find(([pattern]) => pattern.test(text))?.[1];
}

/** What an exit code says by itself. */
export function explainExitCode(code: number): string | undefined {
  return EXIT_MEANINGS[code];
}

/**
 * Containers that the runtime can't start: K1103. Exit code 128 alone is trouble of the node more often than of the
 * container (krane saw it pass), so there the words must be definite.
 */
export const cannotStartRule: Rule = (evidence, patience) =>
  livePods(evidence).flatMap((pod) =>
    pod.containers.flatMap((container) => suspectStart(pod, container, evidence, patience) ?? [])
  );

function suspectStart(
  pod: PodView,
  container: ContainerView,
  evidence: Evidence,
  patience: Patience,
): Suspicion | undefined {
  const failure = findStartFailure(container);
  if (failure === undefined) return undefined;
  const { termination, text } = failure;
  const cause = explainStartError(text) ?? explainExitCode(termination?.exitCode ?? 0);
  const code = termination === undefined ? "" : ` (exit code ${termination.exitCode})`;
  return {
    code: "K1103",
    object: pod.ref,
    container: container.name,
    message: `Cannot start ${describeContainer(container)}${cause === undefined ? code : `: ${cause}`}`,
    evidence: [{
      kind: termination === undefined ? "state" : "exit",
      text: `container ${container.name}: ${text}${code}`,
    }],
    certainty: certaintyFor(pod, cause === undefined ? NEVER : NOW, evidence, patience),
  };
}

/** The newest failed start of a container that hasn't run since. */
export function findStartFailure(container: ContainerView): { text: string; termination?: Termination } | undefined {
  const { state, last } = container;
  if (state.kind === "running") return undefined;
  const termination = state.kind === "terminated" ? state.termination : last;
  if (termination !== undefined && START_REASONS.has(termination.reason)) {
    return { text: `${termination.reason}: ${termination.message || "no message"}`, termination };
  }
  if (state.kind === "waiting" && START_REASONS.has(state.reason)) {
    return { text: `${state.reason}: ${state.message || "no message"}` };
  }
  return undefined;
}
