import { abortable, type Clock, getPath, isObject, type JsonValue, type Random, stringifyJson } from "../base/mod.ts";
import { type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { ApiError } from "./api_error.ts";
import type {
  ApiRequest,
  ApiResource,
  ApplyOptions,
  ApplyResult,
  DeleteOptions,
  FollowLogsOptions,
  KubeClient,
  ListResult,
  LogOptions,
  PatchType,
  Query,
  Transport,
  WatchEvent,
  WriteOptions,
} from "./contract.ts";
import { Discovery } from "./discovery.ts";
import { deleteOptions, keptByServer } from "./deletion.ts";
import { Exchange, type GoodAnswer, type RetryNotice } from "./exchange.ts";
import { listAll } from "./list.ts";
import type { Operation } from "./operation.ts";
import { collectionPath, objectPath } from "./paths.ts";
import { type RequestPlan, ResourceRequests } from "./resource_requests.ts";
import { isSelfReview } from "./self_review.ts";
import { readTextLines } from "./text_lines.ts";
import { parseWarnings } from "./warnings.ts";
import { watchObjects } from "./watch.ts";

/** What a client needs of the world, and its limits. */
export interface KubeClientOptions {
  /** For waits, deadlines and dates. */
  clock: Clock;
  /** Spreads retries. */
  random: Random;
  /** An answer that takes longer counts as none; above the server's own limit of a minute. @default {65_000} */
  requestTimeoutMs?: number;
  /** Objects per page of a list. @default {500} */
  pageSize?: number;
  /** A watch on which nothing comes for this long is opened again. @default {45_000} */
  watchStallMs?: number;
  /** Called before each wait for another attempt. */
  onRetry?(notice: RetryNotice): void;
}

/**
 * A client on a transport. Requests are repeated where that is safe and can help; see `planRetry` for when.
 *
 * @example
 * const client = createKubeClient(createHttpTransport({ server, http, token }), host);
 * const pod = await client.get({ apiVersion: "v1", kind: "Pod", namespace: "default", name: "web" });
 */
export function createKubeClient(transport: Transport, options: KubeClientOptions): KubeClient {
  return new Client(transport, options);
}

const PATCH_CONTENT_TYPES: Record<PatchType, string> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

class Client implements KubeClient {
  readonly #options: KubeClientOptions;
  readonly #exchange: Exchange;
  readonly #discovery: Discovery;
  readonly #requests: ResourceRequests;

  constructor(transport: Transport, options: KubeClientOptions) {
    const { clock, random, requestTimeoutMs = 65_000 } = options;
    this.#options = options;
    this.#exchange = new Exchange({
      transport,
      clock,
      random,
      requestTimeoutMs,
      onRetry: (notice) => options.onRetry?.(notice),
    });
    this.#discovery = new Discovery(this.#exchange);
    this.#requests = new ResourceRequests(this.#exchange, this.#discovery);
  }

  async resourceOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ApiResource | undefined> {
    signal?.throwIfAborted();
    return await abortable(this.#discovery.resourceOf(apiVersion, kind), signal);
  }

  async get(ref: ObjectRef, signal?: AbortSignal): Promise<Manifest | undefined> {
    const { apiVersion, kind } = ref;
    try {
      const request = (resource: ApiResource) => ({ method: "GET" as const, path: objectPath(resource, ref) });
      const plan: RequestPlan = {
        verb: "get",
        apiVersion,
        kind,
        ref,
        namespace: ref.namespace,
        idempotent: true,
        request,
      };
      return (await this.#requests.send(plan, signal)).value as Manifest;
    } catch (error) {
      if (error instanceof ApiError && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  list(query: Query, signal?: AbortSignal): Promise<ListResult> {
    return listAll(query, query.pageSize ?? this.#options.pageSize ?? 500, async (parameters) => {
      const { apiVersion, kind, namespace } = query;
      const request = (resource: ApiResource): ApiRequest => ({
        method: "GET",
        path: collectionPath(resource, namespace),
        query: { ...selectors(query), ...parameters },
      });
      const plan: RequestPlan = { verb: "list", apiVersion, kind, namespace, idempotent: true, request };
      return (await this.#requests.send(plan, signal)).value;
    });
  }

  async *watch(query: Query, signal?: AbortSignal): AsyncGenerator<WatchEvent, void> {
    const { clock, random, watchStallMs: stallMs = 45_000, onRetry } = this.#options;
    const { apiVersion, kind, namespace } = query;
    const resource = await abortable(this.#requests.require({ verb: "watch", apiVersion, kind }), signal);
    const path = collectionPath(resource, namespace);
    const operation: Operation = { verb: "watch", resource, ...(namespace === undefined ? {} : { namespace }) };
    const open = (resourceVersion: string, streamSignal: AbortSignal) => {
      // The server ends the stream after this time; staggered, so that many watches don't come back together.
      const timeoutSeconds = String(240 + Math.floor(random.number() * 60));
      const parameters = { watch: "1", allowWatchBookmarks: "true", resourceVersion, timeoutSeconds };
      const request: ApiRequest = { method: "GET", path, query: { ...selectors(query), ...parameters } };
      return this.#exchange.open({ operation, request, safety: { idempotent: true } }, streamSignal);
    };
    const list = (listSignal: AbortSignal) => this.list(query, listSignal);
    const { known } = query;
    yield* watchObjects({ clock, random, operation, path, stallMs, list, open, onRetry, known }, signal);
  }

  async apply(manifest: Manifest, options: ApplyOptions): Promise<ApplyResult> {
    const { force, fieldValidation = "Strict" } = options;
    const answer = await this.#write("apply", refOf(manifest), manifest, options, (resource, query) => ({
      method: "PATCH",
      path: objectPath(resource, refOf(manifest)),
      query: { ...query, force: force ? "true" : undefined, fieldValidation },
      headers: { "Content-Type": "application/apply-patch+yaml" },
    }));
    const warnings = parseWarnings(answer.headers.get("Warning"));
    const { value, status, mayBeRepetition } = answer;
    return { object: value as Manifest, created: status === 201, mayBeRepetition, warnings };
  }

  async create(manifest: Manifest, options: WriteOptions = {}): Promise<Manifest> {
    const ref = refOf(manifest);
    const answer = await this.#write("create", ref, manifest, options, (resource, query) => ({
      method: "POST",
      path: collectionPath(resource, ref.namespace),
      query,
      headers: { "Content-Type": "application/json" },
    }));
    return answer.value as Manifest;
  }

  async patch(ref: ObjectRef, type: PatchType, body: JsonValue, options: WriteOptions = {}): Promise<Manifest> {
    const answer = await this.#write("patch", ref, body, { ...options, patchType: type }, (resource, query) => ({
      method: "PATCH",
      path: objectPath(resource, ref),
      query,
      headers: { "Content-Type": PATCH_CONTENT_TYPES[type] },
    }));
    return answer.value as Manifest;
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<Manifest | undefined> {
    const request = (resource: ApiResource): ApiRequest => ({
      method: "DELETE",
      path: objectPath(resource, ref),
      headers: { "Content-Type": "application/json" },
      body: stringifyJson(deleteOptions(options)),
    });
    const { apiVersion, kind, namespace } = ref;
    try {
      const plan: RequestPlan = { verb: "delete", apiVersion, kind, namespace, ref, idempotent: true, request };
      return keptByServer((await this.#requests.send(plan, options.signal)).value);
    } catch (error) {
      // A request that is repeated after a lost answer finds its own work done.
      if (!(error instanceof ApiError) || error.code !== "NOT_FOUND" || error.attempt === 1) throw error;
      return undefined;
    }
  }

  async logs(pod: ObjectRef, options: LogOptions = {}): Promise<string> {
    const { container, previous, tailLines, limitBytes, signal } = options;
    const { apiVersion, kind, namespace } = pod;
    const request = (resource: ApiResource): ApiRequest => ({
      method: "GET",
      path: objectPath(resource, pod, "log"),
      query: {
        container,
        previous: previous ? "true" : undefined,
        tailLines: text(tailLines),
        limitBytes: text(limitBytes),
      },
      headers: { "Accept": "text/plain, application/json" },
    });
    const plan: RequestPlan = {
      verb: "log",
      apiVersion,
      kind,
      namespace,
      ref: pod,
      idempotent: true,
      expects: "text",
      request,
    };
    return (await this.#requests.send(plan, signal)).text;
  }

  async *followLogs(pod: ObjectRef, { container, signal }: FollowLogsOptions): AsyncGenerator<string, void> {
    const { apiVersion, kind, namespace } = pod;
    const resource = await abortable(this.#requests.require({ verb: "log", apiVersion, kind }), signal);
    const operation: Operation = { verb: "log", resource, ref: pod, ...(namespace === undefined ? {} : { namespace }) };
    const path = objectPath(resource, pod, "log");
    const headers = { "Accept": "text/plain, application/json" };
    const request: ApiRequest = { method: "GET", path, query: { container, follow: "true" }, headers };
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal.reason);
    signal.throwIfAborted();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const { body } = await this.#exchange.open({ operation, request, safety: { idempotent: true } }, stop.signal);
      if (body !== null) yield* readTextLines(body, { path, signal: stop.signal });
    } finally {
      signal.removeEventListener("abort", onAbort);
      stop.abort(new DOMException("The log is followed no longer", "AbortError"));
    }
  }

  async request(request: ApiRequest, signal?: AbortSignal): Promise<JsonValue> {
    const operation: Operation = { verb: "request", subject: `${request.method} ${request.path}` };
    const safety = { idempotent: request.method === "GET" || isSelfReview(request) };
    return (await this.#exchange.send({ operation, request, safety }, signal)).value;
  }

  /** A request with a body; what is repeated safely depends on the verb. */
  #write(
    verb: "apply" | "create" | "patch",
    ref: ObjectRef,
    body: JsonValue,
    options: WriteOptions & { patchType?: PatchType },
    request: (resource: ApiResource, query: ApiRequest["query"]) => ApiRequest,
  ): Promise<GoodAnswer> {
    const { fieldManager, dryRun, signal, patchType } = options;
    const { apiVersion, kind, namespace } = ref;
    const query = { fieldManager, dryRun: dryRun ? "All" : undefined };
    // Operations of a JSON patch count list positions and may append; a second create finds the first one's object.
    const idempotent = dryRun === true || verb === "apply" || (verb === "patch" && patchType !== "json");
    const conditional = isObject(body) && getPath(body, "metadata", "resourceVersion") !== undefined;
    const plan: RequestPlan = {
      verb,
      apiVersion,
      kind,
      namespace,
      ref,
      idempotent,
      conditional,
      written: body,
      request: (resource) => ({ ...request(resource, query), body: stringifyJson(body) }),
    };
    return this.#requests.send(plan, signal);
  }
}

function selectors({ labelSelector, fieldSelector }: Query): Record<string, string | undefined> {
  return { labelSelector, fieldSelector };
}

function text(number: number | undefined): string | undefined {
  return number === undefined ? undefined : String(number);
}
