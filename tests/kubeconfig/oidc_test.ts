import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import {
  loadKubeconfig,
  openCredentialSource,
  openOidcProvider,
  openOidcStore,
  resolveContext,
} from "../../src/kubeconfig/mod.ts";
import { createIssuer, idToken, type IssuerOptions } from "./oidc_issuer.ts";

const START = Date.UTC(2026, 0, 1);
const URL_ = "https://issuer.example.com/realm";

function kubeconfig(config: Record<string, string>): string {
  const settings = Object.entries(config).map(([key, value]) => `        ${key}: ${value}\n`).join("");
  return `# my clusters
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://k8s.example.com"}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
users:
- name: u
  user:
    auth-provider:
      name: oidc
      config:
${settings}- {name: other, user: {token: t}} # stays
`;
}

const CONFIG = {
  "idp-issuer-url": URL_,
  "client-id": "kube client",
  "client-secret": "s/cret+1",
  "id-token": idToken(START - 1000),
  "refresh-token": "refresh-token-1",
};

function open(config: Record<string, string>, options: Partial<IssuerOptions> = {}) {
  const host = createMemoryHost({
    now: START,
    env: { KUBECONFIG: "/none:/kube/config" },
    files: { "/kube/config": kubeconfig(config) },
    fetch: (request): Promise<Response> => issuer.handle(request),
  });
  const client = { clientId: "kube client", clientSecret: "s/cret+1" };
  const issuer = createIssuer({ url: URL_, now: () => host.clock.now(), ...client, ...options });
  const start = async () => {
    const context = await resolveContext(loadKubeconfig(host), host.fs);
    const { authentication, userName } = context;
    if (authentication.kind !== "oidc") throw new Error(authentication.kind);
    return openCredentialSource(context, host, {
      oidcStore: openOidcStore(host, { file: authentication.file, userName }),
    });
  };
  const stored = () => loadKubeconfig(host).users.get("u")!.value["auth-provider"]!.config!;
  return { host, issuer, start, stored };
}

Deno.test("an ID token that is good still is used without asking anybody", async () => {
  const token = idToken(START + 60_000);
  const { start, issuer, host } = open({ ...CONFIG, "id-token": token });
  const source = await start();
  equal((await source.get()).authorization, `Bearer ${token}`);
  equal(issuer.refreshes, 0);
  await host.clock.advance(50_001);
  ok((await source.get()).authorization !== `Bearer ${token}`);
  equal(issuer.refreshes, 1);
});

for (const reads of ["header", "body"] as const) {
  Deno.test(`an ID token that ran out is renewed with the client's secret in the ${reads}, and kept`, async () => {
    const { start, issuer, stored, host } = open(CONFIG, { reads });
    const source = await start();
    const [one, two] = await Promise.all([source.get(), source.get()]);
    equal(one.authorization, `Bearer ${idToken(START + 3_600_000, "jane-1")}`);
    deepEqual(one, two);
    equal(issuer.refreshes, 1);
    deepEqual(stored(), { ...CONFIG, "id-token": idToken(START + 3_600_000, "jane-1") });
    const text = host.fs.readText("/kube/config");
    ok(text.startsWith("# my clusters\n") && text.includes("# stays"), text);
    equal(host.fs.stat("/kube/config.lock"), undefined);
    equal(host.fs.stat("/kube/config")?.mode, 0o600);
  });
}

Deno.test("a refresh token that is good once is replaced by its successor, also in the file", async () => {
  const { start, issuer, stored, host } = open(CONFIG, { rotates: true });
  const source = await start();
  await source.get();
  equal(stored()["refresh-token"], "refresh-token-2");
  await host.clock.advance(3_600_000);
  await source.get();
  equal(stored()["refresh-token"], "refresh-token-3");
  equal(issuer.refreshes, 2);
  const { authorization } = await (await start()).get();
  equal(authorization, `Bearer ${stored()["id-token"]}`);
  equal(issuer.refreshes, 2);
});

Deno.test("who comes second with a refresh token that is good once uses what the first has kept", async () => {
  const { start, issuer, stored } = open(CONFIG, { rotates: true });
  const [first, second] = [await start(), await start()];
  await first.get();
  equal((await second.get()).authorization, `Bearer ${stored()["id-token"]}`);
  equal(issuer.refreshes, 1);
});

Deno.test("a token that the server refused is renewed where that is possible", async () => {
  const token = idToken(START + 60_000);
  const { start, issuer } = open({ ...CONFIG, "id-token": token });
  const source = await start();
  await source.get();
  source.forget();
  ok((await source.get()).authorization !== `Bearer ${token}`);
  equal(issuer.refreshes, 1);
  const { "refresh-token": _, ...without } = CONFIG;
  const poor = await open({ ...without, "id-token": token }).start();
  poor.forget();
  equal((await poor.get()).authorization, `Bearer ${token}`);
});

/** What kubectl 1.36 says of the same, where it says something. */
const REFUSALS: Record<string, [Partial<typeof CONFIG> | Record<string, string>, Partial<IssuerOptions>, RegExp]> = {
  "no refresh token": [
    { "refresh-token": "" },
    {},
    /No valid id-token, and cannot refresh without refresh-token/,
  ],
  "no issuer": [{ "idp-issuer-url": "" }, {}, /Must provide idp-issuer-url/],
  "no client": [{ "client-id": "" }, {}, /Must provide client-id/],
  "a refresh token that is not good": [
    { "refresh-token": "secret-canary-1" },
    {},
    /failed to refresh token: oauth2: the issuer answered with status 400 and "invalid_grant"/,
  ],
  "a client that the issuer does not know": [{}, { clientId: "x" }, /status 401 and "invalid_client"/],
  "no ID token in the answer": [{}, { omits: "id_token" }, /token response did not contain an id_token/],
  "no token endpoint": [{}, { omits: "token_endpoint" }, /discovery object doesn't contain a token_endpoint/],
  "an unencrypted issuer": [{ "idp-issuer-url": "http://issuer.example.com" }, {}, /is no https URL/],
  "a token that is none": [{ "id-token": "nonsense" }, {}, /its id-token is no JWT/],
};

for (const [name, [change, options, says]] of Object.entries(REFUSALS)) {
  Deno.test(`oidc refuses ${name}, and leaves the file alone`, async () => {
    const config = Object.fromEntries(Object.entries({ ...CONFIG, ...change }).filter(([, value]) => value !== ""));
    const { start, host } = open(config, options);
    const before = host.fs.readText("/kube/config");
    await rejects((await start()).get(), (error: Error & { code?: string; hint?: string }) => {
      equal(error.code, "OIDC_FAILED");
      ok(error.message.startsWith('Cannot get credentials for context "x": '), error.message);
      ok(says.test(error.message), error.message);
      ok(!`${error.message}${error.hint}`.includes("secret-canary-1"), error.message);
      return true;
    });
    equal(host.fs.readText("/kube/config"), before);
  });
}

Deno.test("an issuer that does not answer is given up after 30 s", async () => {
  const host = createMemoryHost({ now: START, fetch: () => new Promise(() => {}) });
  const store = { save: () => Promise.resolve(), read: () => ({}) };
  const asking = rejects(openOidcProvider("x", CONFIG, host, store)(), {
    code: "OIDC_FAILED",
    message: /https:\/\/issuer\.example\.com\/realm did not answer within 30s/,
  });
  await host.clock.advance(30_000);
  await asking;
});
