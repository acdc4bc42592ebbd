import type { CatalogueEntry } from "./entry.ts";
import { ONLY_TOLD, UNSCHEDULABLE } from "./verdicts.ts";

/** Nodes: K13. */
export const NODES = {
  K1301: {
    name: "Unschedulable",
    meaning:
      "No node takes the pod: there is too little of a resource, or taints, selectors or volumes exclude all nodes.",
    verdict: UNSCHEDULABLE,
    steps: ["Lower the pod's requests, add nodes, or correct its tolerations, selectors and claims"],
  },
  K1302: {
    name: "Evicted",
    meaning: "A node ended or refused the pod, for a reason that is the node's: pressure, preemption, a shutdown.",
    verdict: ONLY_TOLD,
    steps: ["Look at the node's conditions; request as much memory and ephemeral storage as the pod needs"],
  },
  K1303: {
    name: "NodeLost",
    meaning: "The pod's node doesn't answer, so nothing is known of the pod.",
    verdict: ONLY_TOLD,
    steps: ["Look at the node: kubectl describe node"],
  },
  K1304: {
    name: "StuckTerminating",
    meaning: "A pod was told to end, and is still there after its grace period; a new one may have to wait for it.",
    verdict: ONLY_TOLD,
    steps: [
      "Look at the pod's node and finalizers; kubectl delete pod --force gives it up, if its node is gone for good",
    ],
  },
} as const satisfies Record<string, CatalogueEntry>;
