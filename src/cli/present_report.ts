import { type CodedError, stringifyJson } from "../base/mod.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import { type DeployReport, renderDeployJson, renderDeployNames, renderDeployText } from "../report/mod.ts";
import { EXIT_CODES, type ExitCode, exitCodeOf } from "./exit_codes.ts";
import { presentError } from "./present_error.ts";
import { useColor } from "./terminal.ts";

/** What a report is presented with. */
export interface PresentReportOptions {
  flags: { output: "text" | "name" | "json" | "yaml"; exitCode?: boolean; color: "auto" | "always" | "never" };
  host: ProtectedHost;
  signal: AbortSignal;
}

/**
 * Writes the summary to standard output, and why it stopped to standard error.
 *
 * @returns The exit code of the outcome.
 */
export async function presentReport(
  { report, error }: { report: DeployReport; error?: CodedError },
  { flags, host, signal }: PresentReportOptions,
): Promise<ExitCode> {
  host.stdout.write(await renderReport(report, flags.output, useColor(flags.color, host.stdout, host.env)));
  const exitCode = error === undefined ? undefined : presentError(error, host);
  if (report.outcome === "interrupted") return exitCodeOf(signal.reason);
  const found = flags.exitCode && report.outcome === "dry run" && report.isChanged
    ? EXIT_CODES.changesFound
    : undefined;
  return exitCode ?? found ?? EXIT_BY_OUTCOME[report.outcome];
}

async function renderReport(
  report: DeployReport,
  format: PresentReportOptions["flags"]["output"],
  colored: boolean,
): Promise<string> {
  switch (format) {
    case "text":
      return renderDeployText(report, colored);
    case "name":
      return renderDeployNames(report);
    case "json":
      return stringifyJson(renderDeployJson(report), 2) + "\n";
    case "yaml": {
      const { renderYaml } = await import("../operations/render_yaml.ts");
      return renderYaml(renderDeployJson(report));
    }
  }
}

const EXIT_BY_OUTCOME: Record<Exclude<DeployReport["outcome"], "interrupted">, ExitCode> = {
  "done": EXIT_CODES.ok,
  "dry run": EXIT_CODES.ok,
  "apply failed": EXIT_CODES.refused,
  "prune failed": EXIT_CODES.refused,
  "rollout failed": EXIT_CODES.rolloutFailed,
  "rollout timed out": EXIT_CODES.rolloutTimedOut,
};
