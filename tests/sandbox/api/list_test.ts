import { deepEqual, equal, match } from "../../assert.ts";
import { getPath, type JsonObject, type JsonValue } from "../../../src/base/mod.ts";
import { CONFIG_MAPS, configMap, MERGE, type Reply, type TestServer, testServer } from "../client.ts";

const NAMED = "labelSelector=test";

async function withMaps(names: string[], options = {}): Promise<TestServer> {
  const server = testServer(options);
  for (const name of names) await server.ask("POST", CONFIG_MAPS, configMap(name, {}, { labels: { test: "1" } }));
  return server;
}

function names(reply: Reply): JsonValue[] {
  return (reply.at("items") as JsonObject[]).map((item) => getPath(item, "metadata", "name")!);
}

Deno.test("pages go on where the last one ended, as everything was at its time", async () => {
  const { ask } = await withMaps(["a", "b", "c", "d", "e"]);
  const first = await ask("GET", `${CONFIG_MAPS}?limit=2`);
  deepEqual(names(first), ["a", "b"]);
  equal(first.at("metadata.remainingItemCount"), 4);
  await ask("DELETE", `${CONFIG_MAPS}/c`);
  await ask("POST", CONFIG_MAPS, configMap("cc"));
  await ask("PATCH", `${CONFIG_MAPS}/d`, { data: { x: "new" } }, { type: MERGE });
  const second = await ask("GET", `${CONFIG_MAPS}?limit=2&continue=${first.at("metadata.continue")}`);
  deepEqual(names(second), ["c", "d"]);
  equal(second.at("items.1.data.x"), undefined);
  equal(second.at("metadata.resourceVersion"), first.at("metadata.resourceVersion"));
  const third = await ask("GET", `${CONFIG_MAPS}?limit=2&continue=${second.at("metadata.continue")}`);
  deepEqual(names(third), ["e", "kube-root-ca.crt"]);
  equal(third.at("metadata.continue"), undefined);
});

Deno.test("a page whose version is forgotten is Gone", async () => {
  const { ask } = await withMaps(["a", "b", "c"], { historyLimit: 3 });
  const first = await ask("GET", `${CONFIG_MAPS}?limit=1`);
  for (const name of ["d", "e", "f", "g"]) await ask("POST", CONFIG_MAPS, configMap(name));
  const second = await ask("GET", `${CONFIG_MAPS}?limit=1&continue=${first.at("metadata.continue")}`);
  deepEqual([second.code, second.at("reason")], [410, "Expired"]);
  match(String(second.at("message")), /continue parameter is too old/);
});

Deno.test("an exact version shows what was there then", async () => {
  const { ask } = await withMaps(["a"]);
  const version = (await ask("GET", CONFIG_MAPS)).at("metadata.resourceVersion");
  await ask("DELETE", `${CONFIG_MAPS}/a`);
  await ask("POST", CONFIG_MAPS, configMap("b"));
  const path = `${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`;
  deepEqual(names(await ask("GET", path)), ["a", "kube-root-ca.crt"]);
});

Deno.test("lists know labels, names, namespaces and the fields of their kind", async () => {
  const { ask } = await withMaps(["a", "b"]);
  await ask("POST", "/api/v1/namespaces/kube-system/configmaps", configMap("a", {}, { labels: { test: "2" } }));
  deepEqual(names(await ask("GET", `/api/v1/configmaps?${NAMED}`)), ["a", "b", "a"]);
  deepEqual(names(await ask("GET", "/api/v1/configmaps?labelSelector=test%20in%20(2,3)")), ["a"]);
  deepEqual(names(await ask("GET", "/api/v1/configmaps?labelSelector=!test,x!=y&limit=1")).length, 1);
  const selector = encodeURIComponent("metadata.name=a,metadata.namespace!=default");
  deepEqual(names(await ask("GET", `/api/v1/configmaps?fieldSelector=${selector}`)), ["a"]);
  const refused = await ask("GET", "/api/v1/configmaps?fieldSelector=status.phase=x");
  deepEqual([refused.code, refused.at("message")], [
    400,
    '"status.phase" is not a known field selector: only "metadata.name", "metadata.namespace"',
  ]);
});

Deno.test("a table has a row per object, with its metadata", async () => {
  const { ask, clock } = await withMaps(["a"]);
  await clock.advance(61_000);
  const reply = await ask("GET", `${CONFIG_MAPS}?${NAMED}`, undefined, {
    accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  });
  equal(reply.at("kind"), "Table");
  deepEqual(reply.at("rows.0.cells"), ["a", 0, "61s"]);
  equal(reply.at("rows.0.object.kind"), "PartialObjectMetadata");
});

Deno.test("metadata alone is served when asked for", async () => {
  const { ask } = await withMaps(["a"]);
  const reply = await ask("GET", `${CONFIG_MAPS}?${NAMED}`, undefined, {
    accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
  });
  equal(reply.at("kind"), "PartialObjectMetadataList");
  deepEqual(Object.keys(reply.at("items.0") as JsonObject).sort(), ["apiVersion", "kind", "metadata"]);
});

Deno.test("YAML is served when asked for", async () => {
  const { open } = await withMaps(["a"]);
  const response = await open("GET", `${CONFIG_MAPS}/a`, undefined, { accept: "application/yaml" });
  equal(response.headers.get("content-type"), "application/yaml");
  match(await response.text(), /^apiVersion: v1\nkind: ConfigMap\nmetadata:\n/);
});

Deno.test("a form that cannot be served is not acceptable", async () => {
  const { ask } = testServer();
  const reply = await ask("GET", CONFIG_MAPS, undefined, { accept: "text/html" });
  deepEqual([reply.code, reply.at("reason")], [406, "NotAcceptable"]);
});
