import { deepEqual, equal, match, notEqual } from "../../assert.ts";
import { type JsonObject, type JsonValue, parseJson } from "../../../src/base/mod.ts";
import { type Reply, type TestServer, testServer } from "../client.ts";

const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
const SECRETS = "/api/v1/namespaces/default/secrets";
const CLUSTER = "https://kubernetes.default.svc.cluster.local";

async function withAccount(options = {}): Promise<TestServer> {
  const server = testServer({ uuid: counter(), ...options });
  await server.ask("POST", ACCOUNTS, account("deployer"));
  return server;
}

function counter(): () => string {
  let next = 0;
  return () => `00000000-0000-4000-8000-${String(next++).padStart(12, "0")}`;
}

function account(name: string): JsonObject {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
}

function requestToken({ ask }: TestServer, spec: JsonObject = {}): Promise<Reply> {
  return ask("POST", `${ACCOUNTS}/deployer/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec,
  });
}

function claimsOf(token: JsonValue | undefined): JsonObject {
  const [, payload] = String(token).split(".");
  return parseJson(atob(payload!.replaceAll("-", "+").replaceAll("_", "/"))) as JsonObject;
}

/** Who a token's bearer is; the status code when it is refused. */
async function whoIs({ ask }: TestServer, token: JsonValue | undefined): Promise<JsonValue> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const reply = await ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body, { token: String(token) });
  return reply.code === 201 ? reply.at("status.userInfo.username")! : reply.code;
}

Deno.test("a requested token has the claims of a ServiceAccount token", async () => {
  const server = await withAccount();
  const reply = await requestToken(server, { expirationSeconds: 1200 });
  equal(reply.code, 201);
  equal(reply.at("status.expirationTimestamp"), "2026-01-01T00:20:00Z");
  const claims = claimsOf(reply.at("status.token"));
  const now = server.clock.now() / 1000;
  const { uid } = (await server.ask("GET", `${ACCOUNTS}/deployer`)).at("metadata") as { uid: string };
  match(String(claims.jti), /^[0-9a-f-]{36}$/);
  deepEqual({ ...claims, jti: "" }, {
    aud: [CLUSTER],
    exp: now + 1200,
    iat: now,
    iss: CLUSTER,
    jti: "",
    "kubernetes.io": { namespace: "default", serviceaccount: { name: "deployer", uid } },
    nbf: now,
    sub: "system:serviceaccount:default:deployer",
  });
  equal(await whoIs(server, reply.at("status.token")), "system:serviceaccount:default:deployer");
});

Deno.test("a token is signed by the published key", async () => {
  const server = await withAccount();
  const token = String((await requestToken(server)).at("status.token"));
  const jwks = await server.ask("GET", "/openid/v1/jwks");
  const [jwk] = jwks.at("keys") as unknown as (JsonWebKey & { kid: string })[];
  const [header = "", payload = "", signature = ""] = token.split(".");
  const decode = (text: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  deepEqual(JSON.parse(new TextDecoder().decode(decode(header))), { alg: "ES256", kid: jwk!.kid });
  const key = await crypto.subtle.importKey("jwk", jwk!, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  equal(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, decode(signature), signed), true);
});

Deno.test("a token ends with its time", async () => {
  const server = await withAccount();
  const token = (await requestToken(server, { expirationSeconds: 600 })).at("status.token");
  await server.clock.advance(599_000);
  equal(await whoIs(server, token), "system:serviceaccount:default:deployer");
  await server.clock.advance(2000);
  equal(await whoIs(server, token), 401);
});

Deno.test("a token ends with its ServiceAccount, even when one of the same name follows", async () => {
  const server = await withAccount();
  const token = (await requestToken(server)).at("status.token");
  await server.ask("DELETE", `${ACCOUNTS}/deployer`);
  equal(await whoIs(server, token), 401);
  await server.ask("POST", ACCOUNTS, account("deployer"));
  equal(await whoIs(server, token), 401);
});

Deno.test("a bound token ends with what it is bound to", async () => {
  const server = await withAccount();
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "anchor" } };
  const { uid } = (await server.ask("POST", SECRETS, secret)).at("metadata") as { uid: string };
  const bound = { boundObjectRef: { apiVersion: "v1", kind: "Secret", name: "anchor", uid } };
  const token = (await requestToken(server, bound)).at("status.token");
  equal(await whoIs(server, token), "system:serviceaccount:default:deployer");
  await server.ask("DELETE", `${SECRETS}/anchor`);
  equal(await whoIs(server, token), 401);
});

Deno.test("a token for another audience opens nothing here", async () => {
  const server = await withAccount();
  const token = (await requestToken(server, { audiences: ["vault"] })).at("status.token");
  equal(await whoIs(server, token), 401);
});

Deno.test("a wish for a longer token than allowed is shortened, with a warning", async () => {
  const server = await withAccount({ maxTokenSeconds: 3600 });
  const reply = await requestToken(server, { expirationSeconds: 86_400 });
  equal(reply.code, 201);
  equal(reply.at("spec.expirationSeconds"), 3600);
  match(reply.headers.get("warning")!, /requested expiration of 86400 seconds shortened to 3600 seconds/);
  const short = await requestToken(server, { expirationSeconds: 60 });
  deepEqual([short.code, short.at("details.causes.0.field")], [422, "spec.expirationSeconds"]);
});

Deno.test("a changed token is no token", async () => {
  const server = await withAccount();
  const token = String((await requestToken(server)).at("status.token"));
  const [header, payload, signature] = token.split(".");
  const claims = { ...claimsOf(token), sub: "system:serviceaccount:default:other" };
  const forged = btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  notEqual(forged, payload);
  for (
    const text of [
      `${header}.${forged}.${signature}`,
      `${header}.${payload}.AAAA`,
      `${header}.${payload}`,
      "x",
      "a.b.c",
    ]
  ) {
    equal(await whoIs(server, text), 401);
  }
});

Deno.test("a token Secret is filled, and its token ends with the Secret", async () => {
  const server = await withAccount({ caPem: "PEM" });
  await server.ask("POST", SECRETS, {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/service-account-token",
    metadata: { name: "permanent", annotations: { "kubernetes.io/service-account.name": "deployer" } },
  });
  const filled = await server.ask("GET", `${SECRETS}/permanent`);
  deepEqual(Object.keys(filled.at("data") as JsonObject).sort(), ["ca.crt", "namespace", "token"]);
  deepEqual([filled.at("data.namespace"), (filled.at("data") as JsonObject)["ca.crt"]], [
    btoa("default"),
    btoa("PEM"),
  ]);
  const token = atob(String(filled.at("data.token")));
  equal(await whoIs(server, token), "system:serviceaccount:default:deployer");
  equal(claimsOf(token).exp, undefined);
  await server.ask("DELETE", `${SECRETS}/permanent`);
  equal(await whoIs(server, token), 401);
});

Deno.test("issueToken() gives what a TokenRequest would", async () => {
  const server = await withAccount();
  const token = await server.sandbox.issueToken({ namespace: "default", name: "deployer" }, 60);
  equal(claimsOf(token).exp, server.clock.now() / 1000 + 60);
  equal(await whoIs(server, token), "system:serviceaccount:default:deployer");
});
