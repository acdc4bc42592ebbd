/** Each way into a cluster that a kubeconfig can describe, on the real API server; kubectl beside it where there is one. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { eventually, World } from "../contract/world.ts";
import { makeCertificate, type ThrowawayCertificate } from "../credentials/throwaway_certificate.ts";
import { startHttpProxy, startSocksProxy } from "../host/proxies.ts";
import { serveTls } from "../host/tls_server.ts";
import { createIssuer, idToken } from "../kubeconfig/oidc_issuer.ts";
import { openWay, type WayIn, writePlugin } from "../operations/ways_in.ts";
import { findCluster, openContractServer } from "./cluster.ts";
import { findKubectl } from "./kubectl.ts";

const cluster = findCluster();
const CLUSTER = { server: cluster.url, "certificate-authority-data": btoa(cluster.caPem) };
const ACCOUNT = "deployer";
// deno-lint-ignore no-explicit-any -- whatever the server answers
type Answer = any;

/** Who kstage and, if there is one, kubectl are for the server; both must agree. */
async function whoAre(way: WayIn, ...flags: string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await way.run("whoami", "-o", "json", ...flags);
  equal(exitCode, 0, stderr);
  const { username, groups, uid, extra } = JSON.parse(stdout);
  const kubectl = await findKubectl();
  if (kubectl === undefined) return { username, groups, uid, extra };
  const run = await kubectl(way.kubeconfig, "auth", "whoami", "-o", "json", ...flags);
  equal(run.exitCode, 0, run.stderr);
  const { userInfo } = JSON.parse(run.stdout).status;
  deepEqual({ username, groups, uid, extra }, { uid: null, groups: [], extra: {}, ...userInfo });
  return { username, groups, uid, extra };
}

interface Job extends AsyncDisposable {
  admin: World;
  username: string;
  /** A token of the ServiceAccount; with `secret`, until that is deleted. */
  issue(secret?: string): Promise<string>;
}

async function startJob(): Promise<Job> {
  const server = openContractServer(cluster);
  const namespace = `ways-${crypto.randomUUID().slice(0, 8)}`;
  const admin = new World(server, namespace);
  await admin.expect(201, "POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  });
  await admin.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: ACCOUNT } });
  return {
    admin,
    username: `system:serviceaccount:${namespace}:${ACCOUNT}`,
    async issue(secret) {
      const bound = secret === undefined ? {} : { boundObjectRef: { apiVersion: "v1", kind: "Secret", name: secret } };
      if (secret !== undefined) {
        await admin.create("secrets", { apiVersion: "v1", kind: "Secret", metadata: { name: secret } });
      }
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: bound };
      const path = `${admin.path("serviceaccounts", ACCOUNT)}/token`;
      return (await admin.expect(201, "POST", path, { body })).status.token;
    },
    async [Symbol.asyncDispose]() {
      await admin.call("DELETE", `/api/v1/namespaces/${namespace}`);
      await server[Symbol.asyncDispose]();
    },
  };
}

const CA_KEY = `${cluster.folder}/ca.key`;

/** A cluster that was started by an older version of its script has not kept the key. */
function hasCaKey(): boolean {
  try {
    return Deno.statSync(CA_KEY).isFile;
  } catch {
    return false;
  }
}

/** A test that needs the cluster's CA. */
function testWithCa(name: string, fn: () => Promise<void>): void {
  const ignore = !hasCaKey();
  Deno.test({ name: ignore ? `${name} (needs a cluster that is started anew)` : name, ignore, fn });
}

/** The cluster's own CA, which signs for its clients. */
async function readClusterCa(): Promise<ThrowawayCertificate> {
  const keyPem = Deno.readTextFileSync(CA_KEY);
  const der = Uint8Array.from(atob(keyPem.replace(/-----.*?-----|\s/g, "")), (letter) => letter.charCodeAt(0));
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
  return { pem: cluster.caPem, keyPem, keys: { privateKey, publicKey: privateKey } };
}

testWithCa("a client certificate, as data and from an exec plugin", async () => {
  const issuer = await readClusterCa();
  const { pem, keyPem } = await makeCertificate({ subject: "O=developers, O=on-call, CN=jane", issuer });
  const jane = { username: "jane", groups: ["developers", "on-call", "system:authenticated"] };
  using data = openWay(CLUSTER, { "client-certificate-data": btoa(pem), "client-key-data": btoa(keyPem) });
  const { username, groups } = await whoAre(data);
  deepEqual({ username, groups }, jane);
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "./plugin", interactiveMode: "Never" };
  using plugin = openWay(CLUSTER, { exec });
  writePlugin(plugin.directory, [{ clientCertificateData: pem, clientKeyData: keyPem }]);
  equal((await whoAre(plugin)).username, "jane");
  const stranger = await makeCertificate({ subject: "CN=jane" });
  using refused = openWay(CLUSTER, {
    "client-certificate-data": btoa(stranger.pem),
    "client-key-data": btoa(stranger.keyPem),
  });
  ok([3, 4].includes((await refused.run("whoami")).exitCode), "a certificate of nobody is refused");
});

Deno.test("tokens: from an exec plugin, from oidc, and from a file that is rotated when the old one is revoked", async () => {
  await using job = await startJob();
  const exec = { apiVersion: "client.authentication.k8s.io/v1beta1", command: "./plugin" };
  using plugin = openWay(CLUSTER, { exec });
  writePlugin(plugin.directory, [{ token: idToken(Date.now() + 60_000) }, { token: await job.issue() }], "v1beta1");
  equal((await whoAre(plugin)).username, job.username);

  using file = openWay(CLUSTER, { tokenFile: "token" });
  const rotate = (token: string) => Deno.writeTextFileSync(`${file.directory}/token`, token);
  rotate(await job.issue("anchor"));
  using connection = await file.connect();
  const ask = () =>
    connection.client.request({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }),
    }) as Promise<Answer>;
  equal((await ask()).status.userInfo.username, job.username);
  await job.admin.call("DELETE", job.admin.path("secrets", "anchor"));
  const old = job.admin.as(Deno.readTextFileSync(`${file.directory}/token`));
  await eventually("the token is revoked", async () => (await old.call("GET", "/api")).status === 401);
  rotate(await job.issue());
  equal((await ask()).status.userInfo.username, job.username);
  const { username } = await whoAre(file);
  equal(username, job.username);
});

testWithCa("an oidc user's token is renewed and kept; kubectl goes on with what kstage kept", async () => {
  await using job = await startJob();
  const certificate = await makeCertificate({
    subject: "CN=issuer",
    issuer: await readClusterCa(),
    names: [{ type: "ip", value: "127.0.0.1" }],
  });
  const token = await job.issue();
  let refreshes = 0;
  await using issuing = await serveTls({
    certificate,
    async answer({ method, path, headers, body }, response) {
      const request = new Request(`https://issuer.invalid${path}`, {
        method,
        headers,
        ...(method === "POST" ? { body } : {}),
      });
      const answer = await issuer.handle(request);
      const text = await answer.text();
      // The API server trusts itself as an issuer: its own token stands in for the one that is made up.
      const isGrant = answer.status === 200 && text.includes("id_token");
      refreshes += isGrant ? 1 : 0;
      response.statusCode = answer.status;
      response.setHeader("content-type", "application/json");
      response.end(isGrant ? JSON.stringify({ ...JSON.parse(text), id_token: token }) : text);
    },
  });
  const url = `https://127.0.0.1:${issuing.port}`;
  const issuer = createIssuer({ url, now: Date.now, clientId: "kube", rotates: true });
  const config = {
    "idp-issuer-url": url,
    "idp-certificate-authority-data": btoa(cluster.caPem),
    "client-id": "kube",
    "id-token": idToken(Date.now() - 60_000),
    "refresh-token": "refresh-token-1",
  };
  using way = openWay(CLUSTER, { "auth-provider": { name: "oidc", config } });
  equal((await whoAre(way)).username, job.username);
  equal(refreshes, 1);
});

Deno.test("proxies of each kind, and a server name of its own", async () => {
  await using job = await startJob();
  const user = { token: await job.issue() };
  using http = startHttpProxy();
  using socks = startSocksProxy();
  for (const [scheme, { port, asked }] of [["http", http], ["socks5", socks]] as const) {
    const proxy = { "proxy-url": `${scheme}://127.0.0.1:${port}` };
    for (const more of [{}, { "tls-server-name": "kubernetes.default.svc" }]) {
      using way = openWay({ ...CLUSTER, ...proxy, ...more }, user);
      equal((await whoAre(way)).username, job.username);
    }
    ok(asked.length > 0 && asked.every((address) => address === new URL(cluster.url).host), asked.join());
  }
  using named = openWay({ ...CLUSTER, "tls-server-name": "kubernetes.default.svc" }, user);
  equal((await whoAre(named)).username, job.username);
  using wrong = openWay({ ...CLUSTER, "tls-server-name": "other.example.com" }, user);
  const { exitCode, stderr } = await wrong.run("whoami");
  equal(exitCode, 3);
  match(stderr, /other\.example\.com/);
  using insecure = openWay({ server: cluster.url, "insecure-skip-tls-verify": true }, user);
  equal((await whoAre(insecure)).username, job.username);
});

Deno.test("acting as others, with several groups, UID and extra", async () => {
  using way = openWay(CLUSTER, { token: cluster.adminToken });
  const groups = ["--as-group", "developers", "--as-group", "on call, always"];
  const jane = await whoAre(way, "--as", "jane", ...groups, "--as-uid", "7");
  deepEqual(jane, {
    username: "jane",
    groups: ["developers", "on call, always", "system:authenticated"],
    uid: "7",
    extra: {},
  });
  const extra = { "as": "joe", "as-groups": ["a", "b"], "as-user-extra": { "example.com/scope": ["x", "y"] } };
  using own = openWay(CLUSTER, { token: cluster.adminToken, ...extra });
  const joe = await whoAre(own);
  deepEqual([joe.username, joe.groups, joe.extra], [
    "joe",
    ["a", "b", "system:authenticated"],
    { "example.com/scope": ["x", "y"] },
  ]);
});
