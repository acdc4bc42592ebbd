/** Whether a pod may run on a node. */
import type { Node, NodeSelectorTerm, Pod, PodSpec, Taint, Toleration } from "kubernetes-types/core/v1";
import type { Live } from "./live.ts";
import { formatMilli, milliValue } from "./quantity.ts";

/** Whether a toleration makes a taint not count. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const isKey = toleration.key === undefined ? toleration.operator === "Exists" : toleration.key === taint.key;
  const isEffect = !toleration.effect || toleration.effect === taint.effect;
  const isValue = toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? "");
  return isKey && isEffect && isValue;
}

function untolerated(node: Live<Node>, tolerations: Toleration[], effects: string[]): Taint | undefined {
  return node.spec?.taints?.find((taint) =>
    effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint))
  );
}

/** Tolerations that the DaemonSet controller adds, in the form that only the effect matters. */
const DAEMON_TOLERATED = [
  "not-ready",
  "unreachable",
  "disk-pressure",
  "memory-pressure",
  "pid-pressure",
  "unschedulable",
]
  .map((taint) => ({ key: `node.kubernetes.io/${taint}`, operator: "Exists" }));

/** Whether a DaemonSet wants a pod on a node. */
export function fitsDaemon(node: Live<Node>, spec: PodSpec | undefined): boolean {
  return matchesNode(node, spec) && (spec?.nodeName === undefined || spec.nodeName === node.metadata.name) &&
    untolerated(node, [...spec?.tolerations ?? [], ...DAEMON_TOLERATED], ["NoSchedule", "NoExecute"]) === undefined;
}

/** Whether a pod of a DaemonSet that runs on a node may stay. */
export function keepsDaemon(node: Live<Node>, spec: PodSpec | undefined): boolean {
  return matchesNode(node, spec) &&
    untolerated(node, [...spec?.tolerations ?? [], ...DAEMON_TOLERATED], ["NoExecute"]) === undefined;
}

/** Whether the node has what `nodeSelector` and the required node affinity ask for. */
function matchesNode(node: Live<Node>, spec: PodSpec | undefined): boolean {
  const labels = node.metadata.labels ?? {};
  if (Object.entries(spec?.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) return false;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return terms === undefined || terms.some((term) => matchesTerm(node, term));
}

function matchesTerm(node: Live<Node>, { matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean {
  const labels = node.metadata.labels ?? {};
  const isMatch = (value: string | undefined, operator: string, values: string[] = []): boolean => {
    if (operator === "Exists") return value !== undefined;
    if (operator === "DoesNotExist") return value === undefined;
    if (operator === "NotIn") return value === undefined || !values.includes(value);
    if (value === undefined) return false;
    if (operator === "Gt") return Number(value) > Number(values[0]);
    if (operator === "Lt") return Number(value) < Number(values[0]);
    return values.includes(value);
  };
  return matchExpressions.every(({ key, operator, values }) => isMatch(labels[key], operator, values)) &&
    matchFields.every(({ operator, values }) => isMatch(node.metadata.name, operator, values));
}

/** What the pods of a node have asked for, in thousandths. */
export interface NodeLoad {
  pods: number;
  cpu: number;
  memory: number;
}

/** What a pod asks for: the sum of its containers, or its most demanding init container. */
export function requestsOf({ spec }: Live<Pod>): NodeLoad {
  const of = (resource: "cpu" | "memory"): number => {
    const amount = (container: { resources?: { requests?: Record<string, string> } }) =>
      milliValue(container.resources?.requests?.[resource]);
    const sum = (spec?.containers ?? []).reduce((total, container) => total + amount(container), 0);
    return Math.max(sum, ...(spec?.initContainers ?? []).map(amount));
  };
  return { pods: 1000, cpu: of("cpu"), memory: of("memory") };
}

/** Why a pod can't run on a node. */
export interface Obstacles {
  /** In the scheduler's words; empty when the pod can run there. */
  reasons: string[];
  /** Whether the end of other pods could help. */
  isPassing: boolean;
}

/** Judges a node for a pod: the first thing that is wrong with the node itself, or all that it has too little of. */
export function obstaclesOn(node: Live<Node>, pod: Live<Pod>, load: NodeLoad): Obstacles {
  const spec = pod.spec;
  const lasting = (reason: string): Obstacles => ({ reasons: [reason], isPassing: false });
  if (node.spec?.unschedulable && !isTolerated("node.kubernetes.io/unschedulable", spec?.tolerations)) {
    return lasting("node(s) were unschedulable");
  }
  const taint = untolerated(node, spec?.tolerations ?? [], ["NoSchedule", "NoExecute"]);
  // Until 1.35 the scheduler named the taint: `node(s) had untolerated taint {key: value}`.
  if (taint !== undefined) return lasting("node(s) had untolerated taint(s)");
  if (!matchesNode(node, spec)) return lasting("node(s) didn't match Pod's node affinity/selector");
  const wanted = requestsOf(pod);
  const lacking = (["pods", "cpu", "memory"] as const).filter((resource) =>
    wanted[resource] > 0 && load[resource] + wanted[resource] > milliValue(node.status?.allocatable?.[resource])
  );
  return {
    reasons: lacking.map((resource) => resource === "pods" ? "Too many pods" : `Insufficient ${resource}`),
    isPassing: lacking.every((resource) => wanted[resource] <= milliValue(node.status?.allocatable?.[resource])),
  };
}

function isTolerated(key: string, tolerations: Toleration[] = []): boolean {
  return tolerations.some((toleration) => tolerates(toleration, { key, effect: "NoSchedule" }));
}

/** A node that is ready, with room for whatever a demonstration may ask for. */
export function newNode(index: number, time: string): object {
  const name = `node-${index + 1}`;
  const condition = (type: string, status: string, reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  const resources = {
    cpu: "64",
    memory: formatMilli(256 * 1024 ** 3 * 1000, true),
    pods: "1000",
    "ephemeral-storage": "1Ti",
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "kubernetes.io/hostname": name,
        "topology.kubernetes.io/zone": `zone-${index % 3 + 1}`,
      },
    },
    spec: { podCIDR: `10.244.${index}.0/24`, podCIDRs: [`10.244.${index}.0/24`] },
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
      ],
      addresses: [{ type: "InternalIP", address: nodeAddress(index) }, { type: "Hostname", address: name }],
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        osImage: "kstage sandbox",
        kernelVersion: "6.1.0",
        containerRuntimeVersion: "containerd://2.0.0",
        kubeletVersion: "v1.36.3",
        kubeProxyVersion: "v1.36.3",
      },
    },
  };
}

/** The address of the n-th node, from 0. */
export function nodeAddress(index: number): string {
  return `172.18.0.${index + 2}`;
}
