import { CodedError } from "../base/mod.ts";
import type { ProtectedHost } from "../operations/protect.ts";
import type { ExitCode } from "./exit_codes.ts";

/** The words of a command line make no sense together. */
export class UsageError extends CodedError<"USAGE"> {
  override name = "UsageError";

  constructor(message: string, hint?: string) {
    super("USAGE", message, { hint });
  }
}

interface FlagBase {
  /** One line for `--help`. */
  help: string;
  /** One letter. */
  alias?: string;
  /** Environment variable that stands in for the flag. */
  env?: string;
}

/** One flag, as data. */
export type FlagSpec =
  | FlagBase & { type: "boolean" }
  | FlagBase & { type: "string"; placeholder?: string; default?: string }
  | FlagBase & { type: "list"; placeholder?: string }
  | FlagBase & { type: "number"; placeholder?: string; default?: number }
  /** Go's spelling, such as `5m`; the value is in milliseconds. */
  | FlagBase & { type: "duration"; default?: number }
  /** `bare` is the value of the flag without one: `--dry-run` for `--dry-run=client`. */
  | FlagBase & { type: "enum"; values: readonly string[]; default?: string; bare?: string };

/** The TypeScript type of a flag's value. */
export type FlagValue<F extends FlagSpec> = F extends { type: "boolean" } ? boolean
  : F extends { type: "list" } ? string[]
  : F extends { type: "number" | "duration" } ? (F extends { default: number } ? number : number | undefined)
  : F extends { type: "enum"; values: readonly (infer V)[] } ? (F extends { default: string } ? V : V | undefined)
  : F extends { default: string } ? string
  : string | undefined;

/** The values of a record of flags. */
export type FlagValues<F extends Record<string, FlagSpec>> = { [K in keyof F]: FlagValue<F[K]> };

/** What stands behind the command's name. */
export interface PositionalSpec {
  /** As in usage lines: `OVERLAY`. */
  name: string;
  help: string;
  /** @default {false} */
  optional?: boolean;
  /** Takes all the rest; only for the last one. @default {false} */
  variadic?: boolean;
}

/** What a command gets to run with. */
export interface CommandInput<F extends Record<string, FlagSpec>> {
  flags: FlagValues<F>;
  positionals: string[];
  /** The world, with secrets kept out of its outputs. */
  host: ProtectedHost;
}

/** One command as data: parsed and documented from this declaration. */
export interface CommandSpec<F extends Record<string, FlagSpec> = Record<string, FlagSpec>> {
  /** One line, for the list of commands. */
  summary: string;
  /** Paragraphs below it, for the command's own help. */
  description?: string;
  positionals?: readonly PositionalSpec[];
  flags: F;
  /** Command lines as a user would type them, each with what it does. */
  examples: readonly (readonly [line: string, what: string])[];
  /** Runs and returns the exit code; throws coded errors for what cannot go on. */
  run(input: CommandInput<F>): Promise<ExitCode>;
}

/** Declares a command; the flags' types follow from their declaration. */
export function defineCommand<const F extends Record<string, FlagSpec>>(spec: CommandSpec<F>): CommandSpec<F> {
  return spec;
}
