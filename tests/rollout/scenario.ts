import { deepEqual, equal, ok } from "../assert.ts";
import {
  type Finding,
  type RolloutEvent,
  type RolloutTarget,
  watchRollout,
  type WatchRolloutOptions,
  type WorkloadResult,
} from "../../src/rollout/mod.ts";
import { FakeCluster } from "./fake_cluster.ts";
import { VirtualClock } from "./virtual_clock.ts";

/** Deployment `web` of the fixtures. */
export const DEPLOYMENT: RolloutTarget = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
/** StatefulSet `web`. */
export const STATEFUL_SET: RolloutTarget = { ...DEPLOYMENT, kind: "StatefulSet" };
/** DaemonSet `web`. */
export const DAEMON_SET: RolloutTarget = { ...DEPLOYMENT, kind: "DaemonSet" };
/** Job `web`. */
export const JOB: RolloutTarget = { ...DEPLOYMENT, apiVersion: "batch/v1", kind: "Job" };

/** A rollout that was watched from its beginning to its end. */
export interface Played {
  events: RolloutEvent[];
  results: WorkloadResult[];
  /** The result of the first target. */
  result: WorkloadResult;
  cluster: FakeCluster;
  /** Everything that was said of findings meanwhile: seconds, severity, code. */
  told: [seconds: number, severity: string, code: string][];
}

/** Plays a timeline and watches it; no real time passes. */
export async function play(
  timeline: (cluster: FakeCluster) => void,
  targets: RolloutTarget | RolloutTarget[] = DEPLOYMENT,
  options: Partial<WatchRolloutOptions> = {},
): Promise<Played> {
  const clock = new VirtualClock();
  const cluster = new FakeCluster(clock);
  timeline(cluster);
  const startMs = clock.now();
  const events: RolloutEvent[] = [];
  const list = Array.isArray(targets) ? targets : [targets];
  const watch = async () => {
    for await (const event of watchRollout(cluster, list, { clock, ...options })) events.push(event);
  };
  await clock.run(watch());
  const finished = events.at(-1);
  ok(finished?.type === "finished");
  equal(cluster.openWatches, 0, "watches are left open");
  const told = events.flatMap((event): Played["told"] =>
    event.type === "finding" ? [[(event.atMs - startMs) / 1000, event.finding.severity, event.finding.code]] : []
  );
  return { events, results: finished.results, result: finished.results[0]!, cluster, told };
}

/** What a scenario must come to. */
export interface Wanted {
  outcome: WorkloadResult["outcome"];
  /** Codes of the fatal findings; of all findings where the outcome is not `failed`. */
  codes?: string[];
  /** Seconds until the verdict: exactly, or from and to. */
  seconds?: number | [number, number];
  /** What the first finding must say. */
  message?: RegExp;
  /** What its evidence must hold. */
  evidence?: RegExp;
  /** What its next step must say. */
  nextStep?: RegExp;
}

/** Checks a result. */
export function assertResult(result: WorkloadResult, want: Wanted): void {
  const findings = want.outcome === "failed" ? fatal(result.findings) : result.findings;
  deepEqual(
    { outcome: result.outcome, codes: findings.map(({ code }) => code) },
    { outcome: want.outcome, codes: want.codes ?? [] },
    JSON.stringify(result, null, 2),
  );
  const [from, to] = typeof want.seconds === "number" ? [want.seconds, want.seconds] : want.seconds ?? [0, Infinity];
  ok(result.seconds >= from && result.seconds <= to, `took ${result.seconds} s, not ${from} to ${to}`);
  const [first] = findings;
  if (want.message) ok(want.message.test(first?.message ?? ""), `message: ${first?.message}`);
  if (want.nextStep) ok(want.nextStep.test(first?.nextStep ?? ""), `next step: ${first?.nextStep}`);
  if (want.evidence) {
    const evidence = (first?.evidence ?? []).map(({ text }) => text).join("\n");
    ok(want.evidence.test(evidence), `evidence: ${evidence}`);
  }
}

function fatal(findings: Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "fatal");
}
