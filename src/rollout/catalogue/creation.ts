import type { CatalogueEntry } from "./entry.ts";
import { NO_ACCOUNT, NO_ROOM, ONLY_TOLD, REFUSED } from "./verdicts.ts";

/** Pods that the API server refuses: K14. */
export const CREATION = {
  K1401: {
    name: "QuotaExceeded",
    meaning: "The namespace's ResourceQuota doesn't admit another pod.",
    verdict: NO_ROOM,
    steps: ["Raise the quota, lower the requests, or let the rollout do without surge (maxSurge: 0)"],
  },
  K1402: {
    name: "AdmissionDenied",
    meaning: "An admission webhook or a policy refuses the pod.",
    verdict: REFUSED,
    steps: ["Change the pod so that it meets the policy which the message names"],
  },
  K1403: {
    name: "PodSecurity",
    meaning: "The pod violates the namespace's Pod Security standard, or its security context constraints.",
    verdict: REFUSED,
    steps: ["Set the securityContext fields that the message names, or relax the namespace's enforce label"],
  },
  K1404: {
    name: "ServiceAccountMissing",
    meaning: "The pod's ServiceAccount does not exist.",
    verdict: NO_ACCOUNT,
    steps: ["Add the ServiceAccount to the overlay, or correct serviceAccountName"],
  },
  K1405: {
    name: "LimitRangeViolated",
    meaning: "The pod's requests or limits are outside of what the namespace's LimitRange allows.",
    verdict: REFUSED,
    steps: ["Bring resources.requests and resources.limits into the range that the message names"],
  },
  K1406: {
    name: "PodInvalid",
    meaning: "The API server refuses the pod as the template describes it.",
    verdict: REFUSED,
    steps: ["Correct the field of the pod template that the message names"],
  },
  K1407: {
    name: "WebhookUnreachable",
    meaning: "An admission webhook that must be asked doesn't answer, so no pod can be created.",
    verdict: ONLY_TOLD,
    steps: ["Look at the pods behind the webhook which the message names"],
  },
  K1408: {
    name: "NamespaceTerminating",
    meaning: "The namespace is being deleted, and takes no new objects.",
    verdict: REFUSED,
    steps: ["Wait until the namespace is gone, then deploy again"],
  },
  K1409: {
    name: "PodCreateFailed",
    meaning: "The workload's controller cannot create pods.",
    verdict: ONLY_TOLD,
    steps: ["Read the message: it is the API server's answer to the controller"],
  },
} as const satisfies Record<string, CatalogueEntry>;
