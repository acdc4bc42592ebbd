import { groupOf, type Manifest } from "../../manifest/mod.ts";
import { partitionOf } from "./stateful_set.ts";
import { readNumber } from "./fields.ts";

/** How many pods (of a Job: completions) a workload wants and has. */
export interface ReplicaCounts {
  /** As many as its spec asks for. */
  desired: number;
  /** Of the newest revision. */
  updated: number;
  /** Whose readiness probes succeed; of a Job: that have succeeded. */
  ready: number;
  /** Ready for `minReadySeconds`. */
  available: number;
  /** Of all revisions, without those that are being deleted. */
  total: number;
}

/** The counts of a workload; undefined for kinds that have none. */
export function readCounts(object: Manifest): ReplicaCounts | undefined {
  const count = (field: string) => readNumber(0, object, "status", field);
  switch (`${groupOf(object.apiVersion)}/${object.kind}`) {
    case "apps/Deployment":
    case "apps/StatefulSet":
    case "apps/ReplicaSet":
      return {
        desired: readNumber(1, object, "spec", "replicas"),
        updated: object.kind === "ReplicaSet" ? count("replicas") : count("updatedReplicas"),
        ready: count("readyReplicas"),
        available: count("availableReplicas"),
        total: count("replicas"),
      };
    case "apps/DaemonSet":
      return {
        desired: count("desiredNumberScheduled"),
        updated: count("updatedNumberScheduled"),
        ready: count("numberReady"),
        available: count("numberAvailable"),
        total: count("currentNumberScheduled"),
      };
    case "batch/Job": {
      const parallelism = readNumber(1, object, "spec", "parallelism");
      const active = count("active");
      return {
        desired: readNumber(parallelism, object, "spec", "completions"),
        updated: count("succeeded") + active,
        ready: count("succeeded"),
        available: count("succeeded"),
        total: count("succeeded") + active,
      };
    }
    default:
      return undefined;
  }
}

/** How many pods of the newest revision a rollout needs: fewer than desired where a partition holds some back. */
export function wantedUpdated(object: Manifest, counts: ReplicaCounts): number {
  return object.kind === "StatefulSet" ? Math.max(0, counts.desired - partitionOf(object)) : counts.desired;
}
