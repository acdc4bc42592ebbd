/**
 * The listener of a sandbox, on `node:https`: Deno.serve with TLS stalls 40 ms on every body of more than 2 KB.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Sandbox } from "../sandbox.ts";
import { makeCertificates } from "./certificates.ts";
import type { SandboxServer, ServeOptions } from "./listening.ts";

/**
 * Listens for a sandbox.
 *
 * @param publishCa Takes the CA certificate before the first request.
 */
export async function serveSandbox(
  sandbox: Sandbox,
  options: ServeOptions,
  publishCa: (caPem: string) => void,
): Promise<SandboxServer> {
  const { port = 0, hostname = "127.0.0.1", http = false, tickMs = 100 } = options;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(sandbox, request, response).catch(() => response.destroy());
  };
  let caPem = "";
  let server: Server;
  if (http) server = (await import("node:http")).createServer(listener);
  else {
    const certificates = await makeCertificates(Date.now());
    caPem = certificates.caPem;
    publishCa(caPem);
    const { createServer } = await import("node:https");
    server = createServer({ cert: certificates.certificatePem, key: certificates.keyPem }, listener);
  }
  // Node's five seconds would cut connections that clients think they can use again.
  server.keepAliveTimeout = 180_000;
  server.requestTimeout = 0;
  const sockets = trackSockets(server);
  await listen(server, port, hostname);
  const timer = tickMs > 0 ? setInterval(() => sandbox.tick(), tickMs) : undefined;
  const bound = (server.address() as AddressInfo).port;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `${http ? "http" : "https"}://${host}:${bound}`,
    port: bound,
    caPem,
    async close() {
      clearInterval(timer);
      // Only before closing does this end, on Deno 2.7, what is being answered.
      server.closeAllConnections();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Open connections, so that closing need not wait for those that are kept alive. */
function trackSockets(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  for (const event of ["connection", "secureConnection"]) {
    server.on(event, (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => socket.destroy());
    });
  }
  return sockets;
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(sandbox: Sandbox, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  const response = await sandbox.handle(toRequest(incoming, body, gone.signal));
  outgoing.writeHead(response.status, headersOf(response));
  if (response.body === null || incoming.method === "HEAD") {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  // On Deno 2.7 that does nothing, and a watch may have nothing to say for long.
  if (!outgoing.headersSent) outgoing.write("");
  const reader = response.body.getReader();
  outgoing.on("close", () => void reader.cancel().catch(() => {}));
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) outgoing.write(chunk.value);
  outgoing.end();
}

async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  // On Deno 2.7 a message without a body never ends, so reading it would wait for ever.
  const { "content-length": length, "transfer-encoding": encoding } = incoming.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const body = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function toRequest(incoming: IncomingMessage, body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const item of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, item);
  }
  const method = incoming.method ?? "GET";
  const init: RequestInit = { method, headers, signal };
  if (method !== "GET" && method !== "HEAD" && body.length > 0) init.body = body;
  return new Request(new URL(incoming.url ?? "/", `https://${incoming.headers.host ?? "localhost"}`), init);
}

/** Each warning is a header of its own: clients do not split them. */
function headersOf(response: Response): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  response.headers.forEach((value, name) => {
    headers[name] = name === "warning" ? value.split(/, (?=299 - ")/) : value;
  });
  return headers;
}
