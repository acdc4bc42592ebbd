/** All controllers of a sandbox, and the queue that drives them. */
import type { Node, Pod } from "kubernetes-types/core/v1";
import { compareBytes } from "../../base/mod.ts";
import { type Manifest, type ObjectRef, refKey, refOf } from "../../manifest/mod.ts";
import type { Fault } from "../faults.ts";
import { type ObjectStore, type StoreEvent, timestamp } from "../store.ts";
import { refusePod } from "./admission.ts";
import { OrphanIndex } from "./orphan_index.ts";
import { createDaemonSetController } from "./daemon_set.ts";
import { createDeploymentController } from "./deployment.ts";
import { createEventRecorder } from "./events.ts";
import { FaultTable } from "./fault_table.ts";
import { createAutoscalerController } from "./horizontal_pod_autoscaler.ts";
import { createJobController } from "./job.ts";
import { createKubelet, newKubeletState } from "./kubelet/kubelet.ts";
import { type PodLog, readLog } from "./kubelet/log.ts";
import { live, manifestOf } from "./live.ts";
import { createNamespaceController } from "./namespace.ts";
import { newNode } from "./node_fit.ts";
import { createNodeController, createTaintEviction } from "./node_lifecycle.ts";
import { createClaimController } from "./persistent_volume_claim.ts";
import { createDisruptionController } from "./pod_disruption_budget.ts";
import { createQuotaController } from "./quota.ts";
import { createReplicaSetController } from "./replica_set.ts";
import { createScheduler } from "./scheduler.ts";
import { createServiceController } from "./service.ts";
import { createStatefulSetController } from "./stateful_set.ts";
import { type Controller, type ControllerSettings, DEFAULT_SETTINGS, isKind, type World } from "./world.ts";

/** What the controllers work on. */
export interface ControllersOptions {
  /** The objects. */
  store: ObjectStore;
  /** Milliseconds since 1970. Whoever owns the clock moves it, then calls {@link Controllers.tick}. */
  now(): number;
  /** Scripted failures. @default none */
  faults?: readonly Fault[];
  /** How long things take. @default {@link DEFAULT_SETTINGS} */
  settings?: Partial<ControllerSettings>;
  /** Names of controllers to leave out, such as `kubelet`: somebody else plays their part. @default none */
  without?: readonly string[];
}

/** The controllers of one store. */
export interface Controllers {
  /** Does all that is due at `now()`, until nothing is left to do at that moment. */
  tick(): void;
  /** When something is due next though nothing changes, in milliseconds since 1970. */
  nextDue(): number | undefined;
  /** The log of a pod's container. */
  podLog(pod: Manifest, container?: string, previous?: boolean): PodLog;
  /** Why the API server would refuse a pod that a client creates; undefined when it would not. */
  refusePod(pod: Manifest): string | undefined;
  /** Stops listening to the store. */
  close(): void;
}

/** In the order in which they run within a round: what creates pods first, then what runs them. */
const CONTROLLERS: readonly ((world: World) => Controller)[] = [
  createNamespaceController,
  createNodeController,
  createQuotaController,
  createClaimController,
  createAutoscalerController,
  createDeploymentController,
  createReplicaSetController,
  createStatefulSetController,
  createDaemonSetController,
  createJobController,
  createScheduler,
  createTaintEviction,
  createServiceController,
  createDisruptionController,
];

/** More rounds than any chain of consequences needs; what is left then waits for the next tick. */
const MOST_ROUNDS = 100;

/**
 * Starts the controllers of a store. A store without nodes gets some.
 *
 * @example
 * const controllers = createControllers({ store, now: () => clockMs });
 * clockMs += 1000;
 * controllers.tick();
 */
export function createControllers(options: ControllersOptions): Controllers {
  const { store } = options;
  let now = options.now();
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const events = createEventRecorder(store, () => now);
  const orphans = new OrphanIndex();
  const faults = new FaultTable(options.faults);
  const world: World = { store, now: () => now, faults, settings, events, orphans };
  const kubelet = newKubeletState();
  const queues = [...CONTROLLERS.map((create) => create(world)), createKubelet(world, kubelet)]
    .filter(({ name }) => !options.without?.includes(name))
    .map((controller) => new ReconcileQueue(controller, store));
  const notice = (event: StoreEvent): void => {
    // Nothing follows from events, and there are many of them.
    if (isKind(event.object, "v1", "Event")) return;
    orphans.notice(event);
    queues.forEach((queue) => queue.notice(event));
  };

  for (const object of KNOWN_KINDS.flatMap(([apiVersion, kind]) => store.list(apiVersion, kind))) {
    notice({ type: "ADDED", object, resourceVersion: Number(object.metadata.resourceVersion) });
  }
  const close = store.subscribe(notice);
  addNodes(store, settings.nodes, now);
  return {
    tick() {
      now = options.now();
      queues.forEach((queue) => queue.wakeDue(now));
      for (let round = 0; round < MOST_ROUNDS && queues.some((queue) => queue.hasWork); round++) {
        queues.forEach((queue) => queue.run());
      }
      events.expire();
    },
    nextDue() {
      const times = queues.map((queue) => queue.nextDue()).filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    podLog: (pod, container, previous) =>
      readLog(kubelet.pods.get(String(pod.metadata.uid)), live<Pod>(pod), container, previous),
    refusePod(pod) {
      now = options.now();
      return refusePod(world, pod);
    },
    close,
  };
}

/** Kinds that controllers look at, for what a store holds before they begin. */
const KNOWN_KINDS: readonly [apiVersion: string, kind: string][] = [
  ["v1", "Node"],
  ["v1", "Namespace"],
  ["v1", "ResourceQuota"],
  ["v1", "PersistentVolumeClaim"],
  ["autoscaling/v2", "HorizontalPodAutoscaler"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["batch/v1", "Job"],
  ["v1", "Pod"],
  ["v1", "Service"],
  ["policy/v1", "PodDisruptionBudget"],
];

function addNodes(store: ObjectStore, count: number, now: number): void {
  if (store.list("v1", "Node").length > 0) return;
  for (let index = 0; index < count; index++) {
    store.create(manifestOf(live<Node>(newNode(index, timestamp(now)) as Manifest)));
  }
}

/** The objects that one controller has yet to look at. */
class ReconcileQueue {
  readonly #controller: Controller;
  readonly #store: ObjectStore;
  #waiting = new Map<string, ObjectRef>();
  readonly #due = new Map<string, { atMs: number; ref: ObjectRef }>();

  constructor(controller: Controller, store: ObjectStore) {
    this.#controller = controller;
    this.#store = store;
  }

  get hasWork(): boolean {
    return this.#waiting.size > 0;
  }

  /** A change: of an object of this kind, of one that such an object controls, or of one that concerns it. */
  notice(event: StoreEvent): void {
    const { apiVersion, kind } = this.#controller;
    const { object, type } = event;
    if (isKind(object, apiVersion, kind)) {
      if (type === "DELETED") {
        this.#due.delete(refKey(refOf(object)));
        this.#controller.forget?.(object);
      } else this.#add(refOf(object));
    }
    for (const owner of live<object>(object).metadata.ownerReferences ?? []) {
      if (owner.controller !== true || !isKind(owner, apiVersion, kind)) continue;
      this.#add({ apiVersion, kind, name: owner.name, namespace: live<object>(object).metadata.namespace });
    }
    for (const ref of this.#controller.concerned?.(event) ?? []) this.#add(ref);
  }

  wakeDue(now: number): void {
    for (const [key, { atMs, ref }] of this.#due) {
      if (atMs > now) continue;
      this.#due.delete(key);
      this.#waiting.set(key, ref);
    }
  }

  nextDue(): number | undefined {
    const times = [...this.#due.values()].map(({ atMs }) => atMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Looks once at each object that waits, by namespace and name, so that every run of a sandbox is the same. */
  run(): void {
    const waiting = [...this.#waiting].sort(([a], [b]) => compareBytes(a, b));
    this.#waiting = new Map();
    for (const [key, ref] of waiting) {
      const object = this.#store.get(ref);
      this.#due.delete(key);
      if (object === undefined) continue;
      const atMs = this.#controller.reconcile(object);
      if (atMs !== undefined) this.#due.set(key, { atMs, ref });
    }
  }

  #add(ref: ObjectRef): void {
    this.#waiting.set(refKey(ref), { ...ref, apiVersion: this.#controller.apiVersion });
  }
}
