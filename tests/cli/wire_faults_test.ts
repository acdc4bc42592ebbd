import { deepEqual, equal, ok } from "../assert.ts";
import { generateOverlay, PRESETS } from "../../scripts/generate_overlay.ts";
import { hardTimes } from "../cluster/wire_faults.ts";
import { startWireProxy } from "../cluster/wire_proxy.ts";
import { ACCOUNT, assertExit, startJob } from "./sandbox_process.ts";

Deno.test("apply through refusals, cut answers and stalls ends right, with every object once", async () => {
  await using job = await startJob();
  await using proxy = await startWireProxy({
    server: job.server.url,
    caPem: job.server.caPem,
    fault: hardTimes({ stallMs: 300, retryAfterSeconds: 0, watchMs: 200 }),
  });
  const overlay = await generateOverlay(PRESETS.small, "full", `${job.project}/generated`);
  const file = "generated/overlays/prod/kustomization.yaml";
  job.edit(file, "namespace: shop", `namespace: ${ACCOUNT.namespace}`);
  const env = { ...job.variables, CLUSTER_ADDRESS: proxy.url, CA_AUTH_DATA: btoa(proxy.caPem) };
  const run = await job.run(["apply", overlay, "--quiet"], { env });
  assertExit(run, 0);
  const lines = run.stdout.match(/^\S+\/\S+(?= +created)/gm) ?? [];
  deepEqual(run.stdout.match(/^\S+\/\S+ +configured/gm), null);
  equal(new Set(lines).size, lines.length);
  ok(proxy.faults.refuse > 5 && proxy.faults.cut > 1 && proxy.faults.stall > 0, JSON.stringify(proxy.faults));

  const deployments = job.sandbox.store.list("apps/v1", "Deployment", ACCOUNT.namespace);
  equal(deployments.length, lines.filter((line) => line.startsWith("deployment/")).length);
  for (const { metadata } of deployments) equal(metadata.generation, 1);
  // Nothing is lost: without faults there is nothing left to write.
  job.takeRequests();
  assertExit(await job.run(["apply", overlay, "--quiet"]), 0);
  const writes = job.takeRequests().filter(({ method, query }) => method !== "GET" && query.dryRun === undefined);
  deepEqual(writes.map(({ method, path }) => `${method} ${path}`).filter((line) => !/selfsubject/.test(line)), []);
});
