/**
 * Verdicts on rollouts of the real control plane, with the time that each takes. `KSTAGE_KUBECTL` names a kubectl whose
 * `rollout status --timeout=120s` is timed beside some of them.
 */
import { equal, ok } from "../assert.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import { type Manifest, refOf } from "../../src/manifest/mod.ts";
import { watchRollout, type WorkloadResult } from "../../src/rollout/mod.ts";
import { eventually, World } from "../contract/world.ts";
import { assertResult } from "../rollout/scenario.ts";
import { workload, type WorkloadOptions } from "../rollout/sandbox/sandbox_cluster.ts";
import { connect, findCluster, openContractServer } from "./cluster.ts";
import { runProgram } from "./job.ts";
import { CLUSTER_CASES, type ClusterCase } from "./rollout_cases.ts";

/** So many rollouts at once: time to a verdict must not be time that is spent waiting for a processor. */
const AT_ONCE = 10;

const { clock, random } = createDenoHost();

interface Timed {
  result: WorkloadResult;
  /** Until the first finding was told; undefined for none. */
  toldSeconds?: number;
  kubectl?: string;
}

/** What a case takes place in. */
interface Scene {
  world: World;
  client: KubeClient;
}

function manifestOf(namespace: string, tag: string, options: WorkloadOptions = {}): Manifest {
  const manifest = workload({ image: `registry.example.com/web:${tag}`, ...options }) as Manifest;
  return inNamespace(manifest, namespace);
}

function inNamespace(manifest: Manifest, namespace: string): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

function apply(client: KubeClient, manifest: Manifest): Promise<unknown> {
  return client.apply(manifest, { fieldManager: "kstage", force: true });
}

async function prepare({ world, client }: Scene, { labels, before = [], first, workload: options }: ClusterCase) {
  await world.expect(201, "POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: world.namespace, labels } },
  });
  const account = world.path("serviceaccounts", "default");
  await eventually("pods may be created", async () => (await world.call("GET", account)).status === 200);
  for (const object of before) await apply(client, inNamespace(object as Manifest, world.namespace));
  if (first === undefined) return;
  await apply(client, manifestOf(world.namespace, first.tag, first.workload ?? { kind: options?.kind }));
  await clock.sleep(first.seconds * 1000);
}

async function play(scene: Scene, wanted: ClusterCase): Promise<Timed> {
  const { world, client } = scene;
  await prepare(scene, wanted);
  const { tag = "v2", along = [], at = {}, watch = {} } = wanted;
  const manifests = [
    manifestOf(world.namespace, tag, wanted.workload),
    ...along.map((object) => inNamespace(object as Manifest, world.namespace)),
  ];
  const startMs = clock.now();
  for (const manifest of manifests) await apply(client, manifest);
  const stop = new AbortController();
  const actions = Object.entries(at).map(async ([seconds, act]) => {
    await clock.sleep(Number(seconds) * 1000, stop.signal);
    await act(world, client);
  });
  const kubectl = wanted.timed ? timeKubectl(world.namespace, manifests[0]!) : undefined;
  const targets = manifests.map(refOf);
  const watched = await follow(client, targets, startMs, { timeoutMs: 60_000, ...watch });
  stop.abort();
  for (const action of await Promise.allSettled(actions)) {
    if (action.status === "rejected" && action.reason !== stop.signal.reason) throw action.reason;
  }
  return { ...watched, kubectl: await kubectl };
}

async function follow(
  client: KubeClient,
  targets: Parameters<typeof watchRollout>[1],
  startMs: number,
  options: Omit<Parameters<typeof watchRollout>[2], "clock">,
): Promise<Timed> {
  let toldSeconds: number | undefined;
  for await (const event of watchRollout(client, targets, { clock, ...options })) {
    if (event.type === "finding") toldSeconds ??= (event.atMs - startMs) / 1000;
    if (event.type === "finished") return { result: event.results[0]!, toldSeconds };
  }
  throw new Error("The watch did not finish");
}

async function timeKubectl(namespace: string, { kind, metadata }: Manifest): Promise<string | undefined> {
  const program = Deno.env.get("KSTAGE_KUBECTL");
  if (program === undefined) return undefined;
  const startMs = Date.now();
  const args = ["--kubeconfig", findCluster().kubeconfig, "-n", namespace, "rollout", "status"];
  const { exitCode, stderr } = await runProgram(program, [...args, `${kind}/${metadata.name}`, "--timeout=120s"]);
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  return `${seconds} s, ${exitCode === 0 ? "rolled out" : stderr.trim().replace(/^error: /, "")}`;
}

/** Runs all, so many at once, and begins the next when one has ended. */
async function playAll(cases: readonly ClusterCase[], scene: (index: number) => Scene) {
  const outcomes: (Timed | Error)[] = [];
  const waiting = cases.map((one, index) => ({ one, index }));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { one, index } = next;
      outcomes[index] = await play(scene(index), one).catch((error) => error);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcomes;
}

/** A busy cluster may take its time until anything is wrong; from then on the time is kstage's own. */
function assertVerdict({ result, toldSeconds = 0 }: Timed, { want }: ClusterCase): void {
  if (want.outcome === "failed") {
    const [from, to] = want.seconds as [number, number];
    return assertResult(result, { ...want, seconds: [from, to + toldSeconds] });
  }
  if (want.outcome !== "healthy" || want.codes !== undefined) return assertResult(result, want);
  equal(result.outcome, "healthy", JSON.stringify(result, null, 2));
  ok(result.findings.every(({ severity }) => severity === "transient"), JSON.stringify(result.findings));
  const [from, to] = want.seconds as [number, number];
  ok(result.seconds >= from && result.seconds <= to, `took ${result.seconds} s, not ${from} to ${to}`);
}

function describe({ name }: ClusterCase, { result, toldSeconds, kubectl }: Timed): string {
  const { outcome, findings, seconds } = result;
  return `${name.padEnd(52)} ${outcome.padEnd(9)} ${(findings[0]?.code ?? "-").padEnd(6)} ` +
    `${seconds.toFixed(1).padStart(5)} s  told ${toldSeconds?.toFixed(1) ?? "-"} s` +
    (kubectl === undefined ? "" : `  kubectl: ${kubectl}`);
}

Deno.test("rollouts on a real cluster: the right verdict, code and evidence, in seconds", async (t) => {
  const cluster = findCluster();
  const server = openContractServer(cluster);
  using transport = connect(cluster);
  const client = createKubeClient(transport, { clock, random });
  const run = crypto.randomUUID().slice(0, 8);
  const worlds = CLUSTER_CASES.map((_, index) => new World(server, `rollout-${run}-${index}`));
  try {
    const outcomes = await playAll(CLUSTER_CASES, (index) => ({ world: worlds[index]!, client }));
    const lines: string[] = [];
    for (const [index, wanted] of CLUSTER_CASES.entries()) {
      const outcome = outcomes[index]!;
      if (!(outcome instanceof Error)) lines.push(describe(wanted, outcome));
      await t.step(wanted.name, () => {
        if (outcome instanceof Error) throw outcome;
        assertVerdict(outcome, wanted);
      });
    }
    if (Deno.env.get("KSTAGE_ROLLOUT_TIMES") !== undefined) {
      Deno.stderr.writeSync(new TextEncoder().encode(`\n${lines.join("\n")}\n`));
    }
  } finally {
    for (const world of worlds) await world.call("DELETE", `/api/v1/namespaces/${world.namespace}`);
    await server[Symbol.asyncDispose]();
  }
});
