import { equal, match, ok } from "../assert.ts";
import { createBootstrapWorld, SERVER } from "./bootstrap_world.ts";
import { ADMIN_TOKEN } from "../../src/sandbox/mod.ts";

const ARTICLE = new URL("../testdata/article/project", import.meta.url).pathname;
const GOLDEN = new URL("../testdata/operations/pull_secret.yaml", import.meta.url);
const LOGIN = {
  CI_REGISTRY: "registry.example.com",
  CI_DEPLOY_USER: "gitlab+deploy-token-1",
  CI_DEPLOY_PASSWORD: 'p<ä>&"w',
};

Deno.test("pull-secret create prints what kubectl prints", async () => {
  const { job } = createBootstrapWorld({ project: ARTICLE });
  const { stdout } = await job(LOGIN, "pull-secret", "create", "pull", "-n", "shop", "--print");
  equal(stdout, await Deno.readTextFile(GOLDEN));
});

Deno.test("pull-secret create writes the Secret, twice as once, and shows no password", async () => {
  const { job, sandbox } = createBootstrapWorld({ project: ARTICLE });
  const env = { ...LOGIN, CI_DEPLOY_PASSWORD: "gldt-canary-0123", CLUSTER_ADDRESS: SERVER, CA_AUTH_DATA: "system" };
  sandbox.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "admin", namespace: "default" } });
  sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "admin" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "admin", namespace: "default" }],
  });
  const K8S_TOKEN = await sandbox.issueToken({ namespace: "default", name: "admin" });
  for (const word of ["created", "configured"]) {
    const { exitCode, stdout, stderr } = await job({ ...env, K8S_TOKEN }, "pull-secret", "create", "pull");
    equal(exitCode, 0, stderr);
    match(stdout, new RegExp(`secret/pull ${word}`));
    ok(!(stdout + stderr).includes("canary") && !(stdout + stderr).includes(ADMIN_TOKEN));
  }
});

Deno.test("a job's own token is refused, as it ends with the job", async () => {
  const { job } = createBootstrapWorld({ project: ARTICLE });
  const env = { ...LOGIN, CI_DEPLOY_USER: "gitlab-ci-token" };
  const { exitCode, stderr } = await job(env, "pull-secret", "create", "pull", "--print");
  equal(exitCode, 2);
  match(stderr, /ends with the job/);
  equal((await job({ CI_REGISTRY: "r.example.com" }, "pull-secret", "create", "pull", "--print")).exitCode, 2);
});
