import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import type { IncomingMessage } from "node:http";
import { type HttpClient, type HttpRequestInit, NetworkError, type TlsSettings } from "../base/mod.ts";
import { toNetworkError } from "./network_errors.ts";

/**
 * HTTPS over `node:https`, for what `fetch` lacks: a server name of its own, no verification, and ports that browsers block.
 * Loaded only then, for it costs 16 ms at start. Neither a proxy nor compressed answers are supported here:
 * it asks for none.
 */
export function createNodeHttpsClient(tls: TlsSettings): HttpClient {
  if (tls.serverName !== undefined && IGNORES_SERVER_NAME) return refusingClient(tls.serverName);
  const agent = new https.Agent({
    keepAlive: true,
    ca: tls.caPem,
    cert: tls.certificatePem,
    key: tls.keyPem,
    servername: tls.serverName,
    rejectUnauthorized: !tls.insecure,
  });
  return {
    fetch: (url, init = {}) => send(agent, tls, url, init),
    close: () => agent.destroy(),
  };
}

/**
 * Deno 2.7 checks the certificate against the URL's host whatever name is asked for. To go on would be to trust a server
 * that the user did not mean.
 */
const IGNORES_SERVER_NAME = /^2\.[0-7]\./.test(Deno.version.deno);

function refusingClient(serverName: string): HttpClient {
  return {
    fetch(url) {
      const message = `Cannot connect to ${url}: this build of kstage cannot check its certificate for the ` +
        `tls-server-name "${serverName}"`;
      const hint = "Use an address that the certificate is for, or kstage run or built with Deno 2.9 or newer";
      return Promise.reject(new NetworkError("OTHER", message, url, { hint }));
    },
    close() {},
  };
}

function send(agent: https.Agent, tls: TlsSettings, url: string, init: HttpRequestInit): Promise<Response> {
  const { method = "GET", headers = {}, body, signal } = init;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(signal?.aborted ? signal.reason : toNetworkError(url, error));
    const isPlain = url.startsWith("http:");
    const request = (isPlain ? http : https).request(url, {
      ...(isPlain ? {} : { agent }),
      method,
      headers: { ...headers, "accept-encoding": "identity" },
      servername: tls.serverName,
      rejectUnauthorized: !tls.insecure,
      signal,
    }, (answer) => resolve(toResponse(answer)));
    request.on("error", fail);
    request.end(body === undefined ? undefined : Buffer.from(body));
  });
}

/** Statuses whose answers have no body by definition: `Response` refuses one. */
const BODILESS = new Set([204, 205, 304]);

function toResponse(answer: IncomingMessage): Response {
  const headers = new Headers();
  for (let i = 0; i < answer.rawHeaders.length; i += 2) {
    headers.append(answer.rawHeaders[i]!, answer.rawHeaders[i + 1]!);
  }
  const status = answer.statusCode ?? 500;
  if (BODILESS.has(status)) {
    answer.resume();
    return new Response(null, { status, headers });
  }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      answer.on("data", (chunk: Uint8Array) => controller.enqueue(new Uint8Array(chunk)));
      answer.on("end", () => controller.close());
      answer.on("error", (error) => controller.error(error));
    },
    cancel() {
      answer.destroy();
    },
  });
  return new Response(body, { status, headers });
}
