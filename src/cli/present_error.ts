import { CodedError, formatPlace, type Host, isInside, relativePath, type SourcePlace } from "../base/mod.ts";
import { type ExitCode, exitCodeOf } from "./exit_codes.ts";

/**
 * Writes an error to standard error: place and message on the first line, then what to do. A stack trace is shown
 * only for what is a bug, and only when `KSTAGE_TRACE` asks for it.
 *
 * @returns The exit code that fits.
 */
export function presentError(error: unknown, host: Host): ExitCode {
  host.stderr.write(formatError(error, { withTrace: host.env.get("KSTAGE_TRACE") !== undefined, cwd: host.fs.cwd() }));
  return exitCodeOf(error);
}

/** How to format an error. */
export interface FormatErrorOptions {
  /** Whether to show where a bug happened. @default {false} */
  withTrace?: boolean;
  /** Places below it are shown relative to it, as the user would write them. */
  cwd?: string;
}

/** The text that {@link presentError} writes. */
export function formatError(error: unknown, { withTrace = false, cwd }: FormatErrorOptions = {}): string {
  if (!(error instanceof CodedError)) {
    const message = error instanceof Error ? error.message : String(error);
    const trace = withTrace && error instanceof Error ? `\n${error.stack}` : "";
    return `error: Unexpected failure: ${message}${trace}\n  hint: This is a bug in kstage; KSTAGE_TRACE=1 shows where it happened\n`;
  }
  const place = error.place?.file ? `${formatPlace(shorten(error.place, cwd))}: ` : "";
  const hint = error.hint ? `\n  hint: ${error.hint.replaceAll("\n", "\n        ")}` : "";
  return `error: ${place}${error.message}${hint}\n`;
}

function shorten(place: SourcePlace, cwd: string | undefined): SourcePlace {
  return cwd !== undefined && isInside(cwd, place.file) ? { ...place, file: relativePath(cwd, place.file) } : place;
}
