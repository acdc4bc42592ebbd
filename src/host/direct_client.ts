import { abortable, type HttpClient, type HttpRequestInit } from "../base/mod.ts";
import { closeQuietly } from "./connection.ts";
import { Http1Connection } from "./http1_connection.ts";
import { toNetworkError } from "./network_errors.ts";

/** How long a connection may take before `fetch` is asked, which tries several addresses of a host at once. */
const CONNECT_MS = 2000;

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

/** What of a connection is there already. */
interface Attempt {
  opened?: { close(): void };
}

class DirectClient implements HttpClient {
  readonly #options: DirectClientOptions;
  readonly #open = new Set<Http1Connection>();
  readonly #idle: Http1Connection[] = [];
  /** Connections that are being opened. */
  readonly #attempts = new Set<Attempt>();
  /** Connections that were asked for ahead; none takes the place of one that could not be opened. */
  #prepared: Promise<Http1Connection | undefined>[] = [];
  #hasConnected = false;
  #isRefused = false;

  constructor(options: DirectClientOptions) {
    this.#options = options;
  }

  async prepare(url: string, connections: number): Promise<void> {
    if (this.#isRefused) return;
    for (let count = this.#open.size + this.#attempts.size; count < connections; count++) {
      this.#prepared.push(this.#connect(new URL(url)).catch(() => undefined));
    }
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
      const used = this.#takeIdle();
      const connection = used ?? await this.#takeNew(target, signal);
      if (connection === undefined) return await this.#options.fallback.fetch(url, init);
      try {
        return await this.#send(connection, request, signal);
      } catch (error) {
        signal?.throwIfAborted();
        // The server had closed it while it was idle.
        if (used !== undefined && !used.isAnswered && (method === "GET" || method === "HEAD")) continue;
        throw toNetworkError(url, error);
      }
    }
  }

  close(): void {
    for (const connection of this.#open) connection.close();
    for (const { opened } of this.#attempts) if (opened !== undefined) closeQuietly(opened);
    this.#open.clear();
    this.#attempts.clear();
    this.#idle.length = 0;
    this.#prepared = [];
    this.#options.fallback.close();
  }

  #takeIdle(): Http1Connection | undefined {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.isUsable) return connection;
      this.#drop(connection);
    }
    return undefined;
  }

  /** A new connection, one that was prepared if there is one; undefined when `fetch` is to try. */
  async #takeNew(target: URL, signal: AbortSignal | undefined): Promise<Http1Connection | undefined> {
    const prepared = this.#prepared.shift();
    const connecting = prepared?.then((connection) => connection?.isUsable ? connection : this.#connect(target)) ??
      this.#connect(target);
    try {
      return await abortable(connecting, signal);
    } catch {
      signal?.throwIfAborted();
      // What never worked is not tried again for each request.
      this.#isRefused ||= !this.#hasConnected;
      return undefined;
    }
  }

  async #connect(target: URL): Promise<Http1Connection> {
    const hostname = target.hostname.replace(/^\[|\]$/g, "");
    const { caPem } = this.#options;
    const attempt: Attempt = {};
    this.#attempts.add(attempt);
    try {
      const socket = await connectTcp(hostname, Number(target.port || 443));
      attempt.opened = socket;
      socket.setNoDelay(true);
      const caCerts = caPem === undefined ? {} : { caCerts: [caPem] };
      const stream = await Deno.startTls(socket, { hostname, alpnProtocols: ["http/1.1"], ...caCerts });
      attempt.opened = stream;
      await stream.handshake();
      if (!this.#attempts.has(attempt)) throw new Deno.errors.Interrupted("The client was closed");
      const connection = new Http1Connection(stream);
      connection.park();
      this.#hasConnected = true;
      this.#open.add(connection);
      return connection;
    } catch (error) {
      if (attempt.opened !== undefined) closeQuietly(attempt.opened);
      throw error;
    } finally {
      this.#attempts.delete(attempt);
    }
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
      if (!connection.isUsable) return this.#drop(connection);
      connection.park();
      this.#idle.push(connection);
    };
    try {
      return await connection.send(request, onEnd);
    } catch (error) {
      signal?.removeEventListener("abort", onAbort);
      this.#drop(connection);
      throw error;
    }
  }

  #drop(connection: Http1Connection): void {
    connection.close();
    this.#open.delete(connection);
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

async function connectTcp(hostname: string, port: number): Promise<Deno.TcpConn> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), CONNECT_MS);
  try {
    return await Deno.connect({ hostname, port, signal: limit.signal });
  } finally {
    clearTimeout(timer);
  }
}
