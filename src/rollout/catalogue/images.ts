import type { CatalogueEntry } from "./entry.ts";
import { AT_ONCE, ONLY_TOLD, UNSIGNED, WHEN_REFUSED } from "./verdicts.ts";

/** Images that nodes cannot get: K10. */
export const IMAGES = {
  K1001: {
    name: "ImageNotFound",
    meaning: "The registry answered, and has no such image, tag or digest.",
    verdict: WHEN_REFUSED,
    steps: [
      "Check the image's name and tag, and that the job which pushes it ran before this one",
      "Look whether the registry's cleanup policy has deleted the tag",
    ],
  },
  K1002: {
    name: "ImagePullDenied",
    meaning:
      "The registry refused the cluster's credentials, or there are none. Some registries answer so for images that don't exist.",
    verdict: WHEN_REFUSED,
    steps: [
      "Give the pod an imagePullSecrets entry whose token may read the registry and has not expired",
      "Check the image's name: many registries deny what doesn't exist",
    ],
  },
  K1003: {
    name: "ImagePullTransient",
    meaning:
      "The image could not be fetched for a reason that often passes: a rate limit, an overloaded registry, the network.",
    verdict: ONLY_TOLD,
    steps: ["Wait, or look at the registry and at the cluster's network if it goes on"],
  },
  K1004: {
    name: "InvalidImageName",
    meaning: "The image's name cannot be parsed, so nothing was asked of any registry.",
    verdict: AT_ONCE,
    steps: ["Correct the image: lower-case repository, at most one tag, no spaces, no empty variable in it"],
  },
  K1005: {
    name: "ImageNeverPulled",
    meaning: "The pull policy is Never, and the node doesn't have the image.",
    verdict: AT_ONCE,
    steps: ["Set imagePullPolicy to IfNotPresent, or load the image onto every node"],
  },
  K1006: {
    name: "ImagePlatformMismatch",
    meaning: "The image exists, but not for the node's operating system or architecture.",
    verdict: WHEN_REFUSED,
    steps: ["Build the image for the nodes' platform, such as linux/amd64 and linux/arm64"],
  },
  K1007: {
    name: "ImageSignatureInvalid",
    meaning: "The node's policy asks for a signature that the image doesn't have.",
    verdict: UNSIGNED,
    steps: ["Sign the image as the nodes' policy asks"],
  },
} as const satisfies Record<string, CatalogueEntry>;
