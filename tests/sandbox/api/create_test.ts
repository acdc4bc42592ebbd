import { deepEqual, equal, match } from "../../assert.ts";
import { CONFIG_MAPS, configMap, deployment, MERGE, testServer } from "../client.ts";

const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";

Deno.test("generateName makes names of five characters that are not taken for words", async () => {
  const { ask } = testServer({ random: () => 0.5 });
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { generateName: "job-" } };
  const first = await ask("POST", CONFIG_MAPS, body);
  match(String(first.at("metadata.name")), /^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  // The same random numbers lead to the same name.
  const second = await ask("POST", CONFIG_MAPS, body);
  deepEqual([second.code, second.at("reason")], [409, "AlreadyExists"]);
});

Deno.test("a dry run answers as if it were real, and changes nothing", async () => {
  const { ask, sandbox } = testServer();
  const before = sandbox.store.resourceVersion;
  const created = await ask("POST", `${DEPLOYMENTS}?dryRun=All`, deployment("web"));
  deepEqual([created.code, created.at("spec.replicas"), created.at("metadata.generation")], [201, 1, 1]);
  match(String(created.at("metadata.uid")), /^[0-9a-f-]{36}$/);
  equal(created.at("metadata.resourceVersion"), undefined);
  await ask("POST", DEPLOYMENTS, deployment("web"));
  const patched = await ask("PATCH", `${DEPLOYMENTS}/web?dryRun=All`, { spec: { replicas: 5 } }, { type: MERGE });
  deepEqual([patched.code, patched.at("spec.replicas"), patched.at("metadata.generation")], [200, 5, 2]);
  equal((await ask("DELETE", `${DEPLOYMENTS}/web?dryRun=All`)).code, 200);
  equal((await ask("GET", `${DEPLOYMENTS}/web`)).at("spec.replicas"), 1);
  equal(sandbox.store.resourceVersion, before + 1);
});

Deno.test("an unknown kind of dry run is refused", async () => {
  const { ask } = testServer();
  const reply = await ask("POST", `${CONFIG_MAPS}?dryRun=Some`, configMap("a"));
  deepEqual([reply.code, reply.at("details.causes.0.field")], [422, "dryRun"]);
});

Deno.test("data of a mebibyte fits, a byte more does not", async () => {
  const { ask } = testServer();
  const size = 1024 * 1024;
  equal((await ask("POST", CONFIG_MAPS, configMap("a", { x: "x".repeat(size) }))).code, 201);
  const reply = await ask("POST", CONFIG_MAPS, configMap("b", { x: "x".repeat(size + 1) }));
  deepEqual([reply.code, reply.at("details.causes.0.message")], [
    422,
    "Too long: may not be more than 1048576 bytes",
  ]);
});

Deno.test("nothing is created in a namespace that is not there, or is being deleted", async () => {
  const { ask } = testServer();
  const absent = await ask("POST", "/api/v1/namespaces/nowhere/configmaps", configMap("a"));
  deepEqual([absent.code, absent.at("message")], [404, 'namespaces "nowhere" not found']);
  await ask("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "going" } });
  const path = "/api/v1/namespaces/going/configmaps";
  await ask("POST", path, configMap("held", {}, { finalizers: ["example.com/hold"] }));
  await ask("DELETE", "/api/v1/namespaces/going");
  const going = await ask("POST", path, configMap("a"));
  deepEqual([going.code, going.at("reason"), going.at("details.causes.0.reason")], [
    403,
    "Forbidden",
    "NamespaceTerminating",
  ]);
});

Deno.test("objects can come as YAML", async () => {
  const { ask } = testServer();
  const body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: 'yes'}\n";
  const reply = await ask("POST", CONFIG_MAPS, body, { type: "application/yaml" });
  deepEqual([reply.code, reply.at("data.x")], [201, "yes"]);
});

Deno.test("unknown fields are dropped with a warning, or refused when validation is strict", async () => {
  const { ask } = testServer();
  const body = { ...configMap("a"), dota: {} };
  const warned = await ask("POST", `${CONFIG_MAPS}?dryRun=All`, body);
  deepEqual([warned.code, warned.headers.get("warning")], [201, '299 - "unknown field \\"dota\\""']);
  const ignored = await ask("POST", `${CONFIG_MAPS}?dryRun=All&fieldValidation=Ignore`, body);
  deepEqual([ignored.code, ignored.headers.get("warning")], [201, null]);
  const strict = await ask("POST", `${CONFIG_MAPS}?fieldValidation=Strict`, body);
  equal(strict.code, 400);
  match(String(strict.at("message")), /strict decoding error: unknown field "dota"$/);
});

Deno.test("fields that a kind's clients rely on are defaulted", async () => {
  const { ask } = testServer();
  const reply = await ask("POST", DEPLOYMENTS, deployment("web"));
  deepEqual(reply.at("spec.strategy"), {
    type: "RollingUpdate",
    rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" },
  });
  equal(reply.at("spec.revisionHistoryLimit"), 10);
  equal(reply.at("spec.progressDeadlineSeconds"), 600);
  deepEqual(reply.at("spec.template.spec.containers.0"), {
    name: "web",
    image: "web:1",
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: "IfNotPresent",
  });
});

Deno.test("a quota that is used up refuses in the server's words", async () => {
  const { ask } = testServer({ controllers: {} });
  await ask("POST", "/api/v1/namespaces/default/resourcequotas", {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "few" },
    spec: { hard: { configmaps: "2" } },
  });
  equal((await ask("POST", CONFIG_MAPS, configMap("a"))).code, 201);
  const reply = await ask("POST", CONFIG_MAPS, configMap("b"));
  deepEqual([reply.code, reply.at("message")], [
    403,
    'configmaps "b" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=2, limited: configmaps=2',
  ]);
});
