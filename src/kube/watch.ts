import {
  type Backoff,
  type Clock,
  computeBackoff,
  isObject,
  type JsonObject,
  type JsonValue,
  NetworkError,
  type Random,
} from "../base/mod.ts";
import { isManifest, type Manifest } from "../manifest/mod.ts";
import { statusToApiError } from "./answer.ts";
import { ApiError } from "./api_error.ts";
import type { ListResult, WatchEvent } from "./contract.ts";
import type { RetryNotice } from "./exchange.ts";
import { readJsonLines } from "./json_lines.ts";
import type { Operation } from "./operation.ts";

/** What a watch needs of the client. */
export interface WatchSource {
  clock: Clock;
  random: Random;
  operation: Operation;
  /** For errors. */
  path: string;
  /** Reopen a stream on which nothing came for this many milliseconds. */
  stallMs: number;
  list(signal: AbortSignal): Promise<ListResult>;
  /** Opens a stream of changes after a version. */
  open(resourceVersion: string, signal: AbortSignal): Promise<Response>;
  onRetry?: ((notice: RetryNotice) => void) | undefined;
  /** Takes the place of the first list. */
  known?: ListResult | undefined;
}

const REOPEN: Backoff = { baseMs: 100, maxMs: 5_000 };

/** A stream that lived this long, or brought something, counts as a good one. */
const GOOD_STREAM_MS = 5_000;

/** The longest that a server's `Retry-After` is followed for. */
const LONGEST_WAIT_MS = 60_000;

/** One watch over its whole life: what it knows, and how often in a row it failed. */
interface WatchState {
  /** Where to go on; undefined: list first. */
  resourceVersion: string | undefined;
  listedBefore: boolean;
  failures: number;
  /** How long the server asked to wait. */
  waitMs: number;
}

/**
 * Lists, then watches for ever. The first list's failure is the watch's; later, only what can't get better ends it:
 * credentials or permissions that are gone, a resource type that is gone, a server that is no API server, TLS.
 */
export async function* watchObjects(source: WatchSource, signal?: AbortSignal): AsyncGenerator<WatchEvent, void> {
  const { known } = source;
  const state: WatchState = { resourceVersion: known?.resourceVersion, listedBefore: false, failures: 0, waitMs: 0 };
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal!.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    if (known !== undefined) yield { type: "relisted", items: known.items };
    for (;;) {
      yield* watchOnce(source, state, stop.signal);
      const backoffMs = computeBackoff(state.failures + 1, REOPEN, source.random.number());
      await source.clock.sleep(Math.max(backoffMs, state.waitMs), stop.signal);
      state.waitMs = 0;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort(new DOMException("The watch has ended", "AbortError"));
  }
}

/** Lists if need be and reads one stream to its end; throws only what ends the watch. */
async function* watchOnce(
  source: WatchSource,
  state: WatchState,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void> {
  const startMs = source.clock.now();
  const stream = new AbortController();
  const onAbort = () => stream.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    if (state.resourceVersion === undefined) {
      const { items, resourceVersion } = await source.list(signal);
      Object.assign(state, { resourceVersion, listedBefore: true });
      yield { type: "relisted", items };
    }
    const response = await source.open(state.resourceVersion!, stream.signal);
    state.listedBefore = true;
    for await (const event of readEvents(source, response, state, stream.signal)) {
      state.failures = 0;
      yield event;
    }
    state.failures = source.clock.now() - startMs < GOOD_STREAM_MS ? state.failures + 1 : 0;
  } catch (error) {
    signal.throwIfAborted();
    recover(source, state, error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stream.abort(new DOMException("The stream has ended", "AbortError"));
  }
}

/** Notes what to do after a failure, or throws it again. */
function recover({ onRetry }: WatchSource, state: WatchState, error: unknown): void {
  // Without a list before, its answer tells whether the watch is to go on.
  const isUnlisted = !state.listedBefore && state.resourceVersion !== undefined;
  if (isExpired(error) || isUnlisted) {
    state.resourceVersion = undefined;
    state.failures++;
    return;
  }
  if (!state.listedBefore || !(error instanceof ApiError || error instanceof NetworkError) || !isTransient(error)) {
    throw error;
  }
  state.failures++;
  state.waitMs = Math.min(error instanceof ApiError ? error.retryAfterMs ?? 0 : 0, LONGEST_WAIT_MS);
  // Neither a silent stream nor a single loss is worth a report: servers and proxies end streams all the time.
  if (error.code === "TIMEOUT" || state.failures === 1) return;
  onRetry?.({
    error,
    attempt: state.failures,
    delayMs: state.waitMs,
    because: "the watch was interrupted",
    mayBeDone: false,
  });
}

async function* readEvents(
  source: WatchSource,
  response: Response,
  state: WatchState,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void> {
  if (response.body === null) return;
  const { clock, stallMs, path } = source;
  for await (const value of readJsonLines(response.body, { clock, stallMs, signal, path })) {
    const { type, object } = isObject(value) ? value : {} as JsonObject;
    if (!isObject(object)) continue;
    if (type === "ERROR") throw statusToApiError(source.operation, object, clock.now());
    state.resourceVersion = versionOfObject(object) ?? state.resourceVersion;
    const eventType = typeof type === "string" ? EVENT_TYPES[type] : undefined;
    if (eventType !== undefined && isManifest(object)) yield { type: eventType, object: object as Manifest };
  }
}

/** Bookmarks, which move the version alone, are not among them. */
const EVENT_TYPES: Record<string, "added" | "modified" | "deleted"> = {
  ADDED: "added",
  MODIFIED: "modified",
  DELETED: "deleted",
};

function versionOfObject(object: JsonObject): string | undefined {
  const version: JsonValue | undefined = isObject(object.metadata) ? object.metadata.resourceVersion : undefined;
  return typeof version === "string" && version !== "" ? version : undefined;
}

/** The version to go on from is too old: client-go takes a 410 as such, and a 504 of this text too. */
function isExpired(error: unknown): boolean {
  return error instanceof ApiError &&
    (error.code === "EXPIRED" || /Too large resource version/.test(error.serverMessage));
}

function isTransient(error: ApiError | NetworkError): boolean {
  if (error instanceof NetworkError) return !error.code.startsWith("TLS_");
  return error.code === "TOO_MANY_REQUESTS" || error.code === "SERVER_ERROR";
}
