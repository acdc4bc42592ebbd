import type { CatalogueEntry } from "./entry.ts";
import { CRASH, KILLED, ONLY_TOLD, OWN_CRASH } from "./verdicts.ts";

/** Processes that do not start, or end: K11. */
export const PROCESSES = {
  K1101: {
    name: "CrashLoop",
    meaning: "The container starts, ends, and is started again, over and over.",
    verdict: CRASH,
    steps: ["Read the last lines of the container's log: the process ended by itself"],
  },
  K1102: {
    name: "OOMKilled",
    meaning: "The kernel killed the container because it used more memory than its limit allows.",
    verdict: OWN_CRASH,
    steps: [
      "Raise resources.limits.memory, or make the process use less: a JVM or Node.js heap must fit into the limit",
    ],
  },
  K1103: {
    name: "CannotStart",
    meaning:
      "The container's program could not be started: it doesn't exist, may not be executed, or is for another architecture.",
    verdict: `Fatal at once when the runtime says so; when a shell does: ${OWN_CRASH}`,
    steps: ["Check command, args and the image's entrypoint, and that the image fits the nodes' architecture"],
  },
  K1104: {
    name: "InitFailed",
    meaning: "An init container fails, so the pod's other containers are never started.",
    verdict: CRASH,
    steps: ["Read the init container's log: it must end with code 0 before the others start"],
  },
  K1105: {
    name: "LivenessFailing",
    meaning: "The kubelet kills the container because its liveness or startup probe fails.",
    verdict: KILLED,
    steps: ["Give the process more time with a startupProbe, or correct the probe's path, port and timeout"],
  },
  K1106: {
    name: "LifecycleHookFailed",
    meaning: "The container's postStart hook failed, so the container was killed.",
    verdict: KILLED,
    steps: ["Check the command or the URL of lifecycle.postStart"],
  },
  K1107: {
    name: "RestartsAfterReady",
    meaning: "A container was ready, and ended soon after.",
    verdict: ONLY_TOLD,
    steps: ["Read the log of the container's previous run, and add a readinessProbe that tells when it truly serves"],
  },
} as const satisfies Record<string, CatalogueEntry>;
