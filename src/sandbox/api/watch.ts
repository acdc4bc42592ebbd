import { type JsonObject, type JsonValue, stringifyJson } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { convertObject } from "../kinds/conversion.ts";
import { normalizeObject } from "../schema/normalize.ts";
import type { StoreEvent } from "../store.ts";
import type { ApiContext, ResourceCall } from "./context.ts";
import { matcherOf, parseVersion, tooLargeVersion } from "./list.ts";
import { storageOf } from "./resources.ts";
import type { Matcher } from "./selectors.ts";
import { StatusError } from "./status.ts";

/** A minute between bookmarks, as the API server's watch cache sends them. */
const BOOKMARK_MS = 60_000;

/** How an event's object is written: itself, or as a Table of one row. */
export type EventEncoder = (object: Manifest) => JsonValue;

/**
 * Streams changes of what a call names and selects, one JSON object per line.
 *
 * @param encode How to write objects; bookmarks and errors are written as they are.
 * @throws {StatusError} When the resourceVersion is malformed or lies in the future.
 */
export function watchObjects(context: ApiContext, call: ResourceCall, encode: EventEncoder): Response {
  const watch = new Watch(context, call, encode);
  const headers = { "content-type": "application/json", "cache-control": "no-cache, private" };
  return new Response(watch.stream(), { status: 200, headers });
}

class Watch {
  readonly #context: ApiContext;
  readonly #call: ResourceCall;
  readonly #encode: EventEncoder;
  readonly #matches: Matcher;
  readonly #from: number | undefined;
  readonly #bookmarks: boolean;
  readonly #closing = new AbortController();
  readonly #encoder = new TextEncoder();
  /** The newest version that the client knows of. */
  #seen: number;

  constructor(context: ApiContext, call: ResourceCall, encode: EventEncoder) {
    this.#context = context;
    this.#call = call;
    this.#encode = encode;
    this.#matches = matcherOf(call);
    const text = call.query.get("resourceVersion") ?? "";
    this.#from = text === "" || text === "0" || call.query.get("sendInitialEvents") === "true"
      ? undefined
      : parseVersion(text);
    if (this.#from !== undefined && this.#from > context.store.resourceVersion) {
      throw tooLargeVersion(this.#from, context.store.resourceVersion);
    }
    this.#bookmarks = call.query.get("allowWatchBookmarks") === "true";
    this.#seen = context.store.resourceVersion;
  }

  stream(): ReadableStream<Uint8Array> {
    let stop = (): void => {};
    return new ReadableStream({
      start: (controller) => {
        const send = (type: string, object: JsonValue): void =>
          controller.enqueue(this.#encoder.encode(stringifyJson({ type, object }) + "\n"));
        const close = (): void => {
          if (this.#closing.signal.aborted) return;
          this.#closing.abort();
          stop();
          controller.close();
        };
        if (!this.#sendPast(send)) return close();
        stop = this.#context.store.subscribe((event) => this.#send(event, send));
        for (const signal of [this.#call.signal, this.#context.signal]) {
          if (signal.aborted) return close();
          signal.addEventListener("abort", close, { once: true, signal: this.#closing.signal });
        }
        this.#keepTime(send, close);
      },
      cancel: () => {
        this.#closing.abort();
        stop();
      },
    });
  }

  /** What happened before the watch began; false when some of it is forgotten. */
  #sendPast(send: (type: string, object: JsonValue) => void): boolean {
    const { store } = this.#context;
    if (this.#from === undefined) {
      const { query } = this.#call;
      if (query.get("sendInitialEvents") !== "false") this.#sendState(send);
      if (query.get("sendInitialEvents") === "true" && this.#bookmarks) {
        send("BOOKMARK", this.#bookmark({ "k8s.io/initial-events-end": "true" }));
      }
      return true;
    }
    const events = store.eventsSince(this.#from);
    if (events === undefined) {
      const message = `too old resource version: ${this.#from} (${store.resourceVersion})`;
      send("ERROR", new StatusError("Expired", message).toStatus());
      return false;
    }
    for (const event of events) this.#send(event, send);
    return true;
  }

  #sendState(send: (type: string, object: JsonValue) => void): void {
    const { resource, info } = this.#call;
    const storage = storageOf(resource);
    const namespace = resource.namespaced ? info.namespace || undefined : undefined;
    for (const object of this.#context.store.list(storage.apiVersion, storage.kind, namespace)) {
      const shown = this.#shown(object);
      if (this.#matches(shown)) send("ADDED", this.#encode(shown));
    }
  }

  #shown(object: Manifest): Manifest {
    return convertObject(object, this.#call.resource.apiVersion) ?? object;
  }

  #send(
    { type, object, previous, resourceVersion }: StoreEvent,
    send: (type: string, object: JsonValue) => void,
  ): void {
    this.#seen = resourceVersion;
    const { resource, info } = this.#call;
    const storage = storageOf(resource);
    if (object.kind !== storage.kind || !sharesGroup(object.apiVersion, storage.apiVersion)) return;
    if (resource.namespaced && info.namespace !== "" && object.metadata.namespace !== info.namespace) return;
    const shown = this.#shown(object);
    const isIn = this.#matches(shown);
    const wasIn = previous === undefined ? type === "DELETED" && isIn : this.#matches(this.#shown(previous));
    // An object that changes so that the selector no longer means it looks deleted, and the other way round.
    if (type === "DELETED") {
      if (wasIn || isIn) send("DELETED", this.#encode(shown));
    } else if (isIn) send(type === "MODIFIED" && !wasIn ? "ADDED" : type, this.#encode(shown));
    else if (wasIn) {
      const last = this.#shown(previous!);
      const metadata = { ...last.metadata, resourceVersion: String(resourceVersion) };
      send("DELETED", this.#encode({ ...last, metadata }));
    }
  }

  #bookmark(annotations?: Record<string, string>): JsonObject {
    const { resource } = this.#call;
    const metadata: JsonObject = { resourceVersion: String(this.#seen) };
    if (annotations !== undefined) metadata.annotations = annotations;
    const { kind, apiVersion, type } = resource;
    const rest = type === undefined || type.custom ? { metadata } : normalizeObject({ metadata }, type).object;
    return { kind, apiVersion, ...rest };
  }

  /** Bookmarks from time to time, and the end when the client's time is over. */
  async #keepTime(send: (type: string, object: JsonValue) => void, close: () => void): Promise<void> {
    const { clock } = this.#context;
    const seconds = Number(this.#call.query.get("timeoutSeconds") ?? 0);
    // Without a wish the server closes after half an hour to an hour.
    const end = clock.now() + (seconds > 0 ? seconds : 1800 + 1800 * this.#context.random()) * 1000;
    try {
      while (clock.now() < end) {
        await clock.sleep(Math.min(BOOKMARK_MS, end - clock.now()), this.#closing.signal);
        if (this.#bookmarks) send("BOOKMARK", this.#bookmark());
      }
    } catch {
      return; // The watch was closed.
    }
    close();
  }
}

function sharesGroup(a: string, b: string): boolean {
  return a === b || (a.includes("/") && a.split("/")[0] === b.split("/")[0]);
}
