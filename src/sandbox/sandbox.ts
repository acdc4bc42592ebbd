import type { Clock, JsonObject } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { adminCall } from "./api/admin_call.ts";
import type { ApiContext } from "./api/context.ts";
import { decodeObject } from "./api/decode.ts";
import { handleApiRequest, type HandlerContext } from "./api/handler.ts";
import { ResourceRegistry } from "./api/resources.ts";
import { noSuchResource } from "./api/status.ts";
import { createObject } from "./api/create.ts";
import { Authenticator, type SandboxUser } from "./auth/authenticator.ts";
import { authorize } from "./auth/rbac.ts";
import { TokenAuthority } from "./auth/tokens.ts";
import { type ControllerSettings, createControllers, type Fault, type PodLog } from "./controllers/mod.ts";
import { Housekeeping } from "./housekeeping/housekeeping.ts";
import { trackControllerWrite } from "./fields/tracking.ts";
import { inCreationOrder, seedCluster, versionDocument } from "./seed.ts";
import { ObjectStore, timestamp } from "./store.ts";
import { systemClock } from "./system_clock.ts";
import type { SandboxServer, ServeOptions } from "./serve/listening.ts";

/** How a sandbox is set up. */
export interface SandboxOptions {
  /** @default the system's */
  clock?: Clock;
  /** @default random */
  uuid?(): string;
  /** A number from 0 (included) to 1 (excluded). @default Math.random */
  random?(): number;
  /** Objects to start with, as a user would write them, or as another cluster has them. A `status` is kept. */
  objects?: readonly Manifest[];
  /** Who may come with a fixed bearer token. @default one administrator, {@link ADMIN_TOKEN} */
  users?: readonly SandboxUser[];
  /** Whether workloads progress, and what goes wrong with them; `false` leaves the API alone. @default {} */
  controllers?: false | { faults?: readonly Fault[]; settings?: Partial<ControllerSettings> };
  /** How long every request waits before it is answered, in milliseconds. @default {0} */
  latencyMs?: number;
  /** How many changes a watch can look back. @default {10_000} */
  historyLimit?: number;
  /** What `/version` says, such as `v1.36.3`. @default {"v1.36.3+sandbox"} */
  version?: string;
  /** The CA certificate that the cluster hands out, as PEM; {@link Sandbox.serve} replaces it by its own. @default none */
  caPem?: string;
  /** Longest validity of requested tokens in seconds; longer wishes are shortened, with a warning. @default no limit */
  maxTokenSeconds?: number;
}

/** Something that changes objects as time goes by. */
export interface SandboxController {
  name: string;
  /** Does what is due. */
  reconcile(store: ObjectStore): void;
}

/** A request that was answered. */
export interface RequestRecord {
  method: string;
  path: string;
  query: Record<string, string>;
  status: number;
  /** Who asked; empty when that is not known. */
  userAgent: string;
}

/** The bearer token of the default administrator. */
export const ADMIN_TOKEN = "sandbox-admin-token";

/** An in-memory Kubernetes API server. */
export interface Sandbox {
  /** Its objects; controllers and tests may change them directly. */
  readonly store: ObjectStore;
  /** Requests so far, oldest first. */
  readonly requests: readonly RequestRecord[];
  /** Answers a request as a Kubernetes API server does. */
  handle(request: Request): Promise<Response>;
  /** Creates an object as an administrator does, with defaults and validation; a version that it comes with is ignored. */
  create(object: Manifest): Manifest;
  /** Runs controllers once, at the clock's time; tests move the clock, then call this. */
  tick(): void;
  registerController(controller: SandboxController): void;
  /** Sets the log of a container, in place of what the controllers write. `container` may be left out. */
  setLog(pod: { namespace: string; name: string; container?: string; previous?: boolean }, text: string): void;
  /**
   * A token for a ServiceAccount.
   *
   * @param seconds How long it is valid. @default {3600}
   * @throws {StatusError} NotFound when there is no such ServiceAccount.
   */
  issueToken(account: { namespace: string; name: string }, seconds?: number): Promise<string>;
  /** Listens on loopback. */
  serve(options?: ServeOptions): Promise<SandboxServer>;
  /** Ends watches and controllers. A server must be closed by itself. */
  close(): void;
}

/**
 * Makes a sandbox: a Kubernetes API server in memory, answering as v1.36 does.
 *
 * @example
 * const sandbox = createSandbox();
 * const answer = await sandbox.handle(new Request("https://sandbox/version"));
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  return new MemorySandbox(options);
}

class MemorySandbox implements Sandbox {
  readonly store: ObjectStore;
  readonly requests: RequestRecord[] = [];
  readonly #clock: Clock;
  readonly #context: HandlerContext;
  readonly #housekeeping: Housekeeping;
  readonly #controllers: SandboxController[] = [];
  readonly #logs = new Map<string, string>();
  readonly #logListeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #latencyMs: number;
  #caPem = "";
  /** What a cluster starts with has no record of owners. */
  #isSeeded = false;
  #stopControllers = (): void => {};

  constructor(options: SandboxOptions) {
    this.#clock = options.clock ?? systemClock();
    const uuid = options.uuid ?? (() => crypto.randomUUID());
    const now = (): number => this.#clock.now();
    const resources = new ResourceRegistry();
    this.store = new ObjectStore({
      now,
      uuid,
      historyLimit: options.historyLimit,
      track: (live, next) => {
        const resource = resources.ofKind(next.apiVersion, next.kind);
        const isEvent = next.kind === "Event";
        if (!this.#isSeeded || resource === undefined || isEvent) return next;
        return trackControllerWrite(live, next, resource, timestamp(now()));
      },
      hasGeneration: (apiVersion, kind) => resources.ofKind(apiVersion, kind)?.hasGeneration ?? true,
    });
    const tokens = new TokenAuthority({ store: this.store, now, uuid });
    this.#context = this.#makeContext(options, resources, tokens, uuid);
    this.#latencyMs = options.latencyMs ?? 0;
    this.#caPem = options.caPem ?? "";
    const issueToken: ApiContext["issueToken"] = (request) => tokens.issue(request);
    seedCluster(this.store);
    this.#isSeeded = true;
    this.#housekeeping = new Housekeeping({ store: this.store, resources, now, issueToken, caPem: () => this.#caPem });
    this.#housekeeping.run();
    if (options.controllers !== false) this.#startControllers(options.controllers ?? {});
    for (const object of inCreationOrder(options.objects ?? [])) this.create(object);
  }

  async handle(request: Request): Promise<Response> {
    if (this.#latencyMs > 0) await this.#clock.sleep(this.#latencyMs, request.signal);
    const response = await handleApiRequest(this.#context, request);
    await this.#housekeeping.settle();
    const url = new URL(request.url);
    this.requests.push({
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      status: response.status,
      userAgent: request.headers.get("user-agent") ?? "",
    });
    response.headers.set("date", new Date(this.#clock.now()).toUTCString());
    // Clients that see these leave it to the server to slow them down.
    response.headers.set("x-kubernetes-pf-flowschema-uid", FLOW_SCHEMA_UID);
    response.headers.set("x-kubernetes-pf-prioritylevel-uid", PRIORITY_LEVEL_UID);
    return response;
  }

  create(object: Manifest): Manifest {
    const call = adminCall(this.#context.resources, object, this.#closing.signal);
    const { status, ...rest } = object;
    const { resourceVersion: _version, ...metadata } = object.metadata;
    const desired = { ...rest, metadata };
    const decoded = decodeObject(call, { value: desired, duplicates: [] }, call.resource);
    let created = createObject(this.#context, call, decoded);
    if (status !== undefined) {
      const { apiVersion, kind, metadata } = created;
      const stored = this.store.get({ apiVersion, kind, name: metadata.name, namespace: call.info.namespace });
      if (stored !== undefined) created = this.store.update({ ...stored, status });
    }
    this.#housekeeping.run();
    return created;
  }

  tick(): void {
    for (const controller of this.#controllers) controller.reconcile(this.store);
    this.#housekeeping.tick();
    for (const listener of [...this.#logListeners]) listener();
  }

  registerController(controller: SandboxController): void {
    this.#controllers.push(controller);
  }

  setLog({ namespace, name, container = "", previous = false }: Parameters<Sandbox["setLog"]>[0], text: string): void {
    this.#logs.set(logKey(namespace, name, container, previous), text);
  }

  issueToken({ namespace, name }: { namespace: string; name: string }, seconds = 3600): Promise<string> {
    const serviceAccount = this.store.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
    if (serviceAccount === undefined) throw noSuchResource();
    return this.#context.issueToken({ serviceAccount, audiences: [TOKEN_AUDIENCE], expirationSeconds: seconds });
  }

  async serve(options: ServeOptions = {}): Promise<SandboxServer> {
    const { serveSandbox } = await import("./serve/server.ts");
    return await serveSandbox(this, options, (caPem) => this.#publishCa(caPem));
  }

  close(): void {
    this.#closing.abort(new Error("the sandbox is closed"));
    this.#stopControllers();
  }

  #makeContext(
    options: SandboxOptions,
    resources: ResourceRegistry,
    tokens: TokenAuthority,
    uuid: () => string,
  ): HandlerContext {
    const users = options.users ??
      [{ name: "kubernetes-admin", token: ADMIN_TOKEN, groups: ["system:masters", "kubeadm:cluster-admins"] }];
    return {
      store: this.store,
      resources,
      clock: this.#clock,
      uuid,
      random: options.random ?? Math.random,
      authorize: (user, attributes) => authorize(this.store, user, attributes),
      readLog: (request) => this.#scriptedLog(request.pod, request.container, request.previous) ?? { lines: [] },
      onLogs: (listener) => {
        this.#logListeners.add(listener);
        return () => this.#logListeners.delete(listener);
      },
      issueToken: (request) => tokens.issue(request),
      maxTokenSeconds: options.maxTokenSeconds ?? Infinity,
      signal: this.#closing.signal,
      authenticator: new Authenticator(users, tokens),
      version: versionDocument(options.version ?? "v1.36.3+sandbox"),
      jwks: () => tokens.jwks(),
    };
  }

  #startControllers({ faults, settings }: { faults?: readonly Fault[]; settings?: Partial<ControllerSettings> }): void {
    const controllers = createControllers({
      store: this.store,
      now: () => this.#clock.now(),
      ...(faults === undefined ? {} : { faults }),
      ...(settings === undefined ? {} : { settings }),
    });
    this.#stopControllers = () => controllers.close();
    this.registerController({ name: "workloads", reconcile: () => controllers.tick() });
    this.#context.refusePod = (pod) => controllers.refusePod(pod);
    this.#context.readLog = ({ pod, container, previous }) =>
      this.#scriptedLog(pod, container, previous) ?? controllers.podLog(pod, container, previous);
  }

  #scriptedLog({ metadata }: Manifest, container = "", previous: boolean): PodLog | undefined {
    const text = ["", container]
      .map((name) => this.#logs.get(logKey(String(metadata.namespace), metadata.name, name, previous)))
      .find((found) => found !== undefined);
    if (text === undefined) return undefined;
    const timeMs = this.#clock.now();
    return { lines: text.replace(/\n$/, "").split("\n").map((line) => ({ timeMs, text: line })) };
  }

  /** The CA is made when the sandbox first listens; what was handed out before gets it then. */
  #publishCa(caPem: string): void {
    this.#caPem = caPem;
    this.#context.caPem = caPem;
    for (const configMap of this.store.list("v1", "ConfigMap")) {
      if (configMap.metadata.name !== "kube-root-ca.crt") continue;
      this.store.update({ ...configMap, data: { "ca.crt": caPem } });
    }
    for (const secret of this.store.list("v1", "Secret")) {
      if (secret.type !== "kubernetes.io/service-account-token") continue;
      this.store.update({ ...secret, data: { ...(secret.data as JsonObject), "ca.crt": btoa(caPem) } });
    }
    this.#housekeeping.run();
  }
}

const TOKEN_AUDIENCE = "https://kubernetes.default.svc.cluster.local";
const FLOW_SCHEMA_UID = "5f0c6b3a-6d0e-4c55-9d36-3b7a3e6b0a01";
const PRIORITY_LEVEL_UID = "5f0c6b3a-6d0e-4c55-9d36-3b7a3e6b0a02";

function logKey(namespace: string, name: string, container: string, previous: boolean): string {
  return [namespace, name, container, previous ? "previous" : ""].join("/");
}
