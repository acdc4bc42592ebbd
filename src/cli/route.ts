import type { ProtectedHost } from "../operations/protect.ts";
import type { CommandSpec } from "./command.ts";
import type { ExitCode } from "./exit_codes.ts";

/** Runs a command that reads its words by another program's rules. */
export type ForeignCommand = (args: readonly string[], host: ProtectedHost) => Promise<ExitCode>;

/** Words that a command of its own may be followed by. */
export interface Verbs {
  names: readonly string[];
  loadForeign: () => Promise<ForeignCommand>;
}

/** A command that is loaded when it is called, or a word that has commands below it. */
export type Route =
  | { summary: string; loadForeign: () => Promise<ForeignCommand> }
  | { summary: string; load: () => Promise<CommandSpec>; verbs?: Verbs }
  | { summary: string; routes: Record<string, Route> };
