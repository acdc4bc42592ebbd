/**
 * The program that the binary embeds, as its starter needs it. What is imported here, with all that it imports, becomes
 * one script that is loaded at every start; the other commands are scripts of their own.
 */
export { runCli } from "../../src/cli/mod.ts";
// The command that is started most often, and by itself in less time than it takes to look for a second script.
export { buildCommand } from "../../src/cli/commands/build.ts";
export { createDenoHost } from "../../src/host/mod.ts";
