/** Where a log is read: each service has its own way to fold lines and to point at errors. */
export type LogFormat = "plain" | "gitlab" | "github";

/** Lines that begin and end a foldable part of a log, and one that points at an error. */
export interface LogMarks {
  begin(title: string, nowMs: number): string;
  end(nowMs: number): string;
  error(title: string, message: string): string;
}

/** The marks of a service. Each text has its line end, or is empty where the service has no such thing. */
export const LOG_MARKS: Readonly<Record<LogFormat, LogMarks>> = {
  plain: { begin: () => "", end: () => "", error: () => "" },
  // https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections
  gitlab: {
    begin: (title, nowMs) => `\x1b[0Ksection_start:${seconds(nowMs)}:kstage_rollout\r\x1b[0K${title}\n`,
    end: (nowMs) => `\x1b[0Ksection_end:${seconds(nowMs)}:kstage_rollout\r\x1b[0K\n`,
    error: () => "",
  },
  // https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
  github: {
    begin: (title) => `::group::${escapeData(title)}\n`,
    end: () => "::endgroup::\n",
    error: (title, message) => `::error title=${escapeProperty(title)}::${escapeData(message)}\n`,
  },
};

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
