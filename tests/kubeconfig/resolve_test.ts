import { deepEqual, equal, ok, rejects } from "../assert.ts";
import { createMemoryHost, type MemoryHostOptions } from "../../src/host/mod.ts";
import {
  encodeBase64,
  loadKubeconfig,
  resolveContext,
  type ResolveContextOptions,
  type ResolvedContext,
} from "../../src/kubeconfig/mod.ts";
import { makeCertificate } from "../credentials/throwaway_certificate.ts";

const CA = await Deno.readTextFile(new URL("../testdata/credentials/ca.crt", import.meta.url));
const VALIDATION: { cases: Record<string, { text: string; kubectl: string[] }> } = JSON.parse(
  await Deno.readTextFile(new URL("../testdata/kubeconfig/validation.json", import.meta.url)),
);

const CLUSTER = 'clusters: [{name: c, cluster: {server: "https://k8s.example.com:6443/"}}]\n';
const USER = "users: [{name: u, user: {token: abc}}]\n";
const CONTEXT = "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n";

function resolve(
  text: string,
  options: ResolveContextOptions = {},
  files: MemoryHostOptions["files"] = {},
): Promise<ResolvedContext> {
  const host = createMemoryHost({ cwd: "/dir", files: { "/dir/kk": text, ...files } });
  return resolveContext(loadKubeconfig(host, "kk"), host.fs, options);
}

for (const [name, { text, kubectl }] of Object.entries(VALIDATION.cases)) {
  Deno.test(`resolveContext() finds what kubectl finds: ${name}`, async () => {
    const options = text.includes("current-context") ? {} : { context: "x" };
    await rejects(resolve(text, options), (error: Error) => {
      for (const problem of kubectl) ok(error.message.includes(problem), `${error.message}\nlacks: ${problem}`);
      return true;
    });
  });
}

Deno.test("resolveContext() gives address, trust, credential and namespace of the current context", async () => {
  deepEqual(await resolve(CLUSTER + USER + CONTEXT), {
    name: "x",
    clusterName: "c",
    userName: "u",
    server: "https://k8s.example.com:6443",
    tls: {},
    authentication: { kind: "token", token: "abc" },
    namespace: "default",
    cluster: { server: "https://k8s.example.com:6443/" },
    warnings: [],
  });
});

Deno.test("resolveContext() never falls back to another cluster", async () => {
  const host = createMemoryHost({ env: { KUBERNETES_SERVICE_HOST: "10.0.0.1", HOME: "/h" } });
  await rejects(resolveContext(loadKubeconfig(host), host.fs), {
    code: "NO_CONTEXT",
    message: /there is none \(looked in \/h\/\.kube\/config\)/,
  });
  await rejects(resolve(CLUSTER + USER + "contexts: [{name: x}, {name: other}]"), {
    code: "NO_CONTEXT",
    hint: "Choose one with --context: x, other",
  });
  await rejects(resolve(CLUSTER + USER + CONTEXT, { context: "z" }), { code: "CONTEXT_MISSING", hint: /contexts: x$/ });
  await rejects(resolve(USER + CONTEXT), { code: "CLUSTER_MISSING", message: /cluster "c" was not found for context/ });
  await rejects(resolve(CLUSTER + CONTEXT), {
    code: "USER_MISSING",
    message: /user "u" was not found for context "x"/,
  });
  await rejects(resolve(CLUSTER + "contexts: [{name: x}]\ncurrent-context: x"), {
    message: /user was not specified for context "x"; cluster was not specified for context "x"/,
  });
  await rejects(resolve(`clusters: [{name: c}]\n${USER}${CONTEXT}`), { message: /no server found for cluster "c"/ });
});

Deno.test("resolveContext() reads files beside the kubeconfig, wherever the program stands", async () => {
  const text = `clusters: [{name: c, cluster: {server: "https://x", certificate-authority: pki/ca.crt}}]
users: [{name: u, user: {tokenFile: ../token}}]
${CONTEXT}`;
  const host = createMemoryHost({
    cwd: "/elsewhere",
    files: { "/home/.kube/config": text, "/home/.kube/pki/ca.crt": CA },
  });
  const context = await resolveContext(loadKubeconfig(host, "/home/.kube/config"), host.fs);
  equal(context.tls.caPem, CA);
  deepEqual(context.authentication, { kind: "tokenFile", path: "/home/token" });
});

Deno.test("resolveContext() gives TLS settings, the proxy, impersonation and a warning for insecure clusters", async () => {
  const context = await resolve(
    `clusters:
- name: c
  cluster: {server: "https://x", tls-server-name: kubernetes, insecure-skip-tls-verify: true, proxy-url: "socks5://p:1"}
users:
- name: u
  user: {username: me, password: pw, as: other, as-uid: "7", as-groups: [a, b], as-user-extra: {k: [v]}}
${CONTEXT}`,
  );
  deepEqual(context.tls, { serverName: "kubernetes", insecure: true, proxyUrl: "socks5://p:1" });
  deepEqual(context.authentication, { kind: "basic", username: "me", password: "pw" });
  deepEqual(context.impersonation, { user: "other", uid: "7", groups: ["a", "b"], extra: { k: ["v"] } });
  equal(context.warnings.length, 1);
});

Deno.test("resolveContext() takes an exec plugin beside the kubeconfig or from PATH", async () => {
  const exec = (command: string) =>
    resolve(
      `${CLUSTER}${CONTEXT}
users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ${command}}}}]`,
    );
  const commands = [];
  for (const command of ["./bin/login", "kubelogin", "/opt/login"]) {
    const { authentication } = await exec(command);
    commands.push(authentication.kind === "exec" && authentication.exec.command);
  }
  deepEqual(commands, ["/dir/bin/login", "kubelogin", "/opt/login"]);
});

Deno.test("resolveContext() refuses plain http, but for loopback when it is allowed", async () => {
  const at = (server: string, allowHttp = false) =>
    resolve(`clusters: [{name: c, cluster: {server: "${server}"}}]\n${USER}${CONTEXT}`, { allowHttp });
  await rejects(at("http://k8s.example.com", true), { code: "HTTP_REFUSED" });
  await rejects(at("k8s.example.com:6443", true), { code: "HTTP_REFUSED", hint: /Write https:\/\// });
  await rejects(at("http://127.0.0.1:8001"), { code: "HTTP_REFUSED", hint: /--allow-http/ });
  equal((await at("http://127.0.0.1:8001/", true)).server, "http://127.0.0.1:8001");
  equal((await at("[::1]:8001", true)).server, "http://[::1]:8001");
  await rejects(at("ftp://x"), { code: "INVALID_CONTEXT", message: /scheme "ftp:", not https/ });
  await rejects(at("https://me:pw@x"), (error: Error) => error.message.includes("user or password"));
  await rejects(at("https://"), { message: /no URL/ });
});

Deno.test("resolveContext() refuses a namespace that is no DNS label", async () => {
  await rejects(resolve(CLUSTER + USER + CONTEXT, { namespace: "A_b" }), { message: /"A_b" is not a DNS-1123 label/ });
  equal((await resolve(CLUSTER + USER + CONTEXT, { namespace: "my-service" })).namespace, "my-service");
});

Deno.test("resolveContext() names auth-providers that are no more", async () => {
  const provider = (name: string) =>
    resolve(`${CLUSTER}users: [{name: u, user: {auth-provider: {name: ${name}}}}]\n${CONTEXT}`);
  await rejects(provider("gcp"), { code: "UNSUPPORTED", hint: /gke-gcloud-auth-plugin/ });
  await rejects(provider("openstack"), { code: "UNSUPPORTED", message: /no Auth Provider found for name "openstack"/ });
});

Deno.test("resolveContext() takes a client certificate with its own key, and no other", async () => {
  const [mine, other] = await Promise.all(["CN=me", "CN=other"].map((subject) => makeCertificate({ subject })));
  const withKey = (keyPem: string) =>
    resolve(
      `${CLUSTER}${CONTEXT}
users: [{name: u, user: {client-certificate: me.crt, client-key-data: ${encodeBase64(keyPem)}}}]`,
      {},
      {
        "/dir/me.crt": mine!.pem,
      },
    );
  const { tls, authentication } = await withKey(mine!.keyPem);
  deepEqual(tls, { certificatePem: mine!.pem, keyPem: mine!.keyPem });
  deepEqual(authentication, { kind: "none" });
  await rejects(withKey(other!.keyPem), { message: /the client key does not belong to the client certificate/ });
  await rejects(withKey("nonsense"), { message: /the client key is no PEM private key/ });
  const damaged = mine!.keyPem.replace(/\n.{10}/, "\n");
  await rejects(withKey(damaged), (error: Error) => {
    equal(error.message, 'Cannot use context "x": the client certificate or its key cannot be parsed');
    return !String(error.cause).includes(damaged.slice(40, 60));
  });
});

Deno.test("resolveContext() refuses a CA that was cut off when it was copied", async () => {
  const cut = `${CA.split("\n").slice(0, 4).join("\n")}\n-----END CERTIFICATE-----\n`;
  await rejects(
    resolve(
      `clusters: [{name: c, cluster: {server: "https://x", certificate-authority-data: ${encodeBase64(cut)}}}]
${USER}${CONTEXT}`,
    ),
    { message: /unable to load root certificates: a certificate is damaged/ },
  );
});
