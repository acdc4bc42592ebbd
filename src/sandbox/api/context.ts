import type { Clock, JsonObject, JsonValue } from "../../base/mod.ts";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { PodLog } from "../controllers/mod.ts";
import type { ObjectStore } from "../store.ts";
import type { RequestInfo } from "./request_info.ts";
import type { Resource, ResourceRegistry } from "./resources.ts";

/** Who asks. */
export interface User {
  name: string;
  uid?: string;
  groups: readonly string[];
  extra?: Record<string, readonly string[]>;
}

/** What is asked for, as an authorizer sees it. */
export interface AccessAttributes {
  verb: string;
  group: string;
  resource: string;
  subresource: string;
  name: string;
  /** "" for cluster scope and all namespaces. */
  namespace: string;
  /** For requests outside of `/api` and `/apis`: the path; all but the verb is empty then. */
  path?: string;
}

/** An authorizer's answer. */
export interface AccessDecision {
  allowed: boolean;
  /** Which binding allowed it, or what was wrong with the bindings. */
  reason: string;
}

/** The log of one run of a pod's container. */
export interface LogRequest {
  pod: Manifest;
  /** Absent: the pod's only one. */
  container?: string;
  /** The run before the current one. */
  previous: boolean;
}

/** What the verbs of the API work with. */
export interface ApiContext {
  store: ObjectStore;
  resources: ResourceRegistry;
  clock: Clock;
  uuid(): string;
  /** From 0 (included) to 1 (excluded). */
  random(): number;
  authorize(user: User, attributes: AccessAttributes): AccessDecision;
  /** The log of a container, or why there is none. */
  readLog(request: LogRequest): PodLog;
  /** Calls back whenever logs may have grown; returns how to stop. */
  onLogs(listener: () => void): () => void;
  /** Why admission refuses a new pod, by the scripted failures; undefined when it does not. */
  refusePod?(pod: Manifest): string | undefined;
  /** Makes ServiceAccount tokens. */
  issueToken(request: TokenOptions): Promise<string>;
  /** Longest validity of a requested token, in seconds. */
  maxTokenSeconds: number;
  /** The CA certificate that clients trust, as PEM; undefined before the server listens. */
  caPem?: string;
  /** Ends with the sandbox: closes watches. */
  signal: AbortSignal;
}

/** What a ServiceAccount token says. */
export interface TokenOptions {
  serviceAccount: Manifest;
  audiences: readonly string[];
  /** Seconds; undefined for a legacy token of a Secret, which does not expire. */
  expirationSeconds?: number;
  /** The object that the token ends with. */
  boundTo?: Manifest;
}

/** One request on its way through the API. */
export interface Call {
  method: string;
  url: URL;
  query: URLSearchParams;
  headers: Headers;
  bytes: Uint8Array;
  /** The bytes as text; empty when they are protobuf. */
  body: string;
  info: RequestInfo;
  user: User;
  /** Texts for `Warning` headers. */
  warnings: string[];
  signal: AbortSignal;
}

/** A call that names a resource. */
export interface ResourceCall extends Call {
  resource: Resource;
}

/** What a verb answers: a JSON body, or a whole response. */
export type Reply = { code: number; body: JsonValue } | Response;

/** Whether nothing may be persisted. */
export function isDryRun(call: Call): boolean {
  return call.query.getAll("dryRun").includes("All");
}

/** The reference of the object that a call names, as it is stored. */
export function targetOf({ resource, info }: ResourceCall): ObjectRef {
  const storage = resource.storage ?? resource;
  const ref: ObjectRef = { apiVersion: storage.apiVersion, kind: storage.kind, name: info.name };
  if (resource.namespaced) ref.namespace = info.namespace;
  return ref;
}

/** A Status of success, as a delete answers. */
export function successStatus(resource: Resource, name: string, uid: string): JsonObject {
  const details: JsonObject = { name };
  if (resource.group !== "") details.group = resource.group;
  details.kind = resource.plural;
  details.uid = uid;
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
}
