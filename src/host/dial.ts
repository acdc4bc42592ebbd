import { writeAll } from "./connection.ts";
import { type ConnectionReader, readConnection } from "./connection_reader.ts";
import { portOf, toAddress } from "./proxy_choice.ts";

/** A host and a port. */
export interface Address {
  /** Name or IP address, IPv6 without brackets. */
  hostname: string;
  port: number;
}

/** How to reach an address. */
export interface DialOptions {
  /** An http, https or socks5 proxy, with user and password where it wants them. */
  proxy?: URL;
  /** PEM certificates to trust for an https proxy. */
  caPem?: string;
}

/** A proxy did not do what it was asked for. */
export class ProxyError extends Error {
  override name = "ProxyError";
}

/**
 * Opens a connection to an address, itself or through a proxy. Names are resolved by the proxy, as Go does.
 *
 * @throws {ProxyError} When the proxy can't be reached or refuses; what Deno throws when there is no proxy.
 */
export async function dial(target: Address, { proxy, caPem }: DialOptions): Promise<Deno.Conn> {
  if (proxy === undefined) return await Deno.connect(target);
  let conn: Deno.Conn | undefined;
  try {
    const address = { hostname: proxy.hostname.replace(/^\[|\]$/g, ""), port: portOf(proxy) };
    conn = proxy.protocol === "https:"
      ? await Deno.connectTls({ ...address, ...(caPem === undefined ? {} : { caCerts: [caPem] }) })
      : await Deno.connect(address);
    const login = proxy.username === "" && proxy.password === "" ? undefined : {
      username: decodeURIComponent(proxy.username),
      password: decodeURIComponent(proxy.password),
    };
    await (proxy.protocol.startsWith("socks5") ? askSocks : askHttp)(conn, target, login);
    return conn;
  } catch (error) {
    conn?.close();
    if (error instanceof ProxyError) throw error;
    throw new ProxyError(error instanceof Error ? error.message : String(error));
  }
}

interface Login {
  username: string;
  password: string;
}

/** CONNECT, of RFC 9110. */
async function askHttp(conn: Deno.Conn, { hostname, port }: Address, login: Login | undefined): Promise<void> {
  const address = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  const pair = new TextEncoder().encode(`${login?.username}:${login?.password}`);
  const authorization = login === undefined
    ? ""
    : `Proxy-Authorization: Basic ${btoa(String.fromCharCode(...pair))}\r\n`;
  const request = `CONNECT ${address} HTTP/1.1\r\nHost: ${address}\r\n${authorization}\r\n`;
  await writeAll(conn, new TextEncoder().encode(request));
  const head = await readConnection(conn).head();
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) throw new ProxyError("it does not speak HTTP");
  if (status === "407") throw new ProxyError("proxy authentication required");
  if (!status.startsWith("2")) throw new ProxyError(`unsuccessful tunnel: status ${status}`);
}

/** Replies of RFC 1928, section 6. */
const SOCKS_REPLIES = [
  "it answered that all is well",
  "general failure of the SOCKS server",
  "connection not allowed by its rules",
  "network unreachable from there",
  "host unreachable from there",
  "connection refused there",
  "time to live expired",
  "command not supported",
  "address type not supported",
];

/** RFC 1928, with user and password of RFC 1929. */
async function askSocks(conn: Deno.Conn, { hostname, port }: Address, login: Login | undefined): Promise<void> {
  const reader = readConnection(conn);
  await writeAll(conn, Uint8Array.from(login === undefined ? [5, 1, 0] : [5, 2, 0, 2]));
  const [version, method] = await reader.bytes(2);
  if (version !== 5) throw new ProxyError("it does not speak SOCKS5");
  if (method === 2 && login !== undefined) await logIn(conn, reader, login);
  else if (method !== 0) throw new ProxyError("proxy authentication required");
  const name = new TextEncoder().encode(hostname);
  const address = toAddress(hostname);
  const target = address === undefined ? [3, name.length, ...name] : [address.length === 4 ? 1 : 4, ...address];
  if (name.length > 255) throw new ProxyError("the host's name is too long for SOCKS5");
  await writeAll(conn, Uint8Array.from([5, 1, 0, ...target, port >> 8, port & 0xff]));
  const [, reply = 0, , type] = await reader.bytes(4);
  if (reply !== 0) throw new ProxyError(SOCKS_REPLIES[reply] ?? `it answered with ${reply}`);
  const length = type === 1 ? 4 : type === 4 ? 16 : (await reader.bytes(1))[0]!;
  await reader.bytes(length + 2);
}

async function logIn(conn: Deno.Conn, reader: ConnectionReader, { username, password }: Login): Promise<void> {
  const [user, secret] = [username, password].map((text) => new TextEncoder().encode(text).subarray(0, 255));
  await writeAll(conn, Uint8Array.from([1, user!.length, ...user!, secret!.length, ...secret!]));
  const [, status] = await reader.bytes(2);
  if (status !== 0) throw new ProxyError("proxy authentication required: it refused user and password");
}
