import type { CommandSpec } from "./command.ts";

/** A command that is loaded when it is called, or a word that has commands below it. */
export type Route =
  | { summary: string; load: () => Promise<CommandSpec> }
  | { summary: string; routes: Record<string, Route> };

/** All commands. A command's file, and all it imports, is loaded only when the command is called. */
export const ROUTES: Record<string, Route> = {
  build: {
    summary: "Print the manifests of an overlay",
    load: async () => (await import("./commands/build.ts")).buildCommand as CommandSpec,
  },
  version: {
    summary: "Print the version",
    load: async () => (await import("./commands/version.ts")).versionCommand as CommandSpec,
  },
};
