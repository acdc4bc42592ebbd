/** Pods that their node ends. */
import type { EvictionFault } from "../../faults.ts";
import type { PodWork } from "./runtime.ts";

/** The reason and message with which a pod is ended now; notes when it will be, if later. */
export function evictionOf(work: PodWork): { reason: string; message: string } | undefined {
  const { world, subject, runtime, now } = work;
  const fault = world.faults.find("eviction", subject, now);
  if (fault === undefined) return undefined;
  const atMs = runtime.acceptedMs + (fault.afterSeconds ?? 5) * 1000;
  runtime.evictAtMs = atMs > now ? atMs : undefined;
  if (atMs > now) return undefined;
  const reason = fault.reason ?? "Evicted";
  return { reason, message: MESSAGES[reason](fault, work) };
}

type Message = (fault: EvictionFault, work: PodWork) => string;

/** @see kubernetes `pkg/kubelet/{eviction,preemption,nodeshutdown}` v1.36 */
const MESSAGES: Record<NonNullable<EvictionFault["reason"]>, Message> = {
  Evicted: ({ resource = "memory" }, { pod }) => {
    const [threshold, available, usage] = resource === "memory"
      ? ["100Mi", "61508Ki", "812Mi"]
      : ["10120387530", "9876432Ki", "18Gi"];
    const name = pod.spec?.containers?.[0]?.name ?? "";
    return `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. ` +
      `Container ${name} was using ${usage}, request is 0, has larger consumption of ${resource}. `;
  },
  Preempting: () => "Preempted in order to admit critical pod",
  NodeShutdown: () => "Pod was rejected as the node is shutting down.",
  Terminated: () => "Pod was terminated in response to imminent node shutdown.",
  NodeLost: (_fault, { pod, runtime }) =>
    `Node ${runtime.node} which was running pod ${pod.metadata.name} is unresponsive`,
};
