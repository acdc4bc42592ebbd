/** Proxies on loopback that note what they were asked for. */
import { writeAll } from "../../src/host/connection.ts";
import { type ConnectionReader, readConnection } from "../../src/host/connection_reader.ts";

/** A proxy that runs. */
export interface TestProxy extends Disposable {
  port: number;
  /** `host:port` of each tunnel or request, as the client named it. */
  readonly asked: string[];
  /** What clients presented: a `Proxy-Authorization` header, or `user:password`. */
  readonly presented: string[];
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** Whom it lets through. @default everybody */
  login?: { username: string; password: string };
  /** Makes it an https proxy. */
  certificate?: { pem: string; keyPem: string };
  /** Where every tunnel leads. @default where the client asked for */
  target?: { hostname: string; port: number };
  /** Answers with this status, or SOCKS reply, in place of opening a connection. */
  refusal?: string;
}

interface Exchange {
  conn: Deno.Conn;
  reader: ConnectionReader;
  proxy: TestProxy;
  options: ProxyOptions;
}

/** An HTTP proxy: CONNECT, and plain requests with an absolute URL. */
export function startHttpProxy(options: ProxyOptions = {}): TestProxy {
  return listen(options, async ({ conn, reader, proxy }) => {
    const head = await reader.head();
    const [method, address = ""] = head.split(" ");
    const isTunnel = method === "CONNECT";
    const asked = isTunnel ? address : new URL(address).host;
    const presented = /^proxy-authorization: *(.*?)\r$/im.exec(head)?.[1] ?? "";
    proxy.asked.push(asked);
    proxy.presented.push(presented);
    const { login, refusal } = options;
    const isWelcome = login === undefined || presented === `Basic ${btoa(`${login.username}:${login.password}`)}`;
    if (refusal !== undefined || !isWelcome) {
      await say(conn, `HTTP/1.1 ${refusal ?? "407 Proxy Authentication Required"}\r\nContent-Length: 0\r\n\r\n`);
      return undefined;
    }
    const target = await Deno.connect(options.target ?? splitAddress(asked));
    if (isTunnel) await say(conn, "HTTP/1.1 200 OK\r\n\r\n");
    else await say(target, head.replace(address, new URL(address).pathname));
    await writeAll(target, reader.rest());
    return target;
  });
}

/** A SOCKS5 proxy (RFC 1928) with or without user and password (RFC 1929). */
export function startSocksProxy(options: ProxyOptions = {}): TestProxy {
  return listen(options, async ({ conn, reader, proxy }) => {
    const [, count = 0] = await reader.bytes(2);
    const methods = [...await reader.bytes(count)];
    const wanted = options.login === undefined ? 0 : 2;
    await writeAll(conn, Uint8Array.of(5, methods.includes(wanted) ? wanted : 0xff));
    if (!methods.includes(wanted)) return undefined;
    if (options.login !== undefined) {
      await reader.bytes(1);
      const pair = `${await readText(reader)}:${await readText(reader)}`;
      proxy.presented.push(pair);
      const isRight = pair === `${options.login.username}:${options.login.password}`;
      await writeAll(conn, Uint8Array.of(1, isRight ? 0 : 1));
      if (!isRight) return undefined;
    }
    const type = (await reader.bytes(4))[3];
    const hostname = type === 3 ? await readText(reader) : [...await reader.bytes(type === 1 ? 4 : 16)].join(".");
    const [high = 0, low = 0] = await reader.bytes(2);
    proxy.asked.push(`${hostname}:${high * 256 + low}`);
    const reply = Number(options.refusal ?? 0);
    const target = reply === 0 ? await Deno.connect(options.target ?? { hostname, port: high * 256 + low }) : undefined;
    await writeAll(conn, Uint8Array.of(5, reply, 0, 1, 0, 0, 0, 0, 0, 0));
    return target;
  });
}

async function readText(reader: ConnectionReader): Promise<string> {
  const [length = 0] = await reader.bytes(1);
  return new TextDecoder().decode(await reader.bytes(length));
}

async function say(conn: Deno.Conn, text: string): Promise<void> {
  await writeAll(conn, new TextEncoder().encode(text));
}

function splitAddress(address: string): { hostname: string; port: number } {
  const at = address.lastIndexOf(":");
  return { hostname: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}

/** @param meet Talks with the client; returns what the client is connected with from then on. */
function listen(options: ProxyOptions, meet: (exchange: Exchange) => Promise<Deno.Conn | undefined>): TestProxy {
  const { certificate } = options;
  const address = { hostname: "127.0.0.1", port: 0 };
  const listener = certificate === undefined
    ? Deno.listen(address)
    : Deno.listenTls({ ...address, cert: certificate.pem, key: certificate.keyPem });
  const open = new Set<Deno.Conn>();
  const close = (conn: Deno.Conn) => {
    open.delete(conn);
    try {
      conn.close();
    } catch {
      // Closed by the other side of the pipe.
    }
  };
  const proxy: TestProxy = {
    port: (listener.addr as Deno.NetAddr).port,
    asked: [],
    presented: [],
    [Symbol.dispose]() {
      listener.close();
      for (const conn of open) close(conn);
    },
  };
  const handle = async (conn: Deno.Conn) => {
    open.add(conn);
    let target: Deno.Conn | undefined;
    try {
      target = await meet({ conn, reader: readConnection(conn), proxy, options });
      if (target === undefined) return;
      open.add(target);
      await Promise.race([conn.readable.pipeTo(target.writable), target.readable.pipeTo(conn.writable)]);
    } catch {
      // The client went away.
    } finally {
      close(conn);
      if (target !== undefined) close(target);
    }
  };
  const run = async () => {
    for await (const conn of listener as Deno.Listener<Deno.Conn>) void handle(conn);
  };
  run().catch(() => {});
  return proxy;
}
