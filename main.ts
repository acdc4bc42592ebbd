import { runCli } from "./src/cli/mod.ts";
import { createDenoHost } from "./src/host/mod.ts";

if (import.meta.main) Deno.exit(await runCli(Deno.args, createDenoHost()));
