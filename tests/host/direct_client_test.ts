import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { makeCertificates } from "../../src/sandbox/serve/certificates.ts";

/** A request as it came. */
interface Received {
  line: string;
  headers: Map<string, string>;
  body: string;
}

/** What a server does about a request: the text of its answer. */
type Answerer = (request: Received, connection: Deno.TlsConn) => string;

const echo: Answerer = ({ line, headers, body }) => answerOf(`${line} ${headers.get("x-name") ?? ""} ${body}`);

function answerOf(text: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}

/** A server, and a client for it as the API client has it. */
async function start(answer: Answerer) {
  const { caPem, certificatePem, keyPem } = await makeCertificates(Date.now());
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: certificatePem, key: keyPem });
  const sockets = new Set<Deno.TlsConn>();
  const serving: Promise<void>[] = [];
  let connections = 0;
  const accepting = (async () => {
    for await (const socket of listener) {
      connections++;
      sockets.add(socket);
      serving.push(serve(socket, answer).catch(() => {}).finally(() => sockets.delete(socket)));
    }
  })();
  const end = () => sockets.forEach(closeQuietly);
  const client = createDenoHost().network.open({ caPem, isBusy: true });
  return {
    client,
    sockets,
    end,
    caPem,
    url: `https://127.0.0.1:${listener.addr.port}`,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      client.close();
      listener.close();
      end();
      await accepting;
      await Promise.all(serving);
    },
  };
}

async function serve(socket: Deno.TlsConn, answer: Answerer): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (let count = await socket.read(buffer); count !== null; count = await socket.read(buffer)) {
      text += new TextDecoder().decode(buffer.subarray(0, count));
      const request = parseRequest(text);
      if (request === undefined) continue;
      text = "";
      const bytes = new TextEncoder().encode(answer(request, socket));
      for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
    }
  } finally {
    closeQuietly(socket);
  }
}

/** The request, once all of it is there. */
function parseRequest(text: string): Received | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [line = "", ...rest] = text.slice(0, end).split("\r\n");
  const headers = new Map(rest.map((header) => {
    const [name = "", value = ""] = header.split(": ");
    return [name.toLowerCase(), value] as const;
  }));
  const body = text.slice(end + 4);
  if (body.length < Number(headers.get("content-length") ?? 0)) return undefined;
  return { line: line.replace(" HTTP/1.1", ""), headers, body };
}

function closeQuietly(socket: Deno.Conn): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 5));
}

Deno.test("requests are sent as they are, one after another on one connection", async () => {
  await using server = await start(echo);
  const { client, url } = server;
  const send = async (path: string, init?: Parameters<typeof client.fetch>[1]) =>
    await (await client.fetch(`${url}${path}`, init)).text();
  equal(await send("/a?b=c%20d"), "GET /a?b=c%20d  ");
  equal(await send("/x", { method: "PATCH", headers: { "X-Name": "n" }, body: "{}" }), "PATCH /x n {}");
  const large = "x".repeat(300_000);
  equal(await send("/", { method: "POST", body: new TextEncoder().encode(large) }), `POST /  ${large}`);
  equal(server.connections, 1);
});

Deno.test("requests at the same time have a connection each, prepared ones first", async () => {
  await using server = await start(echo);
  const { client, url } = server;
  await client.prepare?.(url, 3);
  await client.prepare?.(url, 3);
  await until(() => server.connections === 3);
  const all = (count: number) =>
    Promise.all(Array.from({ length: count }, async () => await (await client.fetch(url)).text()));
  await all(3);
  equal(server.connections, 3);
  await all(5);
  equal(server.connections, 5);
});

/** A way to a server on which only the first connection gets anywhere. */
function startNarrowWay(url: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sockets: Deno.Conn[] = [];
  const piping: Promise<unknown>[] = [];
  let accepted = 0;
  const accepting = (async () => {
    for await (const socket of listener) {
      sockets.push(socket);
      if (accepted++ > 0) continue;
      const server = await Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
      sockets.push(server);
      const pipe = (from: Deno.Conn, to: Deno.Conn) => from.readable.pipeTo(to.writable).catch(() => {});
      piping.push(pipe(socket, server), pipe(server, socket));
    }
  })();
  return {
    url: `https://127.0.0.1:${listener.addr.port}`,
    get accepted() {
      return accepted;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      sockets.forEach(closeQuietly);
      await accepting;
      await Promise.all(piping);
    },
  };
}

Deno.test("a request does not wait for its own connection when another one is free before", async () => {
  await using server = await start(echo);
  await using way = startNarrowWay(server.url);
  const { client } = server;
  const send = async (path: string, signal = AbortSignal.timeout(10_000)) => {
    return await (await client.fetch(`${way.url}${path}`, { signal })).text();
  };
  await send("/first");
  const both = Promise.all([send("/a"), send("/b")]);
  deepEqual(await both, ["GET /a  ", "GET /b  "]);
  await until(() => way.accepted === 2);
  equal(server.connections, 1);

  const abort = new AbortController();
  const given = [send("/c"), rejects(send("/d", abort.signal), { name: "AbortError" }), send("/e")];
  abort.abort();
  deepEqual(await Promise.all(given), ["GET /c  ", undefined, "GET /e  "]);
  client.close();
});

Deno.test("what an idle server closed is opened again, also for a write", async () => {
  await using server = await start(echo);
  const { client, url } = server;
  await (await client.fetch(url)).text();
  server.end();
  await until(() => server.sockets.size === 0);
  // The end has to arrive.
  await new Promise((resolve) => setTimeout(resolve, 50));
  equal(await (await client.fetch(url, { method: "PATCH", body: "p" })).text(), "PATCH /  p");
  equal(server.connections, 2);
});

Deno.test("an aborted request rejects with the signal's reason and ends its connection", async () => {
  await using server = await start(() => "HTTP/1.1 200 OK\r\n\r\nfirst ");
  const { client, url } = server;
  const stop = new AbortController();
  const response = await client.fetch(url, { signal: stop.signal });
  const text = response.text();
  stop.abort(new Error("enough"));
  await rejects(text);
  await until(() => server.sockets.size === 0);
  const silent = await start(() => "");
  await using _ = silent;
  const giveUp = new AbortController();
  const asking = silent.client.fetch(silent.url, { signal: giveUp.signal });
  await until(() => silent.connections === 1);
  giveUp.abort(new Error("no more"));
  await rejects(asking, { message: "no more" });
  await rejects(silent.client.fetch(silent.url, { signal: giveUp.signal }), { message: "no more" });
});

Deno.test("a stream is read as it comes, and giving it up ends it", async () => {
  await using server = await start(() => "HTTP/1.1 200 OK\r\n\r\none\n");
  const reader = (await server.client.fetch(server.url)).body!.getReader();
  equal(new TextDecoder().decode((await reader.read()).value), "one\n");
  await reader.cancel();
  await until(() => server.sockets.size === 0);
});

Deno.test("an answer that breaks off is a NetworkError, or an error of its body", async () => {
  await using server = await start(({ line }, socket) => {
    queueMicrotask(() => line.endsWith("/head") && closeQuietly(socket));
    setTimeout(() => closeQuietly(socket), 0);
    return line.endsWith("/head") ? "" : "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
  });
  await rejects(server.client.fetch(`${server.url}/head`, { method: "PATCH" }), { code: "RESET" });
  const response = await server.client.fetch(`${server.url}/body`);
  await rejects(response.text());
});

Deno.test("a header that would end its line is refused", async () => {
  await using server = await start(echo);
  await rejects(server.client.fetch(server.url, { headers: { "Impersonate-User": "a\r\nX-Name: b" } }));
  equal(server.connections, 0);
});

Deno.test("who can't be reached or trusted is told as by any other client", async () => {
  await using server = await start(echo);
  const { network } = createDenoHost();
  const stranger = network.open({ isBusy: true });
  await stranger.prepare?.(server.url, 2);
  await rejects(stranger.fetch(server.url), { code: "TLS_UNKNOWN_ISSUER" });
  stranger.close();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  const nobody = network.open({ caPem: server.caPem, isBusy: true });
  await rejects(nobody.fetch(`https://127.0.0.1:${(listener.addr as Deno.NetAddr).port}/`), { code: "REFUSED" });
  nobody.close();
});

Deno.test("closing ends what is being opened, and the client can be used again", async () => {
  await using server = await start(echo);
  const { client, url } = server;
  await client.prepare?.(url, 4);
  client.close();
  await until(() => server.sockets.size === 0);
  ok((await (await client.fetch(url)).text()).startsWith("GET /"));
  deepEqual(server.sockets.size, 1);
});

Deno.test("a header that would add lines of its own is refused, and its value not repeated", async () => {
  await using server = await start(echo);
  const { client, url } = server;
  const bad: Record<string, string | string[]>[] = [
    { "X-Name": "one\r\nX-Other: two" },
    { "X-Name": ["fine", "one\ntwo"] },
    { "X-Name: a\r\nX-Other": "two" },
    { "": "two" },
    { "X-Name": "\0two" },
    { "X-Name": "two\u2028" },
  ];
  for (const headers of bad) {
    await rejects(
      client.fetch(url, { headers }),
      (error: Error) => error instanceof TypeError && !error.message.includes("two"),
    );
  }
  equal(
    await (await client.fetch(url, { headers: { "X-Name": "tab\tand blank " } })).text(),
    "GET / tab\tand blank  ",
  );
});
