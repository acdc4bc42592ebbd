/**
 * The parts of kwok's `Stage` objects.
 *
 * @see kwok `pkg/apis/v1alpha1/stage_types.go` v0.8.0
 */
import { ASKS_FOR_FAULT } from "./kubelet_templates.ts";

/** A stage: objects that match are changed by `steps` after a delay. */
export interface KubeletStage {
  apiVersion: "kwok.x-k8s.io/v1alpha1";
  kind: "Stage";
  metadata: { name: string };
  spec: {
    resourceRef: { apiGroup: "v1"; kind: "Pod" | "Node" };
    selector: { matchExpressions: { jq: Match }[] };
    delay?: { durationMilliseconds: number };
    steps: Step[];
  };
}

/** What an object must be like. */
export interface Match {
  /** A jq expression; its outputs are compared. */
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: readonly string[];
}

/** What is done to it. */
export type Step =
  | { patch: { subresource: "status"; root: "status"; template: string; type: "strategic" } }
  | { event: { type: "Normal" | "Warning"; reason: string; message: string } }
  | { delete: true };

/** Not being deleted. */
export const ALIVE: Match = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };

/** A pod that its node has not looked at yet. */
export const NEW: readonly Match[] = [ALIVE, { key: ".status.containerStatuses", operator: "DoesNotExist" }];

const faultsIn = (containers: string, prefix: string): string =>
  `(.spec.${containers}[]?.image | select(test("${ASKS_FOR_FAULT}")) | split(":") | last | sub("-[0-9]+$"; "") | ` +
  `"${prefix}" + .)`;

/** The faults that a pod's images ask for; those of init containers begin with `init/`. */
const FAULTS = `${faultsIn("containers", "")}, ${faultsIn("initContainers", "init/")}`;

/** One of the outputs is one of the values. */
export const has = (key: string, ...values: string[]): Match => ({ key, operator: "In", values });

/** Has one of the faults. */
export const hasFault = (...faults: string[]): Match => has(FAULTS, ...faults);

/** Has none of the faults. */
export const lacksFaults = (faults: readonly string[]): Match => ({ key: FAULTS, operator: "NotIn", values: faults });

/** A list of container statuses. */
export type StatusList = "containerStatuses" | "initContainerStatuses";

/** A container waits for the reason. */
export const isWaiting = (reason: string, list: StatusList = "containerStatuses"): Match =>
  has(`.status.${list}[]?.state.waiting.reason`, reason);

/** A container runs. */
export const isRunning: Match = { key: ".status.containerStatuses[]?.state.running.startedAt", operator: "Exists" };

/** A container has ended, and not well. */
export const hasEnded = (list: StatusList = "containerStatuses"): Match =>
  has(`.status.${list}[]?.state.terminated.reason`, "Error", "OOMKilled");

/** Containers were restarted so many times. */
export const restarted = (times: number, list: StatusList = "containerStatuses"): Match =>
  has(`[.status.${list}[]?.restartCount] | max | tostring`, String(times));

/** The other way round. */
export const not = (match: Match): Match => ({ ...match, operator: match.operator === "In" ? "NotIn" : "In" });

/** A stage. */
export function stage(name: string, kind: "Pod" | "Node", matches: readonly Match[], delayMs: number, steps: Step[]) {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: {
      resourceRef: { apiGroup: "v1", kind },
      selector: { matchExpressions: matches.map((jq) => ({ jq })) },
      ...(delayMs === 0 ? {} : { delay: { durationMilliseconds: delayMs } }),
      steps,
    },
  } satisfies KubeletStage as KubeletStage;
}

/** Writes a status. */
export function patchStatus(template: string): Step {
  return { patch: { subresource: "status", root: "status", template, type: "strategic" } };
}

/** Tells an event about the object. */
export function event(type: "Normal" | "Warning", reason: string, message: string): Step {
  return { event: { type, reason, message } };
}
