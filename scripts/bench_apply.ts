// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Measures `kstage apply` against `kubectl apply -k`, client-side and server-side, on a real API server with its etcd,
 * 20 ms away. All objects are new each time; the build is part of it.
 *
 *     deno run -A scripts/bench_apply.ts [--sizes 2,20,200,1000] [--runs N] [--skip-kubectl]
 *
 * The server is started for this and has no controllers, which would work on the same cores on what was applied. The
 * latency is that of a TCP relay, so a handshake has it, too. "The requests alone" are those of kstage, sent by a client
 * that is connected already: what server and latency take on this machine, and nobody who asks first can go below.
 *
 * Programs of the server are built as `deno task cluster:up` does. kubectl is taken from KUBECTL, else from PATH; at
 * 1000 objects it runs once. kstage is dist/kstage where that was compiled, else a bundle run by Deno.
 */
import { createDenoHost } from "../src/host/mod.ts";
import { createHttpTransport, createKubeClient } from "../src/kube/mod.ts";
import type { Manifest } from "../src/manifest/mod.ts";
import { readYamlDocuments } from "../src/yaml/mod.ts";
import { startWireProxy } from "../tests/cluster/wire_proxy.ts";
import { findKstage, findKubectl, median, type Program, run } from "./bench_programs.ts";
import { buildPrograms, clusterCache } from "./cluster_build.ts";
import { type ClusterState, startCluster, stopCluster } from "./cluster_processes.ts";
import { startDelayRelay } from "./delay_relay.ts";
import { generateOverlay } from "./generate_overlay.ts";

const LATENCY_MS = 20;
const CONCURRENCY = 50;

interface Cost {
  seconds: number;
  /** Processor time of the client. */
  cpuSeconds: number;
  peakMb: number;
}

/** An overlay for a namespace of its own, which is there. */
interface Project extends AsyncDisposable {
  directory: string;
  overlay: string;
  namespace: string;
}

/** The words of a command, given an overlay and a kubeconfig. */
type Words = (overlay: string, kubeconfig: string) => readonly string[];

function valueOf(flag: string): string | undefined {
  const at = Deno.args.indexOf(flag);
  return at < 0 ? undefined : Deno.args[at + 1];
}

async function createProject(server: ClusterState, size: number): Promise<Project> {
  const directory = await Deno.makeTempDir({ prefix: "kstage-bench-" });
  const namespace = `bench-${crypto.randomUUID().slice(0, 8)}`;
  const overlay = await generateOverlay(size, "plain", `${directory}/overlay`);
  const file = `${overlay}/kustomization.yaml`;
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace("namespace: shop", `namespace: ${namespace}`));
  await withClient(server, server.url, (client) => {
    return client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  });
  return {
    directory,
    overlay,
    namespace,
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

async function withClient<T>(
  { caPem, adminToken: token }: ClusterState,
  url: string,
  use: (client: ReturnType<typeof createKubeClient>) => Promise<T>,
): Promise<T> {
  const host = createDenoHost();
  const http = host.network.open({ caPem, isBusy: true });
  try {
    await http.prepare?.(url, CONCURRENCY);
    return await use(createKubeClient(createHttpTransport({ server: url, http, token }), host));
  } finally {
    http.close();
  }
}

/** Peak memory and processor time so far; Linux keeps them for the process. */
async function readUse(pid: number): Promise<Omit<Cost, "seconds">> {
  const [status, stat] = await Promise.all(
    ["status", "stat"].map((file) => Deno.readTextFile(`/proc/${pid}/${file}`).catch(() => "")),
  );
  const [user = 0, system = 0] = (stat!.split(") ")[1] ?? "").split(" ").slice(11, 13).map(Number);
  return { peakMb: Number(/VmHWM:\s+(\d+) kB/.exec(status!)?.[1] ?? 0) / 1024, cpuSeconds: (user + system) / 100 };
}

async function writeKubeconfig({ directory, namespace }: Project, url: string, caPem: string, token: string) {
  const file = `${directory}/kubeconfig`;
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "c", cluster: { server: url, "certificate-authority-data": btoa(caPem) } }],
    users: [{ name: "u", user: { token } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u", namespace } }],
    "current-context": "x",
  };
  await Deno.writeTextFile(file, JSON.stringify(config));
  return file;
}

/** Runs a program once, on new objects, over the relay. */
async function measure(server: ClusterState, size: number, words: Words): Promise<Cost> {
  await using project = await createProject(server, size);
  using relay = startDelayRelay(Number(new URL(server.url).port), LATENCY_MS);
  const url = `https://127.0.0.1:${relay.port}`;
  const kubeconfig = await writeKubeconfig(project, url, server.caPem, server.adminToken);
  const [command = "", ...args] = words(project.overlay, kubeconfig);
  const started = performance.now();
  const child = new Deno.Command(command, {
    args,
    env: { HOME: project.directory },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let use = { peakMb: 0, cpuSeconds: 0 };
  const timer = setInterval(async () => {
    const { peakMb, cpuSeconds } = await readUse(child.pid);
    use = { peakMb: Math.max(use.peakMb, peakMb), cpuSeconds: Math.max(use.cpuSeconds, cpuSeconds) };
  }, 20);
  const { code, stderr } = await child.output();
  const seconds = (performance.now() - started) / 1000;
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return { seconds, ...use };
}

/** How many requests a program needs, over a proxy that reads them. */
async function countRequests(server: ClusterState, size: number, words: Words): Promise<number> {
  await using project = await createProject(server, size);
  await using proxy = await startWireProxy({ server: server.url, caPem: server.caPem });
  const kubeconfig = await writeKubeconfig(project, proxy.url, proxy.caPem, server.adminToken);
  await run([...words(project.overlay, kubeconfig)], { env: { HOME: project.directory } });
  return proxy.requests.length;
}

/** A dry-run of each object, then a write of each, and nothing else. */
async function measureRequestsAlone(server: ClusterState, size: number, kstage: Program): Promise<number> {
  await using project = await createProject(server, size);
  using relay = startDelayRelay(Number(new URL(server.url).port), LATENCY_MS);
  const { stdout } = await run([...kstage.command, "build", project.overlay]);
  const manifests = readYamlDocuments(stdout, { file: "build" }).map(({ value }) => value as Manifest);
  return await withClient(server, `https://127.0.0.1:${relay.port}`, async (client) => {
    await Promise.all(Array.from({ length: Math.min(CONCURRENCY, size) }, () => {
      return client.get({ apiVersion: "v1", kind: "Namespace", name: project.namespace });
    }));
    const started = performance.now();
    for (const dryRun of [true, false]) {
      let next = 0;
      await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
        while (next < manifests.length) await client.apply(manifests[next++]!, { fieldManager: "bench", dryRun });
      }));
    }
    return (performance.now() - started) / 1000;
  });
}

async function compareSize(server: ClusterState, size: number, runs: number, kstage: Program, kubectl?: Program) {
  const contenders: { name: string; words: Words; isSlow: boolean }[] = [
    {
      name: "kstage apply",
      words: (overlay, file) => [...kstage.command, "apply", overlay, "--quiet", "--kubeconfig", file],
      isSlow: false,
    },
    ...(kubectl === undefined ? [] : [["kubectl, client-side"], ["kubectl, server-side", "--server-side"]]).map((
      [name = "", ...flags],
    ) => ({
      name,
      words: (overlay: string, file: string) => [
        ...kubectl!.command,
        `--kubeconfig=${file}`,
        "apply",
        ...flags,
        "-k",
        overlay,
      ],
      isSlow: size >= 1000,
    })),
  ];
  console.log(`${size} new objects (load ${Deno.loadavg()[0]!.toFixed(1)})`);
  let ours: number | undefined;
  for (const { name, words, isSlow } of contenders) {
    const costs: Cost[] = [];
    for (let i = 0; i < (isSlow ? 1 : runs); i++) costs.push(await measure(server, size, words));
    const seconds = median(costs.map((cost) => cost.seconds));
    const ratio = ours === undefined ? "" : `, ${(seconds / ours).toFixed(1)}x`;
    ours ??= seconds;
    const cpu = median(costs.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2);
    const memory = Math.max(...costs.map(({ peakMb }) => peakMb)).toFixed(0);
    const requests = await countRequests(server, size, words);
    console.log(
      `  ${name.padEnd(22)} ${seconds.toFixed(2)} s, ${cpu} s of a core, ${memory} MB, ${requests} requests${ratio}`,
    );
  }
  const alone: number[] = [];
  for (let i = 0; i < runs; i++) alone.push(await measureRequestsAlone(server, size, kstage));
  console.log(`  ${"the requests alone".padEnd(22)} ${median(alone).toFixed(2)} s`);
}

const runs = Number(valueOf("--runs") ?? 3);
const sizes = (valueOf("--sizes") ?? "2,20,200,1000").split(",").map(Number);
const directory = await Deno.makeTempDir({ prefix: "kstage-bench-" });
const folder = `${clusterCache()}/run/bench-${Deno.pid}`;
try {
  const kubectl = Deno.args.includes("--skip-kubectl") ? undefined : await findKubectl();
  const kstage = await findKstage(directory);
  const server = await startCluster(folder, await buildPrograms(undefined, console.error), { controllers: false });
  const names = kubectl === undefined ? "" : `kubectl: ${kubectl.version}\n`;
  console.log(`${names}kstage:  ${kstage.version}, ${kstage.kind}\nserver:  ${server.kubernetesVersion}`);
  console.log(`${LATENCY_MS} ms per round trip, medians of ${runs} runs\n`);
  for (const size of sizes) await compareSize(server, size, runs, kstage, kubectl);
} finally {
  await stopCluster(folder);
  await Deno.remove(directory, { recursive: true });
}
