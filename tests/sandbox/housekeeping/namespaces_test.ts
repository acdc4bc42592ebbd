import { deepEqual, equal, match } from "../../assert.ts";
import { configMap, MERGE, testServer } from "../client.ts";

const SHOP = "/api/v1/namespaces/shop";
const NAMESPACE = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };

Deno.test("a new namespace is labelled, active and furnished", async () => {
  const { ask } = testServer({ caPem: "PEM" });
  const created = await ask("POST", "/api/v1/namespaces", NAMESPACE);
  deepEqual(
    [created.at("metadata.labels"), created.at("spec.finalizers"), created.at("status.phase")],
    [{ "kubernetes.io/metadata.name": "shop" }, ["kubernetes"], "Active"],
  );
  equal((await ask("GET", `${SHOP}/serviceaccounts/default`)).code, 200);
  deepEqual((await ask("GET", `${SHOP}/configmaps/kube-root-ca.crt`)).at("data"), { "ca.crt": "PEM" });
});

Deno.test("furniture that is taken away comes back", async () => {
  const { ask } = testServer();
  const path = "/api/v1/namespaces/default/serviceaccounts/default";
  const { uid } = (await ask("GET", path)).at("metadata") as { uid: string };
  await ask("DELETE", path);
  const again = await ask("GET", path);
  equal(again.code, 200);
  equal(again.at("metadata.uid") === uid, false);
});

Deno.test("a deleted namespace takes its contents with it", async () => {
  const { ask, pass } = testServer();
  await ask("POST", "/api/v1/namespaces", NAMESPACE);
  await ask("POST", `${SHOP}/configmaps`, configMap("a"));
  const reply = await ask("DELETE", SHOP);
  deepEqual([reply.code, reply.at("status.phase")], [200, "Terminating"]);
  await pass(1);
  equal((await ask("GET", SHOP)).code, 404);
  equal((await ask("GET", `${SHOP}/configmaps/a`)).code, 404);
});

Deno.test("a finalizer inside holds a namespace up, which says so", async () => {
  const { ask, pass } = testServer();
  await ask("POST", "/api/v1/namespaces", NAMESPACE);
  await ask("POST", `${SHOP}/configmaps`, configMap("held", {}, { finalizers: ["example.com/hold"] }));
  await ask("POST", `${SHOP}/configmaps`, configMap("free"));
  await ask("DELETE", SHOP);
  await pass(1);
  equal((await ask("GET", `${SHOP}/configmaps/free`)).code, 404);
  const conditions = (await ask("GET", SHOP)).at("status.conditions") as { type: string; message: string }[];
  const text = (type: string): string => conditions.find((item) => item.type === type)!.message;
  match(text("NamespaceContentRemaining"), /configmaps\. has 1 resource instances/);
  match(text("NamespaceFinalizersRemaining"), /example\.com\/hold in 1 resource instances/);
  await ask("PATCH", `${SHOP}/configmaps/held`, { metadata: { finalizers: null } }, { type: MERGE });
  equal((await ask("GET", SHOP)).code, 404);
});

Deno.test("the namespaces that a cluster needs stay", async () => {
  const { ask } = testServer();
  const reply = await ask("DELETE", "/api/v1/namespaces/default");
  deepEqual([reply.code, reply.at("message")], [
    403,
    'namespaces "default" is forbidden: this namespace may not be deleted',
  ]);
});
