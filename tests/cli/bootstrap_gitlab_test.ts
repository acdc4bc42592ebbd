/** bootstrap, rotate and revoke as an administrator runs them: processes, a cluster and a GitLab with TLS. */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { deepEqual, equal, match, ok } from "../assert.ts";
import { ADMIN_TOKEN } from "../../src/sandbox/mod.ts";
import { makeCertificate } from "../credentials/throwaway_certificate.ts";
import { createFakeGitlab, DEVELOPER, EXPIRED, type FakeGitlab, MAINTAINER, READER } from "../gitlab/fake_gitlab.ts";
import { assertExit, startJob, type TestJob } from "./sandbox_process.ts";

interface Gitlab extends AsyncDisposable {
  fake: FakeGitlab;
  url: string;
  caPem: string;
}

/** Serves the fake on loopback, with a certificate of its own CA. */
async function serveGitlab(fake: FakeGitlab): Promise<Gitlab> {
  const ca = await makeCertificate({ subject: "CN=gitlab-ca", ca: true });
  const names = [{ type: "ip" as const, value: "127.0.0.1" }];
  const { pem, keyPem } = await makeCertificate({ subject: "CN=gitlab", issuer: ca, names });
  const server = createServer({ cert: pem, key: keyPem }, async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = ["POST", "PUT"].includes(request.method!) ? { body: new Blob(chunks as BlobPart[]) } : {};
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const init = { method: request.method!, headers, ...body };
    const answer = await fake.handle(new Request(`https://gitlab.example.com${request.url}`, init));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    fake,
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caPem: ca.pem,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An administrator's shell: kubeconfig, access token, GitLab's URL and CA. */
function administrator(
  job: TestJob,
  { url, caPem }: Gitlab,
  token = MAINTAINER,
): (args: string[]) => ReturnType<TestJob["run"]> {
  const cluster = { server: job.server.url, "certificate-authority-data": btoa(job.server.caPem) };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster }],
    users: [{ name: "admin", user: { token: ADMIN_TOKEN } }],
    contexts: [{ name: "admin", context: { cluster: "c", user: "admin" } }],
    "current-context": "admin",
  };
  Deno.writeTextFileSync(`${job.project}/admin.kubeconfig`, JSON.stringify(config));
  Deno.writeTextFileSync(`${job.project}/gitlab-ca.pem`, caPem);
  const env = {
    KUBECONFIG: `${job.project}/admin.kubeconfig`,
    GITLAB_TOKEN: token,
    CI_SERVER_URL: url,
    CI_SERVER_TLS_CA_FILE: `${job.project}/gitlab-ca.pem`,
  };
  return (args) => job.run(args, { env });
}

const PLACE = ["--gitlab", "group/project", "--scope", "testing"];
const variablesOf = ({ variables }: FakeGitlab) => Object.fromEntries(variables.map(({ key, value }) => [key, value]));

Deno.test("bootstrap, deploy, rotate and revoke with a GitLab, each its own process", async (t) => {
  await using job = await startJob({ role: "none" });
  const fake = createFakeGitlab();
  // More than a page of others, which stay as they are.
  const other = {
    description: null,
    environment_scope: "*",
    masked: false,
    hidden: false,
    protected: false,
    raw: false,
  };
  for (let i = 0; i < 120; i++) {
    fake.variables.push({ ...other, key: `OTHER_${i}`, value: "x", variable_type: "env_var" });
  }
  await using gitlab = await serveGitlab(fake);
  const admin = administrator(job, gitlab);
  const deploy = (env = variablesOf(fake)) => job.run(["deploy", "overlays/testing"], { env });
  const bootstrap = ["bootstrap", "overlays/testing", ...PLACE, "--allow-loopback"];
  const ours = () => fake.variables.filter(({ key }) => !key.startsWith("OTHER_"));

  await t.step("bootstrap stores three variables, the token hidden, with a description that tells it", async () => {
    const run = await admin(bootstrap);
    assertExit(run, 0);
    deepEqual(
      ours().map(({ key, masked, hidden, protected: isProtected, raw, environment_scope }) => [
        ...[key, masked, hidden, isProtected, raw, environment_scope],
      ]),
      [
        ["CLUSTER_ADDRESS", false, false, true, true, "testing"],
        ["CA_AUTH_DATA", false, false, true, true, "testing"],
        ["K8S_TOKEN", true, true, true, true, "testing"],
      ],
    );
    const { value, description } = ours()[2]!;
    match(
      description!,
      /^kstage v=1 sa=my-service\/kstage-deployer secret=\S+ fp=[0-9a-f]{8} exp=20\d\d-\S+ iss=https:/,
    );
    ok(!(run.stdout + run.stderr).includes(value), "the token was printed");
  });

  await t.step("a job with these variables alone deploys", async () => assertExit(await deploy(), 0));

  await t.step("twice is once", async () => {
    const before = JSON.stringify(fake.variables);
    assertExit(await admin(bootstrap), 0);
    equal(JSON.stringify(fake.variables), before);
    assertExit(await admin(["bootstrap", "overlays/testing", "--check"]), 0);
  });

  await t.step("rotate: a new token is tried, stored and read back before the old one ends", async () => {
    const old = variablesOf(fake);
    const order: string[] = [];
    const asked = job.sandbox.requests.length;
    fake.before = ({ method }) => {
      const { requests } = job.sandbox;
      order.push(
        `gitlab ${method}`,
        ...requests.slice(asked).some(({ method }) => method === "DELETE") ? ["ended"] : [],
      );
      return undefined;
    };
    assertExit(await admin(["rotate", "-n", "my-service", ...PLACE]), 0);
    fake.before = undefined;
    deepEqual(order.slice(-2), ["gitlab PUT", "gitlab GET"]);
    ok(!order.includes("ended"), "the old token ended before the new one was stored");
    const cluster = job.sandbox.requests.slice(asked).filter(({ method, path }) =>
      method !== "GET" || /version/.test(path)
    );
    deepEqual(cluster.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`), [
      "POST secrets",
      "POST token",
      "POST selfsubjectreviews",
      "DELETE kstage-deployer-token-1",
    ]);
    assertExit(await deploy(), 0);
    equal((await deploy(old)).exitCode, 4);
  });

  await t.step("revoke: token, account, Role and variables go, other variables stay", async () => {
    const last = variablesOf(fake);
    assertExit(await admin(["bootstrap", "overlays/testing", ...PLACE, "--revoke"]), 0);
    deepEqual([ours(), fake.variables.length], [[], 120]);
    equal((await deploy(last)).exitCode, 4);
    assertExit(await admin(["bootstrap", "overlays/testing", ...PLACE, "--revoke"]), 0);
  });
});

Deno.test("what GitLab refuses is told before anything is made in the cluster", async () => {
  await using job = await startJob({ role: "none" });
  await using gitlab = await serveGitlab(createFakeGitlab());
  const cases: [token: string, project: string, exit: number, says: RegExp][] = [
    [DEVELOPER, "group/project", 5, /403 Forbidden[^]*role Maintainer/],
    [EXPIRED, "group/project", 4, /401[^]*has not expired/],
    [MAINTAINER, "group/none", 6, /404 Project Not Found[^]*Check the project's path/],
  ];
  for (const [token, project, exit, says] of cases) {
    const args = ["bootstrap", "overlays/testing", "--gitlab", project, "--allow-loopback"];
    const run = await administrator(job, gitlab, token)(args);
    assertExit(run, exit);
    match(run.stderr, says);
    ok(!run.stderr.includes(token), "the access token was printed");
    deepEqual(job.takeRequests().filter(({ method }) => method === "PATCH"), []);
  }
  const run = await administrator(job, gitlab, READER)(["bootstrap", "overlays/testing", ...PLACE, "--allow-loopback"]);
  assertExit(run, 5);
  match(run.stderr, /insufficient_scope[^]*the token the scope api/);
});
