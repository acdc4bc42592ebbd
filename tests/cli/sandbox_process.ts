/**
 * The command line as a user meets it: a process of its own with nothing but the given variables, and a sandbox that the
 * test serves. `KSTAGE_BINARY` names a compiled binary to test in place of the source.
 */
import { deepEqual, equal, ok } from "../assert.ts";
import {
  createSandbox,
  type Fault,
  type RequestRecord,
  type Sandbox,
  type SandboxServer,
} from "../../src/sandbox/mod.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** The article's project. */
export const PROJECT = `${ROOT}/tests/testdata/article/project`;

const BINARY = Deno.env.get("KSTAGE_BINARY");
const COMMAND: readonly string[] = BINARY
  ? [BINARY]
  : [Deno.execPath(), "run", "-A", "--no-prompt", `--config=${ROOT}/deno.json`, `${ROOT}/main.ts`];

/** Where a Deno that runs from source finds its packages; the binary needs nothing. */
const RUNTIME_ENV: Record<string, string> = BINARY ? {} : { DENO_DIR: denoDirectory(), NO_COLOR: "1" };

function denoDirectory(): string {
  const { env } = Deno;
  return env.get("DENO_DIR") ?? `${env.get("XDG_CACHE_HOME") ?? `${env.get("HOME")}/.cache`}/deno`;
}

/** What a run printed, and how it ended. */
export interface RunResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** When to stop a run. */
export interface Interruption {
  /** What must have been printed by then. */
  when: RegExp;
  /** What else must be so by then: asked every few milliseconds, for it is the server's to say. */
  until?(): boolean;
  /** @default {"stderr"} */
  on?: "stdout" | "stderr";
  signal: "SIGINT" | "SIGTERM" | "SIGKILL";
  /** How long the process may live on, in milliseconds. */
  hardMs: number;
}

/** How to run. */
export interface RunOptions {
  /** Beside HOME, PATH and TMPDIR. @default the three variables */
  env?: Record<string, string>;
  /** @default the project's copy */
  cwd?: string;
  interrupt?: Interruption;
}

/** A served sandbox, a project and a place to run kstage in. */
export interface TestJob extends AsyncDisposable {
  sandbox: Sandbox;
  server: SandboxServer;
  token: string;
  /** CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN. */
  variables: Record<string, string>;
  /** A copy of the project that may be changed. */
  project: string;
  home: string;
  run(args: string[], options?: RunOptions): Promise<RunResult>;
  /** Replaces a text in a file of the project. */
  edit(file: string, from: string | RegExp, to: string): void;
  /** The requests since the last call. */
  takeRequests(): RequestRecord[];
  /** All objects but Events, as they are now, for "nothing was written". */
  snapshot(): string;
}

/** What the job starts with. */
export interface TestJobOptions {
  faults?: readonly Fault[];
  latencyMs?: number;
  http?: boolean;
  /** Role of the job's ServiceAccount in its namespace. @default {"admin"} */
  role?: "admin" | "view" | "none";
}

/** The ServiceAccount that the article's jobs deploy with. */
export const ACCOUNT = { namespace: "my-service", name: "gitlab-service-account" };

/** Starts a sandbox and prepares a job's directories; all of it is gone when the job is disposed of. */
export async function startJob(options: TestJobOptions = {}): Promise<TestJob> {
  const { faults = [], latencyMs = 0, http = false, role = "admin" } = options;
  const sandbox = createSandbox({ latencyMs, controllers: { faults } });
  createAccount(sandbox, role);
  const server = await sandbox.serve({ http, tickMs: 25 });
  const token = await sandbox.issueToken(ACCOUNT);
  const directory = await Deno.makeTempDir({ prefix: "kstage-test-" });
  const home = `${directory}/home`;
  const project = `${directory}/project`;
  Deno.mkdirSync(home);
  copyDirectory(PROJECT, project);
  const variables = { CLUSTER_ADDRESS: server.url, CA_AUTH_DATA: btoa(server.caPem), K8S_TOKEN: token };
  let seen = 0;
  return {
    sandbox,
    server,
    token,
    variables,
    project,
    home,
    run: (args, { env = variables, cwd = project, interrupt } = {}) =>
      runKstage(args, { env: { HOME: home, ...env }, cwd, interrupt, directory, token }),
    edit(file, from, to) {
      const text = Deno.readTextFileSync(`${project}/${file}`);
      const edited = text.replace(from, to);
      ok(edited !== text, `${file} has no ${from}`);
      Deno.writeTextFileSync(`${project}/${file}`, edited);
    },
    takeRequests() {
      const fresh = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      return fresh;
    },
    snapshot: () => snapshotOf(sandbox),
    async [Symbol.asyncDispose]() {
      await server.close();
      sandbox.close();
      Deno.removeSync(directory, { recursive: true });
    },
  };
}

/** The objects that the overlays name; what controllers do to other objects is none of kstage's doing. */
function snapshotOf({ store }: Sandbox): string {
  const kinds = [["v1", "ConfigMap"], ["v1", "Secret"], ["v1", "Service"], ["apps/v1", "Deployment"], [
    "v1",
    "Namespace",
  ]] as const;
  return JSON.stringify(
    kinds.map(([apiVersion, kind]) => store.list(apiVersion, kind).filter(({ type }) => type !== "kstage.dev/release")),
  );
}

/** The namespace, and the ServiceAccount with a ClusterRole in it. */
export function createAccount(sandbox: Sandbox, role: "admin" | "view" | "none"): void {
  const { namespace, name } = ACCOUNT;
  sandbox.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  sandbox.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } });
  if (role === "none") return;
  sandbox.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "deployer", namespace },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  });
}

let runs = 0;

interface KstageRun {
  env: Record<string, string>;
  cwd: string;
  interrupt?: Interruption;
  directory: string;
  token: string;
}

/** Runs the program, and checks what every run promises: no secret in any stream, nothing left behind, no stack trace. */
async function runKstage(args: string[], run: KstageRun): Promise<RunResult> {
  // Its own directory for temporary files, so that whatever is left in it was left by this run.
  const tmp = `${run.directory}/tmp-${++runs}`;
  Deno.mkdirSync(tmp);
  const child = new Deno.Command(COMMAND[0]!, {
    args: [...COMMAND.slice(1), ...args],
    cwd: run.cwd,
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", TMPDIR: tmp, ...RUNTIME_ENV, ...run.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A run that hangs fails its test by its exit code instead of holding up all others.
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const read = (name: "stdout" | "stderr") =>
    (run.interrupt?.on ?? "stderr") === name && run.interrupt !== undefined
      ? interruptWhen(child, name, run.interrupt)
      : new Response(child[name]).text();
  const [stdout, stderr, { code }] = await Promise.all([read("stdout"), read("stderr"), child.status]);
  clearTimeout(watchdog);
  const result = { exitCode: code, stdout, stderr };
  const what = `kstage ${args.join(" ")}\n${stderr}`;
  assertNoSecret(result, [run.token, run.env.K8S_TOKEN ?? ""]);
  if (run.interrupt?.signal !== "SIGKILL") {
    deepEqual([...Deno.readDirSync(tmp)].map(({ name }) => name), [], `left in TMPDIR by ${what}`);
  }
  deepEqual(filesBelow(run.env.HOME!).filter((path) => /\.lock$|\.kstage-new$/.test(path)), [], `left by ${what}`);
  ok(!/at file:\/\/|at async |Uncaught/.test(stderr), `a stack trace: ${what}`);
  return result;
}

async function interruptWhen(
  child: Deno.ChildProcess,
  stream: "stdout" | "stderr",
  { when, until = () => true, signal, hardMs }: Interruption,
): Promise<string> {
  let text = "";
  let sentAt = 0;
  for await (const chunk of child[stream].pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (sentAt > 0 || !when.test(text)) continue;
    sentAt = performance.now();
    while (!until() && performance.now() - sentAt < hardMs) await new Promise((resolve) => setTimeout(resolve, 5));
    sentAt = performance.now();
    child.kill(signal);
  }
  ok(sentAt > 0, `${when} never came: ${text}`);
  const tookMs = performance.now() - sentAt;
  ok(tookMs < hardMs, `${signal} took ${tookMs} ms`);
  return text;
}

/** Neither a token, nor its signature, nor its base64 may be seen. */
function assertNoSecret({ stdout, stderr }: RunResult, tokens: string[]): void {
  for (const token of tokens) {
    if (token.length < 8) continue;
    const signature = token.split(".")[2] ?? "";
    for (const secret of [token, btoa(token), signature]) {
      if (secret.length < 8) continue;
      ok(!stdout.includes(secret), "a secret on standard output");
      ok(!stderr.includes(secret), "a secret on standard error");
    }
  }
}

function filesBelow(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = `${directory}/${name}`;
    return isDirectory ? filesBelow(path) : [path];
  });
}

function copyDirectory(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyDirectory(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Whether a request is about the lock or the release's record, which every deploy writes. */
export function isBookkeeping({ method, path }: RequestRecord): boolean {
  return /\/leases(\/|$)|\/secrets\/kstage\./.test(path) || (method === "POST" && path.endsWith("/secrets"));
}

/** Whether a request can change nothing that the overlay is about. */
export function isRead(request: RequestRecord): boolean {
  const { method, query, path } = request;
  return isBookkeeping(request) || method === "GET" || query.dryRun === "All" ||
    /selfsubject(access|rules)reviews$/.test(path);
}

/** Runs tasks, at most three at a time, so that the machine's other tests are not starved. */
export async function inThrees<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: 3 }, async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  }));
}

/** Asserts an exit code, and shows the run when it is another. */
export function assertExit({ exitCode, stdout, stderr }: RunResult, wanted: number): void {
  equal(exitCode, wanted, `exit code ${exitCode} in place of ${wanted}\n${stdout}${stderr}`);
}
