import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { formatAge, listAt } from "./cells.ts";

/** What the columns READY, STATUS and RESTARTS of a pod say. */
export interface PodSummary {
  ready: string;
  status: string;
  restarts: string;
}

/**
 * Sums a pod up as `kubectl get pods` shows it.
 *
 * @see Kubernetes `pkg/printers/internalversion/printers.go` `printPod`, v1.36
 */
export function summarizePod(pod: Manifest, nowMs: number): PodSummary {
  const total = listAt(pod, "spec", "containers").length + sidecarsOf(pod).length;
  const counters = { restarts: 0, ready: 0, lastRestart: "" };
  let status = String(getPath(pod, "status", "reason") ?? getPath(pod, "status", "phase") ?? "");
  if (condition(pod, "PodScheduled")?.reason === "SchedulingGated") status = "SchedulingGated";
  const initialising = summarizeInit(pod, counters);
  if (initialising !== undefined) status = initialising;
  if (initialising === undefined || condition(pod, "Initialized")?.status === "True") {
    status = summarizeContainers(pod, status, counters);
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (getPath(pod, "status", "reason") === "NodeLost") status = "Unknown";
    else if (!["Succeeded", "Failed"].includes(String(getPath(pod, "status", "phase")))) status = "Terminating";
  }
  const since = counters.restarts > 0 && counters.lastRestart !== ""
    ? ` (${formatAge(counters.lastRestart, nowMs)} ago)`
    : "";
  return { ready: `${counters.ready}/${total}`, status, restarts: `${counters.restarts}${since}` };
}

interface Counters {
  restarts: number;
  ready: number;
  lastRestart: string;
}

function sidecarsOf(pod: Manifest): JsonObject[] {
  return listAt(pod, "spec", "initContainers").filter(({ restartPolicy }) => restartPolicy === "Always");
}

function condition(pod: Manifest, type: string): JsonObject | undefined {
  return listAt(pod, "status", "conditions").find((item) => item.type === type);
}

function count(counters: Counters, container: JsonObject): void {
  counters.restarts += Number(container.restartCount ?? 0);
  const finished = String(getPath(container, "lastState", "terminated", "finishedAt") ?? "");
  if (finished > counters.lastRestart) counters.lastRestart = finished;
}

/** `Init:…` while init containers run; undefined when they are through. */
function summarizeInit(pod: Manifest, counters: Counters): string | undefined {
  const sidecars = new Set(sidecarsOf(pod).map(({ name }) => name));
  const total = listAt(pod, "spec", "initContainers").length;
  for (const [index, container] of listAt(pod, "status", "initContainerStatuses").entries()) {
    count(counters, container);
    const terminated = getPath(container, "state", "terminated");
    const waiting = getPath(container, "state", "waiting");
    if (isObject(terminated) && terminated.exitCode === 0) continue;
    if (sidecars.has(container.name!) && container.started === true) {
      if (container.ready === true) counters.ready++;
      continue;
    }
    if (isObject(terminated)) return `Init:${terminated.reason || exitText(terminated)}`;
    if (isObject(waiting) && waiting.reason && waiting.reason !== "PodInitializing") return `Init:${waiting.reason}`;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

function exitText(terminated: JsonObject): string {
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;
}

function summarizeContainers(pod: Manifest, before: string, counters: Counters): string {
  let status = before;
  let hasRunning = false;
  const totals = { ...counters, restarts: 0, lastRestart: "" };
  for (const container of listAt(pod, "status", "containerStatuses").reverse()) {
    count(totals, container);
    const waiting = getPath(container, "state", "waiting");
    const terminated = getPath(container, "state", "terminated");
    if (isObject(waiting) && waiting.reason) status = String(waiting.reason);
    else if (isObject(terminated)) status = String(terminated.reason || exitText(terminated));
    else if (container.ready === true && getPath(container, "state", "running") !== undefined) {
      hasRunning = true;
      counters.ready++;
    }
  }
  counters.restarts = totals.restarts + (sidecarsOf(pod).length > 0 ? counters.restarts : 0);
  counters.lastRestart = totals.lastRestart;
  if (status === "Completed" && hasRunning) {
    status = condition(pod, "Ready")?.status === "True" ? "Running" : "NotReady";
  }
  return status;
}

/** Cells after AGE: IP, NODE, NOMINATED NODE, READINESS GATES. */
export function placementCells(pod: Manifest): JsonValue[] {
  const gates = listAt(pod, "spec", "readinessGates");
  const met = gates.filter(({ conditionType }) => condition(pod, String(conditionType))?.status === "True").length;
  return [
    getPath(pod, "status", "podIP") ?? "<none>",
    getPath(pod, "spec", "nodeName") ?? "<none>",
    getPath(pod, "status", "nominatedNodeName") ?? "<none>",
    gates.length === 0 ? "<none>" : `${met}/${gates.length}`,
  ];
}
