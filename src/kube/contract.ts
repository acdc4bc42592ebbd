import type { JsonValue } from "../base/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";

/** One request to a Kubernetes API server. */
export interface ApiRequest {
  /** The HTTP method. */
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute path below the server's address, each segment already percent-encoded: `/api/v1/namespaces/x/pods`. */
  path: string;
  /** Query parameters; undefined ones are left out. */
  query?: Record<string, string | undefined>;
  /** Beside those that the transport adds; a list of values becomes as many header lines. */
  headers?: Record<string, string | readonly string[]>;
  /** JSON text. */
  body?: string;
}

/**
 * All that the client asks of the network: one request in, one web-standard response out, whatever its status.
 * The real one adds address, TLS and the bearer token; the sandbox answers in memory.
 */
export interface Transport {
  /**
   * Sends a request.
   *
   * @throws {NetworkError} When no HTTP answer came; rejects with the signal's reason when that is aborted.
   */
  send(request: ApiRequest, signal?: AbortSignal): Promise<Response>;
}

/** A resource type that the server offers, as discovery names it. */
export interface ApiResource {
  /** `v1`, `apps/v1`. */
  apiVersion: string;
  /** `Deployment`. */
  kind: string;
  /** Plural name in URLs: `deployments`. */
  plural: string;
  /** Whether its objects live in namespaces. */
  namespaced: boolean;
  /** What can be done with it: `get`, `list`, `patch` … */
  verbs: string[];
  /** `deploy`. */
  shortNames?: string[];
}

/** Which objects of one kind. */
export interface Query {
  /** `v1`, `apps/v1`. */
  apiVersion: string;
  /** `Deployment`. */
  kind: string;
  /** Absent: all namespaces. */
  namespace?: string;
  /** As kubectl takes it: `app=api,tier in (web)`. */
  labelSelector?: string;
  /** As kubectl takes it: `metadata.name=api`. */
  fieldSelector?: string;
  /** Objects per page, in place of the client's own figure. */
  pageSize?: number;
  /** What a list would bring, known already: a watch begins from there without listing. */
  known?: ListResult;
  /** What to keep of each listed object; the rest is given up page by page. @default all of it */
  keep?(object: Manifest): Manifest;
}

/** A list as it was at `resourceVersion`; pages are already put together. */
export interface ListResult {
  /** Where a watch goes on from. */
  resourceVersion: string;
  /** All objects, each with its apiVersion and kind. */
  items: Manifest[];
}

/** What a watch reports. After `relisted`, `items` replaces all that was known. */
export type WatchEvent =
  | { type: "added" | "modified" | "deleted"; object: Manifest }
  | { type: "relisted"; items: Manifest[] };

/** How to write. */
export interface WriteOptions {
  /** Who will own the written fields; the server takes it from the agent's name otherwise. */
  fieldManager?: string;
  /** Ask the server to do everything but persist. @default {false} */
  dryRun?: boolean;
  /** Gives the request up. */
  signal?: AbortSignal;
}

/** How to apply. */
export interface ApplyOptions extends WriteOptions {
  /** Who will own the applied fields. */
  fieldManager: string;
  /** Take over fields that others own. @default {false} */
  force?: boolean;
  /** How the server treats unknown and duplicate fields. @default {"Strict"} */
  fieldValidation?: "Strict" | "Warn" | "Ignore";
}

/** How to delete. */
export interface DeleteOptions extends WriteOptions {
  /** What becomes of the object's dependents. @default {"Background"} */
  propagation?: "Background" | "Foreground" | "Orphan";
  /** Delete only the object with this `metadata.uid`. */
  uid?: string;
  /** Delete only this version of the object; a CONFLICT otherwise. */
  resourceVersion?: string;
}

/** The three patch formats beside server-side apply. */
export type PatchType = "merge" | "json" | "strategic";

/** Which log to read. */
export interface LogOptions {
  /** Needed where a pod has several. */
  container?: string;
  /** The log of the container's previous run. @default {false} */
  previous?: boolean;
  /** At most this many lines from the end. */
  tailLines?: number;
  /** At most this many bytes. */
  limitBytes?: number;
  /** Gives the request up. */
  signal?: AbortSignal;
}

/** Which log to follow. */
export interface FollowLogsOptions {
  /** Needed where a pod has several. */
  container: string;
  /** Ends it. */
  signal: AbortSignal;
}

/**
 * What kstage asks of a cluster. `createKubeClient` implements it on a {@link Transport}.
 *
 * All methods reject with an `ApiError` (the server said no), a `NetworkError` (no answer) or the signal's reason.
 */
export interface KubeClient {
  /** The resource type of a kind; discovery is read once per group and version. Undefined when the server has none. */
  resourceOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ApiResource | undefined>;
  /** The object, or undefined when there is none. */
  get(ref: ObjectRef, signal?: AbortSignal): Promise<Manifest | undefined>;
  /** Lists all pages. */
  list(query: Query, signal?: AbortSignal): Promise<ListResult>;
  /**
   * Lists (a first `relisted` event), then watches for ever: survives closed streams and 410 Gone, uses bookmarks.
   * Ends by `break` or by the signal.
   */
  watch(query: Query, signal?: AbortSignal): AsyncIterable<WatchEvent>;
  /** Server-side apply. */
  apply(manifest: Manifest, options: ApplyOptions): Promise<ApplyResult>;
  /** Creates an object; rejects with ALREADY_EXISTS when it is there. */
  create(manifest: Manifest, options?: WriteOptions): Promise<Manifest>;
  /** Changes an object; rejects with NOT_FOUND when there is none. */
  patch(ref: ObjectRef, type: PatchType, body: JsonValue, options?: WriteOptions): Promise<Manifest>;
  /**
   * Asks for an object's deletion; rejects with NOT_FOUND when there is none.
   *
   * @returns Undefined when the object is gone; the object while finalizers, dependents or a grace period keep it.
   */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<Manifest | undefined>;
  /** Log text of a pod's container. */
  logs(pod: ObjectRef, options?: LogOptions): Promise<string>;
  /**
   * The lines of a container's log, those that are there and those to come, until the container ends. Ends by `break` or
   * by the signal, whose reason it then rejects with.
   */
  followLogs(pod: ObjectRef, options: FollowLogsOptions): AsyncIterable<string>;
  /** Any other request, its JSON answer parsed. */
  request(request: ApiRequest, signal?: AbortSignal): Promise<JsonValue>;
}

/** What the server made of an apply. */
export interface ApplyResult {
  /** The object as the server has it, or would have it after a dry-run. */
  object: Manifest;
  /** Whether the object is new (HTTP 201). */
  created: boolean;
  /** Whether an answer before this one was lost: what that made is there already, and `created` may be false for it. */
  mayBeRepetition: boolean;
  /** Texts of `Warning` headers. */
  warnings: string[];
}
