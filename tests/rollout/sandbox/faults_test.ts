/** Whole rollouts against the sandbox's controllers, which know nothing of the rules that judge them. */
import { equal, ok } from "../../assert.ts";
import type { JsonObject } from "../../../src/base/mod.ts";
import { assertResult, type Wanted } from "../scenario.ts";
import { SandboxCluster, targetOf, workload, type WorkloadOptions } from "./sandbox_cluster.ts";

const NEXT = "registry.example.com/web:2";

interface FaultCase {
  /** What goes wrong with the second image. */
  fault: JsonObject;
  workload?: WorkloadOptions;
  want: Wanted;
}

const PROBED = { readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } };

const FATAL: FaultCase[] = [
  { fault: { fail: "image-not-found" }, want: { outcome: "failed", codes: ["K1001"], seconds: [5, 10] } },
  { fault: { fail: "image-denied" }, want: { outcome: "failed", codes: ["K1002"], seconds: [5, 10] } },
  { fault: { fail: "image-unauthorized" }, want: { outcome: "failed", codes: ["K1002"], seconds: [5, 10] } },
  { fault: { fail: "image-wrong-platform" }, want: { outcome: "failed", codes: ["K1006"], seconds: [5, 10] } },
  { fault: { fail: "image-invalid-name" }, want: { outcome: "failed", codes: ["K1004"], seconds: [0, 6] } },
  { fault: { fail: "image-never-present" }, want: { outcome: "failed", codes: ["K1005"], seconds: [0, 6] } },
  {
    fault: { fail: "crash", exitCode: 3, log: ["no DATABASE_URL"] },
    want: {
      outcome: "failed",
      codes: ["K1101"],
      seconds: [5, 10],
      message: /exit code 3/,
      evidence: /no DATABASE_URL/,
    },
  },
  { fault: { fail: "oom-killed" }, want: { outcome: "failed", codes: ["K1102"], seconds: [5, 10] } },
  { fault: { fail: "exec-format-error" }, want: { outcome: "failed", codes: ["K1103"], seconds: [0, 10] } },
  { fault: { fail: "command-not-found" }, want: { outcome: "failed", codes: ["K1103"], seconds: [0, 10] } },
  { fault: { fail: "permission-denied" }, want: { outcome: "failed", codes: ["K1103"], seconds: [0, 10] } },
  {
    fault: { fail: "command-not-found", exitCode: 127 },
    want: { outcome: "failed", codes: ["K1103"], seconds: [0, 10] },
  },
  {
    fault: { fail: "liveness-failing" },
    workload: {
      container: { livenessProbe: { httpGet: { path: "/live", port: 8080 }, periodSeconds: 5, failureThreshold: 1 } },
    },
    want: { outcome: "failed", codes: ["K1105"], seconds: [10, 120], message: /liveness probe fails/ },
  },
  {
    fault: { fail: "crash", container: "migrate", exitCode: 2 },
    workload: { pod: { initContainers: [{ name: "migrate", image: NEXT }] } },
    want: {
      outcome: "failed",
      codes: ["K1104"],
      seconds: [5, 10],
      message: /Init container "migrate" fails with exit code 2/,
    },
  },
  {
    fault: { fail: "unschedulable" },
    want: { outcome: "failed", codes: ["K1301"], seconds: [175, 190], nextStep: /request for cpu/ },
  },
  {
    fault: { fail: "unschedulable", because: "taint" },
    want: { outcome: "failed", codes: ["K1301"], seconds: [175, 190], nextStep: /Tolerate/ },
  },
  {
    fault: { fail: "unschedulable", scaleUp: false },
    want: { outcome: "failed", codes: ["K1301"], seconds: [30, 40] },
  },
  { fault: { fail: "quota-exceeded" }, want: { outcome: "failed", codes: ["K1401"], seconds: [5, 10] } },
  { fault: { fail: "webhook-denied" }, want: { outcome: "failed", codes: ["K1402"], seconds: [5, 10] } },
  { fault: { fail: "pod-security" }, want: { outcome: "failed", codes: ["K1403"], seconds: [5, 10] } },
  {
    fault: { fail: "service-account-missing", name: "deployer" },
    want: { outcome: "failed", codes: ["K1404"], seconds: [5, 10], message: /"deployer"/ },
  },
  { fault: { fail: "limit-range" }, want: { outcome: "failed", codes: ["K1405"], seconds: [5, 10] } },
  {
    fault: {},
    workload: { container: { envFrom: [{ secretRef: { name: "db" } }] } },
    want: { outcome: "failed", codes: ["K1201"], seconds: [5, 10], message: /Secret "db" does not exist/ },
  },
  {
    fault: {},
    workload: {
      pod: { volumes: [{ name: "config", configMap: { name: "settings" } }] },
      container: { volumeMounts: [{ name: "config", mountPath: "/c" }] },
    },
    want: { outcome: "failed", codes: ["K1204"], seconds: [5, 12], message: /ConfigMap "settings" does not exist/ },
  },
];

const ENDLESS: FaultCase[] = [
  { fault: { fail: "image-rate-limited" }, want: { outcome: "timedOut", codes: ["K1003"] } },
  { fault: { fail: "registry-unavailable" }, want: { outcome: "timedOut", codes: ["K1003"] } },
  { fault: { fail: "registry-timeout" }, want: { outcome: "timedOut", codes: ["K1003"] } },
  { fault: { fail: "registry-unknown-host" }, want: { outcome: "timedOut", codes: ["K1003"] } },
  { fault: { fail: "registry-bad-certificate" }, want: { outcome: "timedOut", codes: ["K1003"] } },
  {
    fault: { fail: "never-ready" },
    workload: { container: PROBED },
    want: { outcome: "timedOut", codes: ["K1501"], message: /GET :8080\/healthz\) fails/ },
  },
  { fault: { fail: "sandbox-failed" }, want: { outcome: "timedOut", codes: ["K1206"] } },
  { fault: { fail: "webhook-unreachable" }, want: { outcome: "timedOut", codes: ["K1407"] } },
];

/** The same troubles when they pass: nothing of this may fail a rollout. */
const PASSING: FaultCase[] = [
  {
    fault: { fail: "image-not-found", pods: 1, times: 1 },
    workload: { replicas: 3, spec: { strategy: { rollingUpdate: { maxSurge: 3 } } } },
    want: { outcome: "healthy" },
  },
  { fault: { fail: "image-rate-limited", times: 2 }, want: { outcome: "healthy" } },
  { fault: { fail: "registry-timeout", times: 2 }, want: { outcome: "healthy" } },
  { fault: { fail: "crash", times: 1 }, want: { outcome: "healthy" } },
  { fault: { fail: "config-sync-timeout", times: 3 }, want: { outcome: "healthy" } },
  { fault: { fail: "create-container-error", times: 2 }, want: { outcome: "healthy" } },
  { fault: { fail: "slow", delaySeconds: 90 }, workload: { container: PROBED }, want: { outcome: "healthy" } },
  { fault: { fail: "slow", delaySeconds: 90, phase: "pull" }, want: { outcome: "healthy" } },
  { fault: { fail: "unschedulable", healsAfterSeconds: 40 }, want: { outcome: "healthy" } },
  { fault: { fail: "unschedulable", scaleUp: true, healsAfterSeconds: 100 }, want: { outcome: "healthy" } },
  { fault: { fail: "sandbox-failed", times: 3 }, want: { outcome: "healthy" } },
  { fault: { fail: "quota-exceeded", healsAfterSeconds: 3 }, want: { outcome: "healthy" } },
  { fault: { fail: "service-account-missing", healsAfterSeconds: 5 }, want: { outcome: "healthy" } },
  { fault: { fail: "evicted", afterSeconds: 1 }, want: { outcome: "healthy" } },
  { fault: { fail: "never-ready", pods: 0 }, workload: { container: PROBED }, want: { outcome: "healthy" } },
];

async function rollOut(cluster: SandboxCluster, options: WorkloadOptions = {}) {
  await cluster.apply(workload({ kind: options.kind }));
  await cluster.pass(20);
  await cluster.apply(workload({ image: NEXT, ...options }));
  return await cluster.watch(targetOf(options));
}

function describe({ fault, workload }: FaultCase): string {
  const what = Object.keys(fault).length > 0 ? fault : workload;
  return JSON.stringify(what);
}

async function check(faultCase: FaultCase): Promise<void> {
  const { fault, want } = faultCase;
  const isScripted = typeof fault.fail === "string";
  const cluster = new SandboxCluster(isScripted ? [{ image: NEXT, ...fault }] : []);
  try {
    const { result } = await rollOut(cluster, faultCase.workload);
    if (want.outcome === "healthy") {
      equal(result.outcome, "healthy", JSON.stringify(result, null, 2));
      ok(result.findings.every(({ severity }) => severity === "transient"));
    } else assertResult(result, want);
  } finally {
    cluster.close();
  }
}

Deno.test("a broken Deployment of the sandbox is told from a slow one, with the right code", async (t) => {
  for (const faultCase of FATAL) await t.step(describe(faultCase), () => check(faultCase));
});

Deno.test("what may still pass is waited for to the end, and told then", async (t) => {
  for (const faultCase of ENDLESS) await t.step(describe(faultCase), () => check(faultCase));
});

Deno.test("trouble that passes fails no rollout", async (t) => {
  for (const faultCase of PASSING) await t.step(describe(faultCase), () => check(faultCase));
});

Deno.test("a rollout without trouble is healthy, for every kind", async (t) => {
  for (const kind of ["Deployment", "StatefulSet", "DaemonSet"] as const) {
    await t.step(kind, async () => {
      const cluster = new SandboxCluster();
      const { result, events } = await rollOut(cluster, { kind });
      cluster.close();
      equal(result.outcome, "healthy", JSON.stringify(result, null, 2));
      equal(events.filter(({ type }) => type === "finding" || type === "note").length, 0);
    });
  }
});

Deno.test("other kinds fail by the same rules", async (t) => {
  const cases: [NonNullable<WorkloadOptions["kind"]>, JsonObject, string][] = [
    ["StatefulSet", { fail: "image-not-found" }, "K1001"],
    ["StatefulSet", { fail: "crash" }, "K1101"],
    ["StatefulSet", { fail: "pod-security" }, "K1403"],
    ["DaemonSet", { fail: "image-denied" }, "K1002"],
    ["DaemonSet", { fail: "crash" }, "K1101"],
    ["DaemonSet", { fail: "quota-exceeded" }, "K1401"],
    ["Job", { fail: "image-not-found" }, "K1001"],
    ["Job", { fail: "webhook-denied" }, "K1402"],
    ["Job", { fail: "crash" }, "K1602"],
  ];
  for (const [kind, fault, code] of cases) {
    await t.step(`${kind} ${JSON.stringify(fault)}`, async () => {
      const cluster = new SandboxCluster([{ image: NEXT, ...fault }]);
      if (kind !== "Job") {
        await cluster.apply(workload({ kind }));
        await cluster.pass(20);
      }
      await cluster.apply(workload({ kind, image: NEXT, spec: kind === "Job" ? { backoffLimit: 2 } : {} }));
      const { result } = await cluster.watch(targetOf({ kind }));
      cluster.close();
      assertResult(result, { outcome: "failed", codes: [code] });
    });
  }
});

Deno.test("a Job that succeeds after some failures is healthy", async () => {
  const cluster = new SandboxCluster([{ fail: "crash", image: NEXT, pods: 2 }]);
  await cluster.apply(workload({ kind: "Job", image: NEXT }));
  const { result } = await cluster.watch(targetOf({ kind: "Job" }));
  cluster.close();
  assertResult(result, { outcome: "healthy" });
});

Deno.test("a good deploy after a broken one is healthy, though the broken pods still crash", async () => {
  const cluster = new SandboxCluster([{ fail: "crash", image: NEXT }]);
  await cluster.apply(workload());
  await cluster.pass(20);
  await cluster.apply(workload({ image: NEXT }));
  await cluster.pass(120);
  await cluster.apply(workload({ image: "registry.example.com/web:3" }));
  const { result, events } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "healthy" });
  equal(events.filter(({ type }) => type === "finding").length, 0);
});

Deno.test("a StatefulSet whose broken pod blocks the repair is told at once, and unstuck on request", async () => {
  const options = { kind: "StatefulSet" } as const;
  const cluster = new SandboxCluster([{ fail: "image-not-found", image: NEXT }]);
  await cluster.apply(workload(options));
  await cluster.pass(20);
  await cluster.apply(workload({ ...options, image: NEXT }));
  await cluster.pass(60);
  await cluster.apply(workload({ ...options, image: "registry.example.com/web:3" }));
  const stuck = await cluster.watch(targetOf(options));
  assertResult(stuck.result, { outcome: "failed", codes: ["K1603"], seconds: [0, 5], message: /^Pod "web-1"/ });
  const helped = await cluster.watch(targetOf(options), { unstick: true });
  cluster.close();
  assertResult(helped.result, { outcome: "healthy" });
});

Deno.test("the same Deployment that never changes is judged by what it says today", async () => {
  const cluster = new SandboxCluster([{ fail: "crash", image: NEXT }]);
  await cluster.apply(workload({ image: NEXT }));
  await cluster.pass(300);
  const { result } = await cluster.watch(targetOf());
  cluster.close();
  assertResult(result, { outcome: "failed", codes: ["K1101"], seconds: [0, 3] });
});
