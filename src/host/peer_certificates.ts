import tls, { type DetailedPeerCertificate } from "node:tls";

/** How long a server has to show its certificate. */
const LIMIT_MS = 5_000;

/** No chain is longer; a server that claims otherwise is not followed. */
const MAX_CHAIN = 10;

/** Which server, and by which name. */
export interface PeerAddress {
  /** Name or address, IPv6 without brackets. */
  host: string;
  port: number;
  /** The name to ask for; empty for none. */
  serverName: string;
}

/**
 * The certificates that a server shows in a TLS handshake, its own first, as DER; Deno 2.7 gives only that. Nothing is
 * verified, and nothing is sent after the handshake.
 *
 * @returns Empty when no handshake came about.
 */
export function readPeerCertificates(address: PeerAddress, signal?: AbortSignal): Promise<Uint8Array[]> {
  return new Promise((resolve) => {
    const { host, port, serverName } = address;
    const socket = tls.connect({ host, port, servername: serverName, rejectUnauthorized: false });
    const finish = (certificates: Uint8Array[]) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      // A server may end the connection after this: nobody wants to know.
      socket.on("error", () => {});
      socket.destroy();
      resolve(certificates);
    };
    const giveUp = () => finish([]);
    const timer = setTimeout(giveUp, LIMIT_MS);
    signal?.addEventListener("abort", giveUp, { once: true });
    socket.once("secureConnect", () => finish(toChain(socket.getPeerCertificate(true))));
    socket.once("error", giveUp);
    socket.once("close", giveUp);
  });
}

function toChain(first: DetailedPeerCertificate): Uint8Array[] {
  const chain: Uint8Array[] = [];
  // A root is its own issuer; without a certificate the object is empty.
  for (let next: DetailedPeerCertificate | undefined = first; next?.raw !== undefined; next = next.issuerCertificate) {
    chain.push(new Uint8Array(next.raw));
    if (next.issuerCertificate === next || chain.length === MAX_CHAIN) break;
  }
  return chain;
}
