import type { CatalogueEntry } from "./entry.ts";
import { AT_ONCE, MISSING, ONLY_TOLD } from "./verdicts.ts";

/** Configuration and volumes: K12. */
export const CONFIGURATION = {
  K1201: {
    name: "ContainerConfigMissing",
    meaning: "The container needs a Secret, a ConfigMap, or a key of one, that does not exist.",
    verdict: MISSING,
    steps: ["Create what is missing, or correct its name"],
  },
  K1202: {
    name: "RunsAsRoot",
    meaning:
      "The security context asks for a user that isn't root, but the image runs as root, or as a user without a number.",
    verdict: AT_ONCE,
    steps: ["Set securityContext.runAsUser to a number, or USER to a number in the Dockerfile"],
  },
  K1203: {
    name: "ContainerConfigInvalid",
    meaning: "The kubelet could not put the container's configuration together.",
    verdict: AT_ONCE,
    steps: ["Correct what the message names in the container's env, envFrom, volumes or securityContext"],
  },
  K1204: {
    name: "MountFailed",
    meaning: "A volume cannot be attached or mounted, so the pod's containers are not started.",
    verdict: `${MISSING}; only told for other causes`,
    steps: ["Create what the volume refers to, or look at the storage driver"],
  },
  K1205: {
    name: "ContainerNotCreated",
    meaning: "The container runtime could not create the container.",
    verdict: "Fatal at once when the image has no command; else only told",
    steps: ["Give the container a command, or look at the node's container runtime"],
  },
  K1206: {
    name: "SandboxFailed",
    meaning: "The node could not set up the pod's network or cgroup.",
    verdict: ONLY_TOLD,
    steps: ["Look at the node's network plugin (CNI); such failures often pass when its pods are up"],
  },
} as const satisfies Record<string, CatalogueEntry>;
