import { abortable } from "../base/mod.ts";
import { closeQuietly } from "./connection.ts";
import { Http1Connection } from "./http1_connection.ts";

/** How long a connection may take before another client is asked, which tries several addresses of a host at once. */
const CONNECT_MS = 2000;

/** A connection for one request. */
export interface Lease {
  connection: Http1Connection;
  /** Whether it has served before, so that the server may have closed it meanwhile. */
  isReused: boolean;
}

/** What of a connection is there already. */
interface Attempt {
  opened?: { close(): void };
}

type Waiter = PromiseWithResolvers<Lease | undefined>;

/**
 * TLS connections to one server. Who finds none idle waits for whichever is there first: one that is being opened, or
 * one that another request is done with, since opening takes several round trips and most answers one.
 */
export class ConnectionPool {
  readonly #caPem: string | undefined;
  readonly #open = new Set<Http1Connection>();
  readonly #idle: Http1Connection[] = [];
  /** Connections that are being opened: never fewer than there are waiters. */
  readonly #attempts = new Set<Attempt>();
  readonly #waiters: Waiter[] = [];
  #hasConnected = false;

  /** @param caPem Trusted beside the public roots. */
  constructor(caPem: string | undefined) {
    this.#caPem = caPem;
  }

  /** Whether any connection could be opened so far. */
  get hasConnected(): boolean {
    return this.#hasConnected;
  }

  /** Begins to open connections, until so many are there or on their way. */
  prepare(target: URL, connections: number): void {
    for (let count = this.#open.size + this.#attempts.size; count < connections; count++) this.#begin(target);
  }

  /** A connection that nobody else uses; undefined when none could be opened. */
  async acquire(target: URL, signal: AbortSignal | undefined): Promise<Lease | undefined> {
    const idle = this.#takeIdle();
    if (idle !== undefined) return idle;
    const waiter: Waiter = Promise.withResolvers();
    this.#waiters.push(waiter);
    if (this.#waiters.length > this.#attempts.size) this.#begin(target);
    try {
      return await abortable(waiter.promise, signal);
    } catch (error) {
      const at = this.#waiters.indexOf(waiter);
      if (at >= 0) this.#waiters.splice(at, 1);
      // It was given at the very moment in which it was no longer wanted.
      else void waiter.promise.then((lease) => lease && this.release(lease.connection));
      throw error;
    }
  }

  /** Takes a connection back after its answer has been read, or given up. */
  release(connection: Http1Connection): void {
    if (!this.#open.has(connection) || !connection.isUsable) return this.drop(connection);
    connection.park();
    this.#offer({ connection, isReused: true });
  }

  /** Closes a connection that is of no use any more. */
  drop(connection: Http1Connection): void {
    connection.close();
    this.#open.delete(connection);
  }

  /** Closes all, also what is being opened or in use. The pool can be used again. */
  close(): void {
    for (const connection of this.#open) connection.close();
    for (const { opened } of this.#attempts) if (opened !== undefined) closeQuietly(opened);
    this.#open.clear();
    this.#attempts.clear();
    this.#idle.length = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(undefined);
  }

  #takeIdle(): Lease | undefined {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.isUsable) return { connection, isReused: true };
      this.drop(connection);
    }
    return undefined;
  }

  #offer(lease: Lease): void {
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter.resolve(lease);
    else this.#idle.push(lease.connection);
  }

  #begin(target: URL): void {
    const attempt: Attempt = {};
    this.#attempts.add(attempt);
    void this.#connect(target, attempt).then(
      (connection) => {
        this.#attempts.delete(attempt);
        this.#hasConnected = true;
        this.#open.add(connection);
        connection.park();
        this.#offer({ connection, isReused: false });
      },
      () => {
        if (attempt.opened !== undefined) closeQuietly(attempt.opened);
        this.#attempts.delete(attempt);
        if (this.#waiters.length > this.#attempts.size) this.#waiters.pop()?.resolve(undefined);
      },
    );
  }

  /** @throws What went wrong, or that the pool was closed meanwhile. */
  async #connect(target: URL, attempt: Attempt): Promise<Http1Connection> {
    const hostname = target.hostname.replace(/^\[|\]$/g, "");
    const socket = await connectTcp(hostname, Number(target.port || 443));
    attempt.opened = socket;
    socket.setNoDelay(true);
    const caCerts = this.#caPem === undefined ? {} : { caCerts: [this.#caPem] };
    const stream = await Deno.startTls(socket, { hostname, alpnProtocols: ["http/1.1"], ...caCerts });
    attempt.opened = stream;
    await stream.handshake();
    if (!this.#attempts.has(attempt)) throw new Deno.errors.Interrupted("The client was closed");
    return new Http1Connection(stream);
  }
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
