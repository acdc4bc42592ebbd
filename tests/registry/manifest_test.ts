import { deepEqual, equal, match, ok, rejects } from "../assert.ts";
import { createDenoNetwork } from "../../src/host/deno_network.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import {
  checkLogin,
  parseImageReference,
  RegistryError,
  type RegistryErrorCode,
  type RegistryOptions,
  resolveImage,
} from "../../src/registry/mod.ts";
import { createFakeRegistry, type FakeRegistry, MANIFEST_DIGEST, USER } from "./fake_registry.ts";

const HOST = "registry.example.com";

function open(fake: FakeRegistry): Omit<RegistryOptions, "registry"> {
  return { http: createMemoryHost({ fetch: fake.handle }).network.open({}), login: USER };
}

const resolve = (image: string, options: Omit<RegistryOptions, "registry">) =>
  resolveImage(parseImageReference(image), options);

async function refuses(promise: Promise<unknown>, code: RegistryErrorCode, text?: RegExp): Promise<void> {
  await rejects(promise, (error: unknown) => {
    ok(error instanceof RegistryError, String(error));
    equal(error.code, code, error.message);
    ok(!/canary/.test(`${error.message} ${error.hint}`), error.message);
    if (text !== undefined) match(error.message, text);
    return true;
  });
}

Deno.test("a tag is resolved to its digest over a real connection, with Bearer and with Basic", async () => {
  for (const scheme of ["bearer", "basic", "none"] as const) {
    const fake = createFakeRegistry();
    fake.scheme = scheme;
    await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, fake.handle);
    const http = createDenoNetwork({ get: () => undefined }).open({});
    const secrets: string[] = [];
    const options = { http, login: USER, allowHttp: true, onSecret: (secret: string) => secrets.push(secret) };
    const image = parseImageReference(`127.0.0.1:${server.addr.port}/group/api:1.0`);
    deepEqual(await resolveImage(image, options), {
      digest: MANIFEST_DIGEST,
      mediaType: "application/vnd.oci.image.index.v1+json",
    });
    equal(await checkLogin({ ...options, registry: image.registry }), scheme !== "none");
    equal(secrets.length, scheme === "bearer" ? 2 : 0);
    http.close();
  }
});

Deno.test("a public image needs no login, a private one says that it does", async () => {
  const { login: _, ...anonymous } = open(createFakeRegistry());
  equal((await resolve(`${HOST}/public/web:1.0`, anonymous)).digest, MANIFEST_DIGEST);
  await refuses(
    resolve(`${HOST}/group/api:1.0`, anonymous),
    "UNAUTHORIZED",
    /does not show group\/api without a login/,
  );
  const basic = createFakeRegistry();
  basic.scheme = "basic";
  const { login: __, ...withoutLogin } = open(basic);
  await refuses(resolve(`${HOST}/group/api:1.0`, withoutLogin), "UNAUTHORIZED", /wants a login, and there is none/);
});

Deno.test("a refused login, a login that may not pull, and a missing tag are told apart", async () => {
  for (const scheme of ["bearer", "basic"] as const) {
    const fake = createFakeRegistry();
    fake.scheme = scheme;
    const options = open(fake);
    const wrong = { ...options, login: { username: USER.username, password: "canary-wrong" } };
    await refuses(
      resolve(`${HOST}/group/api:1.0`, wrong),
      "UNAUTHORIZED",
      /refuses the login of "gitlab\+deploy-token-1"/,
    );
    await refuses(checkLogin({ ...wrong, registry: HOST }), "UNAUTHORIZED", /Cannot log in to/);
    await refuses(resolve(`${HOST}/group/other:1.0`, options), "DENIED", /may not pull group\/other/);
    await refuses(resolve(`${HOST}/group/api:2.0`, options), "NOT_FOUND", /has no tag 2\.0 of group\/api/);
    await refuses(resolve(`${HOST}/group/api@sha256:${"0".repeat(64)}`, options), "NOT_FOUND", /has no sha256:0/);
  }
});

Deno.test("too many requests, failures and other servers are named as what they are", async () => {
  const cases: [() => Response, RegistryErrorCode, RegExp][] = [
    [
      () => new Response(null, { status: 429, headers: { "retry-after": "30" } }),
      "RATE_LIMITED",
      /asked again after 30 s/,
    ],
    [() => new Response(null, { status: 503 }), "SERVER_ERROR", /HTTP status 503/],
    [() => new Response("<html>", { headers: { "content-type": "text/html" } }), "NOT_A_REGISTRY", /a web page/],
    [() => new Response(null, { status: 302, headers: { location: "/again" } }), "NOT_A_REGISTRY", /redirects/],
    [
      () => new Response(null, { status: 307, headers: { location: "http://plain.example.com/" } }),
      "NOT_A_REGISTRY",
      /redir/,
    ],
    [() => new Response(null, { status: 401 }), "NOT_A_REGISTRY", /unknown kind/],
    [
      () => new Response(null, { status: 401, headers: { "www-authenticate": "Negotiate" } }),
      "NOT_A_REGISTRY",
      /unknown/,
    ],
    [
      () => new Response(null, { status: 401, headers: { "www-authenticate": "Bearer" } }),
      "NOT_A_REGISTRY",
      /no usable/,
    ],
  ];
  for (const [before, code, text] of cases) {
    const fake = createFakeRegistry();
    fake.before = before;
    await refuses(resolve(`${HOST}/group/api:1.0`, open(fake)), code, text);
  }
  const silent = createFakeRegistry();
  silent.before = (request) => request.url.includes("/jwt/auth") ? Response.json({ token: "" }) : undefined;
  await refuses(resolve(`${HOST}/group/api:1.0`, open(silent)), "NOT_A_REGISTRY", /gives no token/);
  silent.before = (request) => request.url.includes("/jwt/auth") ? new Response(null, { status: 429 }) : undefined;
  await refuses(resolve(`${HOST}/group/api:1.0`, open(silent)), "RATE_LIMITED");
});

Deno.test("the login goes to the registry's own domain and to hosts that are allowed, nowhere else", async () => {
  const fake = createFakeRegistry();
  const seen: string[] = [];
  fake.before = (request) => {
    if (request.headers.has("authorization")) seen.push(new URL(request.url).host);
    return undefined;
  };
  for (
    const realm of [
      "https://evil.example.net/jwt/auth",
      "http://gitlab.example.com/jwt/auth",
      "https://u:p@example.com/",
    ]
  ) {
    fake.realm = realm;
    const code = realm.includes("u:p") ? "NOT_A_REGISTRY" : "FOREIGN_REALM";
    await refuses(resolve(`${HOST}/group/api:1.0`, open(fake)), code);
  }
  deepEqual(seen, []);
  fake.realm = "https://gitlab.example.com/jwt/auth";
  await resolve(`${HOST}/group/api:1.0`, open(fake));
  fake.realm = "https://evil.example.net/jwt/auth";
  await resolve(`${HOST}/group/api:1.0`, { ...open(fake), trustedHosts: ["evil.example.net"] });
  deepEqual(seen, ["gitlab.example.com", HOST, "evil.example.net", HOST]);
  // A suffix that many share is nobody's domain.
  fake.realm = "https://gitlab.other.co.uk/jwt/auth";
  await refuses(resolve("registry.mine.co.uk/group/api:1.0", open(fake)), "FOREIGN_REALM");
});

Deno.test("a redirect to another host gets no login", async () => {
  const fake = createFakeRegistry();
  const seen: [string, string | null][] = [];
  fake.before = (request) => {
    const url = new URL(request.url);
    seen.push([url.host, request.headers.get("authorization")?.split(" ")[0] ?? null]);
    if (url.host === "storage.example.net") {
      return new Response(null, { headers: { "docker-content-digest": MANIFEST_DIGEST } });
    }
    const isLoggedIn = request.headers.get("authorization")?.startsWith("Bearer ");
    return isLoggedIn
      ? new Response(null, { status: 307, headers: { location: "https://storage.example.net/x" } })
      : undefined;
  };
  equal((await resolve(`${HOST}/group/api:1.0`, open(fake))).digest, MANIFEST_DIGEST);
  deepEqual(seen, [[HOST, null], [HOST, "Basic"], [HOST, "Bearer"], ["storage.example.net", null]]);
});

Deno.test("a registry that hides the digest is asked for the manifest, and its content counts", async () => {
  const fake = createFakeRegistry();
  fake.hidesDigest = true;
  equal((await resolve(`${HOST}/group/api:1.0`, open(fake))).digest, MANIFEST_DIGEST);
  ok(fake.requests.includes("GET /v2/group/api/manifests/1.0 Bearer"));
  equal((await resolve(`${HOST}/group/api:1.0@${MANIFEST_DIGEST}`, open(fake))).digest, MANIFEST_DIGEST);
  fake.manifests.set(`group/api:${MANIFEST_DIGEST}`, "something else");
  await refuses(resolve(`${HOST}/group/api@${MANIFEST_DIGEST}`, open(fake)), "DIGEST_MISMATCH");
});
