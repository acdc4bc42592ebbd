import { deepEqual, equal, rejects } from "../assert.ts";
import { builtinResources, createKubeClient, type WatchEvent } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { createSandbox, sandboxTransport } from "../../src/sandbox/mod.ts";
import { createVirtualClock } from "./virtual_clock.ts";

/** A client on a sandbox in memory, without controllers. */
function createWorld(token?: string) {
  const clock = createVirtualClock();
  const users = [
    { name: "admin", token: "admin", groups: ["system:masters"] },
    { name: "nobody", token: "nobody", groups: [] },
  ];
  const sandbox = createSandbox({ clock, users, controllers: false });
  const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const client = createKubeClient(sandboxTransport(sandbox, token ?? "admin"), { clock, random });
  return { clock, sandbox, client };
}

function configMap(name: string, data: Record<string, string> = {}): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data };
}

const REF = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "a" };

Deno.test("an API server's objects are created, read, listed, changed, applied and deleted", async () => {
  const { client } = createWorld();
  await client.create(configMap("a", { x: "1" }), { fieldManager: "test" });
  await rejects(client.create(configMap("a")), { code: "ALREADY_EXISTS" });
  equal((await client.patch(REF, "merge", { data: { x: "2" } }, { fieldManager: "test" })).metadata.name, "a");
  const result = await client.apply(configMap("b", { y: "1" }), { fieldManager: "kstage" });
  equal(result.created, true);
  const { items } = await client.list({ apiVersion: "v1", kind: "ConfigMap", namespace: "default" });
  deepEqual(
    items.filter(({ metadata }) => metadata.name !== "kube-root-ca.crt").map((
      { kind, metadata, data },
    ) => [kind, metadata.name, data]),
    [["ConfigMap", "a", { x: "2" }], ["ConfigMap", "b", { y: "1" }]],
  );
  await client.delete(REF);
  equal(await client.get(REF), undefined);
  await rejects(client.delete(REF), { code: "NOT_FOUND" });
});

Deno.test("a dry-run answers as the apply would and stores nothing", async () => {
  const { client } = createWorld();
  const result = await client.apply(configMap("a"), { fieldManager: "kstage", dryRun: true });
  deepEqual([result.created, result.object.metadata.name], [true, "a"]);
  equal(await client.get(REF), undefined);
});

Deno.test("a conflict names field and manager, and force takes the field over", async () => {
  const { client } = createWorld();
  await client.apply(configMap("a", { x: "1" }), { fieldManager: "first" });
  await rejects(client.apply(configMap("a", { x: "2" }), { fieldManager: "second" }), {
    code: "CONFLICT",
    causes: [{ reason: "FieldManagerConflict", message: 'conflict with "first"', field: ".data.x" }],
  });
  const { object } = await client.apply(configMap("a", { x: "2" }), { fieldManager: "second", force: true });
  deepEqual(object.data, { x: "2" });
});

Deno.test("lists longer than a page come whole", async () => {
  const { clock, sandbox } = createWorld();
  const random = { number: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const client = createKubeClient(sandboxTransport(sandbox, "admin"), { clock, random, pageSize: 3 });
  for (let i = 0; i < 10; i++) {
    sandbox.create({ ...configMap(`c${i}`), metadata: { name: `c${i}`, namespace: "default", labels: { t: "1" } } });
  }
  const { items } = await client.list({ apiVersion: "v1", kind: "ConfigMap", labelSelector: "t=1" });
  deepEqual(items.map(({ metadata }) => metadata.name), Array.from({ length: 10 }, (_, i) => `c${i}`));
  equal(sandbox.requests.length, 4);
});

Deno.test("a watch sees changes as they happen", async () => {
  const { client, clock, sandbox } = createWorld();
  const abort = new AbortController();
  const events: WatchEvent[] = [];
  const query = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", fieldSelector: "metadata.name=a" };
  const ended = (async () => {
    for await (const event of client.watch(query, abort.signal)) events.push(event);
  })();
  ended.catch(() => {});
  await clock.advance(100);
  await client.create(configMap("a"));
  await client.create(configMap("other"));
  await clock.advance(100);
  await client.delete(REF);
  await clock.advance(100);
  deepEqual(events.map(({ type }) => type), ["relisted", "added", "deleted"]);
  abort.abort(new Error("enough"));
  await rejects(ended, { message: "enough" });
  sandbox.close();
});

Deno.test("a token that the server doesn't know and one without permissions are told apart", async () => {
  const stranger = createWorld("stranger").client;
  await rejects(stranger.get(REF), { code: "UNAUTHORIZED" });
  const nobody = createWorld("nobody").client;
  await rejects(nobody.get(REF), {
    code: "FORBIDDEN",
    missingRule: {
      apiGroups: [""],
      resources: ["configmaps"],
      resourceNames: ["a"],
      verbs: ["get"],
      namespace: "default",
    },
  });
});

Deno.test("the built-in table agrees with the server's discovery", async () => {
  const { client, sandbox } = createWorld();
  const differences: string[] = [];
  for (const [apiVersion, resources] of Map.groupBy(builtinResources(), (resource) => resource.apiVersion)) {
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const list = await client.request({ method: "GET", path }).catch(() => undefined) as Discovered | undefined;
    for (const { kind, plural, namespaced } of resources) {
      const found = list?.resources.find((resource) => resource.kind === kind && !resource.name.includes("/"));
      // A sandbox need not have every kind of a real server.
      if (found !== undefined && (found.name !== plural || found.namespaced !== namespaced)) differences.push(kind);
    }
  }
  deepEqual(differences, []);
  equal(sandbox.requests.filter(({ status }) => status === 200).length > 5, true);
});

interface Discovered {
  resources: { name: string; kind: string; namespaced: boolean }[];
}
