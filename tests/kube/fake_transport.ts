import type { Clock, JsonValue } from "../../src/base/mod.ts";
import { stringifyJson } from "../../src/base/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { type ApiRequest, createKubeClient, type KubeClientOptions, type Transport } from "../../src/kube/mod.ts";
import { createVirtualClock } from "./virtual_clock.ts";

/** What the server does with one request. */
export type Handler = (request: ApiRequest, signal?: AbortSignal) => Response | Error | Promise<Response | Error>;

/** A transport whose answers are scripted, and what was asked of it. */
export interface FakeTransport extends Transport {
  /** Requests so far. */
  readonly requests: (ApiRequest & { atMs: number })[];
  /** `METHOD path?query` of each, for short comparisons. */
  readonly log: string[];
  /** Requests without an answer yet, and the most there were. */
  readonly open: { now: number; most: number };
}

/**
 * A transport that answers by a script (one entry per request, the last one again and again) or by one function.
 * An Error is thrown in place of an answer.
 */
export function createFakeTransport(script: Handler | (Response | Error | Handler)[], clock?: Clock): FakeTransport {
  const requests: FakeTransport["requests"] = [];
  const open = { now: 0, most: 0 };
  const answer = async (request: ApiRequest, index: number, signal?: AbortSignal) => {
    if (typeof script === "function") return await script(request, signal);
    const entry = script[Math.min(index, script.length - 1)]!;
    if (typeof entry === "function") return await entry(request, signal);
    return entry instanceof Response ? await copyOf(entry) : entry;
  };
  return {
    requests,
    open,
    get log() {
      return requests.map(({ method, path, query }) => `${method} ${path}${formatQuery(query)}`);
    },
    async send(request, signal) {
      signal?.throwIfAborted();
      requests.push({ ...request, atMs: clock?.now() ?? 0 });
      open.most = Math.max(open.most, ++open.now);
      try {
        const result = await answer(request, requests.length - 1, signal);
        if (result instanceof Error) throw result;
        return result;
      } finally {
        open.now--;
      }
    },
  };
}

/** `Response.clone` loses the headers on Deno 2.9.6. */
async function copyOf(response: Response): Promise<Response> {
  const { status, headers } = response;
  return new Response(await response.clone().text(), { status, headers });
}

function formatQuery(query: ApiRequest["query"] = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  return pairs.length === 0 ? "" : `?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/** A JSON answer. */
export function json(body: JsonValue, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(stringifyJson(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

/** A Status answer, as an API server refuses. */
export function refusal(
  code: number,
  reason: string,
  message: string,
  details: Record<string, JsonValue> = {},
  headers: Record<string, string> = {},
): Response {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, details, code };
  return json(status, code, headers);
}

/** The answer about an object that isn't there. */
export function notFound(kind: string, name: string): Response {
  return refusal(404, "NotFound", `${kind} "${name}" not found`, { kind, name });
}

/** The answer to a path that leads nowhere. */
export function pageNotFound(): Response {
  return new Response("404 page not found\n", {
    status: 404,
    headers: { "Content-Type": "text/plain; charset=utf-8" },
  });
}

/** A list answer of ConfigMaps or what the items are. */
export function listOf(items: JsonValue[], resourceVersion = "1", continueToken?: string): Response {
  const metadata = { resourceVersion, ...(continueToken === undefined ? {} : { continue: continueToken }) };
  return json({ kind: "List", apiVersion: "v1", metadata, items });
}

/** A ConfigMap as a server returns it. */
export function configMap(name: string, resourceVersion = "1"): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default", resourceVersion } };
}

/** A client on a fake transport and a clock that stands still. */
export function createFakeClient(
  script: Handler | (Response | Error | Handler)[],
  options: Partial<KubeClientOptions> = {},
) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(script, clock);
  const client = createKubeClient(transport, { clock, random: { number: () => 0.5, bytes: noBytes }, ...options });
  return { client, transport, clock };
}

function noBytes(): never {
  throw new Error("No random bytes are needed here");
}

/** A watch stream that the test feeds. */
export function createStream() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (it) => {
      controller = it;
    },
    cancel: () => {
      isCancelled = true;
    },
  });
  return {
    response: new Response(body, { headers: { "Content-Type": "application/json" } }),
    /** Sends one event. */
    event: (type: string, object: JsonValue) =>
      controller.enqueue(new TextEncoder().encode(stringifyJson({ type, object }) + "\n")),
    /** Sends bytes as they are. */
    bytes: (bytes: Uint8Array) => controller.enqueue(bytes),
    close: () => controller.close(),
    break: (error: Error) => controller.error(error),
    get isCancelled() {
      return isCancelled;
    },
  };
}
