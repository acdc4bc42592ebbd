import type { StoreEvent } from "../store.ts";
import { controllerOf, live } from "./live.ts";

/** Objects without a controller, by kind and namespace. */
export class OrphanIndex {
  readonly #uids = new Map<string, Set<string>>();

  /** Takes note of a change. */
  notice({ type, object }: StoreEvent): void {
    if (!CLAIMED_KINDS.has(object.kind)) return;
    const key = `${object.kind}/${object.metadata.namespace}`;
    const uids = this.#uids.get(key) ?? new Set<string>();
    const uid = String(object.metadata.uid);
    if (type === "DELETED" || controllerOf(live<object>(object)) !== undefined) uids.delete(uid);
    else uids.add(uid);
    if (uids.size === 0) this.#uids.delete(key);
    else this.#uids.set(key, uids);
  }

  /** Their uids. */
  find(kind: string, namespace: string): string[] {
    return [...this.#uids.get(`${kind}/${namespace}`) ?? []];
  }
}

const CLAIMED_KINDS = new Set(["Pod", "ReplicaSet"]);
