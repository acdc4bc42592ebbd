/** What a contract case works with: a server, a namespace of its own, and answers as plain values. */
import { equal } from "../assert.ts";
import type { ApiRequest, Transport } from "../../src/kube/mod.ts";

/** A Kubernetes API server to hold against the contract. */
export interface ContractServer extends AsyncDisposable {
  /** Requests with this bearer token; without one, as an administrator. */
  transport(token?: string): Transport;
}

/** A promise of the API, and the requests that show it. */
export interface ContractCase {
  promise: string;
  run(world: World): Promise<void>;
}

/** JSON as a test reads it. */
// deno-lint-ignore no-explicit-any -- an answer may be any object of any kind
export type Body = any;

/** An answer, read to its end. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text where it is none. */
  body: Body;
}

/** What goes with a request. */
export interface CallOptions {
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
}

const NAMES = { string: () => crypto.randomUUID().slice(0, 8) };

/** A server and a namespace in it that no other case uses. */
export class World {
  readonly #server: ContractServer;
  readonly #transport: Transport;
  readonly namespace: string;

  constructor(server: ContractServer, namespace: string, token?: string) {
    this.#server = server;
    this.#transport = server.transport(token);
    this.namespace = namespace;
  }

  /** The same namespace, seen by the bearer of a token. */
  as(token: string): World {
    return new World(this.#server, this.namespace, token);
  }

  /** A name that nothing else has. */
  uniqueName(prefix: string): string {
    return `${prefix}-${NAMES.string()}`;
  }

  /** The collection of a resource in the namespace: `configmaps`, `apps/v1/deployments`. */
  path(resource: string, name?: string): string {
    const slash = resource.lastIndexOf("/");
    const group = slash < 0 ? "/api/v1" : `/apis/${resource.slice(0, slash)}`;
    return `${group}/namespaces/${this.namespace}/${resource.slice(slash + 1)}${name === undefined ? "" : `/${name}`}`;
  }

  /** Sends, and gives the answer unread. */
  async open(method: ApiRequest["method"], path: string, options: CallOptions = {}, signal?: AbortSignal) {
    const { query, headers, body } = options;
    const isPatch = method === "PATCH";
    return await this.#transport.send({
      method,
      path,
      query,
      headers: {
        Accept: "application/json",
        ...(body === undefined || isPatch ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    }, signal);
  }

  /** Sends and reads the answer. */
  async call(method: ApiRequest["method"], path: string, options?: CallOptions): Promise<Answer> {
    const response = await this.open(method, path, options);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }

  /** {@link call}, and asserts the status. */
  async expect(status: number, method: ApiRequest["method"], path: string, options?: CallOptions): Promise<Body> {
    const answer = await this.call(method, path, options);
    equal(answer.status, status, `${method} ${path} answers ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get(path: string, query?: Record<string, string>): Promise<Body> {
    return this.expect(200, "GET", path, { query });
  }

  create(resource: string, body: Body, query?: Record<string, string>): Promise<Body> {
    return this.expect(201, "POST", this.path(resource), { body, query });
  }

  /** Patches, with the type by its short name. */
  patch(path: string, type: keyof typeof PATCH_TYPES, body: unknown, query?: Record<string, string>): Promise<Answer> {
    return this.call("PATCH", path, { body, query, headers: { "Content-Type": PATCH_TYPES[type] } });
  }

  /** Server-side apply of a configuration without `force`, unless the query says so. */
  apply(path: string, body: unknown, query: Record<string, string>): Promise<Answer> {
    return this.patch(path, "apply", body, query);
  }
}

/** Media types of the four ways to patch. */
export const PATCH_TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** Waits for what a controller does in its own time. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`not within 60 s: ${what}`);
}

/** A ConfigMap. */
export function configMap(name: string, data: Record<string, string> = {}, metadata: Body = {}): Body {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

/** A Deployment that says no more than it must. */
export function deployment(name: string, spec: Body = {}): Body {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "api", image: "registry.example.com/api:1.0" }] },
      },
      ...spec,
    },
  };
}

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
