// deno-lint-ignore-file no-console -- a script speaks through the console
import { createSandbox, type Sandbox, type SandboxServer } from "../src/sandbox/mod.ts";
import { compare, type Cost, type Program, run } from "./bench_programs.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const OVERLAY = `${ROOT}tests/testdata/article/project/overlays/testing`;
const NAMESPACE = "my-service";
const LATENCY_MS = 20;

/** A sandbox with the article's ServiceAccount, and the three variables for it. */
interface Target {
  sandbox: Sandbox;
  server: SandboxServer;
  variables: Record<string, string>;
}

async function startTarget(): Promise<Target> {
  const sandbox = createSandbox({ latencyMs: LATENCY_MS });
  const server = await sandbox.serve();
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
  return {
    sandbox,
    server,
    variables: { CLUSTER_ADDRESS: server.url, CA_AUTH_DATA: btoa(server.caPem), K8S_TOKEN: token },
  };
}

/** The article's job: five `kubectl config` calls, apply, restart, status. The apply creates, so that work is the same. */
function kubectlSteps(kubectl: Program, file: string, { variables }: Target): string[][] {
  const config = [...kubectl.command, `--kubeconfig=${file}`, "config"];
  const user = "gitlab-service-account";
  const cluster = [...kubectl.command, `--kubeconfig=${file}`];
  return [
    [...config, "set-cluster", "k8s", `--server=${variables.CLUSTER_ADDRESS}`],
    [...config, "set", "clusters.k8s.certificate-authority-data", variables.CA_AUTH_DATA!],
    [...config, "set-credentials", user, `--token=${variables.K8S_TOKEN}`],
    [...config, "set-context", "default", "--cluster=k8s", `--user=${user}`, `--namespace=${NAMESPACE}`],
    [...config, "use-context", "default"],
    [...cluster, "apply", "-k", OVERLAY],
    [...cluster, "rollout", "restart", "deployment/api-service"],
  ];
}

async function runKubectl(kubectl: Program, directory: string): Promise<Cost & { requests: number }> {
  const target = await startTarget();
  const file = `${directory}/kubeconfig-${crypto.randomUUID()}`;
  try {
    let seconds = 0;
    for (const step of kubectlSteps(kubectl, file, target)) seconds += (await run(step)).seconds;
    return { seconds, requests: target.sandbox.requests.length };
  } finally {
    await stop(target);
    await Deno.remove(file).catch(() => {});
  }
}

async function runKstage(kstage: Program): Promise<Cost & { requests: number }> {
  const target = await startTarget();
  try {
    const args = ["deploy", OVERLAY, "--no-wait", "--restart", "deployment/api-service"];
    const { seconds } = await run([...kstage.command, ...args], { env: target.variables });
    return { seconds, requests: target.sandbox.requests.length };
  } finally {
    await stop(target);
  }
}

async function stop({ sandbox, server }: Target): Promise<void> {
  await server.close();
  sandbox.close();
}

/**
 * The deploy step, without waiting for pods on either side: how long pods take is the cluster's affair, and both wait
 * for the same. kubectl runs the article's script; kstage skips the restart where the apply already rolled the pods.
 */
export async function benchDeploy(
  { kubectl, kstage, runs, directory }: { kubectl: Program; kstage: Program; runs: number; directory: string },
): Promise<void> {
  const requests = { kubectl: 0, kstage: 0 };
  const theirs = async () => {
    const cost = await runKubectl(kubectl, directory);
    requests.kubectl = cost.requests;
    return cost;
  };
  const ours = async () => {
    const cost = await runKstage(kstage);
    requests.kstage = cost.requests;
    return cost;
  };
  const [a, b] = await compare(runs, theirs, ours);
  console.log(`deploy of the article's overlay, ${LATENCY_MS} ms per request`);
  console.log(`kubectl script ${a.toFixed(3)} s, ${requests.kubectl} requests in 7 processes`);
  console.log(`kstage deploy  ${b.toFixed(3)} s, ${requests.kstage} requests in 1 process`);
  console.log(`ratio          ${(a / b).toFixed(2)}x\n`);
}
