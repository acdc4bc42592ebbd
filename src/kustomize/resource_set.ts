import { formatPlace } from "../base/mod.ts";
import { KustomizeError } from "./errors.ts";
import type { Resource } from "./resource.ts";
import { formatId, type ResourceId } from "./resource_id.ts";

interface Entry {
  readonly resource: Resource;
  /** The place in the set; replacing a resource keeps it. */
  readonly order: number;
}

/** Entries by some keys of theirs. It is built when first asked, and kept up to date from then on. */
class Index {
  readonly #keysOf: (resource: Resource) => readonly string[];
  /** The keys under which each entry is found now. */
  readonly #keys = new Map<Entry, readonly string[]>();
  readonly #entries = new Map<string, Entry[]>();

  constructor(entries: Iterable<Entry>, keysOf: (resource: Resource) => readonly string[]) {
    this.#keysOf = keysOf;
    for (const entry of entries) this.add(entry);
  }

  /** Entries with this key, in no order. */
  get(key: string): readonly Entry[] {
    return this.#entries.get(key) ?? [];
  }

  groups(): Iterable<readonly Entry[]> {
    return this.#entries.values();
  }

  add(entry: Entry): void {
    const keys = this.#keysOf(entry.resource);
    if (keys.length === 0) return;
    this.#keys.set(entry, keys);
    for (const key of keys) {
      const entries = this.#entries.get(key);
      if (entries === undefined) this.#entries.set(key, [entry]);
      else entries.push(entry);
    }
  }

  remove(entry: Entry): void {
    for (const key of this.#keys.get(entry) ?? []) {
      const rest = this.get(key).filter((other) => other !== entry);
      if (rest.length === 0) this.#entries.delete(key);
      else this.#entries.set(key, rest);
    }
    this.#keys.delete(entry);
  }
}

/**
 * The resources of a build in order, found by id in constant time where kustomize scans
 * (`api/resmap/reswrangler.go` v5.8.1).
 *
 * Whoever changes a resource's name, namespace, kind, apiVersion or history tells the set by
 * {@link ResourceSet.reindex}, or by {@link ResourceSet.reindexAll} after changing many.
 */
export class ResourceSet implements Iterable<Resource> {
  #entries = new Map<Resource, Entry>();
  /** Whether the entries' insertion order differs from their `order`. */
  #isUnordered = false;
  #nextOrder = 0;
  #currentIds?: Index;
  #formerIds?: Index;
  /** By current and former names. */
  #names?: Index;

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
    const [twin] = this.#current().get(resource.id.key);
    if (twin !== undefined) throw idConflict(resource, twin.resource);
    this.#insert(resource, this.#nextOrder++);
  }

  /** Adds all of another set at the end. */
  appendAll(resources: Iterable<Resource>): void {
    for (const resource of resources) this.append(resource);
  }

  /**
   * @param counts Which resources count. @default {all}
   * @throws {KustomizeError} ID_CONFLICT when transformations made two ids one.
   */
  refuseDuplicates(counts: (resource: Resource) => boolean = () => true): void {
    for (const group of this.#current().groups()) {
      if (group.length < 2) continue;
      const [first, second] = group.filter(({ resource }) => counts(resource));
      if (first !== undefined && second !== undefined) throw idConflict(second.resource, first.resource);
    }
  }

  remove(resource: Resource): void {
    const entry = this.#entries.get(resource);
    if (entry === undefined) return;
    this.#entries.delete(resource);
    for (const index of this.#indexes()) index.remove(entry);
  }

  /** Puts a resource at the place of another. */
  replace(old: Resource, replacement: Resource): void {
    const entry = this.#entries.get(old);
    if (entry === undefined) return;
    this.remove(old);
    this.#insert(replacement, entry.order);
    this.#isUnordered = true;
  }

  /** Puts the resources in another order. */
  reorder(resources: readonly Resource[]): void {
    this.#entries.clear();
    this.reindexAll();
    this.appendAll(resources);
  }

  /** Brings the indexes up to date after the ids of one resource changed. */
  reindex(resource: Resource): void {
    const entry = this.#entries.get(resource);
    if (entry === undefined) return;
    for (const index of this.#indexes()) {
      index.remove(entry);
      index.add(entry);
    }
  }

  /** Forgets the indexes after the ids of many resources changed. */
  reindexAll(): void {
    this.#currentIds = undefined;
    this.#formerIds = undefined;
    this.#names = undefined;
  }

  /** Resources whose current id is this one; more than one only after a transformation made ids equal. */
  byCurrentId(id: ResourceId): Resource[] {
    return inOrder(this.#current().get(id.key));
  }

  /** Resources that have or had this id, in order; emptied ones are left out. */
  byAnyId(id: ResourceId): Resource[] {
    this.#formerIds ??= new Index(this.#entries.values(), formerKeys);
    const current = this.#current().get(id.key);
    const former = this.#formerIds.get(id.key);
    return inOrder(former.length === 0 ? current : [...new Set([...current, ...former])]).filter(isThere);
  }

  /** Resources that have or had this name, in order; emptied ones are left out. */
  byAnyName(name: string): Resource[] {
    this.#names ??= new Index(this.#entries.values(), allNames);
    return inOrder(this.#names.get(name)).filter(isThere);
  }

  #current(): Index {
    this.#currentIds ??= new Index(this.#entries.values(), (resource) => [resource.id.key]);
    return this.#currentIds;
  }

  #indexes(): Index[] {
    return [this.#currentIds, this.#formerIds, this.#names].filter((index) => index !== undefined);
  }

  #insert(resource: Resource, order: number): void {
    const entry: Entry = { resource, order };
    this.#entries.set(resource, entry);
    this.#currentIds?.add(entry);
    this.#formerIds?.add(entry);
    this.#names?.add(entry);
  }
}

function formerKeys(resource: Resource): string[] {
  if (resource.former.length === 0) return [];
  return [...new Set(resource.formerIds().map((id) => id.key))];
}

function allNames({ former, name }: Resource): string[] {
  return former.length === 0 ? [name] : [...new Set([...former.map((id) => id.name), name])];
}

function isThere(resource: Resource): boolean {
  return !resource.isEmpty();
}

function inOrder(entries: readonly Entry[]): Resource[] {
  if (entries.length < 2) return entries.map((entry) => entry.resource);
  return [...entries].sort((a, b) => a.order - b.order).map((entry) => entry.resource);
}

function idConflict(resource: Resource, twin: Resource): KustomizeError {
  return new KustomizeError(
    "ID_CONFLICT",
    `may not add resource with an already registered id: ${formatId(resource.id)}`,
    { place: resource.place, hint: twin.place && `The first one is in ${formatPlace(twin.place)}` },
  );
}
