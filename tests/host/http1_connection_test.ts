import * as fc from "fast-check";
import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { Http1Connection } from "../../src/host/http1_connection.ts";

/** The other side of a connection: what it says, in pieces of a size, and what it heard. */
function createPeer(said: string | Uint8Array, pieceBytes = Infinity, isEnded = false) {
  const bytes = typeof said === "string" ? new TextEncoder().encode(said) : said;
  let [at, heard, isClosed] = [0, "", false];
  const { promise: silence, reject: breakSilence } = Promise.withResolvers<null>();
  silence.catch(() => {});
  const stream = {
    read(buffer: Uint8Array) {
      const piece = bytes.subarray(at, at + Math.min(pieceBytes, buffer.length));
      if (piece.length === 0) return isEnded ? Promise.resolve(null) : silence;
      buffer.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length);
    },
    write(piece: Uint8Array) {
      heard += new TextDecoder().decode(piece);
      return Promise.resolve(piece.length);
    },
    close() {
      isClosed = true;
      breakSilence(new Deno.errors.BadResource("closed"));
    },
  };
  const connection = new Http1Connection(stream as unknown as Deno.Conn);
  let ends = 0;
  return {
    connection,
    send: (request: Partial<Parameters<Http1Connection["send"]>[0]> = {}) =>
      connection.send({ method: "GET", target: "/", headers: [], ...request }, () => ends++),
    get heard() {
      return heard;
    },
    get isClosed() {
      return isClosed;
    },
    get ends() {
      return ends;
    },
  };
}

Deno.test("a request is written at once, with the length of its body", async () => {
  const peer = createPeer("HTTP/1.1 204 No Content\r\n\r\n");
  const headers = [["Host", "h"], ["X-Group", "a"], ["X-Group", "b"]] as const;
  await peer.send({ method: "PATCH", target: "/a?b=c", headers, body: new TextEncoder().encode("grün") });
  equal(peer.heard, "PATCH /a?b=c HTTP/1.1\r\nHost: h\r\nX-Group: a\r\nX-Group: b\r\ncontent-length: 5\r\n\r\ngrün");
  const empty = createPeer("HTTP/1.1 204 No Content\r\n\r\n");
  await empty.send({ method: "POST" });
  ok(empty.heard.includes("content-length: 0\r\n"));
});

const FIRST = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nWarning: 299 - "a"\r\nwarning: 299 - "b"\r\n';
const FRAMINGS = {
  length: "Content-Length: 11\r\n\r\nhello world",
  chunked: "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: t\r\n\r\n",
};

for (const [name, rest] of Object.entries(FRAMINGS)) {
  Deno.test(`answers are read whole wherever they are cut into packets: ${name}`, async () => {
    for (let size = 1; size < 60; size++) {
      const peer = createPeer(`HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${FIRST}${rest}${FIRST}${rest}`, size);
      for (const turn of [1, 2]) {
        const answer = await peer.send();
        deepEqual([answer.status, answer.headers.get("warning")], [200, '299 - "a", 299 - "b"']);
        equal(await answer.text(), "hello world", `packets of ${size}`);
        equal(peer.ends, turn);
      }
      ok(peer.connection.isUsable && !peer.isClosed);
    }
  });
}

Deno.test("any bytes come through chunks of any size", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 5 }),
    fc.integer({ min: 1, max: 100 }),
    async (chunks, size) => {
      const parts = [new TextEncoder().encode("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")];
      for (const chunk of chunks) {
        parts.push(
          new TextEncoder().encode(`${chunk.length.toString(16)}\r\n`),
          chunk,
          new TextEncoder().encode("\r\n"),
        );
      }
      parts.push(new TextEncoder().encode("0\r\n\r\n"));
      const peer = createPeer(await new Blob(parts as BlobPart[]).bytes(), size);
      deepEqual(await (await peer.send()).bytes(), await new Blob(chunks as BlobPart[]).bytes());
    },
  ));
});

Deno.test("a body may end with the connection, which then is not used again", async () => {
  const peer = createPeer("HTTP/1.1 200 OK\r\n\r\nall of it", 4, true);
  equal(await (await peer.send()).text(), "all of it");
  equal(peer.connection.isUsable, false);
});

Deno.test("a server that wants to close is not asked again", async () => {
  const peer = createPeer("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
  equal(await (await peer.send()).text(), "ok");
  equal(peer.connection.isUsable, false);
});

Deno.test("compressed answers are unpacked", async () => {
  const packed = await new Response(new Blob(["x".repeat(5000)]).stream().pipeThrough(new CompressionStream("gzip")))
    .bytes();
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`;
  const peer = createPeer(await new Blob([head, packed]).bytes(), 10);
  const answer = await peer.send();
  deepEqual([answer.headers.get("content-encoding"), (await answer.text()).length], [null, 5000]);
});

Deno.test("answers without a body are over with their head", async () => {
  const peer = createPeer("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
  await peer.send({ method: "HEAD" });
  equal((await peer.send()).status, 304);
  equal(peer.ends, 2);
});

Deno.test("what breaks off is an error, never a short answer", async () => {
  for (const rest of Object.values(FRAMINGS)) {
    for (let length = 1; length < FIRST.length + rest.length; length++) {
      const peer = createPeer(`${FIRST}${rest}`.slice(0, length), Infinity, true);
      await rejects(peer.send().then((answer) => answer.text()), {
        message: "connection closed before message completed",
      });
      ok(peer.isClosed);
    }
  }
});

Deno.test("what is no HTTP is an error", async () => {
  await rejects(createPeer("SSH-2.0-OpenSSH\r\n\r\n").send(), { message: /not an HTTP\/1.1 answer/ });
  const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
  await rejects((await createPeer(chunked).send()).text(), { message: /not a chunk/ });
  await rejects(createPeer(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}`).send(), { message: /too long/ });
  for (const length of ["", "-1", "1e1", "2, 3", "0x2"]) {
    const peer = createPeer(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nok`);
    await rejects(peer.send(), { message: /no length/ }, length);
    ok(peer.isClosed);
  }
});

Deno.test("giving up a stream closes the connection at once, although the server is silent", async () => {
  const peer = createPeer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
  const reader = (await peer.send()).body!.getReader();
  equal(new TextDecoder().decode((await reader.read()).value), "one");
  const waiting = reader.read();
  await reader.cancel();
  equal((await waiting).done, true);
  ok(peer.isClosed);
});

Deno.test("an idle connection that the server closes, or speaks on unasked, is not used again", async () => {
  const closing = createPeer("", Infinity, true);
  closing.connection.park();
  const talking = createPeer("HTTP/1.1 408 Request Timeout\r\n\r\n");
  talking.connection.park();
  await new Promise((resolve) => setTimeout(resolve, 0));
  deepEqual([closing.connection.isUsable, talking.connection.isUsable], [false, false]);
});
