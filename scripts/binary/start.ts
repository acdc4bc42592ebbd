/** The binary's first file: main.ts for the scripts that are in the pack. */
import { loadProgram } from "./script_loader.ts";
import { openPack } from "./script_pack.ts";

const { runCli, createDenoHost } = loadProgram(openPack());
Deno.exit(await runCli(Deno.args, createDenoHost()));
