import { deepEqual, equal, match, notDeepEqual } from "../assert.ts";
import { getPath, type JsonValue } from "../../src/base/mod.ts";
import { EXIT_CODES } from "../../src/cli/exit_codes.ts";
import { type MemoryJob, startMemoryJob } from "./sandbox_memory.ts";

const REF = { apiVersion: "apps/v1", kind: "Deployment", namespace: "my-service", name: "api-service" };

/** The testing overlay with another image, and a variable that only this release has. */
const NEXT = {
  "overlays/next/kustomization.yml": `resources: [../testing]
images: [{name: registry.example.com/my-group/api-service, newTag: next}]
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api-service}
      spec: {template: {spec: {containers: [{name: api-service, env: [{name: ONLY_NEXT, value: "1"}]}]}}}
`,
};

function templateOf({ sandbox }: MemoryJob): JsonValue {
  return getPath(sandbox.store.get(REF)!, "spec", "template")!;
}

Deno.test("what an undo brought back is gone after the next deploy", async () => {
  const job = await startMemoryJob({ files: NEXT });
  const run = async (...args: string[]) => {
    const result = await job.run(args);
    equal(result.exitCode, 0, result.stderr + result.stdout);
    return result;
  };
  await run("deploy", "overlays/next");
  const next = templateOf(job);
  await run("deploy", "overlays/testing");
  const testing = templateOf(job);
  notDeepEqual(testing, next);

  await run("rollout", "undo", "deployment/api-service");
  deepEqual(templateOf(job), next);
  await run("rollout", "status", "--all");
  await run("deploy", "overlays/testing");
  deepEqual(templateOf(job), testing);
  job.sandbox.close();
});

Deno.test("a deploy in between neither conflicts with a pause nor ends it", async () => {
  const job = await startMemoryJob({ files: NEXT });
  equal((await job.run(["deploy", "overlays/testing"])).exitCode, 0);
  equal((await job.run(["rollout", "pause", "-k", "overlays/testing"])).exitCode, 0);
  const paused = await job.run(["deploy", "overlays/next"]);
  equal(paused.exitCode, EXIT_CODES.rolloutFailed, paused.stderr);
  match(paused.stdout, /paused, so its new pods are not created \(K1604\)/);
  equal((await job.run(["rollout", "resume", "deployment/api-service"])).exitCode, 0);
  const status = await job.run(["rollout", "status", "-l", "app=api-service"]);
  equal(status.exitCode, 0, status.stderr + status.stdout);
  job.sandbox.close();
});

Deno.test("rollout commands say what they can't do, and exit accordingly", async (t) => {
  const job = await startMemoryJob();
  equal((await job.run(["deploy", "overlays/testing"])).exitCode, 0);
  const cases: [args: string, exitCode: number, stderr: RegExp][] = [
    [
      "undo deployment/api-service",
      6,
      /Cannot undo deployment\/api-service: it has no former revision\n.*revisions are 1/,
    ],
    ["undo deployment/api-service --to-revision 7", 6, /its history has no revision 7/],
    ["undo job/x", 6, /Cannot undo job\/x: it does not exist/],
    ["history pod/x", 6, /does not exist/],
    ["history deployment/api-service --revision 4", 6, /Cannot show revision 4 of deployment\/api-service/],
    ["pause statefulset/x", 2, /Only Deployments can be paused/],
    ["resume deployment/api-service", 6, /it is not paused/],
    ["pause deployment/missing", 6, /it does not exist/],
    ["pause", 2, /none is named\n.*--selector, --kustomize or --all/],
    ["restart deployment/api-service --all", 2, /by name and by --selector/],
    ["restart deployment -l app=nobody", 0, /^No resources found in my-service namespace\.\n$/],
    ["status -k overlays/testing -l app=x", 2, /by --kustomize and by --selector/],
  ];
  for (const [args, exitCode, stderr] of cases) {
    await t.step(args, async () => {
      const run = await job.run(["rollout", ...args.split(" ")]);
      equal(run.exitCode, exitCode, run.stderr);
      match(run.stderr, stderr);
      equal(run.stdout, "");
    });
  }
  job.sandbox.close();
});

Deno.test("a workload that can't be done doesn't keep the others from it", async () => {
  const job = await startMemoryJob();
  equal((await job.run(["deploy", "overlays/testing"])).exitCode, 0);
  const run = await job.run(["rollout", "restart", "deployment", "missing", "api-service"]);
  deepEqual([run.exitCode, run.stdout], [EXIT_CODES.refused, "deployment.apps/api-service restarted\n"]);
  job.sandbox.close();
});

Deno.test("what a list has named is not asked for one by one", async () => {
  const job = await startMemoryJob();
  equal((await job.run(["deploy", "overlays/testing"])).exitCode, 0);
  const before = job.sandbox.requests.length;
  equal((await job.run(["rollout", "status", "--all"])).exitCode, 0);
  const objects = job.sandbox.requests.slice(before).filter(({ path }) => /\/deployments\/./.test(path));
  deepEqual(objects, []);
  job.sandbox.close();
});

Deno.test("--follow-logs shows what new pods write, with pod and container before it", async () => {
  const faults = [{ fail: "crash" as const, workload: "api-service", times: 1, log: ["no DATABASE_URL yet"] }];
  const job = await startMemoryJob({ faults });
  const run = await job.run(["deploy", "overlays/testing", "--follow-logs"]);
  equal(run.exitCode, 0, run.stderr);
  match(run.stderr, /^\[pod\/api-service-\w+-\w+\/api-service\] no DATABASE_URL yet$/m);
  job.sandbox.close();
});

Deno.test("--unstick deletes the broken old pod that a StatefulSet waits for, and says so", async () => {
  const set = (image: string) => ({
    [`overlays/${image}/kustomization.yml`]: "namespace: my-service\nresources: [set.yml]\n",
    [`overlays/${image}/set.yml`]: `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example.com/db:${image}"}]}
`,
  });
  const files = { ...set("good"), ...set("bad"), ...set("better") };
  const faults = [{ fail: "image-not-found" as const, image: "registry.example.com/db:bad" }];
  const job = await startMemoryJob({ files, faults });
  equal((await job.run(["deploy", "overlays/good"])).exitCode, 0);
  equal((await job.run(["deploy", "overlays/bad"])).exitCode, EXIT_CODES.rolloutFailed);
  const stuck = await job.run(["deploy", "overlays/better"]);
  equal(stuck.exitCode, EXIT_CODES.rolloutFailed);
  match(stuck.stdout, /\(K1603\)/);
  const helped = await job.run(["rollout", "status", "sts/db", "--unstick"]);
  equal(helped.exitCode, 0, helped.stdout);
  match(helped.stderr, /Deleting pod\/db-1, which the StatefulSet waits for/);
  job.sandbox.close();
});

Deno.test("--stability waits that long, and catches what crashes right after it was ready", async () => {
  const faults = [{ fail: "crash" as const, workload: "api-service", afterSeconds: 12 }];
  const job = await startMemoryJob({ faults });
  const calm = await job.run(["deploy", "overlays/testing", "--stability", "0s"]);
  equal(calm.exitCode, 0, calm.stderr);
  const strict = await job.run([
    "deploy",
    "overlays/testing",
    "--restart=deployment/api-service",
    "--stability",
    "30s",
  ]);
  equal(strict.exitCode, EXIT_CODES.rolloutFailed, strict.stdout);
  match(strict.stdout, /K1107|K1101/);
  job.sandbox.close();
});
