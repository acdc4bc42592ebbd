import { type Manifest, type ObjectRef, refKey } from "../../manifest/mod.ts";
import { slimWorkload } from "../evidence/slim.ts";
import { ownsPods } from "./needs.ts";
import type { RolloutTarget, WatchSettings } from "./options.ts";
import { selectorOf } from "./selector.ts";
import { TrackedWorkload } from "./tracked_workload.ts";

/** One workload's place in the watch. */
export interface Place {
  tracked: TrackedWorkload;
  /** The object as it was last seen. */
  object: Manifest | undefined;
  /** Whether it's known if the object exists. */
  isKnown: boolean;
  isDirty: boolean;
  wakeMs: number;
  /** `watching` until the time is up or there's a verdict; `closing` while the last things are fetched. */
  phase: "watching" | "closing" | "done";
}

/** The workloads of a watch, by {@link refKey}, in the order in which they were given. */
export class Places {
  readonly #places = new Map<string, Place>();
  readonly #keyByUid = new Map<string, string>();
  /** Namespace → how many workloads with pods are watched there. */
  readonly #podOwners = new Map<string | undefined, number>();

  constructor(targets: readonly RolloutTarget[], settings: WatchSettings) {
    const nowMs = settings.clock.now();
    for (const target of targets) {
      const tracked = new TrackedWorkload(target, settings, nowMs);
      const unknown = { object: undefined, isKnown: false, isDirty: false, wakeMs: Infinity };
      this.#places.set(refKey(target), { tracked, ...unknown, phase: "watching" });
    }
    for (const { namespace } of this.refs.filter(ownsPods)) {
      this.#podOwners.set(namespace, (this.#podOwners.get(namespace) ?? 0) + 1);
    }
  }

  get size(): number {
    return this.#places.size;
  }

  get keys(): string[] {
    return [...this.#places.keys()];
  }

  get refs(): ObjectRef[] {
    return [...this.#places.values()].map(({ tracked }) => tracked.ref);
  }

  [Symbol.iterator](): Iterator<[string, Place]> {
    return this.#places.entries();
  }

  get(key: string): Place | undefined {
    return this.#places.get(key);
  }

  /** Keeps what was seen of a workload; undefined: it is not there. */
  put(key: string, object: Manifest | undefined): void {
    Object.assign(this.#places.get(key)!, { object: object && slimWorkload(object), isKnown: true, isDirty: true });
    const uid = object?.metadata.uid;
    if (typeof uid === "string") this.#keyByUid.set(uid, key);
  }

  /** @param uids Objects that changed, with their owners; undefined: all of the namespace, or of all namespaces. */
  markDirty(uids: string[] | undefined, namespace: string | undefined): void {
    if (uids !== undefined) {
      const keys = uids.flatMap((uid) => this.#keyByUid.get(uid) ?? []);
      for (const key of keys) this.#places.get(key)!.isDirty = true;
      return;
    }
    for (const place of this.#places.values()) {
      if (namespace === undefined || place.tracked.ref.namespace === namespace) place.isDirty = true;
    }
  }

  /** When one of those that are watched has to be looked at; `settledMs` when all have. */
  wakeMs(settledMs: number): number {
    let wakeMs = Infinity;
    for (const place of this.#places.values()) {
      if (place.phase === "watching") wakeMs = Math.min(wakeMs, place.wakeMs, place.tracked.deadlineMs, settledMs);
    }
    return wakeMs;
  }

  /** A namespace's only workload needs but its own pods. */
  selectorFor({ tracked, object }: Place): string | undefined {
    const isAlone = this.#podOwners.get(tracked.ref.namespace) === 1;
    return isAlone && object !== undefined ? selectorOf(object) : undefined;
  }
}
