import { deepEqual, equal, match, ok } from "../assert.ts";
import { runCli } from "../../src/cli/mod.ts";
import { createMemoryHost } from "../../src/host/mod.ts";
import { encodeBase64 } from "../../src/kubeconfig/mod.ts";
import { ADMIN_TOKEN, createSandbox } from "../../src/sandbox/mod.ts";
import { ACCOUNT, createAccount } from "../cli/sandbox_process.ts";
import { makeCertificate } from "../credentials/throwaway_certificate.ts";

const SERVER = "https://sandbox.example:6443";

interface WorldOptions {
  user?: (token: string) => string;
  /** Answers before the sandbox. */
  answer?: (request: Request) => Response | undefined;
  env?: (token: string) => Record<string, string>;
}

async function startWorld({ user, answer, env }: WorldOptions = {}) {
  const { clock } = createMemoryHost();
  const sandbox = createSandbox({ clock, controllers: {} });
  createAccount(sandbox, "admin");
  const token = await sandbox.issueToken(ACCOUNT, 86_400);
  const config = `clusters: [{name: c, cluster: {server: "${SERVER}"}}]
users: [{name: u, user: ${user?.(token) ?? `{token: ${ADMIN_TOKEN}}`}}]
contexts: [{name: x, context: {cluster: c, user: u, namespace: my-service}}]
current-context: x
`;
  const fetch = (request: Request) => Promise.resolve(answer?.(request) ?? sandbox.handle(request));
  const run = async (...args: string[]) => {
    const files = { "/config": config };
    const host = { ...createMemoryHost({ files, env: { KUBECONFIG: "/config", ...env?.(token) }, fetch }), clock };
    const exitCode = await runCli(["whoami", ...args], host);
    const { stdout, stderr } = host.out;
    ok(!`${stdout}${stderr}`.includes(token.split(".")[2]!), "a secret is shown");
    return { exitCode, stdout, stderr };
  };
  return { run, token, clock };
}

/** A server of Kubernetes before 1.27. */
const withoutReview = (request: Request) =>
  request.url.includes("selfsubjectreviews")
    ? Response.json({ kind: "Status", status: "Failure", reason: "NotFound", code: 404, message: "no" }, {
      status: 404,
    })
    : undefined;

Deno.test("whoami tells what the server says, and what the token says of itself", async () => {
  const variables = (token: string) => ({ CLUSTER_ADDRESS: SERVER, CA_AUTH_DATA: "system", K8S_TOKEN: token });
  const { run, clock } = await startWorld({ env: variables });
  const text = await run();
  equal(text.exitCode, 0, text.stderr);
  match(text.stdout, /^User +system:serviceaccount:my-service:gitlab-service-account$/m);
  match(text.stdout, /^Groups +system:serviceaccounts, system:serviceaccounts:my-service, system:authenticated$/m);
  match(text.stdout, /^Namespace +my-service$/m);
  match(text.stdout, /^Credential +token, fingerprint [0-9a-f]{8}$/m);
  match(text.stdout, /^Issuer +https:\/\//m);
  match(text.stdout, /^Expires +2026-01-02 00:00 UTC, in 24h$/m);
  const json = JSON.parse((await run("-o", "json")).stdout);
  equal(json.source, "server");
  equal(json.username, "system:serviceaccount:my-service:gitlab-service-account");
  deepEqual([json.namespace, json.server, json.context], ["my-service", SERVER, "default"]);
  equal(json.credential.kind, "token");
  equal(json.credential.expiresAt, "2026-01-02T00:00:00.000Z");
  deepEqual(json.notes, ["K8S_TOKEN expires 2026-01-02 00:00 UTC, in 24h"]);
  await clock.advance(86_400_000 + 120_000);
  const expired = await run();
  equal(expired.exitCode, 4);
  match(expired.stderr, /expired/);
});

Deno.test("whoami on a server without SelfSubjectReview lets the token tell, and says so", async () => {
  const { run } = await startWorld({ user: (token) => `{token: ${token}}`, answer: withoutReview });
  const { exitCode, stdout, stderr } = await run("-o", "json");
  equal(exitCode, 0, stderr);
  match(
    stderr,
    /^note: This server has no SelfSubjectReview \(Kubernetes before 1\.27\): this is what the credential says/,
  );
  const { source, username, groups } = JSON.parse(stdout);
  equal(source, "token");
  equal(username, "system:serviceaccount:my-service:gitlab-service-account");
  deepEqual(groups, ["system:serviceaccounts", "system:serviceaccounts:my-service", "system:authenticated"]);
});

Deno.test("whoami reads a client certificate's subject", async () => {
  const certificate = await makeCertificate({ subject: "O=developers, O=on-call, CN=jane" });
  const [cert, key] = [certificate.pem, certificate.keyPem].map(encodeBase64);
  const { run } = await startWorld({
    user: () => `{client-certificate-data: ${cert}, client-key-data: ${key}}`,
    answer: withoutReview,
  });
  const { stdout, stderr } = await run("-o", "json");
  const { source, username, groups, credential } = JSON.parse(stdout);
  deepEqual([source, username], ["certificate", "jane"], stderr);
  deepEqual(groups, ["developers", "on-call", "system:authenticated"]);
  equal(credential.kind, "certificate");
  equal(credential.expiresAt, "2125-01-01T00:00:00.000Z");
  match((await run()).stdout, /^Certificate +O=developers, O=on-call, CN=jane$/m);
});

Deno.test("whoami tells an anonymous user why it is one", async () => {
  const { run } = await startWorld({ user: () => "{}" });
  const { exitCode, stdout, stderr } = await run();
  // Anonymous users may not ask who they are.
  equal(exitCode, 0, stderr);
  match(stderr, /does not let this user ask who it is/);
  match(stdout, /^User +unknown$/m);
  match(stdout, /^Credential +none$/m);
});

Deno.test("whoami acts as others: several groups, UID and extra, by flags and by the kubeconfig", async () => {
  const { run } = await startWorld();
  const flags = ["--as", "jane", "--as-group", "developers", "--as-group", "on call", "--as-uid", "7"];
  const { stdout, stderr, exitCode } = await run(
    ...flags,
    "--as-user-extra",
    "scope=a",
    "--as-user-extra",
    "scope=b",
    "-o",
    "json",
  );
  equal(exitCode, 0, stderr);
  const { username, uid, groups, extra, impersonating } = JSON.parse(stdout);
  deepEqual({ username, uid, groups, extra }, {
    username: "jane",
    uid: "7",
    groups: ["developers", "on call", "system:authenticated"],
    extra: { scope: ["a", "b"] },
  });
  equal(impersonating.user, "jane");
  const own = await startWorld({
    user: () => `{token: ${ADMIN_TOKEN}, as: joe, as-groups: [a, b], as-user-extra: {k: [v, w]}}`,
  });
  const joe = JSON.parse((await own.run("-o", "json")).stdout);
  deepEqual([joe.username, joe.groups, joe.extra], ["joe", ["a", "b", "system:authenticated"], { k: ["v", "w"] }]);
  const ann = JSON.parse((await own.run("--as", "ann", "--as-group", "c", "-o", "json")).stdout);
  deepEqual([ann.username, ann.groups], ["ann", ["c", "system:authenticated"]]);
});

Deno.test("whoami refuses groups without a user, and names the rule that impersonation lacks", async () => {
  const { run } = await startWorld({ user: (token) => `{token: ${token}}` });
  const stray = await run("--as-group", "developers");
  equal(stray.exitCode, 2);
  match(stray.stderr, /requesting uid, groups or user-extra for u without impersonating a user/);
  equal((await run("--as-user-extra", "nothing", "--as", "jane")).exitCode, 2);
  const denied = await run("--as", "jane");
  equal(denied.exitCode, 5, denied.stderr);
  match(denied.stderr, /cannot impersonate resource "users"/);
});

Deno.test("a run by the three variables writes no file at all", async () => {
  const sandbox = createSandbox({ clock: createMemoryHost().clock, controllers: {} });
  const env = { CLUSTER_ADDRESS: SERVER, CA_AUTH_DATA: "system", K8S_TOKEN: ADMIN_TOKEN };
  const host = createMemoryHost({ env, fetch: (request) => sandbox.handle(request) });
  const refuse = () => {
    throw new Error("a file is written");
  };
  const fs = { ...host.fs, writeFile: refuse, makeDir: refuse, makeTempDir: refuse };
  equal(await runCli(["whoami"], { ...host, fs }), 0, host.out.stderr);
});
