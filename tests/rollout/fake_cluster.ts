import { cloneJson, getPath, type JsonObject, setKey } from "../../src/base/mod.ts";
import {
  ApiError,
  type ApiResource,
  type ApplyOptions,
  type ApplyResult,
  type DeleteOptions,
  type FollowLogsOptions,
  type KubeClient,
  type ListResult,
  type LogOptions,
  type Query,
  type WatchEvent,
} from "../../src/kube/mod.ts";
import { type Manifest, type ObjectRef, refKey, refOf } from "../../src/manifest/mod.ts";
import type { VirtualClock } from "./virtual_clock.ts";

interface Watcher {
  query: Query;
  put(event: WatchEvent): void;
  fail(error: unknown): void;
}

/** A cluster that does nothing by itself: objects change when the test's timeline says so. */
export class FakeCluster implements KubeClient {
  readonly clock: VirtualClock;
  /** What was asked, such as `watch Pod`, `get Deployment/web`, `logs web-1/web previous`. */
  readonly requests: string[] = [];
  /** Applied manifests with their field managers. */
  readonly applied: { manifest: Manifest; options: ApplyOptions }[] = [];
  readonly #objects = new Map<string, Manifest>();
  readonly #watchers = new Set<Watcher>();
  readonly #logs = new Map<string, string>();
  readonly #forbidden = new Map<string, "list" | "all">();
  #failDeletes = false;

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  /** Runs an action when that many seconds have passed since the start. */
  at(seconds: number, action: () => void): void {
    void this.clock.sleep(seconds * 1000 - this.clock.seconds * 1000).then(action);
  }

  /** Creates or changes objects. */
  put(...objects: Manifest[]): void {
    for (const object of objects) {
      const key = refKey(refOf(object));
      const type = this.#objects.has(key) ? "modified" : "added";
      this.#objects.set(key, object);
      this.#tell({ type, object });
    }
  }

  /** Deletes an object. */
  remove(ref: ObjectRef): void {
    const object = this.#objects.get(refKey(ref));
    if (object === undefined) return;
    this.#objects.delete(refKey(ref));
    this.#tell({ type: "deleted", object });
  }

  /** Lets all watches of a kind list anew, as after 410 Gone. */
  relist(kind: string): void {
    for (const watcher of this.#watchers) {
      if (watcher.query.kind === kind) watcher.put({ type: "relisted", items: this.#list(watcher.query) });
    }
  }

  /** Ends all watches of a kind with an error. */
  breakWatches(kind: string, error: unknown): void {
    for (const watcher of this.#watchers) if (watcher.query.kind === kind) watcher.fail(error);
  }

  /** Refuses to list and watch a kind, or to do anything with it. */
  forbid(kind: string, extent: "list" | "all" = "all"): void {
    this.#forbidden.set(kind, extent);
  }

  /** Refuses to delete anything. */
  forbidDeletes(): void {
    this.#failDeletes = true;
  }

  setLog(pod: string, container: string, text: string, previous = false): void {
    this.#logs.set(`${pod}/${container}${previous ? " previous" : ""}`, text);
  }

  /** How many watches are open. */
  get openWatches(): number {
    return this.#watchers.size;
  }

  #tell(event: WatchEvent & { object: Manifest }): void {
    for (const watcher of this.#watchers) if (matches(watcher.query, event.object)) watcher.put(event);
  }

  #select(query: Query): Manifest[] {
    return [...this.#objects.values()].filter((object) => matches(query, object));
  }

  #list(query: Query): Manifest[] {
    return this.#select(query).map((object) => query.keep?.(object) ?? object);
  }

  #check(verb: "list" | "watch" | "get", kind: string): void {
    const extent = this.#forbidden.get(kind);
    if (extent === undefined || (extent === "list" && verb === "get")) return;
    throw new ApiError("FORBIDDEN", `Cannot ${verb} ${kind}: forbidden`, {
      status: 403,
      verb,
      missingRules: [{ apiGroups: [""], resources: [`${kind.toLowerCase()}s`], verbs: ["list", "watch"] }],
    });
  }

  resourceOf(): Promise<ApiResource | undefined> {
    return Promise.resolve(undefined);
  }

  get(ref: ObjectRef, signal?: AbortSignal): Promise<Manifest | undefined> {
    signal?.throwIfAborted();
    this.requests.push(`get ${ref.kind}/${ref.name}`);
    return Promise.resolve().then(() => {
      this.#check("get", ref.kind);
      return this.#objects.get(refKey(ref));
    });
  }

  list(query: Query): Promise<ListResult> {
    this.requests.push(`list ${describe(query)}`);
    return Promise.resolve().then(() => {
      this.#check("list", query.kind);
      return { resourceVersion: "1", items: this.#list(query) };
    });
  }

  async *watch(query: Query, signal?: AbortSignal): AsyncGenerator<WatchEvent, void> {
    this.requests.push(`watch ${describe(query)}`);
    this.#check("watch", query.kind);
    const queue: WatchEvent[] = [{ type: "relisted", items: this.#list(query) }];
    let failure: unknown;
    let wake = () => {};
    const watcher: Watcher = {
      query,
      put(event) {
        queue.push(event);
        wake();
      },
      fail(error) {
        failure = error;
        wake();
      },
    };
    const onAbort = () => wake();
    signal?.addEventListener("abort", onAbort);
    this.#watchers.add(watcher);
    try {
      for (;;) {
        while (queue.length > 0) yield queue.shift()!;
        signal?.throwIfAborted();
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => wake = resolve);
      }
    } finally {
      this.#watchers.delete(watcher);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async apply(manifest: Manifest, options: ApplyOptions): Promise<ApplyResult> {
    this.applied.push({ manifest, options });
    this.requests.push(`apply ${manifest.kind}/${manifest.metadata.name}`);
    const live = await Promise.resolve(this.#objects.get(refKey(refOf(manifest))));
    const object = merge(live ?? {}, manifest) as Manifest;
    if (!options.dryRun) this.put(object);
    return { object, created: live === undefined, mayBeRepetition: false, warnings: [] };
  }

  create(): Promise<Manifest> {
    return Promise.reject(new Error("The fake cluster creates nothing"));
  }

  patch(): Promise<Manifest> {
    return Promise.reject(new Error("The fake cluster patches nothing"));
  }

  delete(ref: ObjectRef, options?: DeleteOptions): Promise<undefined> {
    this.requests.push(`delete ${ref.kind}/${ref.name} uid=${options?.uid}`);
    if (this.#failDeletes) {
      return Promise.reject(new ApiError("FORBIDDEN", "Cannot delete: forbidden", { status: 403, verb: "delete" }));
    }
    this.remove(ref);
    return Promise.resolve(undefined);
  }

  logs(pod: ObjectRef, { container, previous = false }: LogOptions = {}): Promise<string> {
    const key = `${pod.name}/${container}${previous ? " previous" : ""}`;
    this.requests.push(`logs ${key}`);
    const text = this.#logs.get(key);
    if (text !== undefined) return Promise.resolve(text);
    return Promise.reject(
      new ApiError("BAD_REQUEST", "previous terminated container not found", { status: 400, verb: "log" }),
    );
  }

  async *followLogs(pod: ObjectRef, { container }: FollowLogsOptions): AsyncGenerator<string, void> {
    yield* (await this.logs(pod, { container })).split("\n");
  }

  request(): Promise<never> {
    return Promise.reject(new Error("The fake cluster answers no other request"));
  }
}

function describe({ kind, namespace, labelSelector, fieldSelector }: Query): string {
  return [kind, namespace, kind === "Event" ? undefined : fieldSelector, labelSelector].filter((part) =>
    part !== undefined
  ).join(" ");
}

function matches({ kind, namespace, fieldSelector, labelSelector }: Query, object: Manifest): boolean {
  if (object.kind !== kind || (namespace !== undefined && object.metadata.namespace !== namespace)) return false;
  const hasField = (pair: string) => {
    const [path = "", value] = pair.split(/!?=/);
    return (getPath(object, ...path.split(".")) === value) !== pair.includes("!=");
  };
  if (!(fieldSelector ?? "").split(",").filter(Boolean).every(hasField)) return false;
  return (labelSelector ?? "").split(",").filter(Boolean).every((pair) => {
    const [key = "", value] = pair.split("=");
    return getPath(object, "metadata", "labels", key) === value;
  });
}

function merge(into: JsonObject, from: JsonObject): JsonObject {
  const merged = cloneJson(into);
  for (const [key, value] of Object.entries(from)) {
    const known = merged[key];
    const isBoth = typeof value === "object" && typeof known === "object" && !Array.isArray(value) && known !== null;
    setKey(merged, key, isBoth ? merge(known as JsonObject, value as JsonObject) : value);
  }
  return merged;
}
