/**
 * Real kubectls against the sandbox: those that KSTAGE_KUBECTL names, with commas between them, and the one on PATH. Ignored where there is none,
 * because the suite must pass on machines that have nothing but npm.
 */
import { equal, match, ok } from "node:assert/strict";
import { createSandbox, type Sandbox, type SandboxServer } from "../../src/sandbox/mod.ts";

const OVERLAY = new URL("../testdata/article/project/overlays/testing", import.meta.url).pathname;
const NAMESPACE = "my-service";

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

type Kubectl = (...args: string[]) => Promise<Run>;

async function runProgram(command: string, args: string[], env: Record<string, string>): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args, env, stdin: "null" }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Paths of the kubectls to test with. */
function findKubectls(): string[] {
  const named = Deno.env.get("KSTAGE_KUBECTL")?.split(",") ?? [];
  const onPath = (Deno.env.get("PATH") ?? "").split(":").map((directory) => `${directory}/kubectl`).find(exists);
  return [...new Set(onPath === undefined ? named : [...named, onPath])];
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Serves a sandbox with the article's ServiceAccount and a kubeconfig for it. */
async function withKubectl(command: string, use: (kubectl: Kubectl, sandbox: Sandbox) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "kstage-kubectl-" });
  const sandbox = createSandbox();
  const server = await sandbox.serve();
  try {
    const kubeconfig = `${home}/config`;
    await Deno.writeTextFile(kubeconfig, await kubeconfigFor(sandbox, server));
    await use((...args) => runProgram(command, [`--kubeconfig=${kubeconfig}`, ...args], { HOME: home }), sandbox);
  } finally {
    await server.close();
    sandbox.close();
    await Deno.remove(home, { recursive: true });
  }
}

async function kubeconfigFor(sandbox: Sandbox, server: SandboxServer): Promise<string> {
  const name = "gitlab-service-account";
  sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  sandbox.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: NAMESPACE } });
  sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name, namespace: NAMESPACE },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace: NAMESPACE }],
  });
  const token = await sandbox.issueToken({ namespace: NAMESPACE, name });
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "k8s", cluster: { server: server.url, "certificate-authority-data": btoa(server.caPem) } }],
    users: [{ name, user: { token } }],
    contexts: [{ name: "default", context: { cluster: "k8s", user: name, namespace: NAMESPACE } }],
    "current-context": "default",
  });
}

function succeeded({ code, stderr, stdout }: Run): string {
  equal(code, 0, stderr || stdout);
  return stdout;
}

const kubectls = findKubectls();

for (const command of kubectls.length > 0 ? kubectls : ["none"]) {
  const ignore = kubectls.length === 0;

  Deno.test({ name: `kubectl asks the sandbox for its version and objects (${command})`, ignore }, async () => {
    await withKubectl(command, async (kubectl) => {
      match(succeeded(await kubectl("version")), /Server Version: v1\.36/);
      const yaml = succeeded(await kubectl("get", "serviceaccounts", "-o", "yaml"));
      match(yaml, /name: gitlab-service-account/);
      const table = succeeded(await kubectl("get", "serviceaccounts"));
      match(table, /^NAME\s/);
      const absent = await kubectl("get", "deployment", "nowhere");
      equal(absent.code, 1);
      match(absent.stderr, /Error from server \(NotFound\): deployments\.apps "nowhere" not found/);
    });
  });

  for (const mode of [["--server-side"], []]) {
    const flags = mode.join(" ");
    Deno.test({ name: `kubectl apply ${flags} -k, rollout and delete work (${command})`, ignore }, async () => {
      await withKubectl(command, async (kubectl, sandbox) => {
        const created = succeeded(await kubectl("apply", ...mode, "-k", OVERLAY));
        match(created, /deployment\.apps\/api-service (created|serverside-applied)/);
        match(
          succeeded(await kubectl("rollout", "status", "deployment/api-service", "--timeout=60s")),
          /successfully rolled out/,
        );
        const again = succeeded(await kubectl("apply", ...mode, "-k", OVERLAY));
        match(again, /deployment\.apps\/api-service (unchanged|serverside-applied)/);
        match(succeeded(await kubectl("rollout", "restart", "deployment/api-service")), /restarted/);
        match(
          succeeded(await kubectl("rollout", "status", "deployment/api-service", "--timeout=60s")),
          /successfully rolled out/,
        );
        equal(sandbox.store.list("apps/v1", "ReplicaSet", NAMESPACE).length, 2);
        match(succeeded(await kubectl("delete", "-k", OVERLAY)), /deployment\.apps "api-service" deleted/);
        const left = sandbox.store.list("apps/v1", "Deployment", NAMESPACE);
        ok(left.length === 0);
      });
    });
  }
}
