/**
 * Plays a scenario against controllers, real ones or the sandbox's, and notes what they make of it. Nothing schedules
 * or runs pods there: the scenario writes their statuses itself, so that both sides see the same kubelet.
 */
import type { JsonObject } from "../../../../src/base/mod.ts";
import type { Loose } from "../cluster.ts";
import type { PodSelection, Scenario, Step } from "./scenarios.ts";

/** What a scenario asks of a cluster; all in the scenario's own namespace, or without one. */
export interface Driver {
  namespace: string;
  now(): number;
  apply(object: JsonObject): Promise<void>;
  remove(kind: string, name: string): Promise<void>;
  bind(pod: string, node: string): Promise<void>;
  writePodStatus(name: string, status: JsonObject): Promise<void>;
  list(kind: string): Promise<Loose[]>;
  /** Returns when the controllers have nothing left to do for the moment. */
  settle(): Promise<void>;
  wait(seconds: number): Promise<void>;
}

/** What is the same on every cluster after each step. */
export async function play(driver: Driver, scenario: Scenario): Promise<JsonObject[]> {
  const notes: JsonObject[] = [];
  const names = new NameTable();
  for (const step of scenario.steps) {
    await perform(driver, step);
    await driver.settle();
    notes.push({ step: describe(step), ...await note(driver, names) });
  }
  return notes;
}

async function perform(driver: Driver, step: Step): Promise<void> {
  if ("apply" in step) await driver.apply(step.apply);
  else if ("remove" in step) await driver.remove(...step.remove);
  else if ("wait" in step) await driver.wait(step.wait);
  else if ("bind" in step) {
    const free = (await driver.list("Pod")).filter((pod) => !pod.spec.nodeName);
    for (const pod of free) await driver.bind(pod.metadata.name, step.bind);
  } else {
    const pods = await choosePods(driver, step.pods);
    // One after the other, or how many steps a rollout takes would depend on how fast the controllers are.
    for (const pod of pods) {
      await driver.writePodStatus(pod.metadata.name, podStatus(driver, pod, step));
      await driver.settle();
    }
  }
}

function describe(step: Step): string {
  if ("apply" in step) return `apply ${step.apply.kind}`;
  if ("remove" in step) return `remove ${step.remove.join(" ")}`;
  if ("wait" in step) return `wait ${step.wait}`;
  if ("bind" in step) return `bind to ${step.bind}`;
  return `pods ${JSON.stringify(step.pods)} become ${step.become}`;
}

async function choosePods(driver: Driver, { image, index, count = Infinity, unready }: PodSelection): Promise<Loose[]> {
  const pods = (await driver.list("Pod")).filter((pod) => !pod.metadata.deletionTimestamp);
  return pods
    .filter((pod) => image === undefined || pod.spec.containers[0].image === image)
    .filter((pod) => index === undefined || pod.metadata.name.endsWith(`-${index}`))
    .filter((pod) => !unready || !isReady(pod))
    .filter((pod) => !["Succeeded", "Failed"].includes(pod.status.phase))
    .sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1)
    .slice(0, count);
}

function isReady(pod: Loose): boolean {
  return (pod.status.conditions ?? []).some((one: Loose) => one.type === "Ready" && one.status === "True");
}

let addresses = 0;

function podStatus(driver: Driver, pod: Loose, { become }: { become: string }): JsonObject {
  const time = new Date(Math.floor(driver.now() / 1000) * 1000).toISOString().replace(".000Z", "Z");
  const ready = become === "ready";
  const isOver = become === "succeeded" || become === "failed";
  const end = {
    exitCode: become === "succeeded" ? 0 : 1,
    reason: become === "succeeded" ? "Completed" : "Error",
    startedAt: time,
    finishedAt: time,
  };
  const state: JsonObject = isOver ? { terminated: end } : { running: { startedAt: time } };
  const podIP = pod.status.podIP ?? `10.9.${(addresses >> 8) & 255}.${addresses++ & 255}`;
  return {
    phase: become === "succeeded" ? "Succeeded" : become === "failed" ? "Failed" : "Running",
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: time,
    conditions: ["Ready", "ContainersReady"].map((type) => ({
      type,
      status: ready ? "True" : "False",
      lastTransitionTime: time,
    })),
    containerStatuses: pod.spec.containers.map(({ name, image }: Loose) => (
      { name, image, imageID: "", ready, started: !isOver, restartCount: 0, state, lastState: {} }
    )),
  };
}

/** Stable names for hashes and random letters, in the order in which they were seen. */
class NameTable {
  readonly #known = new Map<string, string>();

  learn(hash: string | undefined, label: string): void {
    if (hash && !this.#known.has(hash)) {
      this.#known.set(
        hash,
        `${label}${[...this.#known.values()].filter((one) => one.startsWith(label)).length + 1}`,
      );
    }
  }

  rename(text: string): string {
    for (const [hash, name] of this.#known) text = text.replaceAll(hash, name);
    // Five letters behind a ReplicaSet, Job or DaemonSet.
    return text.replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=[" ,]|$)/g, "-*");
  }
}

async function note(driver: Driver, names: NameTable): Promise<JsonObject> {
  const read = async (kind: string) => (await driver.list(kind)).sort(byCreation);
  const [sets, revisions] = [await read("ReplicaSet"), await read("ControllerRevision")];
  sets.sort((a, b) => revisionNumber(a) - revisionNumber(b));
  for (const set of sets) names.learn(set.metadata.labels["pod-template-hash"], "HASH");
  revisions.sort((a, b) => a.revision - b.revision);
  for (const one of revisions) {
    names.learn(
      one.metadata.labels["controller-revision-hash"] ?? one.metadata.labels["controller.kubernetes.io/hash"],
      "REVISION",
    );
  }
  const facts = {
    deployments: (await read("Deployment")).map(deploymentFacts),
    replicaSets: sets.map(replicaSetFacts),
    statefulSets: (await read("StatefulSet")).map(({ status }) => status),
    daemonSets: (await read("DaemonSet")).map(({ status }) => status),
    revisions: revisions.map((one) => ({
      name: one.metadata.name,
      revision: one.revision,
      data: Object.keys(one.data.spec.template).sort(),
    })),
    jobs: (await read("Job")).map(jobFacts),
    budgets: (await read("PodDisruptionBudget")).map(({ status }) => ({
      ...status,
      conditions: status?.conditions?.map(conditionFacts),
    })),
    quotas: (await read("ResourceQuota")).map(({ status }) => status),
    endpoints: (await read("Endpoints")).filter(({ metadata }) => metadata.name !== "kubernetes").map(endpointFacts),
    slices: (await read("EndpointSlice")).map(sliceFacts),
    pods: countPods(await read("Pod")),
    events: eventFacts(await read("Event")),
  };
  const filled = Object.fromEntries(Object.entries(facts).filter(([, list]) => list.length > 0));
  return JSON.parse(names.rename(JSON.stringify(filled)).replaceAll(driver.namespace, "NAMESPACE"));
}

function byCreation(a: Loose, b: Loose): number {
  const [x, y] = [a, b].map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`);
  return x! < y! ? -1 : 1;
}

function revisionNumber(set: Loose): number {
  return Number(
    set.metadata.annotations["deployment.kubernetes.io/revision-history"]?.split(",")[0] ??
      set.metadata.annotations["deployment.kubernetes.io/revision"],
  );
}

function conditionFacts({ type, status, reason, message = "" }: Loose): Loose {
  // A real controller replaces the first by the second, or fails to by a conflict: both are seen.
  const isFirst = reason === "NewReplicaSetCreated";
  const text = withoutPodName(message).replace(/^Created new replica set ("[^"]+")$/, "ReplicaSet $1 is progressing.");
  return { type, status, reason: isFirst ? "ReplicaSetUpdated" : reason, message: text };
}

/** In the order of their types: which one was written last is a matter of time. */
function conditionList(conditions: Loose[]): Loose[] {
  return conditions.map(conditionFacts).sort((a, b) => a.type < b.type ? -1 : 1);
}

function deploymentFacts({ metadata, status: { conditions = [], ...counts } }: Loose): Loose {
  return {
    revision: metadata.annotations?.["deployment.kubernetes.io/revision"],
    ...counts,
    conditions: conditionList(conditions),
  };
}

function replicaSetFacts({ metadata, spec, status }: Loose): Loose {
  const { observedGeneration: _generation, conditions = [], ...counts } = status;
  // How often a refused pod is tried again is a matter of time.
  const failures = conditions.map(({ type, status, reason, message }: Loose) => ({
    type,
    status,
    reason,
    message: withoutPodName(message),
  }));
  return {
    name: metadata.name,
    annotations: metadata.annotations,
    wanted: spec.replicas,
    ...counts,
    conditions: failures,
  };
}

function withoutPodName(message: string): string {
  return message.replace(/^(.*?pods "[a-z-]+-\w+-)\w*" /, '$1…" ');
}

function jobFacts({ status }: Loose): Loose {
  const { startTime: _start, completionTime, conditions = [], ...counts } = status;
  return { ...counts, isComplete: completionTime !== undefined, conditions: conditionList(conditions) };
}

function endpointFacts({ subsets = [] }: Loose): Loose {
  return subsets.map(({ addresses = [], notReadyAddresses = [], ports }: Loose) => ({
    ready: addresses.length,
    unready: notReadyAddresses.length,
    ports,
  }));
}

function sliceFacts({ metadata, addressType, endpoints, ports }: Loose): Loose {
  const { labels } = metadata;
  const states = (endpoints ?? []).map(({ conditions }: Loose) => JSON.stringify(conditions)).sort();
  return {
    service: labels["kubernetes.io/service-name"],
    managedBy: labels["endpointslice.kubernetes.io/managed-by"],
    addressType,
    states,
    ports: ports ?? [],
  };
}

/** Pods by name without random letters, labels, phase and readiness. */
function countPods(pods: Loose[]): string[] {
  const texts = pods.map((pod) => {
    const { name, labels, ownerReferences = [], deletionTimestamp } = pod.metadata;
    const text = Object.entries(labels ?? {}).filter(([key]) => !key.endsWith("controller-uid")).map(([key, value]) =>
      `${key}=${value}`
    ).sort().join(" ");
    const state = `${pod.status.phase}${isReady(pod) ? " ready" : ""}${deletionTimestamp ? " deleting" : ""}`;
    return `${name} ${text} of ${ownerReferences.map((one: Loose) => `${one.kind} ${one.name}`).join()}: ${state}`;
  });
  const counted = texts.map((text) => text.replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?= )/, "-*"));
  return [...new Set(counted)].sort().map((text) => `${counted.filter((one) => one === text).length} × ${text}`);
}

/** What controllers said, without how often: that depends on time. */
function eventFacts(events: Loose[]): string[] {
  // Retries that failed so often that they were put together: how often is a matter of time.
  const own = events.filter(({ reason, message }) => !(reason === "FailedCreate" && message.startsWith("(combined")))
    .filter((event) => /^Scaling|^Successful|^FailedCreate|Completed|Exceeded|Suspended|Resumed/.test(event.reason));
  const texts = own.map((event) =>
    `${event.type} ${event.reportingComponent} ${event.involvedObject.kind}: ${event.reason}: ${
      withoutPodName(event.message)
    }`
  );
  return [...new Set(texts.map((text) => text.replace(/-[bcdfghjklmnpqrstvwxz2456789]{5}(?=$| )/g, "-*")))].sort();
}
