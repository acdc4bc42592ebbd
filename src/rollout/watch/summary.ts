import type { Evidence } from "../evidence/evidence.ts";
import type { PodView } from "../evidence/pod_view.ts";
import { readText } from "../status/fields.ts";
import type { Status } from "../status/status.ts";
import type { PodSummary, WorkloadProgress } from "./rollout_event.ts";

/** How far a workload is, for showing. */
export function summariseProgress(evidence: Evidence, status: Status): WorkloadProgress {
  const { ref, counts, replicaSet, workload, newestPods, olderPods } = evidence;
  const revision = replicaSet?.name ?? readText(workload, "status", "updateRevision");
  return {
    ref,
    status,
    ...(counts === undefined ? {} : { counts }),
    ...(revision === "" ? {} : { revision }),
    pods: [
      ...newestPods.map((pod) => summarisePod(pod, true)),
      ...olderPods.map((pod) => summarisePod(pod, false)),
    ],
  };
}

function summarisePod(pod: PodView, isNewest: boolean): PodSummary {
  const reason = reasonOf(pod);
  return {
    name: pod.ref.name,
    isNewest,
    phase: pod.phase || "Pending",
    isReady: pod.isReady,
    isTerminating: pod.isTerminating,
    restarts: restartsOf(pod),
    ...(reason === undefined ? {} : { reason }),
    ...(pod.createdMs === undefined ? {} : { createdMs: pod.createdMs }),
  };
}

/** How often the pod's containers were restarted, all together. */
export function restartsOf({ containers }: PodView): number {
  return containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function reasonOf({ reason, containers, conditions }: PodView): string | undefined {
  if (reason !== "") return reason;
  for (const { state } of containers) {
    if (state.kind === "waiting" && state.reason !== "PodInitializing") return state.reason;
    if (state.kind === "terminated" && state.termination.exitCode !== 0) return state.termination.reason;
  }
  const scheduled = conditions.find(({ type }) => type === "PodScheduled");
  return scheduled?.status === "False" ? scheduled.reason : undefined;
}
