/**
 * Nodes that don't answer get taints; pods that don't tolerate a NoExecute taint have to leave.
 *
 * @see kubernetes `pkg/controller/nodelifecycle`, `pkg/controller/tainteviction` v1.36
 */
import type { Node, Pod, Taint } from "kubernetes-types/core/v1";
import type { ObjectRef } from "../../manifest/mod.ts";
import { type StoreEvent, timestamp } from "../store.ts";
import { findCondition } from "./conditions.ts";
import { isDeleting, live, manifestOf, millis } from "./live.ts";
import { tolerates } from "./node_fit.ts";
import { deletePod, isFinished, type LivePod } from "./pods.ts";
import { type Controller, isKind, type World } from "./world.ts";

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";

/** Taints nodes whose Ready condition isn't true. */
export function createNodeController(world: World): Controller {
  return {
    name: "node-controller",
    apiVersion: "v1",
    kind: "Node",
    reconcile(manifest) {
      const node = live<Node>(manifest);
      const ready = findCondition(node.status?.conditions, "Ready")?.status ?? "True";
      const wanted = ready === "True" ? undefined : ready === "Unknown" ? UNREACHABLE : NOT_READY;
      const taints = node.spec?.taints ?? [];
      const others = taints.filter(({ key }) => key !== NOT_READY && key !== UNREACHABLE);
      const kept = taints.filter(({ key }) => key !== undefined && key === wanted);
      if (others.length + kept.length === taints.length && (wanted === undefined || kept.length > 0)) return undefined;
      const next = [...others, ...wanted === undefined ? [] : newTaints(wanted, world.now())];
      const spec = { ...node.spec, taints: next.length === 0 ? undefined : next };
      world.store.update(manifestOf({ ...node, spec }));
      return undefined;
    },
  };
}

function newTaints(key: string, now: number): Taint[] {
  return ["NoSchedule", "NoExecute"].map((effect) => ({ key, effect, timeAdded: timestamp(now) }));
}

/** Ends pods on nodes with NoExecute taints that they don't tolerate, or no longer. */
export function createTaintEviction(world: World): Controller {
  return {
    name: "taint-eviction-controller",
    apiVersion: "v1",
    kind: "Pod",
    *concerned({ object }: StoreEvent): Iterable<ObjectRef> {
      if (!isKind(object, "v1", "Node") || (live<Node>(object).spec?.taints ?? []).length === 0) return;
      for (const manifest of world.store.list("v1", "Pod")) {
        const { spec, metadata } = live<Pod>(manifest);
        if (spec?.nodeName !== object.metadata.name) continue;
        yield { apiVersion: "v1", kind: "Pod", name: metadata.name, namespace: metadata.namespace };
      }
    },
    reconcile(manifest) {
      const pod = live<Pod>(manifest);
      const name = pod.spec?.nodeName;
      const node = name ? world.store.get({ apiVersion: "v1", kind: "Node", name }) : undefined;
      if (node === undefined || isDeleting(pod) || isFinished(pod)) return undefined;
      const leaveMs = leaveTime(pod, live<Node>(node).spec?.taints ?? []);
      if (leaveMs > world.now()) return leaveMs === Infinity ? undefined : leaveMs;
      const message = `Marking for deletion Pod ${pod.metadata.namespace}/${pod.metadata.name}`;
      const component = "taint-eviction-controller";
      world.events.record(pod, { type: "Normal", reason: "TaintManagerEviction", message, component });
      deletePod(world, pod);
      return undefined;
    },
  };
}

/** When a pod has to leave, in milliseconds since 1970; infinite when it may stay. */
function leaveTime(pod: LivePod, taints: Taint[]): number {
  const times = taints.filter(({ effect }) => effect === "NoExecute").map((taint) => {
    const fitting = (pod.spec?.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (fitting.length === 0) return 0;
    const seconds = Math.min(...fitting.map(({ tolerationSeconds = Infinity }) => tolerationSeconds));
    return millis(taint.timeAdded) + seconds * 1000;
  });
  return Math.min(Infinity, ...times);
}
