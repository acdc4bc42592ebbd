import { deepEqual, equal, match, ok } from "../assert.ts";
import { makeCertificate, type ThrowawayCertificate } from "../credentials/throwaway_certificate.ts";
import { startHttpProxy, startSocksProxy } from "../host/proxies.ts";
import { serveTls, type TlsRequest, type TlsServer } from "../host/tls_server.ts";
import { createIssuer, idToken } from "../kubeconfig/oidc_issuer.ts";
import { openWay, readPluginCalls, type WayIn, writePlugin } from "./ways_in.ts";

const CA = await makeCertificate({ subject: "CN=kubernetes", ca: true });
const CLIENT_CA = await makeCertificate({ subject: "CN=clients", ca: true });
const SERVER = await makeCertificate({
  subject: "CN=kube-apiserver",
  issuer: CA,
  names: [{ type: "ip", value: "127.0.0.1" }, { type: "dns", value: "kubernetes.example.com" }],
});
const BY_NAME = await makeCertificate({
  subject: "CN=kube-apiserver",
  issuer: CA,
  names: [{ type: "dns", value: "kubernetes.example.com" }],
});
const CA_DATA = btoa(CA.pem);

const clientOf = (name: string) => makeCertificate({ subject: `O=developers, CN=${name}`, issuer: CLIENT_CA });

/** Names that a server knows. */
type Known = (name: string, request: TlsRequest) => boolean;

/** Whom a credential stands for; never the credential itself, which would be hidden. */
function userOf({ headers, client }: TlsRequest): string {
  const [kind, credential = ""] = headers.find(([name]) => name === "authorization")?.[1].split(" ") ?? [];
  if (kind === undefined) return client ?? "system:anonymous";
  if (kind === "Basic") return atob(credential).split(":")[0]!;
  const payload = credential.split(".")[1];
  return payload === undefined ? credential.replace("token-of-", "") : JSON.parse(atob(payload)).sub;
}

/** A server that tells whom it takes a client for. */
async function serve(known: Known, certificate: ThrowawayCertificate = SERVER, clients = false): Promise<TlsServer> {
  return await serveTls({
    certificate,
    ...(clients ? { clientCaPem: CLIENT_CA.pem } : {}),
    answer(request, response) {
      const username = userOf(request);
      const isKnown = known(username, request);
      response.statusCode = isKnown ? 201 : 401;
      response.setHeader("content-type", "application/json");
      const status = { userInfo: { username, groups: [] } };
      response.end(JSON.stringify(isKnown ? { kind: "SelfSubjectReview", status } : { kind: "Status", code: 401 }));
    },
  });
}

async function whoIs(way: WayIn): Promise<string> {
  const { exitCode, stdout, stderr } = await way.run("whoami", "-o", "json");
  equal(exitCode, 0, stderr);
  return JSON.parse(stdout).username;
}

const clusterOf = ({ port }: TlsServer, more: Record<string, unknown> = {}) => ({
  server: `https://127.0.0.1:${port}`,
  "certificate-authority-data": CA_DATA,
  ...more,
});

const exec = (command: string, more: Record<string, unknown> = {}) => ({
  exec: { apiVersion: "client.authentication.k8s.io/v1", command, interactiveMode: "IfAvailable", ...more },
});

for (const version of ["v1", "v1beta1"]) {
  Deno.test(`an exec plugin of ${version} gives tokens, and is asked again when one is refused`, async () => {
    await using server = await serve((name) => name === "jane");
    const apiVersion = `client.authentication.k8s.io/${version}`;
    using way = openWay(clusterOf(server), exec("./plugin", { apiVersion, provideClusterInfo: true }));
    writePlugin(way.directory, [{ token: "token-of-nobody" }, { token: "token-of-jane" }], version);
    equal(await whoIs(way), "jane");
    const calls = readPluginCalls(way.directory);
    equal(calls.length, 2);
    deepEqual(calls[0].spec.interactive, Deno.stdin.isTerminal());
    deepEqual(calls[0].spec.cluster, {
      server: clusterOf(server).server,
      "certificate-authority-data": CA_DATA,
      config: null,
    });
  });
}

Deno.test("an exec plugin's client certificate is shown, and another one when the server refuses it", async () => {
  const [stale, good] = await Promise.all([clientOf("stale"), clientOf("jane")]);
  await using server = await serve((name) => name === "jane", SERVER, true);
  const statusOf = ({ pem, keyPem }: ThrowawayCertificate) => ({ clientCertificateData: pem, clientKeyData: keyPem });
  using way = openWay(clusterOf(server), exec("./plugin"));
  writePlugin(way.directory, [statusOf(stale), statusOf(good)]);
  equal(await whoIs(way), "jane");
  equal(readPluginCalls(way.directory).length, 2);
});

Deno.test("an exec plugin that hangs is ended, and named", async () => {
  await using server = await serve(() => true);
  const hanging = exec("sh", { args: ["-c", "echo Open the browser >&2; sleep 60"], installHint: "Get sh 2" });
  using way = openWay(clusterOf(server), hanging, { KSTAGE_EXEC_TIMEOUT: "400ms" });
  const { exitCode, stderr } = await way.run("whoami");
  equal(exitCode, 2);
  match(stderr, /exec: executable sh did not end within 0\.4s\n +hint: It said: Open the browser\n +Get sh 2\n/);
  deepEqual(server.requests, []);
});

Deno.test("an oidc user's token is renewed at an issuer with a CA of its own, once, and kept", async () => {
  const issuerCa = await makeCertificate({ subject: "CN=issuer", ca: true });
  const names = [{ type: "ip" as const, value: "127.0.0.1" }];
  const certificate = await makeCertificate({ subject: "CN=issuer", issuer: issuerCa, names });
  await using issuing = await serveTls({
    certificate,
    async answer({ method, path, headers, body }, response) {
      const init = { method, headers, ...(method === "POST" ? { body } : {}) };
      const answer = await issuer.handle(new Request(`https://issuer.invalid${path}`, init));
      response.statusCode = answer.status;
      response.end(await answer.text());
    },
  });
  const url = `https://127.0.0.1:${issuing.port}`;
  const issuer = createIssuer({ url, now: Date.now, clientId: "kube", clientSecret: "s3cr3t/+", rotates: true });
  await using server = await serve((name) => name.startsWith("jane"));
  const config = {
    "idp-issuer-url": url,
    "idp-certificate-authority-data": btoa(issuerCa.pem),
    "client-id": "kube",
    "client-secret": "s3cr3t/+",
    "id-token": idToken(Date.now() - 1000),
    "refresh-token": "refresh-token-1",
  };
  using way = openWay(clusterOf(server), { "auth-provider": { name: "oidc", config } });
  equal(await whoIs(way), "jane-1");
  equal(await whoIs(way), "jane-1");
  equal(issuer.refreshes, 1);
  const { users: [{ user }] } = JSON.parse(Deno.readTextFileSync(way.kubeconfig));
  equal(user["auth-provider"].config["refresh-token"], "refresh-token-2");
  equal(Deno.statSync(way.kubeconfig).mode! & 0o777, 0o600);
  const untrusted = { ...config, "idp-certificate-authority-data": CA_DATA };
  using other = openWay(clusterOf(server), { "auth-provider": { name: "oidc", config: untrusted } });
  const { exitCode, stderr } = await other.run("whoami");
  equal(exitCode, 4, stderr);
  match(stderr, /failed to refresh token: .*UnknownIssuer/);
});

Deno.test("client certificates authenticate, from files and as data", async () => {
  const { pem, keyPem } = await clientOf("jane");
  await using server = await serve((name) => name === "jane", SERVER, true);
  using data = openWay(clusterOf(server), { "client-certificate-data": btoa(pem), "client-key-data": btoa(keyPem) });
  equal(await whoIs(data), "jane");
  using files = openWay(clusterOf(server), { "client-certificate": "me.crt", "client-key": "me.key" });
  Deno.writeTextFileSync(`${files.directory}/me.crt`, pem);
  Deno.writeTextFileSync(`${files.directory}/me.key`, keyPem);
  equal(await whoIs(files), "jane");
});

Deno.test("a token file that is rotated is read again when the server refuses the old token", async () => {
  let good = "token-of-old";
  await using server = await serve((name) => `token-of-${name}` === good);
  using way = openWay(clusterOf(server), { tokenFile: "token" });
  const rotate = (token: string) => Deno.writeTextFileSync(`${way.directory}/token`, `${token}\n`);
  rotate(good);
  using connection = await way.connect();
  const ask = () => connection.client.request({ method: "GET", path: "/version" });
  await ask();
  good = "token-of-new";
  rotate(good);
  await ask();
  await ask();
  const sent = server.requests.map(({ headers }) => headers.find(([name]) => name === "authorization")?.[1]);
  deepEqual(sent, ["old", "old", "new", "new"].map((name) => `Bearer token-of-${name}`));
});

Deno.test("user name and password are sent, with a note that Kubernetes takes none", async () => {
  await using server = await serve((name) => name === "me");
  using way = openWay(clusterOf(server), { username: "me", password: "pass-word" });
  const { exitCode, stderr, stdout } = await way.run("whoami");
  equal(exitCode, 0, stderr);
  match(stderr, /since 1\.19/);
  match(stdout, /^User +me$/m);
  match(stdout, /^Credential +user name and password$/m);
});

const LOGIN = { username: "proxy-user", password: "proxy-pass" };
const PROXIES = {
  http: () => startHttpProxy({ login: LOGIN }),
  https: () => startHttpProxy({ login: LOGIN, certificate: SERVER }),
  socks5: () => startSocksProxy({ login: LOGIN }),
};

for (const [scheme, start] of Object.entries(PROXIES)) {
  Deno.test(`a proxy-url of ${scheme} is gone through, and told of when it refuses`, async () => {
    await using server = await serve((name) => name === "jane");
    using proxy = start();
    const through = (userInfo: string) => ({ "proxy-url": `${scheme}://${userInfo}127.0.0.1:${proxy.port}` });
    using way = openWay(clusterOf(server, through("proxy-user:proxy-pass@")), { token: "token-of-jane" });
    equal(await whoIs(way), "jane");
    deepEqual([...new Set(proxy.asked)], [`127.0.0.1:${server.port}`]);
    using refused = openWay(clusterOf(server, through("proxy-user:wrong-pass@")), { token: "token-of-jane" });
    const { exitCode, stderr } = await refused.run("whoami");
    equal(exitCode, 3, stderr);
    match(
      stderr,
      /The proxy did not connect to 127\.0\.0\.1:\d+\n.*through the proxy \w+:\/\/127\.0\.0\.1:\d+ \(proxy-url\)/,
    );
    ok(!stderr.includes("wrong-pass"), stderr);
  });
}

Deno.test("HTTPS_PROXY is gone through, unless NO_PROXY names the server", async () => {
  await using server = await serve((name) => name === "jane");
  using proxy = startHttpProxy({ login: LOGIN, target: { hostname: "127.0.0.1", port: server.port } });
  const env = { HTTPS_PROXY: `http://proxy-user:proxy-pass@127.0.0.1:${proxy.port}` };
  const cluster = { server: "https://kubernetes.example.com:6443", "certificate-authority-data": CA_DATA };
  using way = openWay(cluster, { token: "token-of-jane" }, env);
  equal(await whoIs(way), "jane");
  deepEqual([...new Set(proxy.asked)], ["kubernetes.example.com:6443"]);
  using direct = openWay(cluster, { token: "token-of-jane" }, { ...env, NO_PROXY: "example.com:6443" });
  equal((await direct.run("whoami")).exitCode, 3);
  equal(new Set(proxy.asked).size, 1);
});

Deno.test("tls-server-name is checked in place of the address, directly and through a proxy", async () => {
  await using server = await serve((name) => name === "jane", BY_NAME);
  using proxy = startSocksProxy();
  for (const more of [{}, { "proxy-url": `socks5://127.0.0.1:${proxy.port}` }]) {
    const named = (name: string) => clusterOf(server, { "tls-server-name": name, ...more });
    using way = openWay(named("kubernetes.example.com"), { token: "token-of-jane" });
    equal(await whoIs(way), "jane");
    using other = openWay(named("other.example.com"), { token: "token-of-jane" });
    const { exitCode, stderr } = await other.run("whoami");
    equal(exitCode, 3, stderr);
    match(stderr, /is not for other\.example\.com|not valid for name "other\.example\.com"/);
  }
  using none = openWay(clusterOf(server), { token: "token-of-jane" });
  equal((await none.run("whoami")).exitCode, 3);
});

Deno.test("a refusal is about the credential that was sent, whatever kind it is of", async () => {
  const { pem, keyPem } = await clientOf("joe");
  await using server = await serve(() => false, SERVER, true);
  const certificate = { "client-certificate-data": btoa(pem), "client-key-data": btoa(keyPem) };
  await using plain = await serve(() => false);
  const expired = idToken(Date.now() - 3_600_000);
  const cases: [TlsServer, Record<string, unknown>, RegExp][] = [
    [
      server,
      certificate,
      /does not accept the client certificate\n +It is of O=developers, CN=joe, issued by CN=clients\n/,
    ],
    [plain, { tokenFile: "token" }, /The token has expired/],
    [
      plain,
      exec("./plugin"),
      /The token has expired\n.*\n.*\n(.*\n)* +hint: .*what the exec plugin gives of context "x"/,
    ],
    [plain, {}, /wants a token, and none was sent/],
  ];
  for (const [{ port }, user, says] of cases) {
    using way = openWay({ server: `https://127.0.0.1:${port}`, "certificate-authority-data": CA_DATA }, user);
    Deno.writeTextFileSync(`${way.directory}/token`, expired);
    writePlugin(way.directory, [{ token: expired }]);
    const { exitCode, stderr } = await way.run("whoami");
    equal(exitCode, 4, stderr);
    match(stderr, says);
  }
});

Deno.test("beside the three variables, a proxy and a server name may be set", async () => {
  await using server = await serve((name) => name === "jane", BY_NAME);
  using proxy = startSocksProxy({ login: LOGIN });
  const env = {
    CLUSTER_ADDRESS: `https://127.0.0.1:${server.port}`,
    CA_AUTH_DATA: CA_DATA,
    K8S_TOKEN: idToken(Date.now() + 3_600_000, "jane"),
    CLUSTER_TLS_SERVER_NAME: "kubernetes.example.com",
    CLUSTER_PROXY_URL: `socks5://proxy-user:proxy-pass@127.0.0.1:${proxy.port}`,
  };
  const whoami = async (more: Record<string, string>) => {
    using way = openWay({}, {}, { ...env, ...more });
    return await way.runWithoutKubeconfig("whoami", "-o", "json");
  };
  const { exitCode, stdout, stderr } = await whoami({});
  equal(exitCode, 0, stderr);
  equal(JSON.parse(stdout).username, "jane");
  deepEqual([...new Set(proxy.asked)], [`127.0.0.1:${server.port}`]);
  const wrong = await whoami({ CLUSTER_PROXY_URL: "ftp://proxy-user:proxy-pass@127.0.0.1" });
  equal(wrong.exitCode, 2);
  match(wrong.stderr, /unsupported scheme "ftp", must be http, https, or socks5/);
  ok(!wrong.stderr.includes("proxy-pass"), wrong.stderr);
});
