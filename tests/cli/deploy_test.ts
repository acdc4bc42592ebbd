import { deepEqual, equal, match, ok } from "../assert.ts";
import { assertExit, isRead, startJob, type TestJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";
const KUSTOMIZATION = `${OVERLAY}/kustomization.yml`;
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", namespace: "my-service", name: "api-service" };

function replicaSets({ sandbox }: TestJob): number {
  return sandbox.store.list("apps/v1", "ReplicaSet").length;
}

function stampOf({ sandbox }: TestJob): unknown {
  const template =
    (sandbox.store.get(DEPLOYMENT)!.spec as { template: { metadata: Record<string, unknown> } }).template;
  return (template.metadata.annotations as Record<string, unknown> | undefined)?.["kubectl.kubernetes.io/restartedAt"];
}

Deno.test("the life of a deployment: created, unchanged, a new image, a restart", async (t) => {
  await using job = await startJob();

  await t.step("the first deploy creates every object and waits until the pods are healthy", async () => {
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 0);
    match(run.stdout, /^OBJECT +ACTION +STATUS +TIME\n/);
    match(run.stdout, /^configmap\/sso-config +created +applied +\d/m);
    match(run.stdout, /^deployment\/api-service +created +healthy +\d/m);
    match(run.stdout, /\ndone in [\d.]+s\n$/);
    match(run.stderr, /plan: 4 to create/);
    equal(replicaSets(job), 1);
  });

  await t.step("the second one changes nothing: only reads and dry-runs are sent", async () => {
    job.takeRequests();
    const before = job.snapshot();
    const run = await job.run(["deploy", OVERLAY]);
    assertExit(run, 0);
    deepEqual(job.takeRequests().filter((request) => !isRead(request)), []);
    equal(job.snapshot(), before);
    match(run.stdout, /^deployment\/api-service +unchanged +healthy/m);
  });

  await t.step("a new image rolls once, even when a restart is asked for", async () => {
    job.edit(KUSTOMIZATION, "newTag: develop", "newTag: feature-1");
    const run = await job.run(["deploy", OVERLAY, "--restart", "deployment/api-service"]);
    assertExit(run, 0);
    equal(replicaSets(job), 2);
    equal(stampOf(job), undefined);
    match(run.stderr, /deployment\/api-service not restarted: the apply changed its pod template/);
    match(run.stdout, /^deployment\/api-service +configured +healthy/m);
    match(run.stdout, /^service\/api-service +unchanged/m);
  });

  await t.step("--restart restarts what the apply left alone", async () => {
    const run = await job.run(["deploy", OVERLAY, "--restart=deploy/api-service"]);
    assertExit(run, 0);
    equal(replicaSets(job), 3);
    match(String(stampOf(job)), /^20\d\d-.*Z$/);
    match(run.stdout, /^deployment\/api-service +restarted +healthy/m);
  });

  await t.step("and the next deploy leaves the stamp alone", async () => {
    const stamp = stampOf(job);
    job.takeRequests();
    assertExit(await job.run(["deploy", OVERLAY]), 0);
    deepEqual(job.takeRequests().filter((request) => !isRead(request)), []);
    equal(stampOf(job), stamp);
    equal(replicaSets(job), 3);
  });

  await t.step("-o json is one document with the documented fields, and nothing else on standard output", async () => {
    const run = await job.run(["deploy", OVERLAY, "-o", "json"]);
    assertExit(run, 0);
    const report = JSON.parse(run.stdout);
    deepEqual(
      Object.keys(report),
      ["apiVersion", "kind", "overlay", "server", "namespace", "outcome", "seconds", "notes", "objects"],
    );
    equal(report.apiVersion, "kstage.dev/v1");
    equal(report.kind, "DeployReport");
    equal(report.server, job.server.url);
    equal(report.namespace, "my-service");
    equal(report.outcome, "done");
    ok(report.seconds >= 0);
    const deployment = report.objects.find(({ kind }: { kind: string }) => kind === "Deployment");
    const { seconds, message, ...rest } = deployment;
    equal(typeof seconds, "number");
    equal(typeof message, "string");
    deepEqual(rest, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "my-service",
      name: "api-service",
      action: "unchanged",
      status: "healthy",
      findings: [],
    });
  });

  await t.step("--quiet prints the summary and no progress", async () => {
    const run = await job.run(["deploy", "--quiet", "overlays/production", "--dry-run=server"]);
    assertExit(run, 0);
    equal(run.stderr, "");
    match(run.stdout, /^deployment\/api-service +configured +accepted/m);
  });

  await t.step("rollout status tells how it stands, rollout restart restarts", async () => {
    const status = await job.run(["rollout", "status", "deployment/api-service"]);
    assertExit(status, 0);
    match(status.stdout, /^deployment\/api-service +watched +healthy/m);
    const before = stampOf(job);
    const restart = await job.run(["rollout", "restart", "deployment", "api-service"]);
    assertExit(restart, 0);
    equal(restart.stdout, "deployment.apps/api-service restarted\n");
    ok(stampOf(job) !== before);
    assertExit(await job.run(["rollout", "status", "deploy/api-service", "--timeout", "1m"]), 0);
    equal(replicaSets(job), 4);
  });
});
