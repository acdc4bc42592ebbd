import { getPath } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { containerCells, formatAge, formatLabels, formatSelector, formatSpan, listAt } from "./cells.ts";
import { age, type Columns, number, orNone, text } from "./column.ts";
import { placementCells, summarizePod } from "./pod_row.ts";

/** Columns of pods and of what makes them. */
export const WORKLOAD_COLUMNS: Record<string, Columns> = {
  "/Pod": {
    names: ["Name", "Ready", "Status", "Restarts", "Age", "IP+", "Node+", "Nominated Node+", "Readiness Gates+"],
    cells: (pod, now) => {
      const { ready, status, restarts } = summarizePod(pod, now);
      return [pod.metadata.name, ready, status, restarts, age(pod, now), ...placementCells(pod)];
    },
  },
  "apps/Deployment": {
    names: ["Name", "Ready", "Up-to-date", "Available", "Age", "Containers+", "Images+", "Selector+"],
    cells: (deployment, now) => [
      deployment.metadata.name,
      `${number(deployment, "status", "readyReplicas")}/${number(deployment, "spec", "replicas")}`,
      number(deployment, "status", "updatedReplicas"),
      number(deployment, "status", "availableReplicas"),
      age(deployment, now),
      ...containerCells(getPath(deployment, "spec", "template")),
      formatSelector(getPath(deployment, "spec", "selector")),
    ],
  },
  "apps/ReplicaSet": replicaColumns(),
  "/ReplicationController": replicaColumns(),
  "apps/StatefulSet": {
    names: ["Name", "Ready", "Age", "Containers+", "Images+"],
    cells: (set, now) => [
      set.metadata.name,
      `${number(set, "status", "readyReplicas")}/${number(set, "spec", "replicas")}`,
      age(set, now),
      ...containerCells(getPath(set, "spec", "template")),
    ],
  },
  "apps/DaemonSet": {
    names: [
      "Name",
      "Desired:integer",
      "Current:integer",
      "Ready:integer",
      "Up-to-date:integer",
      "Available:integer",
      "Node Selector",
      "Age",
      "Containers+",
      "Images+",
      "Selector+",
    ],
    cells: (set, now) => [
      set.metadata.name,
      number(set, "status", "desiredNumberScheduled"),
      number(set, "status", "currentNumberScheduled"),
      number(set, "status", "numberReady"),
      number(set, "status", "updatedNumberScheduled"),
      number(set, "status", "numberAvailable"),
      formatLabels(getPath(set, "spec", "template", "spec", "nodeSelector")),
      age(set, now),
      ...containerCells(getPath(set, "spec", "template")),
      formatSelector(getPath(set, "spec", "selector")),
    ],
  },
  "apps/ControllerRevision": {
    names: ["Name", "Controller", "Revision", "Age"],
    cells: (
      revision,
      now,
    ) => [revision.metadata.name, controllerOf(revision), revision.revision ?? 0, age(revision, now)],
  },
  "batch/Job": {
    names: ["Name", "Status", "Completions", "Duration", "Age", "Containers+", "Images+", "Selector+"],
    cells: (job, now) => [
      job.metadata.name,
      jobStatus(job),
      jobCompletions(job),
      jobDuration(job, now),
      age(job, now),
      ...containerCells(getPath(job, "spec", "template")),
      formatSelector(getPath(job, "spec", "selector")),
    ],
  },
  "batch/CronJob": {
    names: [
      "Name",
      "Schedule",
      "Timezone",
      "Suspend:boolean",
      "Active:integer",
      "Last Schedule",
      "Age",
      "Containers+",
      "Images+",
      "Selector+",
    ],
    cells: (cronJob, now) => [
      cronJob.metadata.name,
      text(cronJob, "spec", "schedule"),
      orNone(text(cronJob, "spec", "timeZone")),
      getPath(cronJob, "spec", "suspend") === true ? "True" : "False",
      listAt(cronJob, "status", "active").length,
      getPath(cronJob, "status", "lastScheduleTime") === undefined
        ? "<none>"
        : formatAge(getPath(cronJob, "status", "lastScheduleTime"), now),
      age(cronJob, now),
      ...containerCells(getPath(cronJob, "spec", "jobTemplate", "spec", "template")),
      formatSelector(getPath(cronJob, "spec", "jobTemplate", "spec", "selector")),
    ],
  },
};

function replicaColumns(): Columns {
  return {
    names: [
      "Name",
      "Desired:integer",
      "Current:integer",
      "Ready:integer",
      "Age",
      "Containers+",
      "Images+",
      "Selector+",
    ],
    cells: (set, now) => {
      const selector = getPath(set, "spec", "selector");
      const isMap = set.kind === "ReplicationController";
      return [
        set.metadata.name,
        number(set, "spec", "replicas"),
        number(set, "status", "replicas"),
        number(set, "status", "readyReplicas"),
        age(set, now),
        ...containerCells(getPath(set, "spec", "template")),
        isMap ? formatLabels(selector) : formatSelector(selector),
      ];
    },
  };
}

function controllerOf(object: Manifest): string {
  const owner = listAt(object, "metadata", "ownerReferences").find(({ controller }) => controller === true);
  if (owner === undefined) return "<none>";
  const group = String(owner.apiVersion).includes("/") ? `.${String(owner.apiVersion).split("/")[0]}` : "";
  return `${String(owner.kind).toLowerCase()}${group}/${owner.name}`;
}

function jobStatus(job: Manifest): string {
  const conditions = listAt(job, "status", "conditions").filter(({ status }) => status === "True").map(({ type }) =>
    type
  );
  if (conditions.includes("Complete")) return "Complete";
  if (conditions.includes("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  if (conditions.includes("Suspended")) return "Suspended";
  if (conditions.includes("FailureTarget")) return "FailureTarget";
  if (conditions.includes("SuccessCriteriaMet")) return "SuccessCriteriaMet";
  return "Running";
}

function jobCompletions(job: Manifest): string {
  const succeeded = number(job, "status", "succeeded");
  const completions = getPath(job, "spec", "completions");
  if (completions !== undefined) return `${succeeded}/${completions}`;
  const parallelism = number(job, "spec", "parallelism");
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration(job: Manifest, nowMs: number): string {
  const start = text(job, "status", "startTime");
  if (start === "") return "";
  const end = text(job, "status", "completionTime");
  return formatSpan((end === "" ? nowMs : Date.parse(end)) - Date.parse(start));
}
