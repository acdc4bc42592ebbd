import { getPath, isObject, type JsonObject, type JsonValue, parseJson } from "../../src/base/mod.ts";
import { type ApiRequest, createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createFakeTransport, type FakeTransport, json, pageNotFound, refusal } from "../kube/fake_transport.ts";
import { createVirtualClock, type VirtualClock } from "../kube/virtual_clock.ts";

/** What a test makes the cluster do. */
export interface FakeClusterOptions {
  /** Objects that are there, by their path below the server: `/api/v1/namespaces/shop`. */
  objects?: Record<string, JsonObject>;
  /** Answers in place of the cluster's own; undefined leaves it to it. */
  intercept?(request: ApiRequest & { dryRun: boolean }): Response | Error | undefined;
  /** Milliseconds that each request takes. @default {20} */
  latencyMs?: number;
  /** How often a new CustomResourceDefinition is read before it is established. @default {0} */
  readsUntilEstablished?: number;
}

/** A cluster of a few rules, for tests that need to see and steer every request. */
export interface FakeCluster {
  client: KubeClient;
  clock: VirtualClock;
  transport: FakeTransport;
  objects: Map<string, JsonObject>;
  /** `VERB path` in order: `dry-run …`, `write …`, `get …`, `list …`; `ask …` for what the caller may do, which is all. */
  readonly steps: string[];
  /** Runs something to its end and says how many round trips it took one after another. */
  measure<T>(run: () => Promise<T>): Promise<{ value: T; roundTrips: number }>;
}

const EVERYTHING = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

export function createFakeCluster(options: FakeClusterOptions = {}): FakeCluster {
  const { latencyMs = 20, readsUntilEstablished = 0 } = options;
  const clock = createVirtualClock();
  const objects = new Map(Object.entries(options.objects ?? {}));
  let version = 100;
  let readsLeft = readsUntilEstablished;

  const apply = (request: ApiRequest & { dryRun: boolean }): Response => {
    const missing = missingNamespace(request.path);
    if (missing !== undefined) {
      return refusal(404, "NotFound", `namespaces "${missing}" not found`, { name: missing, kind: "namespaces" });
    }
    if (!isServed(request.path)) return pageNotFound();
    const live = objects.get(request.path);
    const desired = parseJson(request.body!) as JsonObject;
    const result = merge(live, desired, request.query!.fieldManager!);
    if (!request.dryRun) {
      (result.metadata as JsonObject).resourceVersion = String(++version);
      if (request.path.startsWith(CRDS)) setEstablished(result, readsLeft <= 0);
      objects.set(request.path, result);
    }
    return json(result, live === undefined ? 201 : 200);
  };

  const missingNamespace = (path: string): string | undefined => {
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    return namespace === undefined || objects.has(`/api/v1/namespaces/${namespace}`) ? undefined : namespace;
  };

  /** Custom kinds are served once their definition is established. */
  const isServed = (path: string): boolean => {
    const [, group, rest] = /^\/apis\/([^/]+\.example\.com)\/(.*)$/.exec(path) ?? [];
    if (group === undefined) return true;
    const plural = rest!.split("/").at(rest!.includes("/namespaces/") ? 3 : 1)!;
    return isEstablished(objects.get(`${CRDS}${plural}.${group}`));
  };

  const get = (path: string): Response => {
    const object = objects.get(path);
    if (object !== undefined && path.startsWith(CRDS)) setEstablished(object, --readsLeft < 0);
    const [kind = "", name = ""] = path.split("/").slice(-2);
    return object === undefined
      ? refusal(404, "NotFound", `${kind} "${name}" not found`, { kind, name })
      : json(object);
  };

  const discover = (path: string): Response => {
    const group = /^\/apis\/([^/]+\.example\.com)\/v1$/.exec(path)?.[1];
    const resources = [...objects].filter(([key, object]) => key.endsWith(`.${group}`) && isEstablished(object))
      .map(([, object]): JsonValue => ({
        name: getPath(object, "spec", "names", "plural")!,
        kind: getPath(object, "spec", "names", "kind")!,
        namespaced: getPath(object, "spec", "scope") === "Namespaced",
        verbs: ["get"],
      }));
    return resources.length === 0 ? pageNotFound() : json({ kind: "APIResourceList", resources });
  };

  const list = (path: string): Response => {
    const items = [...objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, object]) => object);
    return json({ kind: "List", metadata: { resourceVersion: "1" }, items });
  };

  const transport = createFakeTransport(async (request, signal) => {
    await clock.sleep(latencyMs, signal);
    const dryRun = request.query?.dryRun === "All";
    const intercepted = options.intercept?.({ ...request, dryRun });
    if (intercepted !== undefined) return intercepted;
    if (request.method === "PATCH") return apply({ ...request, dryRun });
    if (request.method === "POST") return json({ status: { resourceRules: [EVERYTHING] } }, 201);
    if (/^\/apis\/[^/]+\/[^/]+$/.test(request.path)) return discover(request.path);
    return request.query?.limit === undefined ? get(request.path) : list(request.path);
  }, clock);

  return {
    client: createKubeClient(transport, { clock, random: { number: () => 0.5, bytes: (n) => new Uint8Array(n) } }),
    clock,
    transport,
    objects,
    get steps() {
      return transport.requests.map(({ method, path, query }) => {
        const read = method === "POST" ? "ask" : query?.limit === undefined ? "get" : "list";
        return `${method === "PATCH" ? (query?.dryRun ? "dry-run" : "write") : read} ${path}`;
      });
    },
    async measure(run) {
      const startMs = clock.now();
      let endMs = startMs;
      const value = await clock.drive(run().finally(() => endMs = clock.now()));
      return { value, roundTrips: (endMs - startMs) / latencyMs };
    },
  };
}

/** What is applied wins; fields that nobody names stay. Ownership is the list of applied leaves. */
function merge(live: JsonObject | undefined, desired: JsonObject, manager: string): JsonObject {
  const merged = mergeObjects(live ?? {}, desired);
  const metadata = merged.metadata as JsonObject;
  const entry = { manager, operation: "Apply", fieldsV1: leaves(desired) };
  const others = ((live?.metadata as JsonObject | undefined)?.managedFields ?? []) as JsonObject[];
  metadata.managedFields = [...others.filter((other) => other.manager !== manager), entry];
  metadata.uid ??= `uid-${metadata.name}`;
  return merged;
}

function mergeObjects(a: JsonObject, b: JsonObject): JsonObject {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = merged[key];
    merged[key] = isObject(old) && isObject(value) ? mergeObjects(old, value) : value;
  }
  return merged;
}

function leaves(value: JsonValue): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [`f:${key}`, leaves(item)]));
}

function setEstablished(definition: JsonObject, isTrue: boolean): void {
  definition.status = { conditions: [{ type: "Established", status: isTrue ? "True" : "False" }] };
}

function isEstablished(definition: JsonObject | undefined): boolean {
  return getPath(definition, "status", "conditions", 0, "status") === "True";
}

/** A manifest. */
export function manifest(apiVersion: string, kind: string, name: string, rest: JsonObject = {}): Manifest {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

/** A Deployment with one container. */
export function deployment(name: string, image = "app:1", replicas = 1): Manifest {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: "app", image }] } };
  return manifest("apps/v1", "Deployment", name, { spec: { replicas, template } });
}

/** A CustomResourceDefinition of `<plural>.example.com`. */
export function definition(kind: string, plural: string, scope = "Namespaced"): Manifest {
  return manifest("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${plural}.x.example.com`, {
    spec: { group: "x.example.com", scope, names: { kind, plural }, versions: [{ name: "v1", served: true }] },
  });
}

/** The namespace `shop`, there already. */
export const SHOP = { "/api/v1/namespaces/shop": { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } };
