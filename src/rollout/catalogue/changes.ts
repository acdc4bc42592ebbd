import type { CatalogueEntry } from "./entry.ts";
import { AT_ONCE, ONLY_TOLD } from "./verdicts.ts";

/** Changes from outside, and the watch itself: K17, K18. */
export const CHANGES = {
  K1701: {
    name: "ObjectDeleted",
    meaning: "The object doesn't exist, or is being deleted.",
    verdict: AT_ONCE,
    steps: ["Find out who deleted it, then deploy again"],
  },
  K1702: {
    name: "ObjectReplaced",
    meaning: "The object was deleted and created anew while it was watched.",
    verdict: AT_ONCE,
    steps: ["Find out who replaced it, then deploy again"],
  },
  K1703: {
    name: "ChangedMeanwhile",
    meaning:
      "Somebody else changed the pod template during the rollout: what is rolled out now isn't what was applied.",
    verdict: ONLY_TOLD,
    steps: ["Let one pipeline at a time deploy (resource_group in GitLab), then deploy again"],
  },
  K1704: {
    name: "NoActivity",
    meaning: "Nothing about the workload has changed for a long time.",
    verdict: "Fatal after the time that was asked for; off otherwise",
    steps: ["Look at the workload and at its controller: kubectl describe"],
  },
  K1705: {
    name: "InvalidAnnotation",
    meaning: "An annotation of kstage's has a value that is no duration, so it's not followed.",
    verdict: ONLY_TOLD,
    steps: ["Write it as 90s, 5m or 1h30m"],
  },
  K1801: {
    name: "TimedOut",
    meaning: "The time was up before the rollout was complete, and nothing is known to be wrong.",
    verdict: "Told when the time is up",
    steps: ["Allow more time with --timeout, or look why the pods take so long"],
  },
} as const satisfies Record<string, CatalogueEntry>;
