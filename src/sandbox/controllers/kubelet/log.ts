/**
 * Logs of containers.
 *
 * @see kubernetes `pkg/kubelet/kubelet_pods.go` (`validateContainerLogStatus`) v1.36
 */
import type { LivePod } from "../pods.ts";
import type { ContainerRuntime, LogLine, PodRuntime } from "./runtime.ts";

/** The lines of a log, or why there are none (HTTP 400), in the kubelet's words. */
export type PodLog = { lines: readonly LogLine[] } | { refusal: string };

/**
 * Reads a container's log.
 *
 * @param runtime Undefined for a pod that no node runs: its log is empty.
 * @param name The container; may be left out when the pod has only one.
 * @param previous The log of the run before.
 */
export function readLog(runtime: PodRuntime | undefined, pod: LivePod, name?: string, previous = false): PodLog {
  const podName = pod.metadata.name;
  const main = (pod.spec?.containers ?? []).map((container) => container.name);
  const all = [...(pod.spec?.initContainers ?? []).map((container) => container.name), ...main];
  if (name === undefined && all.length > 1) {
    const choice = `choose one of: [${all.slice(all.length - main.length).join(" ")}]`;
    const init = all.length > main.length
      ? ` or one of the init containers: [${all.slice(0, all.length - main.length).join(" ")}]`
      : "";
    return { refusal: `a container name must be specified for pod ${podName}, ${choice}${init}` };
  }
  const wanted = name ?? main[0]!;
  if (!all.includes(wanted)) return { refusal: `container ${wanted} is not valid for pod ${podName}` };
  const container = runtime?.containers.find(({ spec }) => spec.name === wanted);
  if (container === undefined) return { lines: [] };
  return previous ? previousLog(container, podName) : currentLog(container, podName);
}

function currentLog(container: ContainerRuntime, podName: string): PodLog {
  const { view, last, spec, log } = container;
  if (view.at !== "waiting" || last !== undefined) return { lines: log };
  return { refusal: `container "${spec.name}" in pod "${podName}" is waiting to start: ${waitingText(view.reason)}` };
}

function previousLog({ view, last, spec, log, previousLog = [] }: ContainerRuntime, podName: string): PodLog {
  if (last === undefined) {
    return { refusal: `previous terminated container "${spec.name}" in pod "${podName}" not found` };
  }
  // While it waits for its restart, the run that ended last is the previous one.
  return { lines: view.at === "waiting" ? log : previousLog };
}

function waitingText(reason: string): string {
  if (reason === "ErrImagePull") return "image can't be pulled";
  return reason === "ImagePullBackOff" ? "trying and failing to pull image" : reason;
}
