import { deepEqual, equal } from "../../assert.ts";
import { CONFIG_MAPS, configMap, MERGE, testServer } from "../client.ts";

Deno.test("a change of nothing keeps the version", async () => {
  const { ask } = testServer();
  const created = await ask("POST", CONFIG_MAPS, configMap("a", { x: "1" }));
  const patched = await ask("PATCH", `${CONFIG_MAPS}/a`, { data: { x: "1" } }, { type: MERGE });
  equal(patched.at("metadata.resourceVersion"), created.at("metadata.resourceVersion"));
});

Deno.test("an update of an old version is a conflict in the server's words", async () => {
  const { ask } = testServer();
  const created = await ask("POST", CONFIG_MAPS, configMap("a"));
  await ask("PATCH", `${CONFIG_MAPS}/a`, { data: { x: "1" } }, { type: MERGE });
  const metadata = { resourceVersion: created.at("metadata.resourceVersion")! };
  const reply = await ask("PUT", `${CONFIG_MAPS}/a`, configMap("a", { x: "2" }, metadata));
  deepEqual([reply.code, reply.at("reason")], [409, "Conflict"]);
  equal(
    reply.at("message"),
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
});
