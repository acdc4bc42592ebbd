import { deepEqual, equal, rejects } from "../assert.ts";
import { NetworkError } from "../../src/base/mod.ts";
import type { Query, WatchEvent } from "../../src/kube/mod.ts";
import { configMap, createFakeClient, createStream, listOf, pageNotFound, refusal } from "./fake_transport.ts";

const QUERY = { apiVersion: "v1", kind: "ConfigMap", namespace: "default" };
const EXPIRED = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };

/** Short form of an event: `modified a`, `relisted a,b`. */
function brief(event: WatchEvent): string {
  return event.type === "relisted"
    ? `relisted ${event.items.map(({ metadata }) => metadata.name)}`
    : `${event.type} ${event.object.metadata.name}`;
}

/** A fake client whose watch is read in the background; `events` grows. */
function startWatch(
  script: Parameters<typeof createFakeClient>[0],
  options?: Parameters<typeof createFakeClient>[1],
  query: Partial<Query> = {},
) {
  const fake = createFakeClient(script, options);
  const abort = new AbortController();
  const events: string[] = [];
  const ended = (async () => {
    for await (const event of fake.client.watch({ ...QUERY, ...query }, abort.signal)) events.push(brief(event));
  })();
  ended.catch(() => {});
  /** Ends the watch and makes sure that it does. */
  const finish = async () => {
    abort.abort(new Error("enough"));
    await rejects(ended, { message: "enough" });
  };
  return { ...fake, events, ended, abort, finish };
}

Deno.test("watch() lists, then reports changes from that version on", async () => {
  const stream = createStream();
  const { transport, clock, events, finish } = startWatch([listOf([configMap("a")], "7"), () => stream.response]);
  stream.event("ADDED", configMap("b", "8"));
  stream.event("MODIFIED", configMap("a", "9"));
  stream.event("DELETED", configMap("b", "10"));
  await clock.advance(0);
  deepEqual(events, ["relisted a", "added b", "modified a", "deleted b"]);
  const { query } = transport.requests[1]!;
  deepEqual([query?.watch, query?.resourceVersion, query?.allowWatchBookmarks], ["1", "7", "true"]);
  await finish();
});

Deno.test("watch() begins from what is known without a list", async () => {
  const stream = createStream();
  const known = { resourceVersion: "7", items: [configMap("a", "7")] };
  const { transport, clock, events, finish } = startWatch([() => stream.response], undefined, { known });
  stream.event("MODIFIED", configMap("a", "9"));
  await clock.advance(0);
  deepEqual(events, ["relisted a", "modified a"]);
  deepEqual(transport.requests.map(({ query }) => [query?.watch, query?.resourceVersion]), [["1", "7"]]);
  await finish();
});

Deno.test("watch() lists after all when it can't begin from what is known", async () => {
  for (const answer of [refusal(410, "Expired", "too old"), refusal(503, "ServiceUnavailable", "later")]) {
    const stream = createStream();
    const script = [answer, listOf([configMap("b")], "50"), stream.response].map((response) => () => response);
    const known = { resourceVersion: "7", items: [configMap("a", "7")] };
    const { transport, clock, events, finish } = startWatch(script, undefined, { known });
    await clock.advance(2000);
    deepEqual(events, ["relisted a", "relisted b"]);
    deepEqual(transport.requests.map(({ query }) => query?.resourceVersion), ["7", undefined, "50"]);
    await finish();
  }
});

Deno.test("watch() goes on from the last version, bookmarks included, when the stream ends", async () => {
  const [first, second, third] = [createStream(), createStream(), createStream()];
  const script = [listOf([], "1"), first.response, second.response, third.response];
  const { transport, clock, events, finish } = startWatch(script.map((response) => () => response));
  first.event("ADDED", configMap("a", "5"));
  first.event("BOOKMARK", { kind: "ConfigMap", metadata: { resourceVersion: "9" } });
  first.close();
  await clock.advance(1000);
  second.event("MODIFIED", configMap("a", "12"));
  await clock.advance(1000);
  second.break(new TypeError("connection reset"));
  await clock.advance(1000);
  deepEqual(events, ["relisted ", "added a", "modified a"]);
  deepEqual(transport.requests.slice(1).map(({ query }) => query?.resourceVersion), ["1", "9", "12"]);
  await finish();
});

Deno.test("watch() lists again when its version is too old, told by the answer or inside the stream", async () => {
  const [first, second] = [createStream(), createStream()];
  const script = [
    listOf([configMap("a")], "1"),
    first.response,
    listOf([configMap("b")], "50"),
    refusal(410, "Expired", "too old resource version: 1 (50)"),
    listOf([configMap("c")], "60"),
    second.response,
  ];
  const { transport, clock, events, finish } = startWatch(script.map((response) => () => response));
  first.event("ERROR", EXPIRED);
  await clock.advance(2000);
  deepEqual(events, ["relisted a", "relisted b", "relisted c"]);
  equal(transport.requests.at(-1)?.query?.resourceVersion, "60");
  await finish();
});

Deno.test("watch() opens a silent stream again", async () => {
  const [first, second] = [createStream(), createStream()];
  const script = [listOf([], "1"), first.response, second.response];
  const { transport, clock, events, finish } = startWatch(script.map((response) => () => response), {
    watchStallMs: 30_000,
  });
  await clock.advance(29_000);
  equal(transport.requests.length, 2);
  await clock.advance(2_000);
  equal(transport.requests.length, 3);
  equal(first.isCancelled, true);
  second.event("ADDED", configMap("a", "2"));
  await clock.advance(0);
  deepEqual(events, ["relisted ", "added a"]);
  await finish();
});

Deno.test("watch() survives a server that is away, waiting longer and longer", async () => {
  const stream = createStream();
  const away = new NetworkError("REFUSED", "Cannot reach the server", "/");
  const answers = [() => listOf([], "1"), ...Array(5).fill(away), () => stream.response];
  const { transport, clock, events, finish } = startWatch(answers);
  await clock.advance(20_000);
  stream.event("ADDED", configMap("a", "2"));
  await clock.advance(0);
  deepEqual(events, ["relisted ", "added a"]);
  const times = transport.requests.slice(1).map(({ atMs }) => atMs);
  const waits = times.slice(1).map((atMs, i) => atMs - times[i]!);
  deepEqual(waits, [...waits].sort((a, b) => a - b));
  await finish();
});

Deno.test("watch() follows Retry-After", async () => {
  const limited = refusal(429, "TooManyRequests", "slow", {}, { "Retry-After": "10" });
  const { transport, clock, finish } = startWatch([() => listOf([], "1"), limited, () => createStream().response]);
  await clock.advance(9_000);
  equal(transport.requests.length, 2);
  await clock.advance(2_000);
  equal(transport.requests.length, 3);
  await finish();
});

Deno.test("watch() ends when the credentials are no longer accepted", async () => {
  const { clock, ended } = startWatch([() => listOf([], "1"), refusal(401, "Unauthorized", "Unauthorized")]);
  await clock.advance(0);
  await rejects(ended, {
    code: "UNAUTHORIZED",
    message:
      "Cannot watch configmaps in namespace default: the server does not accept the credentials (401 Unauthorized)",
  });
});

Deno.test("watch() ends when watching is not permitted, with the rule", async () => {
  const message =
    'configmaps is forbidden: User "u" cannot watch resource "configmaps" in API group "" in the namespace "default"';
  const { clock, ended } = startWatch([() => listOf([], "1"), refusal(403, "Forbidden", message)]);
  await clock.advance(0);
  await rejects(ended, {
    code: "FORBIDDEN",
    missingRule: {
      apiGroups: [""],
      resources: ["configmaps"],
      verbs: ["list", "watch"],
      namespace: "default",
    },
  });
});

Deno.test("watch() ends with the first list's failure and for a kind that is not there", async () => {
  const { clock, ended } = startWatch([pageNotFound()]);
  await clock.advance(0);
  await rejects(ended, { code: "KIND_UNKNOWN" });
});

Deno.test("watch() releases the connection when its reader breaks off", async () => {
  const stream = createStream();
  const { client, transport } = createFakeClient([() => listOf([], "1"), () => stream.response]);
  stream.event("ADDED", configMap("a", "2"));
  for await (const event of client.watch(QUERY)) {
    if (event.type === "added") break;
  }
  equal(stream.isCancelled, true);
  equal(transport.open.now, 0);
});

Deno.test("watch() puts events together that arrive in pieces, also inside a character", async () => {
  const stream = createStream();
  const { clock, events, finish } = startWatch([() => listOf([], "1"), () => stream.response]);
  const bytes = new TextEncoder().encode(JSON.stringify({ type: "ADDED", object: configMap("naïve-✓", "2") }) + "\n");
  for (const byte of bytes) stream.bytes(Uint8Array.of(byte));
  await clock.advance(0);
  deepEqual(events, ["relisted ", "added naïve-✓"]);
  await finish();
});

Deno.test("watch() takes a stream that is cut inside an event as lost from there", async () => {
  const [first, second] = [createStream(), createStream()];
  const script = [listOf([], "1"), first.response, second.response];
  const { transport, clock, events, finish } = startWatch(script.map((response) => () => response));
  first.event("ADDED", configMap("a", "2"));
  first.bytes(new TextEncoder().encode('{"type":"ADDED","object":{"apiVersion":"v1","kin'));
  first.close();
  await clock.advance(1000);
  deepEqual(events, ["relisted ", "added a"]);
  equal(transport.requests[2]?.query?.resourceVersion, "2");
  await finish();
});
