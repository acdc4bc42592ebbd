import { deepEqual, equal, match } from "../assert.ts";
import type { Body } from "../contract/world.ts";
import { assertExit, type ClusterJob, startClusterJob } from "./job.ts";

const OVERLAY = "overlays/testing";
const KUSTOMIZATION = `${OVERLAY}/kustomization.yml`;
const WRITTEN = ["configmaps", "secrets", "services", "apps/v1/deployments"];

/** Versions of the objects, without what controllers write of their own accord and without the releases' records. */
async function versions({ admin }: ClusterJob): Promise<string[]> {
  const lists = await Promise.all(WRITTEN.map((resource) => admin.get(admin.path(resource))));
  return lists.flatMap(({ items }) =>
    items.filter(({ type }: Body) => type !== "kstage.dev/release")
      .map(({ metadata, status }: Body) => `${metadata.name} ${versionOf(metadata, status)}`)
  );
}

/** A controller goes on writing the status of a workload after it is healthy: what counts there is what kstage wrote. */
function versionOf({ resourceVersion, generation, managedFields = [] }: Body, status: Body): string {
  if (status === undefined) return resourceVersion;
  return JSON.stringify([generation, managedFields.filter(({ manager }: Body) => manager.startsWith("kstage"))]);
}

async function replicaSets({ admin }: ClusterJob): Promise<number> {
  return (await admin.get(admin.path("apps/v1/replicasets"))).items.length;
}

Deno.test("deploy on a real cluster: created, unchanged, a new image, a broken one, mended", async (t) => {
  await using job = await startClusterJob();

  await t.step("the first deploy creates every object and waits until the pods are healthy", async () => {
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 0);
    match(run.stdout, /^deployment\/api-service +created +healthy +\d/m);
    const { status } = await job.admin.get(job.admin.path("apps/v1/deployments", "api-service"));
    deepEqual([status.readyReplicas, status.updatedReplicas], [1, 1]);
  });

  await t.step("the second one writes nothing", async () => {
    const before = await versions(job);
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 0);
    match(run.stdout, /^deployment\/api-service +unchanged +healthy/m);
    deepEqual(await versions(job), before);
  });

  await t.step("a new image rolls once", async () => {
    job.edit(KUSTOMIZATION, "newTag: develop", "newTag: feature-1");
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 0);
    match(run.stdout, /^deployment\/api-service +configured +healthy/m);
    match(run.stdout, /^service\/api-service +unchanged/m);
    equal(await replicaSets(job), 2);
  });

  await t.step("an image that isn't there fails the deploy with its cause, long before the deadline", async () => {
    job.edit(KUSTOMIZATION, "newTag: feature-1", "newTag: does-not-exist");
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 7);
    match(run.stdout + run.stderr, /does-not-exist: not found/);
  });

  await t.step("the image of before mends it", async () => {
    job.edit(KUSTOMIZATION, "newTag: does-not-exist", "newTag: feature-1");
    assertExit(await job.run(["deploy", OVERLAY]), 0);
    equal(await replicaSets(job), 3);
  });

  await t.step("a dry-run of a change writes nothing", async () => {
    job.edit(KUSTOMIZATION, "newTag: feature-1", "newTag: feature-2");
    const before = await versions(job);
    const run = await job.run(["deploy", OVERLAY, "--dry-run=server"]);
    assertExit(run, 0);
    match(run.stdout, /^deployment\/api-service +configured/m);
    deepEqual(await versions(job), before);
  });

  await t.step("a restart replaces the pods, and the next deploy leaves it alone", async () => {
    job.edit(KUSTOMIZATION, "newTag: feature-2", "newTag: feature-1");
    assertExit(await job.run(["deploy", OVERLAY, "--restart", "deployment/api-service"]), 0);
    const before = await versions(job);
    assertExit(await job.run(["deploy", OVERLAY]), 0);
    deepEqual(await versions(job), before);
  });
});

/** Tag → what the report says of it. */
const FAILURES: Readonly<Record<string, RegExp>> = {
  "sandbox-image-unauthorized": /401 Unauthorized/,
  "sandbox-image-denied": /pull access denied/,
  // The log comes from the node.
  "sandbox-crash": /exited with code 1[^]*fatal: no answer from database db:5432/,
  "sandbox-oom-killed": /memory/i,
  "sandbox-missing-config": /configmap "?missing"?/i,
};

for (const [tag, cause] of Object.entries(FAILURES)) {
  Deno.test(`deploy on a real cluster: ${tag} ends the deploy with its cause`, async () => {
    await using job = await startClusterJob();
    job.edit(KUSTOMIZATION, "newTag: develop", `newTag: ${tag}`);
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 7);
    match(run.stdout + run.stderr, cause);
  });
}

Deno.test("deploy on a real cluster: pods that are never ready run into the time limit", async () => {
  await using job = await startClusterJob();
  job.edit(KUSTOMIZATION, "newTag: develop", "newTag: sandbox-never-ready");
  const run = await job.run(["deploy", OVERLAY, "--timeout=8s"]);
  assertExit(run, 8);
  match(run.stdout, /readiness probe of container "api-service"/);
});

Deno.test("deploy on a real cluster: slow pods are waited for", async () => {
  await using job = await startClusterJob();
  job.edit(KUSTOMIZATION, "newTag: develop", "newTag: sandbox-slow");
  const run = await job.run(["deploy", OVERLAY]);
  assertExit(run, 0);
  match(run.stdout, /^deployment\/api-service +created +healthy/m);
});

Deno.test("deploy on a real cluster: without permission nothing is written, and the missing rule is named", async () => {
  await using job = await startClusterJob({ role: "view" });
  const run = await job.run(["deploy", OVERLAY]);
  assertExit(run, 5);
  match(run.stderr, /deployments/);
  match(run.stderr, /patch/);
  const { items } = await job.admin.get(job.admin.path("apps/v1/deployments"));
  deepEqual(items, []);
});
