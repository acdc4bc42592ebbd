/**
 * A proxy between a client and an API server that does what networks and busy servers do: refuses, stalls, cuts.
 *
 * It ends TLS with a certificate of its own on loopback, so what it does falls on whole requests. Deno's fetch keeps
 * the server's connections; watches are passed on line by line as they come.
 */
import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { makeCertificates } from "../../src/sandbox/serve/certificates.ts";

/** A request as the proxy sees it. */
export interface WireRequest {
  /** From 1, in the order of their coming. */
  index: number;
  method: string;
  /** With its query. */
  path: string;
}

/** What happens to a request. */
export type WireFault =
  /** The server never hears of it. */
  | { kind: "refuse"; status: 429 | 500 | 503; retryAfterSeconds?: number }
  /** The server does what is asked; half of its answer arrives, then the connection ends. */
  | { kind: "cut" }
  /** It is passed on this much later. */
  | { kind: "stall"; ms: number }
  /** Its answer is ended after this time, as idle connections are. */
  | { kind: "end"; afterMs: number };

/** How to listen. */
export interface WireProxyOptions {
  /** The server: `https://127.0.0.1:6443`. */
  server: string;
  caPem: string;
  /** Chooses the fault of a request; asked before it is passed on. */
  fault?(request: WireRequest): WireFault | undefined;
  /** Told when the server has answered, before any of its answer is passed on. */
  answered?(request: WireRequest): void;
}

/** A proxy that listens. */
export interface WireProxy extends AsyncDisposable {
  url: string;
  /** The CA to trust, as PEM. */
  caPem: string;
  requests: WireRequest[];
  /** How many of the requests met with a fault, by its kind. */
  faults: Record<WireFault["kind"], number>;
}

/** Starts a proxy on a free port of loopback. */
export async function startWireProxy({ server, caPem, fault, answered }: WireProxyOptions): Promise<WireProxy> {
  const certificates = await makeCertificates(Date.now());
  const client = Deno.createHttpClient({ caCerts: [caPem], http2: false, poolMaxIdlePerHost: 100 });
  const requests: WireRequest[] = [];
  const faults = { refuse: 0, cut: 0, stall: 0, end: 0 };
  const stopped = new AbortController();
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const request = { index: requests.length + 1, method: incoming.method ?? "GET", path: incoming.url ?? "/" };
    requests.push(request);
    const met = fault?.(request);
    if (met !== undefined) faults[met.kind]++;
    if (met?.kind === "refuse") return refuse(outgoing, met);
    if (met?.kind === "stall") await pause(met.ms, stopped.signal);
    const gone = new AbortController();
    outgoing.on("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopped.signal]);
    const response = await fetch(`${server}${request.path}`, {
      method: request.method,
      headers: forwardedHeaders(incoming),
      body,
      client,
      redirect: "manual",
      signal,
    });
    answered?.(request);
    if (met?.kind === "cut") return await cut(response, outgoing);
    await pass(response, outgoing, met?.kind === "end" ? met.afterMs : undefined);
  };
  const listener = createServer(
    { cert: certificates.certificatePem, key: certificates.keyPem },
    (incoming, outgoing) => void answer(incoming, outgoing).catch(() => outgoing.destroy()),
  );
  listener.keepAliveTimeout = 180_000;
  const sockets = new Set<Socket>();
  for (const event of ["connection", "secureConnection"]) {
    listener.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
    });
  }
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    caPem: certificates.caPem,
    requests,
    faults,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      listener.closeAllConnections();
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      client.close();
    },
  };
}

function refuse(outgoing: ServerResponse, { status, retryAfterSeconds }: WireFault & { kind: "refuse" }): void {
  const after = retryAfterSeconds === undefined ? {} : { "retry-after": `${retryAfterSeconds}` };
  outgoing.writeHead(status, { "content-type": "text/plain", ...after });
  outgoing.end("the proxy refuses\n");
}

async function cut(response: Response, outgoing: ServerResponse): Promise<void> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  // It says how much there is to come, so that the client can tell.
  outgoing.writeHead(response.status, { ...headersOf(response), "content-length": `${bytes.length}` });
  outgoing.write(bytes.subarray(0, bytes.length >> 1), () => outgoing.destroy());
}

async function pass(response: Response, outgoing: ServerResponse, endAfterMs: number | undefined): Promise<void> {
  outgoing.writeHead(response.status, headersOf(response));
  // A watch may have nothing to say for long.
  outgoing.write("");
  const timer = endAfterMs === undefined ? undefined : setTimeout(() => outgoing.destroy(), endAfterMs);
  try {
    for await (const chunk of response.body ?? []) outgoing.write(chunk);
    outgoing.end();
  } finally {
    clearTimeout(timer);
  }
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return undefined;
  const chunks: BlobPart[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array<ArrayBuffer>);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** What belongs to a connection, and what fetch sets itself. */
const OWN_HEADERS = ["connection", "host", "content-length", "transfer-encoding", "accept-encoding"];

function forwardedHeaders(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (!OWN_HEADERS.includes(name)) headers.set(name, String(value));
  }
  return headers;
}

function headersOf(response: Response): Record<string, string> {
  const kept = [...response.headers].filter(([name]) => ![...OWN_HEADERS, "content-encoding"].includes(name));
  return Object.fromEntries(kept);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
