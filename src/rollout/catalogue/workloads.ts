import type { CatalogueEntry } from "./entry.ts";
import { AT_ONCE } from "./verdicts.ts";

/** What workloads say of themselves: K16. */
export const WORKLOADS = {
  K1601: {
    name: "DeadlineExceeded",
    meaning: "The Deployment made no progress for progressDeadlineSeconds, and its controller says so.",
    verdict: AT_ONCE,
    steps: ["Look at the other findings, or at the pods: kubectl describe pod"],
  },
  K1602: {
    name: "JobFailed",
    meaning:
      "The Job has failed for good: too many retries, too much time, or a failure that its policy doesn't retry.",
    verdict: AT_ONCE,
    steps: ["Read the log of the Job's last pod; a Job must be deleted before it can run again"],
  },
  K1603: {
    name: "StatefulSetPinned",
    meaning:
      "A pod of a former revision is broken, and the controller waits for it before it replaces it: going on or back changes nothing (kubernetes#67250).",
    verdict: AT_ONCE,
    steps: ["Delete the broken pod, so that it's created anew from the new template"],
  },
  K1604: {
    name: "RolloutPaused",
    meaning: "The Deployment is paused: its new template is not rolled out.",
    verdict: "Fatal when nobody has resumed it for 8 s",
    steps: ["Resume it: kubectl rollout resume, or remove spec.paused"],
  },
  K1605: {
    name: "ObjectFailed",
    meaning: "The object's own status says that it has failed.",
    verdict: "Fatal at once for built-in kinds; for custom resources when seen twice, 10 s apart",
    steps: ["Read the message: it is the words of the object's controller"],
  },
} as const satisfies Record<string, CatalogueEntry>;
