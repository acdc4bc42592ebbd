/** What all controllers share: the store, the time, the faults and the recorder of events. */
import { groupOf } from "../../manifest/mod.ts";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { ObjectStore, StoreEvent } from "../store.ts";
import type { EventRecorder } from "./events.ts";
import type { FaultTable } from "./fault_table.ts";
import type { OrphanIndex } from "./orphan_index.ts";

/** How long things take in a sandbox that nothing disturbs, in seconds of its time. */
export interface ControllerSettings {
  /** How many Node objects to begin with. @default {1} */
  nodes: number;
  /** Pulling an image that the node does not have. @default {1} */
  pullSeconds: number;
  /** From the assignment of a pod to its first container, at least. @default {1} */
  startSeconds: number;
  /** From the start of a container to the first success of its readiness or startup probe. @default {1} */
  readySeconds: number;
  /** How long an init container runs. @default {1} */
  initSeconds: number;
  /** How long containers of pods run that are meant to end (`restartPolicy` Never or OnFailure). @default {2} */
  jobSeconds: number;
  /** From the deletion of a pod to its end. @default {1} */
  stopSeconds: number;
  /** How often the kubelet looks again at what failed. @default {10} */
  syncSeconds: number;
  /** Until a load balancer has an address or a claim its volume. @default {1} */
  provisionSeconds: number;
}

/** The defaults of {@link ControllerSettings}. */
export const DEFAULT_SETTINGS: ControllerSettings = {
  nodes: 1,
  pullSeconds: 1,
  startSeconds: 1,
  readySeconds: 1,
  initSeconds: 1,
  jobSeconds: 2,
  stopSeconds: 1,
  syncSeconds: 10,
  provisionSeconds: 1,
};

/** What every controller works on. */
export interface World {
  readonly store: ObjectStore;
  /** Milliseconds since 1970; stands still during a tick. */
  now(): number;
  readonly faults: FaultTable;
  readonly settings: ControllerSettings;
  readonly events: EventRecorder;
  readonly orphans: OrphanIndex;
}

/** A kind of object that is kept as it should be. */
export interface Controller {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Objects of `kind` to look at because another one changed, beside those that control it. */
  concerned?(event: StoreEvent): Iterable<ObjectRef>;
  /**
   * Does one step for one object, whatever the reason to look at it.
   *
   * @returns When to look again though nothing changed, in milliseconds since 1970.
   */
  reconcile(object: Manifest): number | undefined;
  /** The object is gone. */
  forget?(object: Manifest): void;
}

/** Whether an object is of a kind, whatever the version of its API. */
export function isKind(object: { apiVersion: string; kind: string }, apiVersion: string, kind: string): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === groupOf(apiVersion);
}

/** The earliest of some times; undefined when there is none. */
export function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
