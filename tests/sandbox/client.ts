/** Talking to a sandbox in tests. */
import { getPath, type JsonObject, type JsonValue } from "../../src/base/mod.ts";
import { createManualClock, type ManualClock } from "../../src/host/mod.ts";
import { ADMIN_TOKEN, createSandbox, type Sandbox, type SandboxOptions } from "../../src/sandbox/mod.ts";

/** What was answered. */
export interface Reply {
  code: number;
  /** The parsed body; the text itself when it is no JSON. */
  body: JsonValue;
  headers: Headers;
  /** A value of the body by its dotted path. */
  at(path: string): JsonValue | undefined;
}

/** What a request may have beside method, path and body. */
export interface AskOptions {
  /** `none` for no credentials. @default the administrator's */
  token?: string;
  /** Content type of the body. @default {"application/json"} */
  type?: string;
  accept?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A sandbox whose clock stands still, and how to ask it. */
export interface TestServer {
  sandbox: Sandbox;
  clock: ManualClock;
  ask(method: string, path: string, body?: JsonValue, options?: AskOptions): Promise<Reply>;
  /** The raw response, for streams. */
  open(method: string, path: string, body?: JsonValue, options?: AskOptions): Promise<Response>;
  /** Lets seconds pass, one tick each. */
  pass(seconds: number): Promise<void>;
}

/** A sandbox without controllers, unless the options want them. */
export function testServer(options: SandboxOptions = {}): TestServer {
  const clock = createManualClock();
  const sandbox = createSandbox({ clock, controllers: false, ...options });
  const open: TestServer["open"] = (method, path, body, { token, type, accept, headers = {}, signal } = {}) => {
    const all = new Headers({ accept: accept ?? "application/json", ...headers });
    if (token !== "none") all.set("authorization", `Bearer ${token ?? ADMIN_TOKEN}`);
    const init: RequestInit = { method, headers: all };
    if (signal !== undefined) init.signal = signal;
    if (body !== undefined) {
      all.set("content-type", type ?? "application/json");
      init.body = typeof body === "string" ? body : JSON.stringify(body);
    }
    return sandbox.handle(new Request(new URL(path, "https://sandbox"), init));
  };
  return {
    sandbox,
    clock,
    open,
    async ask(...request) {
      const response = await open(...request);
      const body = parse(await response.text());
      const at = (path: string): JsonValue | undefined =>
        getPath(body, ...path.split(".").map((step) => /^\d+$/.test(step) ? Number(step) : step));
      return { code: response.status, body, headers: response.headers, at };
    },
    async pass(seconds) {
      for (let i = 0; i < seconds; i++) {
        await clock.advance(1000);
        sandbox.tick();
      }
    },
  };
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const APPLY = "application/apply-patch+yaml";
export const MERGE = "application/merge-patch+json";
export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

/** A ConfigMap in the namespace `default`. */
export function configMap(name: string, data: Record<string, string> = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, data };
}

/** A Deployment of one container. */
export function deployment(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "web", image: "web:1" }] } },
      ...spec,
    },
  };
}

/** Reads the events of a watch. */
export class WatchReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = "";

  constructor(response: Response) {
    this.#reader = response.body!.getReader();
  }

  /** The next event as `TYPE name`, bookmarks and errors with what tells them apart; undefined at the end. */
  async next(): Promise<string | undefined> {
    const event = await this.nextEvent();
    if (event === undefined) return undefined;
    const object = event.object as JsonObject;
    if (event.type === "ERROR") return `ERROR ${object.code} ${object.reason}`;
    return `${event.type} ${getPath(object, "metadata", "name") ?? ""}`.trimEnd();
  }

  async nextEvent(): Promise<JsonObject | undefined> {
    while (!this.#rest.includes("\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += new TextDecoder().decode(value);
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
