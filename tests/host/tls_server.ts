/** A TLS server on loopback, as a cluster's would be. */
import https from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";

/** A server that runs. */
export interface TlsServer extends AsyncDisposable {
  port: number;
  /** What was asked, in order. */
  readonly requests: TlsRequest[];
}

/** A request as it came over the wire. */
export interface TlsRequest {
  method: string;
  path: string;
  /** Names in lower case; each header line for itself. */
  headers: [name: string, value: string][];
  body: string;
  /** The name that the client asked for in the handshake. */
  serverName: string | false | null;
  /** Subject of the client's certificate. */
  client?: string;
}

/** How it serves. */
export interface TlsServerOptions {
  certificate: { pem: string; keyPem: string };
  /** Asks clients for a certificate of this CA. */
  clientCaPem?: string;
  /** @default 200 with an empty object */
  answer?: (request: TlsRequest, response: ServerResponse) => void;
}

/** Serves until it is disposed of. */
export function serveTls({ certificate, clientCaPem, answer }: TlsServerOptions): Promise<TlsServer> {
  const requests: TlsRequest[] = [];
  const options = {
    cert: certificate.pem,
    key: certificate.keyPem,
    ...(clientCaPem === undefined ? {} : { ca: clientCaPem, requestCert: true, rejectUnauthorized: true }),
  };
  const server = https.createServer(options, (message: IncomingMessage, response: ServerResponse) => {
    let body = "";
    message.on("data", (chunk) => body += chunk);
    message.on("end", () => serve(message, body, response));
  });
  const serve = (message: IncomingMessage, body: string, response: ServerResponse) => {
    const { rawHeaders } = message;
    const socket = message.socket as TLSSocket;
    const client = clientCaPem === undefined ? undefined : socket.getPeerCertificate?.()?.subject?.CN;
    const request: TlsRequest = {
      method: message.method ?? "",
      // Some clients write the whole URL.
      path: (message.url ?? "").replace(/^http:\/\/[^/]+/, ""),
      headers: rawHeaders.flatMap((name, i) =>
        i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1]!] as [string, string]] : []
      ),
      body,
      serverName: (socket as { servername?: string | false | null }).servername ?? null,
      ...(client === undefined ? {} : { client: String(client) }),
    };
    requests.push(request);
    if (answer !== undefined) return answer(request, response);
    response.setHeader("content-type", "application/json");
    response.end("{}");
  };
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        requests,
        [Symbol.asyncDispose]: () =>
          new Promise<void>((done) => {
            server.close(() => done());
            server.closeAllConnections?.();
          }),
      }));
  });
}
