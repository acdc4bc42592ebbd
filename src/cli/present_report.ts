import { type CodedError, stringifyJson } from "../base/mod.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import { type DeployReport, renderDeployJson, renderDeployText } from "../report/mod.ts";
import { EXIT_CODES, type ExitCode, exitCodeOf } from "./exit_codes.ts";
import { presentError } from "./present_error.ts";
import { useColor } from "./terminal.ts";

/** What a report is presented with. */
export interface PresentReportOptions {
  flags: { output: "text" | "json"; color: "auto" | "always" | "never" };
  host: ProtectedHost;
  signal: AbortSignal;
}

/**
 * Writes the summary to standard output, and why it stopped to standard error.
 *
 * @returns The exit code of the outcome.
 */
export function presentReport(
  { report, error }: { report: DeployReport; error?: CodedError },
  { flags, host, signal }: PresentReportOptions,
): ExitCode {
  const text = flags.output === "json"
    ? stringifyJson(renderDeployJson(report), 2) + "\n"
    : renderDeployText(report, useColor(flags.color, host.stdout, host.env));
  host.stdout.write(text);
  const exitCode = error === undefined ? undefined : presentError(error, host);
  if (report.outcome === "interrupted") return exitCodeOf(signal.reason);
  return exitCode ?? EXIT_BY_OUTCOME[report.outcome];
}

const EXIT_BY_OUTCOME: Record<Exclude<DeployReport["outcome"], "interrupted">, ExitCode> = {
  "done": EXIT_CODES.ok,
  "dry run": EXIT_CODES.ok,
  "apply failed": EXIT_CODES.refused,
  "rollout failed": EXIT_CODES.rolloutFailed,
  "rollout timed out": EXIT_CODES.rolloutTimedOut,
};
