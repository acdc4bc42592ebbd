import { closeQuietly, writeAll } from "./connection.ts";
import { readConnection } from "./connection_reader.ts";

/** A duplex connection of bytes. */
export interface Duplex {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  close(): void;
}

/** A go-between on this machine that only its own `fetch` may use. */
export interface Relay {
  /** For `Deno.createHttpClient`. */
  proxy: Deno.Proxy;
  /** Why the last connection could not be made; undefined when it was. */
  readonly failure: unknown;
  /** Ends it, and all connections through it. */
  close(): void;
}

/**
 * An HTTP proxy on loopback whose every tunnel leads to one place, whatever the client asks for. By this `fetch` checks the
 * server's certificate for the name in its URL, while it speaks to an address of our choice: `fetch` has no option for it.
 * A random password keeps other users of the machine out.
 *
 * @param open Makes the connection that a tunnel leads to.
 */
export function openTunnelRelay(open: () => Promise<Duplex>): Relay {
  const password = crypto.getRandomValues(new Uint8Array(24)).toHex();
  const wanted = `Basic ${btoa(`kstage:${password}`)}`;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accept = async (conn: Deno.Conn, far: () => Promise<Duplex>): Promise<Duplex | undefined> => {
    const head = await readConnection(conn).head();
    const answer = (text: string) => writeAll(conn, new TextEncoder().encode(`HTTP/1.1 ${text}\r\n\r\n`));
    if (/^proxy-authorization: *(.*?) *\r$/im.exec(head)?.[1] !== wanted) {
      await answer("407 Proxy Authentication Required");
      return undefined;
    }
    try {
      const target = await far();
      await answer("200 Connected");
      return target;
    } catch (error) {
      await answer("502 Bad Gateway");
      throw error;
    }
  };
  return serve(listener, open, accept, () => ({
    url: `http://127.0.0.1:${listener.addr.port}`,
    basicAuth: { username: "kstage", password },
  }));
}

/**
 * A socket in a private directory: `fetch` speaks plain HTTP to it, whatever its URL says, and what stands behind speaks
 * TLS. By this a server's certificate may be anything, which `fetch` has no option for.
 *
 * @param open Makes the TLS connection.
 */
export function openPlainRelay(open: () => Promise<Duplex>): Relay {
  const directory = Deno.makeTempDirSync({ prefix: "kstage-" });
  const path = `${directory}/relay`;
  const listener = Deno.listen({ transport: "unix", path });
  const relay = serve(listener, open, (_conn, far) => far(), () => ({ transport: "unix", path }));
  return {
    proxy: relay.proxy,
    get failure() {
      return relay.failure;
    },
    close() {
      relay.close();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

type Accept = (conn: Deno.Conn, open: () => Promise<Duplex>) => Promise<Duplex | undefined>;

function serve(
  listener: Deno.Listener<Deno.Conn>,
  open: () => Promise<Duplex>,
  accept: Accept,
  describe: () => Deno.Proxy,
): Relay {
  // Nobody has to wait for it: it ends with the program.
  listener.unref();
  const live = new Set<{ close(): void }>();
  let failure: unknown;
  let isClosed = false;
  // Noted before the client hears of it.
  const openOrNote = async () => {
    try {
      const far = await open();
      failure = undefined;
      return far;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const handle = async (conn: Deno.Conn): Promise<void> => {
    live.add(conn);
    let far: Duplex | undefined;
    try {
      far = await accept(conn, openOrNote);
      if (far === undefined || isClosed) return;
      live.add(far);
      // Whichever side ends first ends the other, too.
      await Promise.race([conn.readable.pipeTo(far.writable), far.readable.pipeTo(conn.writable)]);
    } catch {
      // Whoever sent the request is told by its connection.
    } finally {
      for (const end of [conn, far]) {
        if (end === undefined) continue;
        live.delete(end);
        closeQuietly(end);
      }
    }
  };
  const run = async (): Promise<void> => {
    for await (const conn of listener) void handle(conn);
  };
  run().catch(() => {});
  return {
    proxy: describe(),
    get failure() {
      return failure;
    },
    close() {
      isClosed = true;
      closeQuietly(listener);
      for (const end of live) closeQuietly(end);
    },
  };
}
