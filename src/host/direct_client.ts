import type { HttpClient, HttpRequestInit } from "../base/mod.ts";
import { ConnectionPool } from "./connection_pool.ts";
import type { Http1Connection } from "./http1_connection.ts";
import { toNetworkError } from "./network_errors.ts";

/** What a direct client needs. */
export interface DirectClientOptions {
  /** Trusted beside the public roots. */
  caPem?: string | undefined;
  /** Takes over where no connection can be opened; its errors say why. */
  fallback: HttpClient;
}

/**
 * HTTPS over connections of our own.
 *
 * Deno's `fetch` leaves Nagle's algorithm on, so that a request which follows a handshake or does not fit into one packet
 * waits for an acknowledgement, a round trip and up to 40 ms; here it is off. Besides, connections can be opened before
 * they are needed, and a request costs half of the processor time. Only bearer tokens and verified servers: client
 * certificates, other names and proxies are `fetch`'s affair.
 */
export function createDirectClient(options: DirectClientOptions): HttpClient {
  return new DirectClient(options);
}

const encoder = new TextEncoder();

class DirectClient implements HttpClient {
  readonly #options: DirectClientOptions;
  readonly #pool: ConnectionPool;
  #isRefused = false;

  constructor(options: DirectClientOptions) {
    this.#options = options;
    this.#pool = new ConnectionPool(options.caPem);
  }

  async prepare(url: string, connections: number): Promise<void> {
    if (this.#isRefused) return;
    this.#pool.prepare(new URL(url), connections);
    // Else they would only begin once the caller waits for something else.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async fetch(url: string, init: HttpRequestInit = {}): Promise<Response> {
    const { method = "GET", signal, body } = init;
    signal?.throwIfAborted();
    if (this.#isRefused) return await this.#options.fallback.fetch(url, init);
    const target = new URL(url);
    const headers = toHeaderLines(target, init.headers ?? {});
    const bytes = typeof body === "string" ? encoder.encode(body) : body;
    const request = { method, target: target.pathname + target.search, headers, body: bytes };
    for (;;) {
      const lease = await this.#pool.acquire(target, signal);
      if (lease === undefined) {
        // What never worked is not tried again for each request.
        this.#isRefused ||= !this.#pool.hasConnected;
        return await this.#options.fallback.fetch(url, init);
      }
      const { connection, isReused } = lease;
      try {
        return await this.#send(connection, request, signal);
      } catch (error) {
        signal?.throwIfAborted();
        // The server had closed it while it was idle.
        if (isReused && !connection.isAnswered && (method === "GET" || method === "HEAD")) continue;
        throw toNetworkError(url, error);
      }
    }
  }

  close(): void {
    this.#pool.close();
    this.#options.fallback.close();
  }

  async #send(
    connection: Http1Connection,
    request: Parameters<Http1Connection["send"]>[0],
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const onAbort = () => connection.close();
    signal?.addEventListener("abort", onAbort, { once: true });
    const onEnd = () => {
      signal?.removeEventListener("abort", onAbort);
      this.#pool.release(connection);
    };
    try {
      return await connection.send(request, onEnd);
    } catch (error) {
      signal?.removeEventListener("abort", onAbort);
      this.#pool.drop(connection);
      throw error;
    }
  }
}

/** What `fetch` takes for a header: a value that would end its line, or a name that is none, could add headers. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const HEADER_VALUE = /^[^\0\r\n\u0100-\uffff]*$/;

/** A line for each value, so that several of one name stay several. */
function toHeaderLines({ host }: URL, record: NonNullable<HttpRequestInit["headers"]>): [string, string][] {
  const lines: [string, string][] = [["Host", host]];
  let isAnyEncoding = true;
  for (const [name, value] of Object.entries(record)) {
    if (name.toLowerCase() === "accept-encoding") isAnyEncoding = false;
    for (const item of typeof value === "string" ? [value] : value) {
      // The value isn't repeated: it may be a token.
      if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(item)) throw new TypeError(`Not a header: ${name}`);
      lines.push([name, item]);
    }
  }
  if (isAnyEncoding) lines.push(["Accept-Encoding", "gzip"]);
  return lines;
}
