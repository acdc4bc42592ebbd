import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { formatAccessModes, formatAge, formatLabels, listAt } from "./cells.ts";
import { age, type Columns, orNone, orUnset, text } from "./column.ts";

/** Columns of the core group's other kinds. */
export const CORE_COLUMNS: Record<string, Columns> = {
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
};

function nameAndAge(): Columns {
  return { names: ["Name", "Age"], cells: (object, now) => [object.metadata.name, age(object, now)] };
}

function sizeOf(value: JsonValue | undefined): number {
  return isObject(value) ? Object.keys(value).length : 0;
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
