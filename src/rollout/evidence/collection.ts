/** Something that may belong to something else. */
export interface Owned {
  uid: string;
  /** UID of what it belongs to. */
  ownerUid?: string;
}

/** Things by UID and by the UID of their owner. */
export class Collection<T extends Owned> {
  readonly #byUid = new Map<string, T>();
  readonly #byOwner = new Map<string, Map<string, T>>();

  get(uid: string): T | undefined {
    return this.#byUid.get(uid);
  }

  /** Adds a thing or replaces the one of the same UID. */
  put(item: T): void {
    this.remove(item.uid);
    this.#byUid.set(item.uid, item);
    if (item.ownerUid === undefined) return;
    const siblings = this.#byOwner.get(item.ownerUid);
    if (siblings === undefined) this.#byOwner.set(item.ownerUid, new Map([[item.uid, item]]));
    else siblings.set(item.uid, item);
  }

  remove(uid: string): void {
    const item = this.#byUid.get(uid);
    if (item === undefined) return;
    this.#byUid.delete(uid);
    if (item.ownerUid === undefined) return;
    const siblings = this.#byOwner.get(item.ownerUid);
    siblings?.delete(uid);
    if (siblings?.size === 0) this.#byOwner.delete(item.ownerUid);
  }

  /** Forgets all but these. */
  replaceAll(items: Iterable<T>): void {
    this.#byUid.clear();
    this.#byOwner.clear();
    for (const item of items) this.put(item);
  }

  /** All of them, in order of arrival. */
  values(): IterableIterator<T> {
    return this.#byUid.values();
  }

  /** What belongs to an owner, in order of arrival. */
  ownedBy(ownerUid: string): T[] {
    return [...this.#byOwner.get(ownerUid)?.values() ?? []];
  }
}
