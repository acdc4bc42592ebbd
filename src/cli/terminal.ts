import type { Env, Host, Output } from "../base/mod.ts";
import { createProgress, type LogFormat, type Progress } from "../report/mod.ts";
import type { FlagSpec, FlagValues } from "./command.ts";

/** Flags of every command that reports progress. */
export const TERMINAL_FLAGS = {
  color: {
    type: "enum",
    values: ["auto", "always", "never"],
    default: "auto",
    env: "KSTAGE_COLOR",
    help: "Colours: on a terminal unless NO_COLOR is set (auto), always or never",
  },
  quiet: { type: "boolean", alias: "q", help: "No progress on standard error" },
} as const satisfies Record<string, FlagSpec>;

/** Whether to colour what goes to `output`. */
export function useColor(mode: "auto" | "always" | "never", output: Output, env: Env): boolean {
  if (mode !== "auto") return mode === "always";
  return output.isTerminal() && !env.get("NO_COLOR") && env.get("TERM") !== "dumb";
}

/** Progress on standard error as the flags want it; rewritten in place only on a terminal outside CI. */
export function openProgress(flags: FlagValues<typeof TERMINAL_FLAGS>, host: Host): Progress {
  const isLive = host.stderr.isTerminal() && !host.env.get("CI") && host.env.get("TERM") !== "dumb";
  return createProgress({
    output: host.stderr,
    clock: host.clock,
    live: isLive,
    colored: useColor(flags.color, host.stderr, host.env),
    quiet: flags.quiet,
    format: logFormatOf(host.env),
  });
}

function logFormatOf(env: Env): LogFormat {
  if (env.get("GITLAB_CI") === "true") return "gitlab";
  return env.get("GITHUB_ACTIONS") === "true" ? "github" : "plain";
}
