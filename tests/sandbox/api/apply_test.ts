import { deepEqual, equal, match } from "../../assert.ts";
import type { JsonObject, JsonValue } from "../../../src/base/mod.ts";
import {
  APPLY,
  CONFIG_MAPS,
  configMap,
  deployment,
  MERGE,
  type Reply,
  type TestServer,
  testServer,
} from "../client.ts";

const DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web";

function applier({ ask }: TestServer) {
  return (path: string, manager: string, body: JsonValue, query = ""): Promise<Reply> =>
    ask("PATCH", `${path}?fieldManager=${manager}${query}`, body, { type: APPLY });
}

function containers(...items: JsonObject[]): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { template: { spec: { containers: items } } },
  };
}

Deno.test("an apply creates with 201, changes with 200, and leaves the rest alone with 200", async () => {
  const apply = applier(testServer());
  const path = `${CONFIG_MAPS}/a`;
  const created = await apply(path, "me", configMap("a", { x: "1" }));
  const changed = await apply(path, "me", configMap("a", { x: "2" }));
  const same = await apply(path, "me", configMap("a", { x: "2" }));
  deepEqual([created.code, changed.code, same.code], [201, 200, 200]);
  equal(same.at("metadata.resourceVersion"), changed.at("metadata.resourceVersion"));
});

Deno.test("fields that a manager no longer applies go, unless somebody else has them", async () => {
  const apply = applier(testServer());
  const path = `${CONFIG_MAPS}/a`;
  await apply(path, "one", configMap("a", { x: "1", y: "1", z: "1" }));
  await apply(path, "two", configMap("a", { y: "1" }));
  const reply = await apply(path, "one", configMap("a", { z: "1" }));
  deepEqual(reply.at("data"), { y: "1", z: "1" });
});

Deno.test("a conflict names the manager and the field, and force takes it", async () => {
  const server = testServer();
  const apply = applier(server);
  await server.ask("POST", "/apis/apps/v1/namespaces/default/deployments?fieldManager=kubectl", deployment("web"));
  const image = containers({ name: "web", image: "web:2" });
  const refused = await apply(DEPLOYMENT, "me", image);
  deepEqual([refused.code, refused.at("reason")], [409, "Conflict"]);
  equal(
    refused.at("message"),
    'Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.template.spec.containers[name="web"].image',
  );
  deepEqual(refused.at("details.causes"), [{
    reason: "FieldManagerConflict",
    message: 'conflict with "kubectl" using apps/v1',
    field: '.spec.template.spec.containers[name="web"].image',
  }]);
  const forced = await apply(DEPLOYMENT, "me", image, "&force=true");
  deepEqual([forced.code, forced.at("spec.template.spec.containers.0.image")], [200, "web:2"]);
  const owners = forced.at("metadata.managedFields") as JsonObject[];
  deepEqual(
    owners.map(({ manager, operation, fieldsV1 }) => [
      manager,
      operation,
      JSON.stringify(fieldsV1).includes('"f:image":'),
    ]),
    [["me", "Apply", true], ["kubectl", "Update", false]],
  );
});

Deno.test("items of a list are owned by key: managers add their own, and take only their own away", async () => {
  const server = testServer();
  const apply = applier(server);
  const one = { ...deployment("web"), metadata: { name: "web" } };
  await apply(DEPLOYMENT, "one", one);
  await apply(DEPLOYMENT, "two", containers({ name: "side", image: "side:1" }));
  const both = await server.ask("GET", DEPLOYMENT);
  deepEqual(namesOf(both), ["web", "side"]);
  const less = await apply(DEPLOYMENT, "two", { ...containers(), spec: {} });
  deepEqual(namesOf(less), ["web"]);

  function namesOf(reply: Reply): JsonValue[] {
    return (reply.at("spec.template.spec.containers") as JsonObject[]).map(({ name }) => name!);
  }
});

Deno.test("the status endpoint owns the status alone", async () => {
  const server = testServer();
  await server.ask("POST", "/apis/apps/v1/namespaces/default/deployments", deployment("web"));
  const body = { ...containers(), spec: { replicas: 9 }, status: { replicas: 4 } };
  const reply = await applier(server)(`${DEPLOYMENT}/status`, "me", body);
  deepEqual([reply.at("status.replicas"), reply.at("spec.replicas")], [4, 1]);
  const mine = (reply.at("metadata.managedFields") as JsonObject[]).find(({ manager }) => manager === "me");
  deepEqual([mine?.subresource, mine?.fieldsV1], ["status", { "f:status": { "f:replicas": {} } }]);
});

Deno.test("an apply needs a manager, and no managed fields of its own", async () => {
  const server = testServer();
  const anonymous = await server.ask("PATCH", `${CONFIG_MAPS}/a`, configMap("a"), { type: APPLY });
  equal(anonymous.code, 422);
  match(String(anonymous.at("message")), /fieldManager: Required value: is required for apply patch/);
  const managed = await applier(server)(
    `${CONFIG_MAPS}/a`,
    "me",
    configMap("a", {}, { managedFields: [{ manager: "me", operation: "Apply", apiVersion: "v1" }] }),
  );
  deepEqual([managed.code, managed.at("message")], [400, "metadata.managedFields must be nil"]);
});

Deno.test("an apply with a version of the object is refused when that is old", async () => {
  const server = testServer();
  const apply = applier(server);
  const path = `${CONFIG_MAPS}/a`;
  const first = await apply(path, "me", configMap("a", { x: "1" }));
  await apply(path, "me", configMap("a", { x: "2" }));
  const metadata = { resourceVersion: first.at("metadata.resourceVersion")! };
  deepEqual((await apply(path, "me", configMap("a", { x: "3" }, metadata))).code, 409);
  const absent = await apply(`${CONFIG_MAPS}/b`, "me", configMap("b", {}, { uid: "1234" }));
  equal(absent.code, 409);
});

Deno.test("an update under the name of an applier is another owner, so nothing is lost by a later apply", async () => {
  const server = testServer();
  const apply = applier(server);
  const path = `${CONFIG_MAPS}/a`;
  await apply(path, "me", configMap("a", { x: "1" }));
  await server.ask("PATCH", `${path}?fieldManager=me`, { data: { y: "1" } }, { type: MERGE });
  const reply = await apply(path, "me", configMap("a", { x: "2" }));
  deepEqual(reply.at("data"), { x: "2", y: "1" });
});

Deno.test("clearing managed fields forgets all owners", async () => {
  const server = testServer();
  const path = `${CONFIG_MAPS}/a`;
  await applier(server)(path, "me", configMap("a", { x: "1" }));
  const reply = await server.ask("PATCH", path, { metadata: { managedFields: [{}] } }, { type: MERGE });
  equal(reply.at("metadata.managedFields"), undefined);
});
