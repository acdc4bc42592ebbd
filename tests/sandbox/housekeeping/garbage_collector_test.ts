import { deepEqual, equal } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { CONFIG_MAPS, configMap, MERGE, type TestServer, testServer } from "../client.ts";

/** An owner and two objects that it owns, one of them blocking its deletion. */
async function withFamily(): Promise<TestServer> {
  const server = testServer();
  const owner = await server.ask("POST", CONFIG_MAPS, configMap("owner"));
  const reference = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.at("metadata.uid")! };
  const blocking = { ...reference, blockOwnerDeletion: true };
  await server.ask("POST", CONFIG_MAPS, configMap("child", {}, { ownerReferences: [reference] }));
  await server.ask("POST", CONFIG_MAPS, configMap("blocker", {}, { ownerReferences: [blocking] }));
  return server;
}

async function names({ ask }: TestServer): Promise<unknown[]> {
  const items = (await ask("GET", CONFIG_MAPS)).at("items") as { metadata: { name: string } }[];
  return items.map(({ metadata }) => metadata.name).filter((name) => name !== "kube-root-ca.crt");
}

function options(propagationPolicy: string): JsonObject {
  return { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
}

Deno.test("what an owner leaves behind goes too", async () => {
  const server = await withFamily();
  await server.ask("DELETE", `${CONFIG_MAPS}/owner`, options("Background"));
  deepEqual(await names(server), []);
});

Deno.test("orphans stay, without their owner", async () => {
  const server = await withFamily();
  await server.ask("DELETE", `${CONFIG_MAPS}/owner`, options("Orphan"));
  deepEqual(await names(server), ["blocker", "child"]);
  equal((await server.ask("GET", `${CONFIG_MAPS}/child`)).at("metadata.ownerReferences"), undefined);
});

Deno.test("a foreground deletion waits for what blocks it", async () => {
  const server = await withFamily();
  await server.ask("PATCH", `${CONFIG_MAPS}/blocker`, { metadata: { finalizers: ["example.com/hold"] } }, {
    type: MERGE,
  });
  const reply = await server.ask("DELETE", `${CONFIG_MAPS}/owner`, options("Foreground"));
  deepEqual(reply.at("metadata.finalizers"), ["foregroundDeletion"]);
  deepEqual(await names(server), ["blocker", "owner"]);
  await server.ask("PATCH", `${CONFIG_MAPS}/blocker`, { metadata: { finalizers: null } }, { type: MERGE });
  deepEqual(await names(server), []);
});

Deno.test("an object with several owners lives as long as one of them", async () => {
  const server = testServer();
  const references = [];
  for (const name of ["one", "two"]) {
    const { uid } = (await server.ask("POST", CONFIG_MAPS, configMap(name))).at("metadata") as { uid: string };
    references.push({ apiVersion: "v1", kind: "ConfigMap", name, uid });
  }
  await server.ask("POST", CONFIG_MAPS, configMap("shared", {}, { ownerReferences: references }));
  await server.ask("DELETE", `${CONFIG_MAPS}/one`);
  deepEqual(await names(server), ["shared", "two"]);
  await server.ask("DELETE", `${CONFIG_MAPS}/two`);
  deepEqual(await names(server), []);
});

Deno.test("an object whose owner never was goes", async () => {
  const server = testServer();
  const reference = {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "nobody",
    uid: "00000000-0000-4000-8000-000000000000",
  };
  await server.ask("POST", CONFIG_MAPS, configMap("lost", {}, { ownerReferences: [reference] }));
  deepEqual(await names(server), []);
});

Deno.test("finalizers keep a deleted object until they are gone", async () => {
  const server = testServer();
  await server.ask("POST", CONFIG_MAPS, configMap("held", {}, { finalizers: ["example.com/hold"] }));
  const reply = await server.ask("DELETE", `${CONFIG_MAPS}/held`);
  deepEqual([reply.code, reply.at("metadata.deletionTimestamp")], [200, "2026-01-01T00:00:00Z"]);
  equal((await server.ask("PATCH", `${CONFIG_MAPS}/held`, { data: { x: "1" } }, { type: MERGE })).code, 200);
  deepEqual(await names(server), ["held"]);
  await server.ask("PATCH", `${CONFIG_MAPS}/held`, { metadata: { finalizers: null } }, { type: MERGE });
  deepEqual(await names(server), []);
});

Deno.test("preconditions protect an object that is another one by now", async () => {
  const server = await withFamily();
  const path = `${CONFIG_MAPS}/owner`;
  const wrong = await server.ask("DELETE", path, { preconditions: { uid: "other" } });
  deepEqual([wrong.code, wrong.at("reason")], [409, "Conflict"]);
  const { uid, resourceVersion } = (await server.ask("GET", path)).at("metadata") as Record<string, string>;
  equal((await server.ask("DELETE", path, { preconditions: { uid: uid!, resourceVersion: "1" } })).code, 409);
  equal(
    (await server.ask("DELETE", path, { preconditions: { uid: uid!, resourceVersion: resourceVersion! } })).code,
    200,
  );
});

Deno.test("a collection is deleted by selector", async () => {
  const server = testServer();
  for (const name of ["a", "b", "c"]) {
    await server.ask("POST", CONFIG_MAPS, configMap(name, {}, { labels: { keep: String(name === "b") } }));
  }
  equal((await server.ask("DELETE", `${CONFIG_MAPS}?labelSelector=keep=false`)).code, 200);
  deepEqual(await names(server), ["b"]);
});
