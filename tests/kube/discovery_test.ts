import { deepEqual, equal, rejects } from "../assert.ts";
import type { JsonValue } from "../../src/base/mod.ts";
import { createFakeClient, json, pageNotFound, refusal } from "./fake_transport.ts";

const CERTIFICATE = {
  name: "certificates",
  kind: "Certificate",
  namespaced: true,
  verbs: ["get"],
  shortNames: ["cert"],
};

function resourceList(...resources: JsonValue[]): Response {
  return json({ kind: "APIResourceList", groupVersion: "x", resources });
}

Deno.test("resourceOf() needs no request for built-in kinds", async () => {
  const { client, transport } = createFakeClient([pageNotFound()]);
  deepEqual(await client.resourceOf("networking.k8s.io/v1", "Ingress"), {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    plural: "ingresses",
    namespaced: true,
    verbs: ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
    shortNames: ["ing"],
  });
  equal(transport.requests.length, 0);
});

Deno.test("resourceOf() asks once for an API version, however many ask at once and later", async () => {
  const status = { name: "certificates/status", kind: "Certificate", namespaced: true, verbs: ["get"] };
  const { client, transport } = createFakeClient([resourceList(CERTIFICATE, status)]);
  const ask = () => client.resourceOf("cert-manager.io/v1", "Certificate");
  const answers = await Promise.all([ask(), ask(), ask()]);
  answers.push(await ask());
  deepEqual(answers.map((resource) => resource?.plural), Array(4).fill("certificates"));
  deepEqual(answers[0]?.shortNames, ["cert"]);
  deepEqual(transport.log, ["GET /apis/cert-manager.io/v1"]);
});

Deno.test("resourceOf() does not remember what the server hasn't got yet", async () => {
  const { client, transport } = createFakeClient([pageNotFound(), resourceList(), resourceList(CERTIFICATE)]);
  const ask = () => client.resourceOf("cert-manager.io/v1", "Certificate");
  deepEqual([await ask(), await ask(), (await ask())?.plural], [undefined, undefined, "certificates"]);
  equal(transport.requests.length, 3);
});

Deno.test("resourceOf() asks again for a kind that a known API version got later", async () => {
  const issuer = { ...CERTIFICATE, name: "issuers", kind: "Issuer" };
  const { client } = createFakeClient([resourceList(CERTIFICATE), resourceList(CERTIFICATE, issuer)]);
  await client.resourceOf("cert-manager.io/v1", "Certificate");
  equal((await client.resourceOf("cert-manager.io/v1", "Issuer"))?.plural, "issuers");
});

Deno.test("resourceOf() reads many API versions in one aggregated request", async () => {
  const resource = { resource: "as", responseKind: { kind: "A" }, scope: "Cluster", verbs: ["get"] };
  const group = (name: string, freshness = "Current") => ({
    metadata: { name },
    versions: [{ version: "v1", freshness, resources: freshness === "Current" ? [resource] : [] }],
  });
  const { client, transport } = createFakeClient((request) =>
    request.path === "/apis"
      ? json({ kind: "APIGroupDiscoveryList", items: [group("a.io"), group("b.io"), group("stale.io", "Stale")] })
      : resourceList({ name: "others", kind: "A", namespaced: true, verbs: [] })
  );
  const names = ["a.io/v1", "b.io/v1", "stale.io/v1"];
  const found = await Promise.all(names.map((apiVersion) => client.resourceOf(apiVersion, "A")));
  deepEqual(found.map((it) => [it?.plural, it?.namespaced]), [["as", false], ["as", false], ["others", true]]);
  deepEqual(transport.log, ["GET /apis", "GET /apis/stale.io/v1"]);
  equal(transport.requests[0]!.headers?.Accept?.includes("as=APIGroupDiscoveryList"), true);
});

Deno.test("resourceOf() falls back to one request per API version on a server without aggregated discovery", async () => {
  const { client, transport } = createFakeClient((request) =>
    request.path === "/apis"
      ? json({ kind: "APIGroupList", groups: [] })
      : resourceList({ name: "as", kind: "A", namespaced: true, verbs: [] })
  );
  const names = ["a.io/v1", "b.io/v1", "c.io/v1"];
  const found = await Promise.all(names.map((apiVersion) => client.resourceOf(apiVersion, "A")));
  deepEqual(found.map((it) => it?.plural), ["as", "as", "as"]);
  equal(transport.requests.length, 4);
});

Deno.test("a failed discovery is not remembered", async () => {
  const denied = refusal(403, "Forbidden", 'User "x" cannot get path "/apis/cert-manager.io/v1"');
  const { client } = createFakeClient([denied, resourceList(CERTIFICATE)]);
  await rejects(client.resourceOf("cert-manager.io/v1", "Certificate"), {
    code: "FORBIDDEN",
    message:
      'Cannot discover what the server offers in cert-manager.io/v1: User "x" cannot get path "/apis/cert-manager.io/v1" ' +
      "(403 Forbidden)",
  });
  equal((await client.resourceOf("cert-manager.io/v1", "Certificate"))?.plural, "certificates");
});

Deno.test("a kind that nobody knows is an error of its own", async () => {
  const { client } = createFakeClient([pageNotFound()]);
  await rejects(client.list({ apiVersion: "example.com/v1", kind: "Thing" }), {
    code: "KIND_UNKNOWN",
    hint: "Check the spelling of apiVersion and kind, and that the CustomResourceDefinition is installed",
  });
});
