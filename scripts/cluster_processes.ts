/** Starts and stops the processes of a test cluster, and keeps what is known about a running one in a file. */
import { clusterCache, ClusterError, type ClusterPrograms } from "./cluster_build.ts";
import {
  apiServerCall,
  auditLog,
  type ClusterPorts,
  controllerCalls,
  etcdCall,
  kubeletConfiguration,
  type ProgramCall,
  writeConfiguration,
} from "./cluster_configuration.ts";

/** A running cluster, as `state.json` in its folder tells. */
export interface ClusterState {
  kubernetesVersion: string;
  versions: Record<string, string>;
  /** `https://127.0.0.1:40123`. */
  url: string;
  caPem: string;
  /** The administrator's bearer token. */
  adminToken: string;
  /** The administrator's kubeconfig. */
  kubeconfig: string;
  /** What the API server notes of the requests of ServiceAccounts: a JSON object a line. */
  auditLog: string;
  /** Certificates, logs and the store; gone when the cluster is down. */
  folder: string;
  processes: ClusterProcess[];
  /** Whether it was ready once. */
  isReady: boolean;
}

/** One of its programs. */
export interface ClusterProcess {
  name: string;
  pid: number;
  log: string;
}

/** How long a cluster may take to be ready, in milliseconds. A loaded machine takes its time. */
const READY_MS = 120_000;
/** How long a process may take to end before it is killed, in milliseconds. */
const END_MS = 5000;
const NODES = ["node-1", "node-2"];

/** Folder of a cluster that runs or would run. `KSTAGE_CLUSTER` names another one than `default`. */
export function clusterFolder(): string {
  return `${clusterCache()}/run/${Deno.env.get("KSTAGE_CLUSTER") ?? "default"}`;
}

/** What the folder says, or undefined when no cluster was started there. */
export function readState(folder: string): ClusterState | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(`${folder}/state.json`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether all its processes run and its API server is ready. */
export async function isUp(state: ClusterState): Promise<boolean> {
  if (!state.isReady || !state.processes.every((process) => isRunning(process, state.folder))) return false;
  using api = connect(state);
  return await api.get("/readyz").then(({ ok }) => ok, () => false);
}

/** What of a control plane to start. */
export interface ClusterOptions {
  /** Without controllers, scheduler and nodes there is an API server that only stores. @default {true} */
  controllers?: boolean;
}

/**
 * Starts a cluster and waits until pods can run on it.
 *
 * @throws {ClusterError} When a process ends, or it takes too long; nothing is left running then.
 */
export async function startCluster(
  folder: string,
  programs: ClusterPrograms,
  { controllers = true }: ClusterOptions = {},
): Promise<ClusterState> {
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ports = freePorts();
  const { adminToken, caPem } = await writeConfiguration(folder, ports);
  const state: ClusterState = {
    kubernetesVersion: programs.kubernetesVersion,
    versions: programs.versions,
    url: `https://127.0.0.1:${ports.apiServer}`,
    caPem,
    adminToken,
    kubeconfig: `${folder}/admin.kubeconfig`,
    auditLog: auditLog(folder),
    folder,
    processes: [],
    isReady: false,
  };
  try {
    const start = (call: ProgramCall) => startProgram(call, programs, state);
    [etcdCall(folder, ports), apiServerCall(folder, ports)].forEach(start);
    using api = connect(state);
    await until(state, "the API server is ready", async () => (await api.get("/readyz")).ok);
    if (controllers) {
      controllerCalls(folder, ports).forEach(start);
      for (const name of NODES) await api.create("/api/v1/nodes", node(name));
      await until(state, "nodes take pods", () => areNodesReady(api));
      await until(state, "namespaces have their ServiceAccount", () => hasDefaultAccount(api));
    }
    state.isReady = true;
    writeState(state);
    return state;
  } catch (error) {
    await stopCluster(folder);
    throw error;
  }
}

/**
 * Lets a running cluster's kubelet do what this tree says, where the cluster was started by another.
 *
 * @returns Whether that was necessary.
 */
export async function renewKubelet(state: ClusterState, programs: ClusterPrograms): Promise<boolean> {
  const file = `${state.folder}/kwok.yaml`;
  const wanted = kubeletConfiguration(state.folder);
  const kwok = state.processes.find(({ name }) => name === "kwok");
  if (kwok === undefined || Deno.readTextFileSync(file) === wanted) return false;
  const [, ...args] = commandLine(kwok.pid).split("\0").filter((arg) => arg !== "");
  Deno.writeTextFileSync(file, wanted, { mode: 0o600 });
  signal(kwok.pid, "SIGTERM");
  while (isRunning(kwok, state.folder)) await pause(20);
  state.processes = state.processes.filter((process) => process !== kwok);
  startProgram({ name: "kwok", args }, programs, state);
  return true;
}

/** Ends a cluster's processes and removes its folder; does so for one that was half started or half killed too. */
export async function stopCluster(folder: string): Promise<void> {
  const state = readState(folder);
  const processes = (state?.processes ?? []).toReversed();
  for (const process of processes) if (isRunning(process, folder)) signal(process.pid, "SIGTERM");
  const deadline = Date.now() + END_MS;
  for (const process of processes) {
    while (isRunning(process, folder)) {
      if (Date.now() > deadline) signal(process.pid, "SIGKILL");
      await pause(20);
    }
  }
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

function startProgram({ name, args }: ProgramCall, programs: ClusterPrograms, state: ClusterState): void {
  const log = `${state.folder}/${name}.log`;
  // The shell only opens the log and becomes the program, so that the log goes on when this script has ended.
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", log, programs.paths[name]!, ...args],
    cwd: state.folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  state.processes.push({ name, pid: child.pid, log });
  writeState(state);
}

function writeState(state: ClusterState): void {
  const file = `${state.folder}/state.json`;
  Deno.writeTextFileSync(`${file}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  Deno.renameSync(`${file}.new`, file);
}

/** Whether the process lives and is ours: a number may have been given to another process since. */
function isRunning({ pid }: ClusterProcess, folder: string): boolean {
  return commandLine(pid).includes(`${folder}/`);
}

/**
 * What was started under a name, with its arguments.
 *
 * @throws {ClusterError} When it doesn't run.
 */
export function programOf(
  { processes }: Pick<ClusterState, "processes">,
  name: string,
): { path: string; args: string[] } {
  const process = processes.find((process) => process.name === name);
  const [path, ...args] = commandLine(process?.pid ?? 0).split("\0").filter((arg) => arg !== "");
  if (path === undefined) throw new ClusterError(`Cannot tell how ${name} was started: it does not run`);
  return { path, args };
}

function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  } catch {
    if (Deno.build.os === "linux") return "";
  }
  const { stdout } = new Deno.Command("ps", { args: ["-ww", "-o", "command=", "-p", `${pid}`] }).outputSync();
  return new TextDecoder().decode(stdout);
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}

async function until(state: ClusterState, what: string, test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!await test().catch(() => false)) {
    const ended = state.processes.find((process) => !isRunning(process, state.folder));
    // A program that is just being loaded has no command line yet: only who is gone at a second look has ended.
    if (ended !== undefined) await pause(500);
    if (ended !== undefined && !isRunning(ended, state.folder)) {
      throw new ClusterError(`Cannot start the cluster: ${ended.name} has ended\n${lastLines(ended.log)}`);
    }
    if (Date.now() > deadline) {
      const logs = state.processes.map(({ name, log }) => `${name}:\n${lastLines(log)}`).join("\n");
      throw new ClusterError(`Cannot start the cluster: no "${what}" within ${READY_MS / 1000} s\n${logs}`);
    }
    await pause(100);
  }
}

function lastLines(log: string): string {
  return Deno.readTextFileSync(log).trimEnd().split("\n").slice(-15).join("\n");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** All are held until the last is found, so that no two are equal. */
function freePorts(): ClusterPorts {
  const listeners = Array.from({ length: 4 }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const [etcd, etcdPeer, apiServer, kubelet] = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return { etcd: etcd!, etcdPeer: etcdPeer!, apiServer: apiServer!, kubelet: kubelet! };
}

interface Api extends Disposable {
  get(path: string): Promise<{ ok: boolean; text: string }>;
  create(path: string, object: unknown): Promise<void>;
}

function connect({ url, caPem, adminToken }: ClusterState): Api {
  const client = Deno.createHttpClient({ caCerts: [caPem], http2: false });
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, { ...init, headers, client, signal: AbortSignal.timeout(10_000) });
    return { ok: response.ok, text: await response.text() };
  };
  return {
    get: (path) => send(path),
    async create(path, object) {
      const { ok, text } = await send(path, { method: "POST", body: JSON.stringify(object) });
      if (!ok) throw new ClusterError(`Cannot create ${path}: ${text}`);
    },
    [Symbol.dispose]: () => client.close(),
  };
}

function node(name: string) {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

interface NodeList {
  items: { spec: { taints?: unknown[] }; status: { conditions?: { type: string; status: string }[] } }[];
}

async function areNodesReady(api: Api): Promise<boolean> {
  const { items }: NodeList = JSON.parse((await api.get("/api/v1/nodes")).text);
  return items.length === NODES.length && items.every(({ spec, status }) =>
    (spec.taints ?? []).length === 0 &&
    (status.conditions ?? []).some(({ type, status }) => type === "Ready" && status === "True")
  );
}

async function hasDefaultAccount(api: Api): Promise<boolean> {
  const answers = await Promise.all([
    api.get("/api/v1/namespaces/default/serviceaccounts/default"),
    api.get("/api/v1/namespaces/default/configmaps/kube-root-ca.crt"),
  ]);
  return answers.every(({ ok }) => ok);
}
