import { CodedError, formatPlace, type Host } from "../base/mod.ts";
import { type ExitCode, exitCodeOf } from "./exit_codes.ts";

/**
 * Writes an error to standard error: place and message on the first line, then what to do. A stack trace is shown
 * only for what is a bug, and only when `KSTAGE_TRACE` asks for it.
 *
 * @returns The exit code that fits.
 */
export function presentError(error: unknown, host: Host): ExitCode {
  host.stderr.write(formatError(error, host.env.get("KSTAGE_TRACE") !== undefined));
  return exitCodeOf(error);
}

/** The text that {@link presentError} writes. */
export function formatError(error: unknown, withTrace = false): string {
  if (!(error instanceof CodedError)) {
    const message = error instanceof Error ? error.message : String(error);
    const trace = withTrace && error instanceof Error ? `\n${error.stack}` : "";
    return `error: Unexpected failure: ${message}${trace}\n  hint: This is a bug in kstage; KSTAGE_TRACE=1 shows where it happened\n`;
  }
  const place = error.place?.file ? `${formatPlace(error.place)}: ` : "";
  const hint = error.hint ? `\n  hint: ${error.hint.replaceAll("\n", "\n        ")}` : "";
  return `error: ${place}${error.message}${hint}\n`;
}
