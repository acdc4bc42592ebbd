/** What `kstage explain CODE` tells, and what findings take their names from. */
export interface CatalogueEntry {
  /** One CamelCase word. */
  name: string;
  /** What it means, for somebody who hasn't met it before. */
  meaning: string;
  /** When kstage stops for it. */
  verdict: string;
  /** What to do, the likeliest first; each a sentence without a final period. */
  steps: readonly [string, ...string[]];
}

const STOPS_AT_ONCE = "Fatal at once";
const STOPS_AT_SECOND_TRY = "Fatal at the second try, 10 s after the first or later; after 20 s when no other is seen";
const STOPS_IN_TEN = "Fatal when seen twice, 10 s apart";
const ONLY_TOLD = "Never fatal by itself: told as long as it lasts, and again when the time is up";

/**
 * All findings by their code. Codes are stable: a code is never given to something else.
 *
 * K10 images, K11 processes, K12 configuration and volumes, K13 nodes, K14 creation of pods, K15 readiness,
 * K16 workloads, K17 changes from outside, K18 the watch itself.
 */
export const CATALOGUE = {
  K1001: {
    name: "ImageNotFound",
    meaning: "The registry answered, and has no such image, tag or digest.",
    verdict: STOPS_AT_SECOND_TRY,
    steps: [
      "Check the image's name and tag, and that the job which pushes it ran before this one",
      "Look whether the registry's cleanup policy has deleted the tag",
    ],
  },
  K1002: {
    name: "ImagePullDenied",
    meaning:
      "The registry refused the cluster's credentials, or there are none. Some registries answer so for images that don't exist.",
    verdict: STOPS_AT_SECOND_TRY,
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
    verdict: STOPS_AT_ONCE,
    steps: ["Correct the image: lower-case repository, at most one tag, no spaces, no empty variable in it"],
  },
  K1005: {
    name: "ImageNeverPulled",
    meaning: "The pull policy is Never, and the node doesn't have the image.",
    verdict: STOPS_AT_ONCE,
    steps: ["Set imagePullPolicy to IfNotPresent, or load the image onto every node"],
  },
  K1006: {
    name: "ImagePlatformMismatch",
    meaning: "The image exists, but not for the node's operating system or architecture.",
    verdict: STOPS_AT_SECOND_TRY,
    steps: ["Build the image for the nodes' platform, such as linux/amd64 and linux/arm64"],
  },
  K1007: {
    name: "ImageSignatureInvalid",
    meaning: "The node's policy asks for a signature that the image doesn't have.",
    verdict: STOPS_IN_TEN,
    steps: ["Sign the image as the nodes' policy asks"],
  },
  K1101: {
    name: "CrashLoop",
    meaning: "The container starts, ends, and is started again, over and over.",
    verdict:
      "Fatal when every new pod does so (seen twice, 10 s apart, after 2 restarts), or one was restarted 3 times and none is available",
    steps: ["Read the last lines of the container's log: the process ended by itself"],
  },
  K1102: {
    name: "OOMKilled",
    meaning: "The kernel killed the container because it used more memory than its limit allows.",
    verdict: "As CrashLoop",
    steps: [
      "Raise resources.limits.memory, or make the process use less: a JVM or Node.js heap must fit into the limit",
    ],
  },
  K1103: {
    name: "CannotStart",
    meaning:
      "The container's program could not be started: it doesn't exist, may not be executed, or is for another architecture.",
    verdict: "Fatal at once when the runtime says so; as CrashLoop when a shell does",
    steps: ["Check command, args and the image's entrypoint, and that the image fits the nodes' architecture"],
  },
  K1104: {
    name: "InitFailed",
    meaning: "An init container fails, so the pod's other containers are never started.",
    verdict: "As CrashLoop",
    steps: ["Read the init container's log: it must end with code 0 before the others start"],
  },
  K1105: {
    name: "LivenessFailing",
    meaning: "The kubelet kills the container because its liveness or startup probe fails.",
    verdict: "As CrashLoop",
    steps: ["Give the process more time with a startupProbe, or correct the probe's path, port and timeout"],
  },
  K1106: {
    name: "LifecycleHookFailed",
    meaning: "The container's postStart hook failed, so the container was killed.",
    verdict: "As CrashLoop",
    steps: ["Check the command or the URL of lifecycle.postStart"],
  },
  K1107: {
    name: "RestartsAfterReady",
    meaning: "A container was ready, and ended soon after.",
    verdict: ONLY_TOLD,
    steps: ["Read the log of the container's previous run, and add a readinessProbe that tells when it truly serves"],
  },
  K1201: {
    name: "ContainerConfigMissing",
    meaning: "The container needs a Secret, a ConfigMap, or a key of one, that does not exist.",
    verdict: "Fatal at once; after 60 s when something in the overlay may still create it",
    steps: ["Create what is missing, or correct its name"],
  },
  K1202: {
    name: "RunsAsRoot",
    meaning:
      "The security context asks for a user that isn't root, but the image runs as root, or as a user without a number.",
    verdict: STOPS_AT_ONCE,
    steps: ["Set securityContext.runAsUser to a number, or USER to a number in the Dockerfile"],
  },
  K1203: {
    name: "ContainerConfigInvalid",
    meaning: "The kubelet could not put the container's configuration together.",
    verdict: STOPS_AT_ONCE,
    steps: ["Correct what the message names in the container's env, envFrom, volumes or securityContext"],
  },
  K1204: {
    name: "MountFailed",
    meaning: "A volume cannot be attached or mounted, so the pod's containers are not started.",
    verdict: "Fatal after 2 min when a Secret, a ConfigMap or a key is missing; else only told",
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
  K1301: {
    name: "Unschedulable",
    meaning:
      "No node takes the pod: there is too little of a resource, or taints, selectors or volumes exclude all nodes.",
    verdict:
      "Told after 15 s, fatal after 3 min; not while an autoscaler adds nodes; after 1 min when it says it can't",
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
  K1401: {
    name: "QuotaExceeded",
    meaning: "The namespace's ResourceQuota doesn't admit another pod.",
    verdict: "Fatal after 1 min",
    steps: ["Raise the quota, lower the requests, or let the rollout do without surge (maxSurge: 0)"],
  },
  K1402: {
    name: "AdmissionDenied",
    meaning: "An admission webhook or a policy refuses the pod.",
    verdict: STOPS_IN_TEN,
    steps: ["Change the pod so that it meets the policy which the message names"],
  },
  K1403: {
    name: "PodSecurity",
    meaning: "The pod violates the namespace's Pod Security standard, or its security context constraints.",
    verdict: STOPS_IN_TEN,
    steps: ["Set the securityContext fields that the message names, or relax the namespace's enforce label"],
  },
  K1404: {
    name: "ServiceAccountMissing",
    meaning: "The pod's ServiceAccount does not exist.",
    verdict: STOPS_IN_TEN,
    steps: ["Add the ServiceAccount to the overlay, or correct serviceAccountName"],
  },
  K1405: {
    name: "LimitRangeViolated",
    meaning: "The pod's requests or limits are outside of what the namespace's LimitRange allows.",
    verdict: STOPS_IN_TEN,
    steps: ["Bring resources.requests and resources.limits into the range that the message names"],
  },
  K1406: {
    name: "PodInvalid",
    meaning: "The API server refuses the pod as the template describes it.",
    verdict: STOPS_IN_TEN,
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
    verdict: STOPS_IN_TEN,
    steps: ["Wait until the namespace is gone, then deploy again"],
  },
  K1409: {
    name: "PodCreateFailed",
    meaning: "The workload's controller cannot create pods.",
    verdict: ONLY_TOLD,
    steps: ["Read the message: it is the API server's answer to the controller"],
  },
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
  K1601: {
    name: "DeadlineExceeded",
    meaning: "The Deployment made no progress for progressDeadlineSeconds, and its controller says so.",
    verdict: STOPS_AT_ONCE,
    steps: ["Look at the other findings, or at the pods: kubectl describe pod"],
  },
  K1602: {
    name: "JobFailed",
    meaning:
      "The Job has failed for good: too many retries, too much time, or a failure that its policy doesn't retry.",
    verdict: STOPS_AT_ONCE,
    steps: ["Read the log of the Job's last pod; a Job must be deleted before it can run again"],
  },
  K1603: {
    name: "StatefulSetPinned",
    meaning:
      "A pod of a former revision is broken, and the controller waits for it before it replaces it: going on or back changes nothing (kubernetes#67250).",
    verdict: STOPS_AT_ONCE,
    steps: ["Delete the broken pod, so that it's created anew from the new template"],
  },
  K1604: {
    name: "RolloutPaused",
    meaning: "The Deployment is paused: its new template is not rolled out.",
    verdict: STOPS_IN_TEN,
    steps: ["Resume it: kubectl rollout resume, or remove spec.paused"],
  },
  K1605: {
    name: "ObjectFailed",
    meaning: "The object's own status says that it has failed.",
    verdict: "Fatal at once for built-in kinds; for custom resources when seen twice, 10 s apart",
    steps: ["Read the message: it is the words of the object's controller"],
  },
  K1701: {
    name: "ObjectDeleted",
    meaning: "The object doesn't exist, or is being deleted.",
    verdict: STOPS_AT_ONCE,
    steps: ["Find out who deleted it, then deploy again"],
  },
  K1702: {
    name: "ObjectReplaced",
    meaning: "The object was deleted and created anew while it was watched.",
    verdict: STOPS_AT_ONCE,
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

/** A stable code: `K1001`. */
export type FindingCode = keyof typeof CATALOGUE;

/** The name that goes with a code: `ImageNotFound`. */
export type FindingName = (typeof CATALOGUE)[FindingCode]["name"];

/**
 * What there is to know about a finding.
 *
 * @param code A code or a name, in any case: `K1001`, `imagenotfound`.
 * @returns Undefined when there is no such finding.
 */
export function explainFinding(code: string): (CatalogueEntry & { code: FindingCode }) | undefined {
  const wanted = code.trim().toLowerCase();
  for (const [known, entry] of Object.entries(CATALOGUE)) {
    if (known.toLowerCase() === wanted || entry.name.toLowerCase() === wanted) {
      return { code: known as FindingCode, ...entry };
    }
  }
  return undefined;
}
