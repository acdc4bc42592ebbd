/**
 * Verdicts on rollouts of the real control plane, all at once, with the time that each takes. `KSTAGE_KUBECTL` names a
 * kubectl whose `rollout status --timeout=120s` is timed beside them.
 */
import { deepEqual, match, ok } from "../assert.ts";
import type { JsonObject } from "../../src/base/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import { createKubeClient, type KubeClient } from "../../src/kube/mod.ts";
import type { Manifest } from "../../src/manifest/mod.ts";
import { type RolloutOutcome, watchRollout, type WorkloadResult } from "../../src/rollout/mod.ts";
import { connect } from "./cluster.ts";
import { type ClusterJob, runProgram, startClusterJob } from "./job.ts";

interface Case {
  /** The tag asks kwok for the fault. */
  tag: string;
  init?: string;
  container?: JsonObject;
  /** @default {60} */
  timeoutSeconds?: number;
  outcome: RolloutOutcome;
  code?: string;
  evidence?: RegExp;
  /** At most so long until the verdict; machines that run this are busy. */
  seconds: number;
}

const CASES: Readonly<Record<string, Case>> = {
  "image-not-found": { tag: "does-not-exist", outcome: "failed", code: "K1001", evidence: /not found/, seconds: 45 },
  "image-unauthorized": {
    tag: "sandbox-image-unauthorized",
    outcome: "failed",
    code: "K1002",
    evidence: /401 Unauthorized/,
    seconds: 45,
  },
  "image-rate-limited": {
    tag: "sandbox-image-rate-limited",
    timeoutSeconds: 40,
    outcome: "timedOut",
    code: "K1003",
    evidence: /429 Too Many Requests/,
    seconds: 50,
  },
  "crash": { tag: "sandbox-crash", outcome: "failed", code: "K1101", evidence: /exited with code 1/, seconds: 55 },
  "oom-killed": {
    tag: "sandbox-oom-killed",
    outcome: "failed",
    code: "K1102",
    evidence: /137 \(OOMKilled/,
    seconds: 55,
  },
  "config-missing": {
    tag: "sandbox-missing-config",
    outcome: "failed",
    code: "K1201",
    evidence: /CreateContainerConfigError/,
    seconds: 25,
  },
  "init-crash": {
    tag: "v1",
    init: "sandbox-crash",
    outcome: "failed",
    code: "K1104",
    evidence: /container migrate exited with code 1/,
    seconds: 55,
  },
  "unschedulable": {
    tag: "v1",
    container: { resources: { requests: { cpu: "100000" } } },
    timeoutSeconds: 40,
    outcome: "timedOut",
    code: "K1301",
    evidence: /Insufficient cpu/,
    seconds: 50,
  },
  "never-ready": {
    tag: "sandbox-never-ready",
    container: { readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } },
    timeoutSeconds: 40,
    outcome: "timedOut",
    code: "K1501",
    evidence: /statuscode: 503/,
    seconds: 50,
  },
  "slow": { tag: "sandbox-slow", outcome: "healthy", seconds: 40 },
  "healthy": { tag: "v1", outcome: "healthy", seconds: 40 },
};

function deployment(name: string, namespace: string, { tag, init, container = {} }: Case): Manifest {
  const labels = { app: name };
  const image = (of: string) => `registry.example.com/api:${of}`;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...(init === undefined ? {} : { initContainers: [{ name: "migrate", image: image(init) }] }),
          containers: [{ name: "api", image: image(tag), ...container }],
        },
      },
    },
  };
}

interface Timed {
  result: WorkloadResult;
  /** Until the first finding was told; undefined for none. */
  toldSeconds?: number;
}

async function watch(client: KubeClient, name: string, namespace: string, wanted: Case): Promise<Timed> {
  const { clock } = createDenoHost();
  const startMs = clock.now();
  await client.apply(deployment(name, namespace, wanted), { fieldManager: "kstage" });
  const target = { apiVersion: "apps/v1", kind: "Deployment", namespace, name };
  let toldSeconds: number | undefined;
  for await (
    const event of watchRollout(client, [target], { clock, timeoutMs: (wanted.timeoutSeconds ?? 60) * 1000 })
  ) {
    if (event.type === "finding") toldSeconds ??= (event.atMs - startMs) / 1000;
    if (event.type === "finished") return { result: event.results[0]!, toldSeconds };
  }
  throw new Error("The watch did not finish");
}

async function timeKubectl({ cluster, namespace }: ClusterJob, name: string): Promise<string> {
  const program = Deno.env.get("KSTAGE_KUBECTL");
  if (program === undefined) return "not asked";
  const startMs = Date.now();
  const args = ["--kubeconfig", cluster.kubeconfig, "-n", namespace, "rollout", "status", `deployment/${name}`];
  const { exitCode, stderr } = await runProgram(program, [...args, "--timeout=120s"]);
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  return `${seconds} s, ${exitCode === 0 ? "rolled out" : stderr.trim().replace(/^error: /, "")}`;
}

Deno.test("rollouts on a real cluster: the right verdict, code and evidence, in seconds", async (t) => {
  await using job = await startClusterJob();
  using transport = connect(job.cluster);
  const { clock, random } = createDenoHost();
  const client = createKubeClient(transport, { clock, random });
  const { namespace } = job;
  const lines: string[] = [];
  const running = Object.entries(CASES).map(async ([name, wanted]) => {
    const kubectl = clock.sleep(1000).then(() => timeKubectl(job, name));
    const timed = await watch(client, name, namespace, wanted);
    return { name, wanted, ...timed, kubectl: await kubectl };
  });
  for (const { name, wanted, result, toldSeconds, kubectl } of await Promise.all(running)) {
    lines.push(
      `${name.padEnd(20)} ${result.outcome.padEnd(9)} ${String(result.findings[0]?.code ?? "-").padEnd(6)} ` +
        `${result.seconds.toFixed(1).padStart(5)} s  told ${toldSeconds?.toFixed(1) ?? "-"} s  kubectl: ${kubectl}`,
    );
    await t.step(name, () => {
      const [finding] = result.findings;
      deepEqual([result.outcome, result.outcome === "healthy" ? undefined : finding?.code], [
        wanted.outcome,
        wanted.code,
      ]);
      if (wanted.evidence) match(JSON.stringify(finding?.evidence), wanted.evidence);
      ok(result.seconds <= wanted.seconds, `took ${result.seconds} s`);
    });
  }
  if (Deno.env.get("KSTAGE_KUBECTL") !== undefined) {
    Deno.stderr.writeSync(new TextEncoder().encode(`\n${lines.join("\n")}\n`));
  }
});
