import { deepEqual, equal, rejects } from "../assert.ts";
import { NetworkError } from "../../src/base/mod.ts";
import { createHttpTransport, createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { configMap, createFakeClient, createStream, json, listOf, refusal } from "./fake_transport.ts";

const REF = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "settings" };
const MANIFEST = configMap("settings");
const APPLY = { fieldManager: "kstage" };

/** What servers and lines do that passes by itself, in their own words. */
const TROUBLE: Record<string, () => Response | Error> = {
  "429 with Retry-After": () => refusal(429, "TooManyRequests", "slow down", {}, { "Retry-After": "1" }),
  "500": () => refusal(500, "InternalError", "Internal error occurred: unknown"),
  "503": () => refusal(503, "ServiceUnavailable", "the server is currently unable to handle the request"),
  "503 of a load balancer": () => new Response("<h1>Service Unavailable</h1>", { status: 503 }),
  "504": () => refusal(504, "Timeout", "the server was unable to return a response in the time allotted"),
  "etcd's leader changes": () => refusal(500, "InternalError", "etcdserver: leader changed"),
  "the connection is closed": () =>
    new NetworkError("RESET", "Cannot reach it: connection closed before message completed", "/"),
  "the answer is cut off": () => new Response('{"kind": "Config', { headers: { "Content-Type": "application/json" } }),
};

/** What keeps only writes from being done. */
const TROUBLE_OF_WRITES: Record<string, () => Response | Error> = {
  "a webhook is not ready": () =>
    refusal(
      500,
      "InternalError",
      'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: ' +
        'Post "https://check.example.svc:443/?timeout=10s": dial tcp 10.0.0.7:443: connect: connection refused',
    ),
  "the quota changes": () =>
    refusal(
      409,
      "Conflict",
      'Operation cannot be fulfilled on resourcequotas "compute": the object has been modified; ' +
        "please apply your changes to the latest version and try again",
      { name: "compute", kind: "resourcequotas" },
    ),
};

/** What stays as it is. */
const REFUSALS: Record<string, () => Response> = {
  "400": () => refusal(400, "BadRequest", "bad"),
  "401": () => refusal(401, "Unauthorized", "Unauthorized"),
  "403": () => refusal(403, "Forbidden", 'configmaps "settings" is forbidden: User "x" cannot do it'),
  "409": () =>
    refusal(409, "Conflict", 'Apply failed with 1 conflict: conflict with "kubectl": .data.a', {
      causes: [{ reason: "FieldManagerConflict", message: 'conflict with "kubectl"', field: ".data.a" }],
    }),
  "422": () => refusal(422, "Invalid", 'ConfigMap "settings" is invalid: data: Invalid value'),
};

interface Operation {
  isWrite: boolean;
  run(client: KubeClient): Promise<unknown>;
  answer(): Response;
}

const OPERATIONS: Record<string, Operation> = {
  apply: { isWrite: true, run: (client) => client.apply(MANIFEST, APPLY), answer: () => json(MANIFEST) },
  "dry-run": {
    isWrite: true,
    run: (client) => client.apply(MANIFEST, { ...APPLY, dryRun: true }),
    answer: () => json(MANIFEST),
  },
  get: { isWrite: false, run: (client) => client.get(REF), answer: () => json(MANIFEST) },
  list: { isWrite: false, run: (client) => client.list(REF), answer: () => listOf([MANIFEST]) },
  delete: {
    isWrite: true,
    run: (client) => client.delete(REF, { uid: "1" }),
    answer: () => json({ kind: "Status", apiVersion: "v1", status: "Success" }),
  },
};

for (const [name, { isWrite, run, answer }] of Object.entries(OPERATIONS)) {
  Deno.test(`${name} is sent again after what passes by itself`, async (t) => {
    for (const [what, fault] of Object.entries({ ...TROUBLE, ...(isWrite ? TROUBLE_OF_WRITES : {}) })) {
      await t.step(what, async () => {
        const { client, transport, clock } = createFakeClient([fault, fault, answer]);
        await clock.drive(run(client));
        equal(transport.requests.length, 3);
        equal(new Set(transport.log).size, 1);
      });
    }
  });

  Deno.test(`${name} is sent once when it is refused for what can't change`, async (t) => {
    for (const [what, fault] of Object.entries(REFUSALS)) {
      await t.step(what, async () => {
        const { client, transport, clock } = createFakeClient([fault, answer]);
        await rejects(clock.drive(run(client)), { name: "ApiError" });
        equal(transport.requests.length, 1);
      });
    }
  });
}

Deno.test("a delete whose answer was lost finds its own work done", async () => {
  const lost = () => new NetworkError("RESET", "Cannot reach it: connection reset", "/");
  const gone = () =>
    refusal(404, "NotFound", 'configmaps "settings" not found', { kind: "configmaps", name: "settings" });
  const { client, clock } = createFakeClient([lost, gone]);
  equal(await clock.drive(client.delete(REF)), undefined);
});

Deno.test("a watch is opened again after what passes by itself, and goes on where it was", async (t) => {
  for (const [what, fault] of Object.entries(TROUBLE)) {
    await t.step(what, async () => {
      const stream = createStream();
      const { client, transport, clock } = createFakeClient([listOf([], "7"), fault, fault, () => stream.response]);
      const abort = new AbortController();
      const seen: string[] = [];
      const reading = (async () => {
        for await (const event of client.watch(REF, abort.signal)) seen.push(event.type);
      })();
      reading.catch(() => {});
      stream.event("ADDED", configMap("b", "8"));
      await clock.advance(20_000);
      deepEqual(seen, ["relisted", "added"]);
      deepEqual(transport.requests.slice(1, 4).map(({ query }) => query?.resourceVersion), ["7", "7", "7"]);
      abort.abort(new Error("enough"));
      await rejects(reading, { message: "enough" });
    });
  }
});

/** A server that does with its connections, one after another, what a script says; an answer may be cut short. */
function listen(script: ("answer" | "answer and close" | "close" | "cut")[]) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: string[] = [];
  const body = JSON.stringify(MANIFEST);
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const serve = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const size = await connection.read(buffer);
        if (size === null) return;
        const text = new TextDecoder().decode(buffer.subarray(0, size));
        if (!/^(GET|PATCH) /.test(text)) continue;
        requests.push(text.split(" ")[0]!);
        const step = script[requests.length - 1] ?? "answer";
        const answer = step === "close" ? "" : step === "cut" ? head + body.slice(0, 20) : head + body;
        await connection.write(new TextEncoder().encode(answer));
        if (step !== "answer") return;
      }
    } catch {
      // The client has gone.
    } finally {
      connection.close();
    }
  };
  const serving = (async () => {
    const open: Promise<void>[] = [];
    for await (const connection of listener) open.push(serve(connection));
    await Promise.all(open);
  })();
  const close = () => (listener.close(), serving.catch(() => {}));
  return { server: `http://127.0.0.1:${listener.addr.port}`, requests, close };
}

Deno.test("a write over a connection that a server closes, idle, unanswered or in the middle of an answer, is repeated", async () => {
  const { server, requests, close } = listen(["answer and close", "close", "cut", "answer"]);
  const host = createDenoHost();
  const http = host.network.open({});
  try {
    const client = createKubeClient(createHttpTransport({ server, http }), host);
    const names = [];
    for (let i = 0; i < 2; i++) names.push((await client.apply(MANIFEST, APPLY)).object.metadata.name);
    deepEqual(names, ["settings", "settings"]);
    deepEqual(requests, ["PATCH", "PATCH", "PATCH", "PATCH"]);
  } finally {
    http.close();
    await close();
  }
});
