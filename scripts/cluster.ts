// deno-lint-ignore-file no-console -- a script speaks through the console
/**
 * A real Kubernetes control plane on loopback, for the tests in tests/cluster.
 *
 *     deno task cluster:up [--kubernetes v1.35.4]   build what is missing, start, wait until pods can run
 *     deno task cluster:test [deno test arguments]  the contract and cluster suites, on the cluster that is up
 *     deno task cluster:status                      what runs where
 *     deno task cluster:down                        stop it and remove its files
 *
 * Needs Go 1.26 or newer on PATH the first time. Programs are kept below `${XDG_CACHE_HOME:-~/.cache}/kstage-cluster`,
 * so is what a running cluster writes; `KSTAGE_CLUSTER` names a second cluster beside the default one.
 */
import { buildPrograms, ClusterError, withLock } from "./cluster_build.ts";
import { clusterFolder, isUp, readState, renewKubelet, startCluster, stopCluster } from "./cluster_processes.ts";

const USAGE = "usage: cluster.ts up [--kubernetes VERSION] | test [ARGUMENTS] | status | down";

async function main([verb, ...args]: string[]): Promise<number> {
  switch (verb) {
    case "up":
      return await up(args);
    case "test":
      return await test(args);
    case "status":
      return await status();
    case "down":
      return await down();
    default:
      console.error(USAGE);
      return 2;
  }
}

async function up(args: string[]): Promise<number> {
  const [flag, version] = args;
  if (args.length > 0 && (flag !== "--kubernetes" || version === undefined)) {
    console.error(USAGE);
    return 2;
  }
  const programs = await buildPrograms(version, (line) => console.error(line));
  return await withLock("run", async () => {
    const folder = clusterFolder();
    const running = readState(folder);
    if (running !== undefined && await isUp(running)) {
      if (running.kubernetesVersion !== programs.kubernetesVersion) {
        console.error(`Kubernetes ${running.kubernetesVersion} is up already: deno task cluster:down first`);
        return 1;
      }
      const renewed = await renewKubelet(running, programs) ? ", its kubelet renewed" : "";
      console.log(`Kubernetes ${running.kubernetesVersion} is up already at ${running.url}${renewed}`);
      return 0;
    }
    // Whatever a killed run left.
    await stopCluster(folder);
    const started = performance.now();
    const { kubernetesVersion, url, kubeconfig } = await startCluster(folder, programs);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`Kubernetes ${kubernetesVersion} is up at ${url} after ${seconds} s\nexport KUBECONFIG=${kubeconfig}`);
    return 0;
  });
}

async function test(args: string[]): Promise<number> {
  const state = readState(clusterFolder());
  if (state === undefined || !await isUp(state)) {
    console.error("Cannot test on the cluster: none is up; run deno task cluster:up first");
    return 1;
  }
  const root = new URL("..", import.meta.url).pathname;
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-check", "-A", ...args, "scripts/cluster_suite.ts"],
    cwd: root,
    env: { KSTAGE_CLUSTER_STATE: `${state.folder}/state.json` },
  }).spawn().status;
  return code;
}

async function status(): Promise<number> {
  const state = readState(clusterFolder());
  if (state === undefined) {
    console.log("no cluster");
    return 1;
  }
  const answers = await isUp(state);
  console.log(`Kubernetes ${state.kubernetesVersion} at ${state.url}: ${answers ? "up" : "not answering"}`);
  for (const [module, version] of Object.entries(state.versions)) console.log(`  ${module} ${version}`);
  for (const { name, pid, log } of state.processes) console.log(`  ${name}: process ${pid}, ${log}`);
  console.log(`export KUBECONFIG=${state.kubeconfig}`);
  return answers ? 0 : 1;
}

async function down(): Promise<number> {
  return await withLock("run", async () => {
    const folder = clusterFolder();
    const had = readState(folder) !== undefined;
    await stopCluster(folder);
    console.log(had ? "the cluster is down" : "no cluster");
    return 0;
  });
}

try {
  Deno.exit(await main(Deno.args));
} catch (error) {
  if (!(error instanceof ClusterError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
