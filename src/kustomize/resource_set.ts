import { formatPlace } from "../base/mod.ts";
import { KustomizeError } from "./errors.ts";
import type { Resource } from "./resource.ts";
import { formatId, type ResourceId } from "./resource_id.ts";

interface Entry {
  resource: Resource;
  /** The place in the set; replacing a resource keeps it. */
  order: number;
  /** Under which keys the entry is found. */
  currentKey: string;
  formerKeys: readonly string[];
  names: readonly string[];
}

/**
 * The resources of a build in order, found by id in constant time where kustomize scans
 * (`api/resmap/reswrangler.go` v5.8.1).
 *
 * Whoever changes a resource's name, namespace, kind or apiVersion tells the set by {@link ResourceSet.reindex}, or by
 * {@link ResourceSet.reindexAll} after changing many.
 */
export class ResourceSet implements Iterable<Resource> {
  #entries = new Map<Resource, Entry>();
  /** Whether the entries' insertion order differs from their `order`. */
  #isUnordered = false;
  #nextOrder = 0;
  #byCurrentKey = new Map<string, Entry[]>();
  #byFormerKey = new Map<string, Entry[]>();
  /** By current and former names; made when first asked for. */
  #byName?: Map<string, Entry[]>;

  constructor(resources: Iterable<Resource> = []) {
    for (const resource of resources) this.append(resource);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The resources in order. Iteration is over a snapshot, so the set may be changed meanwhile. */
  [Symbol.iterator](): Iterator<Resource> {
    return this.toArray()[Symbol.iterator]();
  }

  toArray(): Resource[] {
    if (this.#isUnordered) {
      this.#entries = new Map([...this.#entries].sort(([, a], [, b]) => a.order - b.order));
      this.#isUnordered = false;
    }
    return [...this.#entries.keys()];
  }

  /**
   * Adds a resource at the end.
   *
   * @throws {KustomizeError} ID_CONFLICT when one with the same current id is there.
   */
  append(resource: Resource): void {
    const [twin] = this.#byCurrentKey.get(resource.id.key) ?? [];
    if (twin !== undefined) throw idConflict(resource, twin.resource);
    this.#insert(resource, this.#nextOrder++);
  }

  /** Adds all of another set at the end. */
  appendAll(resources: Iterable<Resource>): void {
    for (const resource of resources) this.append(resource);
  }

  /** @throws {KustomizeError} ID_CONFLICT when transformations made two ids one. */
  refuseDuplicates(): void {
    for (const entries of this.#byCurrentKey.values()) {
      const [first, second] = entries;
      if (first !== undefined && second !== undefined) throw idConflict(second.resource, first.resource);
    }
  }

  remove(resource: Resource): void {
    const entry = this.#entries.get(resource);
    if (entry === undefined) return;
    this.#entries.delete(resource);
    this.#unindex(entry);
  }

  /** Puts a resource at the place of another. */
  replace(old: Resource, replacement: Resource): void {
    const entry = this.#entries.get(old);
    if (entry === undefined) return;
    this.remove(old);
    this.#insert(replacement, entry.order);
    this.#isUnordered = true;
  }

  /** Replaces everything, without looking for conflicts. */
  reset(resources: Iterable<Resource>): void {
    this.#entries.clear();
    this.#byCurrentKey.clear();
    this.#byFormerKey.clear();
    this.#byName = undefined;
    this.#isUnordered = false;
    for (const resource of resources) this.#insert(resource, this.#nextOrder++);
  }

  /** Removes resources that patches emptied. */
  dropEmpty(): void {
    for (const resource of this.toArray()) if (resource.isEmpty()) this.remove(resource);
  }

  /** Brings the index up to date after the ids of one resource changed. */
  reindex(resource: Resource): void {
    const entry = this.#entries.get(resource);
    if (entry === undefined) return;
    this.#unindex(entry);
    this.#index(entry);
  }

  /** Brings the index up to date after the ids of many resources changed. */
  reindexAll(): void {
    this.#byCurrentKey.clear();
    this.#byFormerKey.clear();
    this.#byName = undefined;
    for (const resource of this.toArray()) this.#index(this.#entries.get(resource)!);
  }

  /** Resources whose current id is this one; more than one only after a transformation made ids equal. */
  byCurrentId(id: ResourceId): Resource[] {
    return toResources(this.#byCurrentKey.get(id.key) ?? []);
  }

  /** Resources that have or had this id, in order; emptied ones are left out. */
  byAnyId(id: ResourceId): Resource[] {
    const current = this.#byCurrentKey.get(id.key) ?? [];
    const former = this.#byFormerKey.get(id.key) ?? [];
    const entries = former.length === 0 ? current : [...new Set([...current, ...former])];
    return toResources(entries).filter((resource) => !resource.isEmpty());
  }

  /** Resources that have or had this name, in order; emptied ones are left out. */
  byAnyName(name: string): Resource[] {
    if (this.#byName === undefined) {
      this.#byName = new Map();
      for (const entry of this.#entries.values()) this.#indexNames(this.#byName, entry);
    }
    return toResources(this.#byName.get(name) ?? []).filter((resource) => !resource.isEmpty());
  }

  #indexNames(index: Map<string, Entry[]>, entry: Entry): void {
    const { former, name } = entry.resource;
    entry.names = former.length === 0 ? [name] : [...new Set([...former.map((id) => id.name), name])];
    for (const known of entry.names) add(index, known, entry);
  }

  #insert(resource: Resource, order: number): void {
    const entry: Entry = { resource, order, currentKey: "", formerKeys: [], names: [] };
    this.#entries.set(resource, entry);
    this.#index(entry);
  }

  #index(entry: Entry): void {
    if (this.#byName !== undefined) this.#indexNames(this.#byName, entry);
    const { resource } = entry;
    entry.currentKey = resource.id.key;
    add(this.#byCurrentKey, entry.currentKey, entry);
    if (resource.former.length === 0 && entry.formerKeys.length === 0) return;
    entry.formerKeys = [...new Set(resource.formerIds().map((id) => id.key))];
    for (const key of entry.formerKeys) add(this.#byFormerKey, key, entry);
  }

  #unindex(entry: Entry): void {
    if (this.#byName !== undefined) { for (const name of entry.names) drop(this.#byName, name, entry); }
    drop(this.#byCurrentKey, entry.currentKey, entry);
    for (const key of entry.formerKeys) drop(this.#byFormerKey, key, entry);
  }
}

function toResources(entries: readonly Entry[]): Resource[] {
  if (entries.length < 2) return entries.map((entry) => entry.resource);
  return [...entries].sort((a, b) => a.order - b.order).map((entry) => entry.resource);
}

function add<T>(index: Map<string, T[]>, key: string, value: T): void {
  const values = index.get(key);
  if (values === undefined) index.set(key, [value]);
  else values.push(value);
}

function drop(index: Map<string, Entry[]>, key: string, entry: Entry): void {
  const rest = (index.get(key) ?? []).filter((other) => other !== entry);
  if (rest.length === 0) index.delete(key);
  else index.set(key, rest);
}

function idConflict(resource: Resource, twin: Resource): KustomizeError {
  return new KustomizeError(
    "ID_CONFLICT",
    `may not add resource with an already registered id: ${formatId(resource.id)}`,
    { place: resource.place, hint: twin.place && `The first one is in ${formatPlace(twin.place)}` },
  );
}
