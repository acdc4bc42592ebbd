import { deepEqual, equal, match, ok } from "../assert.ts";
import type { Fault } from "../../src/sandbox/mod.ts";
import { startMemoryJob } from "./sandbox_memory.ts";
import { assertExit, inThrees, startJob } from "./sandbox_process.ts";

const OVERLAY = "overlays/testing";

/** A failure, and how it must be told. */
interface Failure {
  what: string;
  faults?: Fault[];
  /** Over the pod template of the Deployment, as a patch. */
  patch?: string;
  args?: string[];
  exitCode: 7 | 8;
  code: string;
  says: RegExp;
  /** At most so many seconds of the sandbox. */
  within: number;
}

const KUSTOMIZATION = (patch: string) =>
  `namespace: my-service
resources: [../../base]
patches:
  - target: {kind: Deployment}
    patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api-service}
      spec: {template: {spec: ${patch}}}
`;

const FAILURES: Failure[] = [
  {
    what: "an image that is not found",
    faults: [{ fail: "image-not-found", workload: "api-service" }],
    exitCode: 7,
    code: "K1001",
    says: /registry\.example\.com\/my-group\/api-service:develop/,
    within: 60,
  },
  {
    what: "an image that the registry denies",
    faults: [{ fail: "image-denied", workload: "api-service" }],
    exitCode: 7,
    code: "K1002",
    says: /denied/i,
    within: 60,
  },
  {
    what: "a process that crashes",
    faults: [{ fail: "crash", workload: "api-service", exitCode: 3, log: ["no DATABASE_URL"] }],
    exitCode: 7,
    code: "K1101",
    says: /no DATABASE_URL/,
    within: 120,
  },
  {
    what: "a process that takes too much memory",
    faults: [{ fail: "oom-killed", workload: "api-service" }],
    exitCode: 7,
    code: "K1102",
    says: /memory/i,
    within: 120,
  },
  {
    what: "a missing ConfigMap",
    patch: "{containers: [{name: api-service, envFrom: [{configMapRef: {name: nowhere}}]}]}",
    exitCode: 7,
    code: "K1201",
    says: /configmap "?nowhere"?/i,
    within: 60,
  },
  {
    what: "a missing Secret",
    patch:
      "{containers: [{name: api-service, env: [{name: A, valueFrom: {secretKeyRef: {name: nowhere, key: password}}}]}]}",
    exitCode: 7,
    code: "K1201",
    says: /secret "?nowhere"?/i,
    within: 60,
  },
  {
    what: "an exceeded quota",
    faults: [{ fail: "quota-exceeded", namespace: "my-service" }],
    exitCode: 7,
    code: "K1401",
    says: /quota/i,
    // A quota is often freed by the pods that go, so it is waited for.
    within: 75,
  },
  {
    what: "an init container that fails",
    patch: "{initContainers: [{name: migrate, image: registry.example.com/migrate:1}]}",
    faults: [{ fail: "crash", container: "migrate", log: ["no such table"] }],
    exitCode: 7,
    code: "K1104",
    says: /migrate/,
    within: 120,
  },
  {
    what: "pods that never become ready",
    faults: [{ fail: "never-ready", workload: "api-service" }],
    args: ["--timeout", "30s"],
    exitCode: 8,
    code: "K1501",
    says: /ready|readiness/i,
    within: 35,
  },
  {
    what: "pods that no node takes",
    faults: [{ fail: "unschedulable", workload: "api-service", because: "memory" }],
    args: ["--timeout", "40s"],
    exitCode: 8,
    code: "K1301",
    says: /memory/i,
    within: 45,
  },
];

async function assertDiagnosed({ faults, patch, args = [], exitCode, code, says, within }: Failure): Promise<void> {
  const files: Record<string, string> = patch === undefined
    ? {}
    : { [`${OVERLAY}/kustomization.yml`]: KUSTOMIZATION(patch) };
  const job = await startMemoryJob({ faults: faults ?? [], files });
  const run = await job.run(["deploy", OVERLAY, ...args]);
  assertExit(run, exitCode);
  match(run.stdout, /^deployment\/api-service +created +(failed|timed out)/m);
  match(run.stdout, new RegExp(`^deployment/api-service: .*\\(${code}\\)$`, "m"));
  match(run.stdout, says);
  match(run.stdout, /^ {4}hint: /m);
  ok(run.seconds <= within, `it took ${run.seconds} s`);
  ok(!/Unexpected failure|undefined|\[object/.test(run.stdout + run.stderr), run.stdout + run.stderr);
  const known = await job.run(["explain", code]);
  equal(known.exitCode, 0);
}

Deno.test("each failure ends the deploy early, with its code, cause and remedy", async (t) => {
  for (const failure of FAILURES) await t.step(failure.what, () => assertDiagnosed(failure));
});

Deno.test("-o json has the findings of a failed deploy", async () => {
  const job = await startMemoryJob({ faults: [{ fail: "image-not-found", workload: "api-service" }] });
  const run = await job.run(["deploy", OVERLAY, "-o", "json"]);
  assertExit(run, 7);
  const { outcome, objects } = JSON.parse(run.stdout);
  equal(outcome, "rollout failed");
  const { status, findings } = objects.find(({ kind }: { kind: string }) => kind === "Deployment");
  equal(status, "failed");
  deepEqual(Object.keys(findings[0]), ["code", "severity", "message", "evidence", "hint"]);
  equal(findings[0].code, "K1001");
});

Deno.test("a failed deploy is mended by the next one", async () => {
  const job = await startMemoryJob({ faults: [{ fail: "image-not-found", image: "/:develop$/" }] });
  assertExit(await job.run(["deploy", OVERLAY]), 7);
  const mended = await job.run(["deploy", "overlays/production"]);
  assertExit(mended, 0);
  match(mended.stdout, /^deployment\/api-service +configured +healthy/m);
});

Deno.test("processes tell failures by their exit codes", async (t) => {
  const failures = [
    { fault: "image-not-found", exitCode: 7, args: [], code: "K1001" },
    { fault: "never-ready", exitCode: 8, args: ["--timeout=8s"], code: "K1501" },
  ] as const;
  await inThrees(failures, async ({ fault, exitCode, args, code }) => {
    await t.step({
      name: fault,
      fn: async () => {
        await using job = await startJob({ faults: [{ fail: fault, workload: "api-service" }] });
        const run = await job.run(["deploy", OVERLAY, ...args]);
        assertExit(run, exitCode);
        match(run.stdout, new RegExp(`\\(${code}\\)`));
      },
      sanitizeOps: false,
      sanitizeResources: false,
      sanitizeExit: false,
    });
  });
});
