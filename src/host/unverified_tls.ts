import net from "node:net";
import tls from "node:tls";
import type { TlsSettings } from "../base/mod.ts";
import type { Address } from "./dial.ts";
import type { Duplex, Relay } from "./relay.ts";

/**
 * A TLS connection to a server whose certificate is not looked at, as `insecure-skip-tls-verify` asks for. Over `node:tls`,
 * for Deno's own functions always verify.
 *
 * @param through A relay that leads to the server by way of a proxy.
 */
export async function connectUnverified(
  { hostname, port }: Address,
  settings: TlsSettings,
  through?: Relay,
): Promise<Duplex> {
  const serverName = settings.serverName ?? (net.isIP(hostname) ? "" : hostname);
  const socket = through === undefined ? undefined : await openTunnel(through);
  const options = {
    ...(socket === undefined ? { host: hostname, port } : { socket }),
    servername: serverName,
    rejectUnauthorized: false,
    cert: settings.certificatePem,
    key: settings.keyPem,
  };
  return await new Promise((resolve, reject) => {
    const connection = tls.connect(options, () => {
      connection.off("error", reject);
      resolve(toDuplex(connection));
    });
    connection.once("error", reject);
  });
}

function openTunnel({ proxy }: Relay): Promise<net.Socket> {
  if (!("url" in proxy)) throw new Error("A tunnel needs an HTTP proxy");
  const { port } = new URL(proxy.url);
  const { username, password } = proxy.basicAuth!;
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: "127.0.0.1", port: Number(port) }, () => {
      socket.write(`CONNECT x:1 HTTP/1.1\r\nProxy-Authorization: Basic ${btoa(`${username}:${password}`)}\r\n\r\n`);
    });
    socket.once("error", reject);
    // The server speaks only after the client has: this is the relay's answer and nothing else.
    socket.once("data", (chunk) => {
      socket.off("error", reject);
      if (/^HTTP\/1\.1 200/.test(String(chunk))) return resolve(socket);
      socket.destroy();
      reject(new Error("unsuccessful tunnel"));
    });
  });
}

function toDuplex(socket: tls.TLSSocket): Duplex {
  return {
    readable: new ReadableStream({
      start(controller) {
        socket.on("data", (chunk: Uint8Array) => {
          controller.enqueue(new Uint8Array(chunk));
          if ((controller.desiredSize ?? 1) <= 0) socket.pause();
        });
        socket.once("end", () => closeOnce(controller));
        socket.once("close", () => closeOnce(controller));
        socket.on("error", (error) => closeOnce(controller, error));
      },
      pull: () => void socket.resume(),
      cancel: () => void socket.destroy(),
    }),
    writable: new WritableStream({
      write: (chunk) =>
        new Promise((resolve, reject) => socket.write(chunk, (error) => error ? reject(error) : resolve())),
      close: () => void socket.end(),
      abort: () => void socket.destroy(),
    }),
    close: () => void socket.destroy(),
  };
}

function closeOnce(controller: ReadableStreamDefaultController, error?: unknown): void {
  try {
    if (error === undefined) controller.close();
    else controller.error(error);
  } catch {
    // It has been told already.
  }
}
