/** The binary's first file: main.ts for the scripts that are embedded. */
import { loadProgram } from "./script_loader.ts";

const { runCli, createDenoHost } = loadProgram();
Deno.exit(await runCli(Deno.args, createDenoHost()));
