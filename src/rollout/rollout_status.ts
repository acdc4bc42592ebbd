import { groupOf } from "../manifest/mod.ts";
import { type Evidence, isOnLostNode } from "./evidence/evidence.ts";
import { computeStatus } from "./status/compute_status.ts";
import { current, inProgress, type Status } from "./status/status.ts";

/**
 * The status of a workload, told from the workload and from what is known around it:
 * - a Deployment is current when its newest ReplicaSet has the pods available, not only the Deployment's sum;
 * - a DaemonSet is current when pods are missing only on nodes that don't answer.
 */
export function computeRolloutStatus(evidence: Evidence): Status {
  const status = computeStatus(evidence.workload);
  switch (`${groupOf(evidence.workload.apiVersion)}/${evidence.workload.kind}`) {
    case "apps/Deployment":
      return status.kind === "current" ? checkReplicaSet(evidence, status) : status;
    case "apps/DaemonSet":
      return status.kind === "inProgress" ? forgiveLostNodes(evidence, status) : status;
    default:
      return status;
  }
}

function checkReplicaSet({ replicaSet, counts, ref }: Evidence, status: Status): Status {
  if (replicaSet === undefined || counts === undefined || replicaSet.available >= counts.desired) return status;
  // The two are watched apart: an old word of the ReplicaSet may come after a new one of the Deployment.
  return inProgress(
    `Waiting for deployment "${ref.name}" rollout to finish: ` +
      `${replicaSet.available} of ${counts.desired} updated replicas are available...`,
  );
}

function forgiveLostNodes(evidence: Evidence, status: Status): Status {
  const { counts, newestPods, olderPods, isObserved, ref } = evidence;
  if (!isObserved || counts === undefined) return status;
  const isLost = (pod: typeof newestPods[number]) => isOnLostNode(pod, evidence);
  const nodes = new Set([...newestPods, ...olderPods].filter(isLost).map(({ nodeName }) => nodeName));
  const available = newestPods.filter((pod) => pod.isReady && !isLost(pod)).length;
  if (nodes.size === 0 || available === 0 || available + nodes.size < counts.desired) return status;
  return current(
    `daemon set "${ref.name}" rolled out on ${available} of ${counts.desired} nodes`,
    `${[...nodes].sort().join(", ")} ${nodes.size === 1 ? "does" : "do"} not answer`,
  );
}
