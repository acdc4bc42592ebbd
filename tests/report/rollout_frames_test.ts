/** What a person sees of rollouts, on a terminal and in the logs of CI services: recorded frames of the sandbox. */
import { deepEqual, equal, ok } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { createProgress, type Progress } from "../../src/report/mod.ts";
import { type RolloutTarget, watchRollout } from "../../src/rollout/mod.ts";
import { SandboxCluster, targetOf, workload } from "../rollout/sandbox/sandbox_cluster.ts";
import { FakeTerminal } from "./fake_terminal.ts";

const GOLDENS = new URL("../testdata/report/rollout_frames/", import.meta.url);
const NEXT = "registry.example.com/web:2";

function named(name: string, image: string): JsonObject {
  const object = workload({ image }) as JsonObject & { metadata: JsonObject; spec: JsonObject };
  const labels = { app: name };
  const template = object.spec.template as JsonObject;
  return {
    ...object,
    metadata: { name },
    spec: { ...object.spec, selector: { matchLabels: labels }, template: { ...template, metadata: { labels } } },
  };
}

/** Watches these Deployments, and does something at each of the given seconds. */
async function watch(
  cluster: SandboxCluster,
  names: string[],
  progress: Progress,
  at: Record<number, () => void> = {},
): Promise<void> {
  const { clock } = cluster;
  const stop = new AbortController();
  const targets: RolloutTarget[] = names.map((name) => ({ ...targetOf(), name }));
  const ticking = (async () => {
    for (let second = 1; !stop.signal.aborted; second++) {
      await clock.sleep(1000, stop.signal).catch(() => {});
      if (stop.signal.aborted) return;
      progress.tick();
      at[second]?.();
    }
  })();
  const watching = async () => {
    for await (const event of watchRollout(cluster.client, targets, { clock, timeoutMs: 120_000 })) {
      progress.rollout(event);
    }
    stop.abort();
    progress.finish();
    await ticking;
  };
  await clock.run(watching());
}

/** Hashes of templates are the sandbox's own affair. */
function withoutHashes(text: string): string {
  return text.replace(/\b(api|web|worker|service-\d+)-[a-z0-9]{6,10}(-[a-z0-9]{5})?\b/g, "$1-HASH");
}

function assertGolden(name: string, recorded: string): void {
  const text = withoutHashes(recorded);
  const file = new URL(`${name}.txt`, GOLDENS);
  if (Deno.env.get("KSTAGE_UPDATE_GOLDENS") !== undefined) {
    Deno.mkdirSync(GOLDENS, { recursive: true });
    Deno.writeTextFileSync(file, text);
  }
  equal(text, Deno.readTextFileSync(file));
}

async function rolling(names: string[], faults: JsonObject[]): Promise<SandboxCluster> {
  const cluster = new SandboxCluster(faults);
  for (const name of names) await cluster.apply(named(name, "registry.example.com/web:1"));
  await cluster.pass(20);
  for (const name of names) await cluster.apply(named(name, NEXT));
  return cluster;
}

Deno.test("a terminal of 80 columns shows workloads, ReplicaSets and pods, what is in trouble first", async () => {
  const cluster = await rolling(["api", "web", "worker"], [
    { fail: "crash", workload: "worker", image: NEXT, exitCode: 3 },
    { fail: "slow", workload: "web", image: NEXT, delaySeconds: 12 },
  ]);
  const terminal = new FakeTerminal(80);
  const progress = createProgress({ output: terminal, clock: cluster.clock, live: true, colored: true });
  const frames: string[] = [];
  const record = (title: string) => frames.push(`--- ${title}\n${terminal.screen()}\n`);
  await watch(cluster, ["api", "web", "worker"], progress, {
    1: () => record("after 1 s"),
    5: () => record("after 5 s"),
    12: () => record("after 12 s"),
  });
  record("at the end");
  cluster.close();
  assertGolden("three_deployments", frames.join(""));
});

Deno.test("200 workloads fit a terminal and four watches: the healthy are counted, the others come as far as there is room", async () => {
  const names = Array.from({ length: 200 }, (_, i) => `service-${String(i).padStart(3, "0")}`);
  const cluster = await rolling(names, [
    { fail: "image-not-found", workload: "service-007", image: NEXT },
    { fail: "slow", workload: "service-100", image: NEXT, delaySeconds: 30 },
  ]);
  const terminal = new FakeTerminal(80);
  const progress = createProgress({ output: terminal, clock: cluster.clock, live: true, colored: false });
  const frames: string[] = [];
  const record = (title: string) => {
    frames.push(`--- ${title}\n${terminal.screen()}\n`);
    ok(terminal.screen().split("\n").length <= 16);
  };
  const before = cluster.sandbox.requests.length;
  await watch(cluster, names, progress, { 1: () => record("after 1 s"), 9: () => record("after 9 s") });
  record("at the end");
  const { requests } = cluster.sandbox;
  const watches = requests.slice(before).filter(({ query }) => query.watch !== undefined).map(({ path }) => path);
  const lists = requests.slice(before).filter(({ query }) => query.watch === undefined && query.continue === undefined);
  const namespace = "namespaces/shop";
  const kinds = [
    `/api/v1/${namespace}/events`,
    `/api/v1/${namespace}/pods`,
    `/apis/apps/v1/${namespace}/deployments`,
    `/apis/apps/v1/${namespace}/replicasets`,
  ];
  deepEqual(watches.sort(), kinds, "one watch for each kind, whatever the number of workloads");
  deepEqual(lists.map(({ path }) => path).sort(), kinds, "one list for each kind");
  cluster.close();
  assertGolden("two_hundred_deployments", frames.join(""));
});

for (const format of ["plain", "gitlab", "github"] as const) {
  Deno.test(`a log (${format}) has one line for each change, and a heartbeat when nothing changes`, async () => {
    const cluster = await rolling(["api", "worker"], [
      { fail: "slow", workload: "api", image: NEXT, delaySeconds: 80, phase: "pull" },
      { fail: "registry-unavailable", workload: "worker", image: NEXT, times: 1 },
    ]);
    const terminal = { written: "", write: (text: string) => void (terminal.written += text) };
    const output = { ...terminal, write: terminal.write, isTerminal: () => false, columns: () => 80 };
    const progress = createProgress({ output, clock: cluster.clock, live: false, colored: false, format });
    await watch(cluster, ["api", "worker"], progress);
    cluster.close();
    assertGolden(`log_${format}`, terminal.written.replaceAll("\x1b", "ESC").replaceAll("\r", "CR"));
  });
}

Deno.test("GitHub is pointed at each failure", async () => {
  const cluster = await rolling(["api"], [{ fail: "crash", image: NEXT, exitCode: 3 }]);
  let written = "";
  const output = { write: (text: string) => void (written += text), isTerminal: () => false, columns: () => 80 };
  const progress = createProgress({ output, clock: cluster.clock, live: false, colored: false, format: "github" });
  await watch(cluster, ["api"], progress);
  cluster.close();
  ok(
    written.endsWith(
      '::endgroup::\n::error title=K1101 deployment/api::Container "web" ends with exit code 3, restarted once\n',
    ),
    written,
  );
});
