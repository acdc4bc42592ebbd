import type { CatalogueEntry } from "./entry.ts";
import { ONLY_TOLD } from "./verdicts.ts";

/** Pods that run and are not ready: K15. */
export const READINESS = {
  K1501: {
    name: "ReadinessFailing",
    meaning: "The container runs, but its readiness or startup probe doesn't succeed.",
    verdict: ONLY_TOLD,
    steps: ["Check what the probe asks (path, port, timeout), and the container's log"],
  },
  K1502: {
    name: "ReadinessGatePending",
    meaning:
      "All containers are ready, but a readiness gate isn't: something outside of the pod must set that condition.",
    verdict: ONLY_TOLD,
    steps: ["Look at the controller that sets the condition, such as the one of the load balancer"],
  },
} as const satisfies Record<string, CatalogueEntry>;
