import { deepEqual, equal, ok } from "../assert.ts";
import { generateOverlay, PRESETS } from "../../scripts/generate_overlay.ts";
import type { Body } from "../contract/world.ts";
import { assertExit, startClusterJob } from "./job.ts";
import { hardTimes } from "./wire_faults.ts";
import { startWireProxy } from "./wire_proxy.ts";

const OVERLAY = "overlay/overlays/prod";

Deno.test("a real cluster behind a bad wire: the apply ends right, with every object once, and nothing is lost", async () => {
  await using job = await startClusterJob();
  await using proxy = await startWireProxy({
    server: job.cluster.url,
    caPem: job.cluster.caPem,
    fault: hardTimes({ stallMs: 5000, retryAfterSeconds: 1, watchMs: 1000 }),
  });
  await generateOverlay(PRESETS.medium, "full", `${job.project}/overlay`);
  job.edit(`${OVERLAY}/kustomization.yaml`, "namespace: shop", `namespace: ${job.namespace}`);
  const run = await job.run(["apply", OVERLAY, "--quiet"], proxy);
  assertExit(run, 0);
  const lines = run.stdout.match(/^\S+\/\S+(?= +created)/gm) ?? [];
  deepEqual(run.stdout.match(/^\S+\/\S+ +configured/gm), null);
  equal(new Set(lines).size, lines.length);
  ok(proxy.faults.refuse > 50 && proxy.faults.cut > 10 && proxy.faults.stall > 5, JSON.stringify(proxy.faults));
  const { items } = await job.admin.get(job.admin.path("apps/v1/deployments"));
  equal(items.length, lines.filter((line) => line.startsWith("deployment/")).length);
  deepEqual(items.map(({ metadata }: Body) => metadata.generation), items.map(() => 1));
  const again = await job.run(["apply", OVERLAY, "--quiet"]);
  assertExit(again, 0);
  deepEqual(again.stdout.match(/^\S+\/\S+ +created/gm), null);
});

Deno.test("a real cluster behind a bad wire: a deploy whose watches are cut every second sees its pods become healthy", async () => {
  await using job = await startClusterJob();
  await using proxy = await startWireProxy({
    server: job.cluster.url,
    caPem: job.cluster.caPem,
    fault: ({ path }) => /[?&]watch=(true|1)/.test(path) ? { kind: "end", afterMs: 1000 } : undefined,
  });
  job.edit("overlays/testing/kustomization.yml", "newTag: develop", "newTag: sandbox-slow");
  const run = await job.run(["deploy", "overlays/testing"], proxy);
  assertExit(run, 0);
  ok(proxy.faults.end > 2, `${proxy.faults.end} watches were cut`);
});
