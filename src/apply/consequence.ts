import { getPath, type JsonValue } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { Change } from "./change.ts";
import { groupKind } from "./order.ts";

/**
 * What a change does to running pods:
 * - `starts`: a new workload; `rolls`: the pod template changes, so all pods are replaced;
 * - `restarts`: the workload is recreated: all its pods stop before the first new one starts;
 * - `scales`: their number changes;
 * - `waits`: the template changes, but nothing happens before someone resumes the workload or deletes its pods.
 */
export type Consequence =
  | { kind: "starts" | "rolls" | "restarts"; pods: number }
  | { kind: "scales"; from: number; to: number }
  | { kind: "waits"; because: "paused" | "OnDelete" };

const WORKLOADS = new Set(["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet"]);

/** Whether applying the change alters the workload's pod template, so that the controller rolls it by itself. */
export function changesPodTemplate(change: Change): boolean {
  if (!WORKLOADS.has(groupKind(change.ref))) return false;
  if (change.kind === "create" || change.kind === "deferred" || change.kind === "recreate") return true;
  return change.kind === "update" && change.paths.some((path) => /^\.spec\.template\b/.test(path));
}

/** What a change does to running pods; undefined when it does nothing or is not known. */
export function consequenceOf(change: Change): Consequence | undefined {
  if (!WORKLOADS.has(groupKind(change.ref))) return undefined;
  if (change.kind === "create") return { kind: "starts", pods: podsOf(change.result) };
  if (change.kind === "recreate") return { kind: "restarts", pods: podsOf(change.result) };
  if (change.kind !== "update") return undefined;
  const { live, result } = change;
  if (changesPodTemplate(change)) {
    if (getPath(result, "spec", "paused") === true) return { kind: "waits", because: "paused" };
    const isOnDelete = getPath(result, "spec", "updateStrategy", "type") === "OnDelete";
    return isOnDelete ? { kind: "waits", because: "OnDelete" } : { kind: "rolls", pods: podsOf(result) };
  }
  const [from, to] = [podsOf(live), podsOf(result)];
  return from === to ? undefined : { kind: "scales", from, to };
}

/** A DaemonSet's number of pods is the nodes' affair; the last count is the best there is. */
function podsOf(workload: Manifest): number {
  if (workload.kind === "DaemonSet") return asNumber(getPath(workload, "status", "desiredNumberScheduled"), 0);
  return asNumber(getPath(workload, "spec", "replicas"), 1);
}

function asNumber(value: JsonValue | undefined, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
