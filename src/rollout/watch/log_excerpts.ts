import type { Clock } from "../../base/mod.ts";
import type { KubeClient } from "../../kube/mod.ts";
import type { ObjectRef } from "../../manifest/mod.ts";
import { CATALOGUE, type FindingCode } from "../catalogue/catalogue.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Finding } from "../finding.ts";
import { explainStartError } from "../rules/cannot_start.ts";

/** Findings that a container's log may explain. */
const EXPLAINED_BY_LOGS: ReadonlySet<FindingCode> = new Set([
  "K1101",
  "K1102",
  "K1103",
  "K1104",
  "K1105",
  "K1106",
  "K1107",
  "K1501",
  "K1602",
  "K1605",
]);

const MOST_EXCERPTS = 2;
const PATIENCE_MS = 5_000;

/** Which log belongs to a finding. */
export interface LogRequest {
  finding: Finding;
  pod: ObjectRef;
  container: string;
  /** The run before the present one. */
  previous: boolean;
}

/** Which logs to read for a workload's findings: those of the worst ones that have a container. */
export function planLogs(findings: readonly Finding[], evidence: Evidence): LogRequest[] {
  const requests: LogRequest[] = [];
  for (const finding of findings) {
    const { code, object, container } = finding;
    if (!EXPLAINED_BY_LOGS.has(code) || container === undefined || object.kind !== "Pod") continue;
    const view = evidence.newestPods.find(({ ref }) => ref.name === object.name)?.containers
      .find(({ name }) => name === container);
    const previous = view !== undefined && view.restartCount > 0 && view.state.kind !== "terminated" &&
      code !== "K1501";
    requests.push({ finding, pod: object, container, previous });
    if (requests.length === MOST_EXCERPTS) break;
  }
  return requests;
}

/** How to read logs. */
export interface LogReading {
  client: KubeClient;
  clock: Clock;
  lines: number;
  signal: AbortSignal;
}

/** Reads the planned logs and adds their lines to the findings' evidence; a log that can't be read is left out. */
export async function attachLogs(requests: readonly LogRequest[], reading: LogReading): Promise<void> {
  await Promise.all(requests.map(async (request) => {
    const text = await readLog(request, reading);
    const lines = text.split("\n").filter((line) => line.trim() !== "").slice(-reading.lines);
    request.finding.evidence = [
      ...request.finding.evidence,
      ...lines.map((line) => ({ kind: "log" as const, text: line })),
    ];
    recogniseArchitecture(request.finding, text);
  }));
}

/** Reads one log within a few seconds: an explanation isn't worth a hanging deploy. */
async function readLog({ pod, container, previous }: LogRequest, reading: LogReading): Promise<string> {
  const { client, clock, lines, signal } = reading;
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  if (signal.aborted) return "";
  signal.addEventListener("abort", onAbort, { once: true });
  const read = (previous: boolean) =>
    client.logs(pod, { container, previous, tailLines: lines, signal: stop.signal }).catch(() => "");
  const bothRuns = async () => await read(previous) || await read(!previous);
  const timeout = clock.sleep(PATIENCE_MS, stop.signal).then(() => "", () => "");
  try {
    return await Promise.race([bothRuns(), timeout]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    stop.abort();
  }
}

/** Newer runtimes start a program of another architecture, which then says so in its log alone. */
function recogniseArchitecture(finding: Finding, log: string): void {
  if (!/exec format error/i.test(log) || (finding.code !== "K1101" && finding.code !== "K1104")) return;
  const { name, steps } = CATALOGUE.K1103;
  const message = `Cannot start container "${finding.container}": ${explainStartError("exec format error")}`;
  Object.assign(finding, { code: "K1103", name, message, nextStep: steps[0] });
}
