import type { Finding } from "../finding.ts";
import type { Status } from "../status/status.ts";
import type { RolloutEvent, WorkloadResult } from "./rollout_event.ts";

type Redact = (text: string) => string;

/** The event with every text from the cluster (messages, log lines) passed through `redact`. */
export function redactEvent(event: RolloutEvent, redact: Redact): RolloutEvent {
  switch (event.type) {
    case "progress":
      return { ...event, progress: { ...event.progress, status: redactStatus(event.progress.status, redact) } };
    case "finding":
      return { ...event, finding: redactFinding(event.finding, redact) };
    case "note":
      return { ...event, message: redact(event.message) };
    case "log":
      return { ...event, line: redact(event.line) };
    case "result":
      return { ...event, result: redactResult(event.result, redact) };
    case "finished":
      return { ...event, results: event.results.map((result) => redactResult(result, redact)) };
  }
}

function redactResult(result: WorkloadResult, redact: Redact): WorkloadResult {
  const findings = result.findings.map((finding) => redactFinding(finding, redact));
  return result.status === undefined
    ? { ...result, findings }
    : { ...result, findings, status: redactStatus(result.status, redact) };
}

function redactStatus(status: Status, redact: Redact): Status {
  const redacted = { ...status, message: redact(status.message) };
  if (redacted.kind === "current" && redacted.warning !== undefined) redacted.warning = redact(redacted.warning);
  return redacted;
}

function redactFinding(finding: Finding, redact: Redact): Finding {
  return {
    ...finding,
    message: redact(finding.message),
    evidence: finding.evidence.map(({ kind, text }) => ({ kind, text: redact(text) })),
    nextStep: redact(finding.nextStep),
  };
}
