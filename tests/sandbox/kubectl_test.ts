/**
 * Real kubectls against the sandbox: those that KSTAGE_KUBECTL names, with commas between them, and the one on PATH.
 * Ignored where there is none, because the suite must pass on machines that have nothing but npm.
 */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { createSandbox, type Sandbox, type SandboxServer } from "../../src/sandbox/mod.ts";

const OVERLAY = new URL("../testdata/article/project/overlays/testing", import.meta.url).pathname;
const NAMESPACE = "my-service";
const PATCH = [{ op: "replace", path: "/data/a", value: "2" }];

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

  Deno.test({ name: `kubectl sees what would change before it is applied (${command})`, ignore }, async () => {
    await withKubectl(command, async (kubectl) => {
      const dry = succeeded(await kubectl("apply", "--dry-run=server", "-k", OVERLAY));
      match(dry, /deployment\.apps\/api-service created \(server dry run\)/);
      const before = await kubectl("diff", "-k", OVERLAY);
      equal(before.code, 1, before.stderr);
      match(before.stdout, /^\+kind: Deployment$/m);
      succeeded(await kubectl("apply", "-k", OVERLAY));
      const after = await kubectl("diff", "-k", OVERLAY);
      deepEqual([after.code, after.stdout], [0, ""]);
      succeeded(await kubectl("scale", "deployment/api-service", "--replicas=7"));
      const changed = await kubectl("diff", "--server-side", "--force-conflicts", "-k", OVERLAY);
      equal(changed.code, 1, changed.stderr);
      match(changed.stdout, /^- {2}replicas: 7$/m);
    });
  });

  Deno.test({ name: `kubectl knows who it is, what it may, and gets tokens (${command})`, ignore }, async () => {
    await withKubectl(command, async (kubectl) => {
      const who = succeeded(await kubectl("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}"));
      equal(who, `system:serviceaccount:${NAMESPACE}:gitlab-service-account`);
      equal(succeeded(await kubectl("auth", "can-i", "patch", "deployments.apps")), "yes\n");
      const denied = await kubectl("auth", "can-i", "get", "nodes");
      deepEqual([denied.code, denied.stdout], [1, "no\n"]);
      match(succeeded(await kubectl("auth", "can-i", "--list")), /^serviceaccounts\/token\s/m);
      const token = succeeded(await kubectl("create", "token", "gitlab-service-account", "--duration=1h")).trim();
      match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      match(succeeded(await kubectl(`--token=${token}`, "auth", "whoami")), /^Username +system:serviceaccount:/m);
      const wrong = await kubectl("--token=wrong", "get", "pods");
      deepEqual([wrong.code, wrong.stderr], [1, "error: You must be logged in to the server (Unauthorized)\n"]);
      const refused = await kubectl("get", "pods", "-n", "kube-system");
      match(refused.stderr, /^Error from server \(Forbidden\): pods is forbidden: User "system:serviceaccount:/);
    });
  });

  Deno.test({ name: `kubectl lists, watches, explains and edits (${command})`, ignore }, async () => {
    await withKubectl(command, async (kubectl) => {
      succeeded(await kubectl("create", "configmap", "settings", "--from-literal=a=1"));
      match(succeeded(await kubectl("get", "configmap", "settings", "-o", "name")), /^configmap\/settings$/m);
      match(
        succeeded(await kubectl("get", "configmap", "-o", "wide", "--show-labels")),
        /^settings\s+1\s+\d+s\s+<none>$/m,
      );
      match(succeeded(await kubectl("get", "configmap", "settings", "-w", "--request-timeout=1s")), /^settings\s+1\s/m);
      match(succeeded(await kubectl("explain", "deployment.spec.replicas")), /^FIELD:\s+replicas <integer>/m);
      match(succeeded(await kubectl("api-resources")), /^deployments\s+deploy\s+apps\/v1\s+true\s+Deployment$/m);
      succeeded(await kubectl("label", "configmap", "settings", "tier=web"));
      succeeded(await kubectl("annotate", "configmap", "settings", "note=x"));
      succeeded(await kubectl("patch", "configmap", "settings", "--type=json", `-p=${JSON.stringify(PATCH)}`));
      const data = succeeded(await kubectl("get", "configmap", "-l", "tier=web", "-o", "jsonpath={.items[0].data}"));
      equal(data, '{"a":"2"}');
      match(succeeded(await kubectl("delete", "configmap", "-l", "tier=web")), /configmap "settings" deleted/);
    });
  });
}
