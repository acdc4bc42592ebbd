// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * Measures `kstage apply` against `kubectl apply -k`, client-side and server-side, on the real API server of
 * `deno task cluster:up`, each request 20 ms late. All objects are new each time; the build is part of it.
 *
 *     deno task cluster:up
 *     deno run -A scripts/bench_apply.ts [--sizes 2,20,200,1000] [--runs N]
 *
 * kubectl is taken from KUBECTL, else from PATH. kstage is dist/kstage where that was compiled, else a bundle run by
 * Deno. kubectl is limited to one run at 1000 objects: it takes minutes.
 */
import { startClusterJob } from "../tests/cluster/job.ts";
import { startWireProxy, type WireProxy } from "../tests/cluster/wire_proxy.ts";
import { findKstage, findKubectl, median, type Program } from "./bench_programs.ts";
import { generateOverlay } from "./generate_overlay.ts";

const LATENCY_MS = 20;
const OVERLAY = "overlay/overlays/prod";

interface Cost {
  seconds: number;
  requests: number;
  peakMb: number;
}

function valueOf(flag: string): string | undefined {
  const at = Deno.args.indexOf(flag);
  return at < 0 ? undefined : Deno.args[at + 1];
}

/** Peak resident memory so far, in MB; Linux keeps it for the process. */
async function readPeak(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function measure(command: readonly string[], cwd: string, env: Record<string, string>, proxy: WireProxy) {
  const started = performance.now();
  const child = new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let peakMb = 0;
  const timer = setInterval(async () => peakMb = Math.max(peakMb, await readPeak(child.pid)), 20);
  const { code, stderr } = await child.output();
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return { seconds: (performance.now() - started) / 1000, requests: proxy.requests.length, peakMb };
}

/** One apply into a new namespace. `arguments_` get the kubeconfig's path. */
async function applyOnce(size: number, words: (kubeconfig: string) => readonly string[]): Promise<Cost> {
  await using job = await startClusterJob();
  await generateOverlay(size, "plain", `${job.project}/overlay`);
  job.edit(`${OVERLAY}/kustomization.yaml`, "namespace: shop", `namespace: ${job.namespace}`);
  const { url, caPem } = job.cluster;
  await using proxy = await startWireProxy({
    server: url,
    caPem,
    fault: () => ({ kind: "stall", ms: LATENCY_MS }),
  });
  const kubeconfig = `${job.project}/kubeconfig`;
  await Deno.writeTextFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "c", cluster: { server: proxy.url, "certificate-authority-data": btoa(proxy.caPem) } }],
      users: [{ name: "u", user: { token: job.cluster.adminToken } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u", namespace: job.namespace } }],
      "current-context": "x",
    }),
  );
  return await measure(words(kubeconfig), job.project, { HOME: job.project }, proxy);
}

function summarize(costs: readonly Cost[]): Cost {
  return {
    seconds: median(costs.map(({ seconds }) => seconds)),
    requests: median(costs.map(({ requests }) => requests)),
    peakMb: median(costs.map(({ peakMb }) => peakMb)),
  };
}

function show(name: string, { seconds, requests, peakMb }: Cost, ours?: Cost): void {
  const ratio = ours === undefined ? "" : `, ${(seconds / ours.seconds).toFixed(1)}x`;
  console.log(`  ${name.padEnd(22)} ${seconds.toFixed(2)} s, ${requests} requests, ${peakMb.toFixed(0)} MB${ratio}`);
}

async function compareSize(size: number, runs: number, kubectl: Program, kstage: Program): Promise<void> {
  const contenders = {
    kstage: (file: string) => [...kstage.command, "apply", OVERLAY, "--quiet", "--kubeconfig", file],
    client: (file: string) => [...kubectl.command, `--kubeconfig=${file}`, "apply", "-k", OVERLAY],
    server: (file: string) => [...kubectl.command, `--kubeconfig=${file}`, "apply", "--server-side", "-k", OVERLAY],
  };
  const costs: Record<keyof typeof contenders, Cost[]> = { kstage: [], client: [], server: [] };
  for (let i = 0; i < runs; i++) {
    for (const name of ["kstage", "client", "server"] as const) {
      if (name !== "kstage" && size >= 1000 && i > 0) continue;
      costs[name].push(await applyOnce(size, contenders[name]));
    }
  }
  const ours = summarize(costs.kstage);
  console.log(`${size} new objects`);
  show("kstage apply", ours);
  show("kubectl, client-side", summarize(costs.client), ours);
  show("kubectl, server-side", summarize(costs.server), ours);
}

const runs = Number(valueOf("--runs") ?? 3);
const sizes = (valueOf("--sizes") ?? "2,20,200,1000").split(",").map(Number);
const directory = await Deno.makeTempDir({ prefix: "kstage-bench-" });
try {
  const [kubectl, kstage] = await Promise.all([findKubectl(), findKstage(directory)]);
  console.log(`kubectl: ${kubectl.version}\nkstage:  ${kstage.version}, ${kstage.kind}`);
  console.log(`${LATENCY_MS} ms per request, medians of ${runs} runs\n`);
  for (const size of sizes) await compareSize(size, runs, kubectl, kstage);
} finally {
  await Deno.remove(directory, { recursive: true });
}
