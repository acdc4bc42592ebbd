/** A deploy job on the real cluster: a namespace, a ServiceAccount with a role in it, the article's project, kstage. */
import { equal, ok } from "../assert.ts";
import { eventually, type World, World as ContractWorld } from "../contract/world.ts";
import { type Cluster, findCluster, openContractServer } from "./cluster.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const PROJECT = `${ROOT}/tests/testdata/article/project`;
const ACCOUNT = "gitlab-service-account";

/** What a run of a program printed, and how it ended. */
export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Another way to the server, what kills the run with SIGKILL, and who wants to know its process. */
export interface Way {
  url: string;
  caPem: string;
  killed?: AbortSignal;
  started?(pid: number): void;
}

/** A job; all of it is gone when it is disposed of. */
export interface ClusterJob extends AsyncDisposable {
  cluster: Cluster;
  /** Its namespace, as the administrator sees it. */
  admin: World;
  namespace: string;
  /** A copy of the project, for the job's namespace. */
  project: string;
  /** Runs kstage as the job's ServiceAccount, which it knows from the three variables; `via` is another way to the server. */
  run(args: string[], via?: Way): Promise<RunResult>;
  /** Replaces a text in a file of the project. */
  edit(file: string, from: string, to: string): void;
}

/** What the job starts with. */
export interface ClusterJobOptions {
  /** The ClusterRole that the job's ServiceAccount has in its namespace. @default {"admin"} */
  role?: "admin" | "view" | "cluster-admin";
}

/** Prepares a job. */
export async function startClusterJob({ role = "admin" }: ClusterJobOptions = {}): Promise<ClusterJob> {
  const cluster = findCluster();
  const server = openContractServer(cluster);
  const namespace = `job-${crypto.randomUUID().slice(0, 8)}`;
  const admin = new ContractWorld(server, namespace);
  const token = await createAccount(admin, role);
  const directory = await Deno.makeTempDir({ prefix: "kstage-cluster-test-" });
  const project = `${directory}/project`;
  copyDirectory(PROJECT, project);
  Deno.mkdirSync(`${directory}/home`);
  const edit = (file: string, from: string, to: string) => {
    const text = Deno.readTextFileSync(`${project}/${file}`);
    ok(text.includes(from), `${file} has no ${from}`);
    Deno.writeTextFileSync(`${project}/${file}`, text.replaceAll(from, to));
  };
  edit("overlays/testing/kustomization.yml", "namespace: my-service", `namespace: ${namespace}`);
  return {
    cluster,
    admin,
    namespace,
    project,
    edit,
    async run(args, { url, caPem, killed, started }: Way = cluster) {
      const variables = { CLUSTER_ADDRESS: url, CA_AUTH_DATA: btoa(caPem), K8S_TOKEN: token };
      const result = await runKstage(args, project, { HOME: `${directory}/home`, ...variables }, { killed, started });
      for (const secret of [token, token.split(".")[2]!]) {
        ok(!result.stdout.includes(secret) && !result.stderr.includes(secret), "a token was printed");
      }
      return result;
    },
    async [Symbol.asyncDispose]() {
      await admin.call("DELETE", `/api/v1/namespaces/${namespace}`);
      await server[Symbol.asyncDispose]();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

/** Asserts an exit code, and shows the run when it is another. */
export function assertExit({ exitCode, stdout, stderr }: RunResult, wanted: number): void {
  equal(exitCode, wanted, `exit code ${exitCode} in place of ${wanted}\n${stdout}${stderr}`);
}

/** Runs a program to its end. Throws NotFound when there is none. */
export async function runProgram(
  command: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<RunResult> {
  const { code, stdout, stderr } = await new Deno.Command(command, { ...options, args, stdin: "null" }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { exitCode: code, stdout: decode(stdout), stderr: decode(stderr) };
}

async function createAccount(admin: World, role: string): Promise<string> {
  const { namespace } = admin;
  await admin.expect(201, "POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  });
  await admin.create("serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: ACCOUNT } });
  await admin.create("rbac.authorization.k8s.io/v1/rolebindings", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "deployer" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: ACCOUNT, namespace }],
  });
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const path = `${admin.path("serviceaccounts", ACCOUNT)}/token`;
  const { status } = await admin.expect(201, "POST", path, { body: request });
  const account = admin.as(status.token);
  await eventually("the role is known", async () => (await account.call("GET", admin.path("services"))).status === 200);
  return status.token;
}

type Hooks = Pick<Way, "killed" | "started">;

/** The compiled binary that `KSTAGE_BINARY` names, else the source. */
function runKstage(args: string[], cwd: string, env: Record<string, string>, hooks: Hooks): Promise<RunResult> {
  const binary = Deno.env.get("KSTAGE_BINARY");
  const denoDir = Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/deno`;
  const [command, first] = binary === undefined
    ? [Deno.execPath(), ["run", "-A", "--no-prompt", `--config=${ROOT}/deno.json`, `${ROOT}/main.ts`]]
    : [binary, []];
  const runtime: Record<string, string> = binary === undefined ? { DENO_DIR: denoDir } : {};
  const variables = { PATH: "/usr/bin:/bin", NO_COLOR: "1", ...runtime, ...env };
  return runCleared(command, [...first, ...args], { cwd, env: variables, ...hooks });
}

async function runCleared(
  command: string,
  args: string[],
  { cwd, env, killed, started }: Hooks & { cwd: string; env: Record<string, string> },
): Promise<RunResult> {
  // Nothing of the tester's own variables: a KUBECONFIG or a proxy must not matter.
  const pipes = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(command, { args, cwd, env, clearEnv: true, ...pipes }).spawn();
  started?.(child.pid);
  killed?.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { exitCode: code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** Copies a folder with all that is in it. */
export function copyDirectory(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyDirectory(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
