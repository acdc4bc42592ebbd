/** Two hundred workloads that roll out at once on the real control plane: what that costs, and what a person sees of it. */
import { deepEqual, equal, match, ok } from "../assert.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { createKubeClient } from "../../src/kube/mod.ts";
import { createProgress } from "../../src/report/mod.ts";
import { watchRollout } from "../../src/rollout/mod.ts";
import { eventually } from "../contract/world.ts";
import { FakeTerminal } from "../report/fake_terminal.ts";
import { workload } from "../rollout/sandbox/sandbox_cluster.ts";
import { connect } from "./cluster.ts";
import { runPods, writeStatus } from "./rollout_cases.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";
import { type Cost, meterProcess } from "./process_meter.ts";
import { startWireProxy } from "./wire_proxy.ts";

const COUNT = 200;
const TROUBLED = "service-007";
const OVERLAY = "overlays/many";

/** In megabytes. What runs from source has the compiler's memory on top, and V8's own figures for its young generation. */
const MOST_MEMORY = Deno.env.get("KSTAGE_BINARY") === undefined ? 260 : 150;

/** After which a watch on which nothing came is opened again: the client's default. */
const SECONDS_OF_SILENCE = 45;

const names = Array.from({ length: COUNT }, (_, i) => `service-${String(i).padStart(3, "0")}`);

const BUSY_REGISTRY = {
  phase: "Pending",
  containerStatuses: [{
    name: "web",
    image: "registry.example.com/web:sandbox-by-hand",
    imageID: "",
    ready: false,
    restartCount: 0,
    state: { waiting: { reason: "ImagePullBackOff", message: 'Back-off pulling image "web": 429 Too Many Requests' } },
  }],
};

function writeOverlay({ project, namespace }: ClusterJob): void {
  const documents = names.map((name) => {
    const tag = name === TROUBLED ? "sandbox-by-hand" : "sandbox-slow";
    const object = workload({ image: `registry.example.com/web:${tag}`, replicas: 1 });
    return `---\n${
      JSON.stringify(object).replaceAll('"name":"web"}', `"name":"${name}"}`).replaceAll(
        '"app":"web"',
        `"app":"${name}"`,
      )
    }\n`;
  });
  Deno.mkdirSync(`${project}/${OVERLAY}`);
  Deno.writeTextFileSync(`${project}/${OVERLAY}/deployments.yaml`, documents.join(""));
  Deno.writeTextFileSync(
    `${project}/${OVERLAY}/kustomization.yaml`,
    `namespace: ${namespace}\nresources: [deployments.yaml]\n`,
  );
}

/** All that a person sees on a terminal of 80 columns until the end. */
async function watchFrames(job: ClusterJob): Promise<string[]> {
  const { clock, random } = createDenoHost();
  using transport = connect(job.cluster);
  const client = createKubeClient(transport, { clock, random });
  const terminal = new FakeTerminal(80);
  const progress = createProgress({ output: terminal, clock, live: true, colored: false });
  const { namespace } = job;
  const targets = names.map((name) => ({ apiVersion: "apps/v1", kind: "Deployment", namespace, name }));
  const frames: string[] = [];
  let healing: Promise<void> | undefined;
  const record = () => {
    if (terminal.screen() !== frames.at(-1)) frames.push(terminal.screen());
    // Only the one whose registry is busy is left: now its pod gets the image.
    if (isOneLeft(terminal.screen())) healing ??= runPods(job.admin, `app=${TROUBLED}`);
  };
  const ticking = setInterval(() => {
    progress.tick();
    record();
  }, 1000);
  try {
    for await (const event of watchRollout(client, targets, { clock, timeoutMs: 240_000 })) progress.rollout(event);
  } finally {
    clearInterval(ticking);
  }
  progress.finish();
  record();
  await healing;
  return frames;
}

function isOneLeft(frame: string): boolean {
  return / 199 of 200 healthy, 1 in trouble$/m.test(frame);
}

/** Without what differs from run to run: times, and hashes of templates. */
function normalised(frame: string): string {
  return frame.replace(/ *\b(?:\d+m)?\d+(?:\.\d)?s\b/g, " T").replace(/(K1003 ).*/, "$1…")
    .replace(/\b(service-\d+)-[a-z0-9]{6,10}(-[a-z0-9]{5})?\b/g, "$1-HASH");
}

function assertFrames(frames: string[]): void {
  const recorded = [["one is left", frames.find(isOneLeft)!], ["at the end", frames.at(-1)!]] as const;
  const text = recorded.map(([title, frame]) => `--- ${title}\n${normalised(frame)}\n`).join("");
  if (Deno.env.get("KSTAGE_UPDATE_GOLDENS") !== undefined) Deno.writeTextFileSync(GOLDEN, text);
  equal(text, Deno.readTextFileSync(GOLDEN));
  for (const frame of frames.filter((text) => text !== "")) {
    const [head = "", ...rest] = frame.split("\n");
    ok(rest.length <= 15, frame);
    const [, healthy, others = ""] = /^ *\S+ (\d+) of 200 healthy(.*)$/.exec(head) ?? [];
    ok(healthy !== undefined, head);
    const counted = [...others.matchAll(/(\d+) /g)].reduce((sum, [, count]) => sum + Number(count), Number(healthy));
    equal(counted, COUNT, head);
  }
  const troubled = frames.flatMap((frame) => frame.split("\n")).filter((line) => line.startsWith("! "));
  ok(troubled.length > 0, "the one in trouble is shown as such");
  for (const line of troubled) match(line, /^! deployment\/service-007 .* K1003 /);
}

const GOLDEN = new URL("../testdata/report/rollout_frames/two_hundred_on_a_cluster.txt", import.meta.url);

function describe({ peakMegabytes, processorSeconds, seconds }: Cost): string {
  return `${peakMegabytes.toFixed(0)} MB, ${processorSeconds.toFixed(1)} s of a processor in ${seconds.toFixed(1)} s`;
}

Deno.test("200 workloads at once on a real cluster: one watch for each kind, little memory, a tidy display", async (t) => {
  await using job = await startClusterJob();
  writeOverlay(job);
  await using proxy = await startWireProxy({ server: job.cluster.url, caPem: job.cluster.caPem });
  let cost: Promise<Cost> | undefined;
  const started = (pid: number) => void (cost = meterProcess(pid));
  const deploying = job.run(["deploy", OVERLAY, "--timeout=4m"], { ...proxy, started });
  const deployments = job.admin.path("apps/v1/deployments");
  const areThere = async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return (await job.admin.get(deployments, { limit: "1" })).metadata.remainingItemCount === COUNT - 1;
  };
  await eventually("all are applied", areThere);
  const pods = job.admin.path("pods");
  await eventually(
    "its pod is there",
    async () => (await job.admin.get(pods, { labelSelector: `app=${TROUBLED}` })).items.length > 0,
  );
  await writeStatus(BUSY_REGISTRY, 0, `app=${TROUBLED}`)(job.admin);
  const frames = await watchFrames(job);
  const run = await deploying;
  const spent = await cost!;
  await t.step("all are rolled out, the one with a busy registry too", () => assertExit(run, 0));
  await t.step("one watch for each kind", () => {
    const watches = proxy.requests.filter(({ path }) => /[?&]watch=(1|true)\b/.test(path));
    const kinds = [...new Set(watches.map(({ path }) => path.replace(/\?.*/, "").replace(/.*\//, "")))].sort();
    deepEqual(kinds, ["deployments", "events", "pods", "replicasets"]);
    // On a slow machine one kind may be quiet for so long that its stream has to be taken for dead.
    const most = kinds.length * (1 + Math.floor(spent.seconds / SECONDS_OF_SILENCE));
    ok(watches.length <= most, `${watches.length} watches in ${spent.seconds.toFixed(0)} s, where ${most} are enough`);
  });
  await t.step(`at most ${MOST_MEMORY} MB, and half of a processor: ${describe(spent)}`, () => {
    ok(spent.peakMegabytes < MOST_MEMORY, describe(spent));
    ok(spent.processorSeconds < spent.seconds / 2, describe(spent));
  });
  await t.step("the display at 80 columns", () => assertFrames(frames));
});
