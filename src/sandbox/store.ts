import { compareBytes, equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { groupOf, type Manifest, type ObjectRef } from "../manifest/mod.ts";

/** One change of the store; `object` is as it is afterwards, or as it was last when it is deleted. */
export interface StoreEvent {
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: Manifest;
  /** The object before a modification. */
  previous?: Manifest;
  resourceVersion: number;
}

/** What a store needs of the world, and how much it remembers. */
export interface StoreOptions {
  /** Milliseconds since 1970. */
  now(): number;
  uuid(): string;
  /** How many events a watch can look back. @default {10_000} */
  historyLimit?: number;
  /**
   * What is really stored of an object that is written, for keeping record of who owns what.
   *
   * @param live The object before; undefined at its creation.
   */
  track?(live: Manifest | undefined, next: Manifest): Manifest;
  /** Whether objects of a kind have `metadata.generation`. @default all have */
  hasGeneration?(apiVersion: string, kind: string): boolean;
}

/** How to write. */
export interface StoreWriteOptions {
  /** Whether the generation grows, for kinds that count other changes. @default by what has changed */
  raiseGeneration?: boolean;
  /** The writer has kept the record of owners itself. @default {false} */
  isTracked?: boolean;
}

/** Objects of one group and kind: by namespace ("" when cluster-scoped), then by name. */
type Bucket = Map<string, NamespaceBucket>;

interface NamespaceBucket {
  byName: Map<string, Manifest>;
  /** Names in byte order; undefined after an addition or a removal. */
  sorted?: Manifest[];
}

/**
 * The objects of a sandbox and their history. All objects that it hands out are deeply frozen: clone one with
 * `cloneJson`, change the clone and give it to {@link ObjectStore.update}.
 *
 * The versions of a group share storage: what was created as `apps/v1` is found as `apps/v1beta1`, with that
 * `apiVersion`. The store knows no rules of kinds, no finalizers and no defaults: those are the API's.
 */
export class ObjectStore {
  readonly #options: StoreOptions;
  readonly #buckets = new Map<string, Bucket>();
  readonly #byUid = new Map<string, Manifest>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #history: StoreEvent[] = [];
  readonly #historyLimit: number;
  #resourceVersion = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#historyLimit = options.historyLimit ?? 10_000;
  }

  /** The version of the newest change; 0 when nothing happened yet. */
  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** The object, frozen, or undefined. */
  get(ref: ObjectRef): Manifest | undefined {
    const found = this.#bucket(ref.apiVersion, ref.kind)?.get(ref.namespace ?? "")?.byName.get(ref.name);
    return found === undefined ? undefined : asVersion(found, ref.apiVersion);
  }

  /** The object with that `metadata.uid`, frozen, or undefined. */
  getByUid(uid: string): Manifest | undefined {
    return this.#byUid.get(uid);
  }

  /** Objects of a kind, frozen, by namespace and name; of all namespaces when none is given. */
  list(apiVersion: string, kind: string, namespace?: string): Manifest[] {
    const bucket = this.#bucket(apiVersion, kind);
    if (bucket === undefined) return [];
    const namespaces = namespace === undefined ? [...bucket.keys()].sort(compareBytes) : [namespace];
    return namespaces.flatMap((name) => sortedObjects(bucket.get(name)))
      .map((object) => asVersion(object, apiVersion));
  }

  /** Objects that name `uid` in their `ownerReferences`. */
  dependentsOf(uid: string): Manifest[] {
    return [...this.#dependents.get(uid) ?? []].flatMap((dependent) => this.#byUid.get(dependent) ?? []);
  }

  /** Every object of a namespace, whatever its kind. */
  listNamespace(namespace: string): Manifest[] {
    return [...this.#buckets.values()].flatMap((bucket) => sortedObjects(bucket.get(namespace)));
  }

  /**
   * Adds an object and sets its uid (unless it has one), resourceVersion, creationTimestamp and generation.
   *
   * @throws {RangeError} When there is one of that name already.
   */
  create(given: Manifest, { isTracked = false }: StoreWriteOptions = {}): Manifest {
    const object = isTracked ? given : this.#options.track?.(undefined, given) ?? given;
    if (this.get(refTo(object)) !== undefined) throw new RangeError(`Cannot create ${describe(object)}: it exists`);
    const metadata: Manifest["metadata"] = {
      ...object.metadata,
      uid: typeof object.metadata.uid === "string" && object.metadata.uid !== ""
        ? object.metadata.uid
        : this.#options.uuid(),
      creationTimestamp: timestamp(this.#options.now()),
    };
    if (this.#hasGeneration(object)) metadata.generation = 1;
    else delete metadata.generation;
    const stored = this.#stamp({ ...object, metadata });
    this.#put(stored);
    this.#emit({ type: "ADDED", object: stored, resourceVersion: this.#resourceVersion });
    return stored;
  }

  /**
   * Replaces an object. Nothing happens when it is equal to what is there, its resourceVersion aside; the generation
   * grows when anything but metadata and status changed.
   *
   * @throws {RangeError} When there is no such object.
   */
  update(given: Manifest, options: StoreWriteOptions = {}): Manifest {
    const ref = refTo(given);
    const previous = this.#bucket(ref.apiVersion, ref.kind)?.get(ref.namespace ?? "")?.byName.get(ref.name);
    if (previous === undefined) throw new RangeError(`Cannot update ${describe(given)}: it does not exist`);
    const object = options.isTracked ? given : this.#options.track?.(previous, given) ?? given;
    const metadata: Manifest["metadata"] = { ...object.metadata };
    for (const key of ["uid", "creationTimestamp", "resourceVersion", "generation"]) {
      if (key in previous.metadata) metadata[key] = previous.metadata[key]!;
      else delete metadata[key];
    }
    const next: Manifest = { ...object, metadata };
    if (equalJson(next, asVersion(previous, next.apiVersion))) return asVersion(previous, next.apiVersion);
    const raises = options.raiseGeneration ?? !equalJson(desiredPart(next), desiredPart(previous));
    if (raises && this.#hasGeneration(object)) {
      metadata.generation = Number(previous.metadata.generation ?? 0) + 1;
    }
    const stored = this.#stamp(next);
    this.#take(previous);
    this.#put(stored);
    this.#emit({ type: "MODIFIED", object: stored, previous, resourceVersion: this.#resourceVersion });
    return stored;
  }

  /** Removes an object; returns it as it was last, with the resourceVersion of the removal. */
  remove(ref: ObjectRef): Manifest | undefined {
    const found = this.#bucket(ref.apiVersion, ref.kind)?.get(ref.namespace ?? "")?.byName.get(ref.name);
    if (found === undefined) return undefined;
    const last = this.#stamp({ ...found, metadata: { ...found.metadata } });
    this.#take(found);
    this.#emit({ type: "DELETED", object: last, resourceVersion: this.#resourceVersion });
    return asVersion(last, ref.apiVersion);
  }

  /** Calls back on every change, after it; returns how to stop. */
  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The events after `resourceVersion`, oldest first; undefined when some of them are forgotten (410 Gone). */
  eventsSince(resourceVersion: number): StoreEvent[] | undefined {
    const oldest = this.#resourceVersion - this.#history.length;
    if (resourceVersion < Math.max(oldest, this.#resourceVersion - this.#historyLimit)) return undefined;
    return this.#history.slice(resourceVersion - oldest);
  }

  #bucket(apiVersion: string, kind: string): Bucket | undefined {
    return this.#buckets.get(`${groupOf(apiVersion)}/${kind}`);
  }

  #hasGeneration(object: Manifest): boolean {
    return this.#options.hasGeneration?.(object.apiVersion, object.kind) ?? true;
  }

  #stamp(object: Manifest): Manifest {
    object.metadata.resourceVersion = String(++this.#resourceVersion);
    return deepFreeze(object);
  }

  #put(object: Manifest): void {
    const { namespace, name } = refTo(object);
    const key = `${groupOf(object.apiVersion)}/${object.kind}`;
    const bucket = this.#buckets.get(key) ?? new Map<string, NamespaceBucket>();
    this.#buckets.set(key, bucket);
    const objects = bucket.get(namespace ?? "") ?? { byName: new Map<string, Manifest>() };
    bucket.set(namespace ?? "", objects);
    objects.byName.set(name, object);
    objects.sorted = undefined;
    const uid = String(object.metadata.uid);
    this.#byUid.set(uid, object);
    for (const owner of ownerUids(object)) {
      const dependents = this.#dependents.get(owner) ?? new Set<string>();
      this.#dependents.set(owner, dependents.add(uid));
    }
  }

  #take(object: Manifest): void {
    const { namespace, name } = refTo(object);
    const bucket = this.#bucket(object.apiVersion, object.kind);
    const objects = bucket?.get(namespace ?? "");
    objects?.byName.delete(name);
    if (objects !== undefined) objects.sorted = undefined;
    if (objects?.byName.size === 0) bucket?.delete(namespace ?? "");
    const uid = String(object.metadata.uid);
    this.#byUid.delete(uid);
    for (const owner of ownerUids(object)) {
      const dependents = this.#dependents.get(owner);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner);
    }
  }

  #emit(event: StoreEvent): void {
    this.#history.push(event);
    // Dropping half at a time keeps the cost per event constant.
    if (this.#history.length >= 2 * this.#historyLimit) {
      this.#history.splice(0, this.#history.length - this.#historyLimit);
    }
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** A time as Kubernetes writes it: whole seconds in UTC. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

/** The uids in `metadata.ownerReferences`. */
export function ownerUids(object: Manifest): string[] {
  const owners = object.metadata.ownerReferences;
  if (!Array.isArray(owners)) return [];
  return owners.flatMap((owner) => {
    const uid = getPath(owner, "uid");
    return typeof uid === "string" ? [uid] : [];
  });
}

function refTo(object: Manifest): ObjectRef {
  const { name, namespace } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    namespace: typeof namespace === "string" ? namespace : "",
  };
}

function asVersion(object: Manifest, apiVersion: string): Manifest {
  return object.apiVersion === apiVersion ? object : Object.freeze({ ...object, apiVersion });
}

function sortedObjects(objects: NamespaceBucket | undefined): Manifest[] {
  if (objects === undefined) return [];
  objects.sorted ??= [...objects.byName.values()].sort((a, b) => compareBytes(a.metadata.name, b.metadata.name));
  return objects.sorted;
}

function desiredPart(object: Manifest): JsonObject {
  const { apiVersion: _version, metadata: _metadata, status: _status, ...rest } = object;
  return rest;
}

function describe(object: Manifest): string {
  return `${object.kind} "${object.metadata.name}"`;
}

function deepFreeze<T extends JsonValue>(value: T): T {
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) value.forEach(deepFreeze);
  else if (isObject(value)) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
