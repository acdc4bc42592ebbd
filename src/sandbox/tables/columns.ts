import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import {
  containerCells,
  formatAccessModes,
  formatAge,
  formatLabels,
  formatSelector,
  formatSpan,
  listAt,
} from "./cells.ts";
import { placementCells, summarizePod } from "./pod_row.ts";

/** How objects of a kind look in a table. */
export interface Columns {
  /** Names; a trailing `:integer`, `:boolean` or `:date` is the type, `+` marks what only `-o wide` shows. */
  names: readonly string[];
  /** One cell per column. */
  cells(object: Manifest, nowMs: number): JsonValue[];
}

/** Columns of kinds that have none of their own. */
export const DEFAULT_COLUMNS: Columns = {
  names: ["Name", "Created At:date"],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
};

const age = (object: Manifest, nowMs: number): string => formatAge(object.metadata.creationTimestamp, nowMs);
const number = (object: JsonValue, ...path: string[]): number => Number(getPath(object, ...path) ?? 0);
const text = (object: JsonValue, ...path: string[]): string => String(getPath(object, ...path) ?? "");
const orNone = (value: string): string => value === "" ? "<none>" : value;

/** Columns by `group/Kind`, as a v1.36 server has them. */
export const COLUMNS: Record<string, Columns> = {
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
  "/Service": {
    names: ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector+"],
    cells: (service, now) => [
      service.metadata.name,
      text(service, "spec", "type"),
      orNone(text(service, "spec", "clusterIP")),
      externalAddress(service),
      orNone(servicePorts(service)),
      age(service, now),
      formatLabels(getPath(service, "spec", "selector")),
    ],
  },
  "/ConfigMap": {
    names: ["Name", "Data", "Age"],
    cells: (map, now) => [map.metadata.name, sizeOf(map.data) + sizeOf(map.binaryData), age(map, now)],
  },
  "/Secret": {
    names: ["Name", "Type", "Data", "Age"],
    cells: (secret, now) => [secret.metadata.name, text(secret, "type"), sizeOf(secret.data), age(secret, now)],
  },
  "/Namespace": {
    names: ["Name", "Status", "Age"],
    cells: (namespace, now) => [namespace.metadata.name, text(namespace, "status", "phase"), age(namespace, now)],
  },
  "/Node": {
    names: [
      "Name",
      "Status",
      "Roles",
      "Age",
      "Version",
      "Internal-IP+",
      "External-IP+",
      "OS-Image+",
      "Kernel-Version+",
      "Container-Runtime+",
    ],
    cells: nodeCells,
  },
  "/Event": {
    names: [
      "Last Seen",
      "Type",
      "Reason",
      "Object",
      "Subobject+",
      "Source+",
      "Message",
      "First Seen+",
      "Count+",
      "Name:string:name+",
    ],
    cells: eventCells,
  },
  "/ServiceAccount": nameAndAge(),
  "networking.k8s.io/Ingress": {
    names: ["Name", "Class", "Hosts", "Address", "Ports", "Age"],
    cells: (ingress, now) => [
      ingress.metadata.name,
      orNone(text(ingress, "spec", "ingressClassName")),
      listAt(ingress, "spec", "rules").map(({ host }) => host).filter(Boolean).join(",") || "*",
      listAt(ingress, "status", "loadBalancer", "ingress").map(({ ip, hostname }) => ip ?? hostname).join(","),
      listAt(ingress, "spec", "tls").length > 0 ? "80, 443" : "80",
      age(ingress, now),
    ],
  },
  "networking.k8s.io/IngressClass": {
    names: ["Name", "Controller", "Parameters", "Age"],
    cells: (ingressClass, now) => [
      ingressClass.metadata.name,
      text(ingressClass, "spec", "controller"),
      orNone(["kind", "name"].map((key) => text(ingressClass, "spec", "parameters", key)).filter(Boolean).join("/")),
      age(ingressClass, now),
    ],
  },
  "networking.k8s.io/NetworkPolicy": {
    names: ["Name", "Pod-Selector", "Age"],
    cells: (
      policy,
      now,
    ) => [policy.metadata.name, formatSelector(getPath(policy, "spec", "podSelector")), age(policy, now)],
  },
  "autoscaling/HorizontalPodAutoscaler": {
    names: ["Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"],
    cells: (autoscaler, now) => [
      autoscaler.metadata.name,
      `${text(autoscaler, "spec", "scaleTargetRef", "kind")}/${text(autoscaler, "spec", "scaleTargetRef", "name")}`,
      autoscalerTargets(autoscaler),
      orUnset(text(autoscaler, "spec", "minReplicas")),
      number(autoscaler, "spec", "maxReplicas"),
      number(autoscaler, "status", "currentReplicas"),
      age(autoscaler, now),
    ],
  },
  "policy/PodDisruptionBudget": {
    names: ["Name", "Min Available", "Max Unavailable", "Allowed Disruptions:integer", "Age"],
    cells: (budget, now) => [
      budget.metadata.name,
      text(budget, "spec", "minAvailable") || "N/A",
      text(budget, "spec", "maxUnavailable") || "N/A",
      number(budget, "status", "disruptionsAllowed"),
      age(budget, now),
    ],
  },
  "/PersistentVolumeClaim": {
    names: [
      "Name",
      "Status",
      "Volume",
      "Capacity",
      "Access Modes",
      "StorageClass",
      "VolumeAttributesClass",
      "Age",
      "VolumeMode+",
    ],
    cells: (claim, now) => [
      claim.metadata.name,
      claim.metadata.deletionTimestamp === undefined ? text(claim, "status", "phase") : "Terminating",
      text(claim, "spec", "volumeName"),
      text(claim, "status", "capacity", "storage"),
      formatAccessModes(getPath(claim, "status", "accessModes")),
      text(claim, "spec", "storageClassName"),
      orUnset(text(claim, "spec", "volumeAttributesClassName")),
      age(claim, now),
      text(claim, "spec", "volumeMode"),
    ],
  },
  "/PersistentVolume": {
    names: [
      "Name",
      "Capacity",
      "Access Modes",
      "Reclaim Policy",
      "Status",
      "Claim",
      "StorageClass",
      "VolumeAttributesClass",
      "Reason",
      "Age",
      "VolumeMode+",
    ],
    cells: (volume, now) => [
      volume.metadata.name,
      text(volume, "spec", "capacity", "storage"),
      formatAccessModes(getPath(volume, "spec", "accessModes")),
      text(volume, "spec", "persistentVolumeReclaimPolicy"),
      volume.metadata.deletionTimestamp === undefined ? text(volume, "status", "phase") : "Terminating",
      ["namespace", "name"].map((key) => text(volume, "spec", "claimRef", key)).filter(Boolean).join("/"),
      text(volume, "spec", "storageClassName"),
      orUnset(text(volume, "spec", "volumeAttributesClassName")),
      text(volume, "status", "reason"),
      age(volume, now),
      text(volume, "spec", "volumeMode"),
    ],
  },
  "storage.k8s.io/StorageClass": {
    names: ["Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"],
    cells: (storage, now) => {
      const annotations = getPath(storage, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class");
      return [
        annotations === "true" ? `${storage.metadata.name} (default)` : storage.metadata.name,
        text(storage, "provisioner"),
        text(storage, "reclaimPolicy"),
        text(storage, "volumeBindingMode"),
        storage.allowVolumeExpansion === true,
        age(storage, now),
      ];
    },
  },
  "rbac.authorization.k8s.io/RoleBinding": bindingColumns(),
  "rbac.authorization.k8s.io/ClusterRoleBinding": bindingColumns(),
  "/ResourceQuota": {
    names: ["Name", "Request", "Limit", "Age"],
    cells: (quota, now) => {
      const used = (isLimit: boolean): string =>
        Object.entries((getPath(quota, "status", "hard") ?? {}) as JsonObject)
          .filter(([name]) => name.startsWith("limits") === isLimit).sort()
          .map(([name, hard]) => `${name}: ${text(quota, "status", "used", name)}/${hard}`).join(", ");
      return [quota.metadata.name, used(false), used(true), age(quota, now)];
    },
  },
  "coordination.k8s.io/Lease": {
    names: ["Name", "Holder", "Age"],
    cells: (lease, now) => [lease.metadata.name, text(lease, "spec", "holderIdentity"), age(lease, now)],
  },
  "scheduling.k8s.io/PriorityClass": {
    names: ["Name", "Value:integer", "Global-Default:boolean", "Age", "PreemptionPolicy"],
    cells: (priority, now) => [
      priority.metadata.name,
      number(priority, "value"),
      priority.globalDefault === true,
      age(priority, now),
      text(priority, "preemptionPolicy"),
    ],
  },
  "discovery.k8s.io/EndpointSlice": {
    names: ["Name", "AddressType", "Ports", "Endpoints", "Age"],
    cells: (slice, now) => [
      slice.metadata.name,
      text(slice, "addressType"),
      listAt(slice, "ports").map(({ port }) => port).join(",") || "<unset>",
      listAt(slice, "endpoints").flatMap(({ addresses }) => Array.isArray(addresses) ? addresses : []).join(",") ||
      "<unset>",
      age(slice, now),
    ],
  },
  "/Endpoints": {
    names: ["Name", "Endpoints", "Age"],
    cells: (endpoints, now) => [
      endpoints.metadata.name,
      orNone(
        listAt(endpoints, "subsets").flatMap((subset) =>
          listAt(subset, "addresses").flatMap(({ ip }) => listAt(subset, "ports").map(({ port }) => `${ip}:${port}`))
        ).join(","),
      ),
      age(endpoints, now),
    ],
  },
  "apiregistration.k8s.io/APIService": {
    names: ["Name", "Service", "Available", "Age"],
    cells: (service, now) => [service.metadata.name, "Local", "True", age(service, now)],
  },
  "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhookColumns(),
  "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhookColumns(),
};

function orUnset(value: string): string {
  return value === "" ? "<unset>" : value;
}

function nameAndAge(): Columns {
  return { names: ["Name", "Age"], cells: (object, now) => [object.metadata.name, age(object, now)] };
}

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

function bindingColumns(): Columns {
  return {
    names: ["Name", "Role", "Age", "Users+", "Groups+", "ServiceAccounts+"],
    cells: (binding, now) => {
      const names = (kind: string): string =>
        listAt(binding, "subjects").filter((subject) => subject.kind === kind)
          .map(({ namespace, name }) => kind === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name).join(", ");
      const role = `${text(binding, "roleRef", "kind")}/${text(binding, "roleRef", "name")}`;
      return [binding.metadata.name, role, age(binding, now), names("User"), names("Group"), names("ServiceAccount")];
    },
  };
}

function webhookColumns(): Columns {
  return {
    names: ["Name", "Webhooks:integer", "Age"],
    cells: (configuration, now) => [
      configuration.metadata.name,
      listAt(configuration, "webhooks").length,
      age(configuration, now),
    ],
  };
}

function sizeOf(value: JsonValue | undefined): number {
  return isObject(value) ? Object.keys(value).length : 0;
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

function externalAddress(service: Manifest): string {
  const type = text(service, "spec", "type");
  const external = getPath(service, "spec", "externalIPs");
  const ips = Array.isArray(external) ? external.map(String) : [];
  if (type === "ExternalName") return text(service, "spec", "externalName");
  if (type === "LoadBalancer") {
    const assigned = listAt(service, "status", "loadBalancer", "ingress").map(({ ip, hostname }) =>
      String(ip ?? hostname)
    );
    return [...assigned, ...ips].join(",") || "<pending>";
  }
  return ips.join(",") || "<none>";
}

function servicePorts(service: Manifest): string {
  return listAt(service, "spec", "ports")
    .map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol}`).join(",");
}

function nodeCells(node: Manifest, nowMs: number): JsonValue[] {
  const ready = listAt(node, "status", "conditions").find(({ type }) => type === "Ready");
  const states = [ready === undefined ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady"];
  if (getPath(node, "spec", "unschedulable") === true) states.push("SchedulingDisabled");
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(isObject(node.metadata.labels) ? node.metadata.labels : {})
    .filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).sort();
  const address = (type: string): string =>
    String(listAt(node, "status", "addresses").find((item) => item.type === type)?.address ?? "<none>");
  const info = (key: string): string => text(node, "status", "nodeInfo", key) || "<unknown>";
  return [
    node.metadata.name,
    states.join(","),
    orNone(roles.join(",")),
    age(node, nowMs),
    text(node, "status", "nodeInfo", "kubeletVersion"),
    address("InternalIP"),
    address("ExternalIP"),
    info("osImage"),
    info("kernelVersion"),
    info("containerRuntimeVersion"),
  ];
}

function eventCells(event: Manifest, nowMs: number): JsonValue[] {
  const seen = (value: JsonValue | undefined): string | undefined =>
    typeof value === "string" ? formatAge(value, nowMs) : undefined;
  const first = seen(event.firstTimestamp) ?? seen(event.eventTime) ?? "<unknown>";
  const series = getPath(event, "series", "lastObservedTime");
  const last = seen(series) ?? seen(event.lastTimestamp) ?? first;
  const component = text(event, "source", "component") || text(event, "reportingComponent");
  const host = text(event, "source", "host") || text(event, "reportingInstance");
  return [
    last,
    text(event, "type"),
    text(event, "reason"),
    `${text(event, "involvedObject", "kind").toLowerCase()}/${text(event, "involvedObject", "name")}`,
    text(event, "involvedObject", "fieldPath"),
    host === "" ? component : `${component}, ${host}`,
    text(event, "message").trim(),
    first,
    Number(getPath(event, "series", "count") ?? event.count ?? 1) || 1,
    event.metadata.name,
  ];
}

function autoscalerTargets(autoscaler: Manifest): string {
  const current = listAt(autoscaler, "status", "currentMetrics");
  const targets = listAt(autoscaler, "spec", "metrics").map((metric, index) => {
    const source = metric[String(metric.type).replace(/^./, (letter) => letter.toLowerCase())];
    const target = getPath(source, "target");
    const now = getPath(current[index], "resource", "current", "averageUtilization");
    const percentage = getPath(target, "averageUtilization");
    const name = text(source ?? null, "name") || text(source ?? null, "metric", "name");
    if (percentage !== undefined) return `${name}: ${now ?? "<unknown>"}${now === undefined ? "" : "%"}/${percentage}%`;
    return `${name}: <unknown>/${getPath(target, "averageValue") ?? getPath(target, "value") ?? "<unset>"}`;
  });
  return targets.length === 0 ? "<none>" : targets.join(", ");
}
