import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import { readConditions, readText } from "../status/fields.ts";
import { Collection, type Owned } from "./collection.ts";
import { type EventView, readEvent } from "./event_view.ts";
import { type PodView, readPod } from "./pod_view.ts";
import { readControllerRevision, readReplicaSet, type ReplicaSetView, type RevisionView } from "./replica_set_view.ts";

/** Kinds of objects around workloads that kstage looks at. */
export type SurroundingKind = "Pod" | "ReplicaSet" | "Event" | "ControllerRevision" | "Node";

/** Whether an object exists: what a look of its own brought. */
export type Presence =
  /** Isn't known: nobody has looked yet. */
  | { kind: "unknown" }
  /** May not be looked at. */
  | { kind: "hidden" }
  | { kind: "absent" }
  /** With the keys of its data: of a Secret nothing else is kept. */
  | { kind: "present"; keys: readonly string[] };

type EventRecord = EventView & Owned;

/**
 * What is known of the objects around the workloads of one namespace. Empty until somebody watches; what is kept is a
 * small part of each object, so that a big namespace costs little memory.
 */
export class Surroundings {
  readonly pods: Collection<PodView> = new Collection();
  readonly replicaSets: Collection<ReplicaSetView> = new Collection();
  readonly revisions: Collection<RevisionView> = new Collection();
  readonly #events: Collection<EventRecord> = new Collection();
  /** Names of nodes that don't answer. */
  readonly lostNodes: Set<string> = new Set();
  /** Single objects that were looked for, by {@link presenceKey}. */
  readonly presences: Map<string, Presence> = new Map();
  /** Kinds that have been listed, or may not be: there's nothing to wait for. */
  readonly settled: Set<SurroundingKind> = new Set();

  /** Takes in an object that is new or has changed. */
  put(kind: SurroundingKind, object: Manifest): void {
    const uid = readText(object, "metadata", "uid");
    if (kind === "Pod") this.pods.put(readPod(object, this.pods.get(uid), true));
    else if (kind === "ReplicaSet") this.replicaSets.put(readReplicaSet(object));
    else if (kind === "ControllerRevision") this.revisions.put(readControllerRevision(object));
    else if (kind === "Event") this.#events.put(toRecord(object));
    else if (isNodeReady(object)) this.lostNodes.delete(object.metadata.name);
    else this.lostNodes.add(object.metadata.name);
  }

  /** Forgets an object. */
  remove(kind: SurroundingKind, object: Manifest): void {
    const uid = readText(object, "metadata", "uid");
    if (kind === "Pod") this.pods.remove(uid);
    else if (kind === "ReplicaSet") this.replicaSets.remove(uid);
    else if (kind === "ControllerRevision") this.revisions.remove(uid);
    else if (kind === "Event") this.#events.remove(uid);
    // A node that was removed takes its pods along: it's as lost as one that doesn't answer.
    else this.lostNodes.add(object.metadata.name);
  }

  /** Forgets all objects of a kind but these. */
  replaceAll(kind: SurroundingKind, objects: Manifest[]): void {
    this.settled.add(kind);
    if (kind === "Pod") {
      this.pods.replaceAll(objects.map((pod) => readPod(pod, this.pods.get(readText(pod, "metadata", "uid")))));
    } else if (kind === "ReplicaSet") this.replicaSets.replaceAll(objects.map(readReplicaSet));
    else if (kind === "ControllerRevision") this.revisions.replaceAll(objects.map(readControllerRevision));
    else if (kind === "Event") this.#events.replaceAll(objects.map(toRecord));
    else {
      this.lostNodes.clear();
      for (const node of objects) this.put("Node", node);
    }
  }

  /** Whether a pod is ending, as far as pods are watched. */
  isAnyPodEnding(): boolean {
    for (const { isTerminating } of this.pods.values()) if (isTerminating) return true;
    return false;
  }

  /** Events about an object, in no order. */
  eventsOf(uid: string): EventView[] {
    return this.#events.ownedBy(uid);
  }
}

/** What an object is remembered by in `Surroundings.presences`. */
export function presenceKey({ kind, name }: Pick<ObjectRef, "kind" | "name">): string {
  return `${kind}/${name}`;
}

function toRecord(object: Manifest): EventRecord {
  const event = readEvent(object);
  return { ...event, ownerUid: event.objectUid };
}

function isNodeReady(node: Manifest): boolean {
  return readConditions(node).some(({ type, status }) => type === "Ready" && status === "True");
}
