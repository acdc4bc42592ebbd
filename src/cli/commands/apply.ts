import { applyOverlay } from "../../operations/apply.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

export const applyCommand = defineCommand({
  summary: "Build an overlay and apply it server-side",
  description:
    `Every object is dry-run on the server before the first one is written; unchanged objects are not written. Does not wait for rollouts.

${CREDENTIALS_HELP}`,
  positionals: [{ name: "OVERLAY", help: "Directory with a kustomization file" }],
  flags: {
    ...CLUSTER_FLAGS,
    dryRun: {
      type: "enum",
      values: ["none", "client", "server"],
      default: "none",
      bare: "client",
      help: "Write nothing: ask the server what it would do (server), or don't ask it (client)",
    },
    forceConflicts: { type: "boolean", help: "Take over fields that other managers own" },
    concurrency: { type: "number", default: 50, placeholder: "N", help: "Requests at the same time" },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format of the summary" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage apply overlays/testing", "Apply the testing overlay"],
    ["kstage apply overlays/testing --dry-run=server", "Ask the server whether it would accept the overlay"],
  ],
  async run({ positionals, flags, host }) {
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const result = await applyOverlay(host, {
        ...toConnectOptions(flags),
        overlay: positionals[0]!,
        dryRun: flags.dryRun,
        force: flags.forceConflicts,
        concurrency: flags.concurrency,
        progress,
        signal,
      });
      return presentReport(result, { flags, host, signal });
    });
  },
});
