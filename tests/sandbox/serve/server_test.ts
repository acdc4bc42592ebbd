import { deepEqual, equal, match, ok, rejects } from "../../assert.ts";
import {
  ADMIN_TOKEN,
  createSandbox,
  type Sandbox,
  type SandboxOptions,
  type SandboxServer,
} from "../../../src/sandbox/mod.ts";
import type { ServeOptions } from "../../../src/sandbox/mod.ts";
import { configMap, WatchReader } from "../client.ts";

interface Served {
  sandbox: Sandbox;
  server: SandboxServer;
  /** Trusts the sandbox's CA. */
  client: Deno.HttpClient;
  get(path: string, init?: RequestInit): Promise<Response>;
}

async function withServer(
  use: (served: Served) => Promise<void>,
  options: ServeOptions = {},
  sandboxOptions: SandboxOptions = {},
): Promise<void> {
  const sandbox = createSandbox({ controllers: false, ...sandboxOptions });
  const server = await sandbox.serve({ tickMs: 0, ...options });
  const client = Deno.createHttpClient({ caCerts: server.caPem === "" ? [] : [server.caPem] });
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, server.url), {
      ...init,
      client,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...init.headers },
    });
  try {
    await use({ sandbox, server, client, get });
  } finally {
    client.close();
    await server.close();
    sandbox.close();
  }
}

Deno.test("a client that trusts the CA is served over TLS", async () => {
  await withServer(async ({ server, get }) => {
    match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const response = await get("/version");
    deepEqual([response.status, (await response.json()).major], [200, "1"]);
  });
});

Deno.test("the certificate is good for localhost too", async () => {
  await withServer(async ({ server, client }) => {
    const response = await fetch(`https://localhost:${server.port}/version`, { client });
    equal(response.status, 200);
    await response.body?.cancel();
  }, { hostname: "localhost" });
});

Deno.test("a client that does not trust the CA is not", async () => {
  await withServer(async ({ server }) => {
    await rejects(fetch(new URL("/version", server.url)), TypeError);
  });
});

Deno.test("plain HTTP is served when asked for", async () => {
  await withServer(async ({ server, get }) => {
    match(server.url, /^http:/);
    equal(server.caPem, "");
    equal((await (await get("/api")).json()).kind, "APIVersions");
  }, { http: true });
});

Deno.test("bodies of any size come whole, both ways", async () => {
  await withServer(async ({ get }) => {
    const data = { x: "ü€".repeat(100_000) };
    const created = await get("/api/v1/namespaces/default/configmaps", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(configMap("large", data)),
    });
    equal(created.status, 201);
    await created.body?.cancel();
    const read = await get("/api/v1/namespaces/default/configmaps/large");
    deepEqual((await read.json()).data, data);
  });
});

Deno.test("each warning is a header of its own", async () => {
  await withServer(async ({ get }) => {
    const response = await get("/api/v1/namespaces/default/configmaps?dryRun=All", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...configMap("a"), one: 1, two: 2 }),
    });
    await response.body?.cancel();
    deepEqual(response.headers.get("warning")?.split(", "), [
      '299 - "unknown field \\"one\\""',
      '299 - "unknown field \\"two\\""',
    ]);
  });
});

Deno.test("the cluster hands out the CA of its listener", async () => {
  await withServer(async ({ server, get, sandbox }) => {
    const root = await (await get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt")).json();
    equal(root.data["ca.crt"], server.caPem);
    sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "later" } });
    const later = await (await get("/api/v1/namespaces/later/configmaps/kube-root-ca.crt")).json();
    equal(later.data["ca.crt"], server.caPem);
  });
});

Deno.test("a watch streams what happens", async () => {
  await withServer(async ({ get, sandbox }) => {
    const list = await (await get("/api/v1/namespaces/default/configmaps")).json();
    const version = list.metadata.resourceVersion;
    const watch = new WatchReader(
      await get(`/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=${version}`),
    );
    sandbox.create(configMap("a") as Parameters<Sandbox["create"]>[0]);
    equal(await watch.next(), "ADDED a");
    await watch.cancel();
  });
});

Deno.test("closing the server ends open watches and idle connections", async () => {
  const sandbox = createSandbox({ controllers: false });
  const server = await sandbox.serve({ tickMs: 0 });
  const client = Deno.createHttpClient({ caCerts: [server.caPem] });
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const response = await fetch(`${server.url}/api/v1/pods?watch=1`, { client, headers });
  await server.close();
  await rejects(response.text());
  await rejects(fetch(`${server.url}/version`, { client }), TypeError);
  client.close();
  sandbox.close();
});

Deno.test("serving ticks the controllers", async () => {
  const sandbox = createSandbox({ controllers: false });
  const ticked = Promise.withResolvers<void>();
  sandbox.registerController({ name: "probe", reconcile: () => ticked.resolve() });
  const server = await sandbox.serve({ tickMs: 1 });
  await ticked.promise;
  await server.close();
  sandbox.close();
});

Deno.test("two sandboxes listen side by side, and know nothing of each other", async () => {
  await withServer(async (one) => {
    await withServer(async (two) => {
      ok(one.server.port !== two.server.port);
      two.sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "two" } });
      equal((await one.get("/api/v1/namespaces/two").then(read)).code, 404);
      equal((await two.get("/api/v1/namespaces/two").then(read)).metadata.name, "two");
    });
  });

  function read(response: Response) {
    return response.json();
  }
});
