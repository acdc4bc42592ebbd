/**
 * A TCP relay on loopback that passes everything on a while later, as a distance does. TLS is between the two ends, so it
 * costs next to nothing.
 */

/** A relay that listens. */
export interface DelayRelay extends Disposable {
  port: number;
  /** How many connections it was asked for. */
  readonly connections: number;
}

/** Starts a relay to a port of loopback; a request and its answer together take `roundTripMs` longer. */
export function startDelayRelay(targetPort: number, roundTripMs: number): DelayRelay {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  let connections = 0;
  const relay = async (near: Deno.TcpConn) => {
    connections++;
    const far = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      open.add(socket);
    }
    const delayMs = roundTripMs / 2;
    await Promise.allSettled([passOn(near, far, delayMs), passOn(far, near, delayMs)]);
    for (const socket of [near, far]) {
      open.delete(socket);
      closeQuietly(socket);
    }
  };
  const accept = async () => {
    for await (const near of listener) void relay(near).catch(() => closeQuietly(near));
  };
  void accept().catch(() => {});
  return {
    port: listener.addr.port,
    get connections() {
      return connections;
    },
    [Symbol.dispose]() {
      listener.close();
      for (const socket of open) closeQuietly(socket);
    },
  };
}

async function passOn(from: Deno.TcpConn, to: Deno.TcpConn, delayMs: number): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  let last = Promise.resolve();
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    const bytes = buffer.slice(0, count);
    const atMs = performance.now() + delayMs;
    last = last.then(async () => {
      await untilTime(atMs);
      for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
    });
    // The end that is gone is noticed by the next read.
    last.catch(() => {});
  }
  await last;
  await untilTime(performance.now() + delayMs);
  await to.closeWrite();
}

function untilTime(atMs: number): Promise<void> {
  const leftMs = atMs - performance.now();
  return leftMs < 0.5 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, leftMs));
}

function closeQuietly(socket: Deno.TcpConn): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}
