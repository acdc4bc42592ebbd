import { withInterrupt } from "../../operations/interrupt.ts";
import { rollBack } from "../../operations/rollback.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { RELEASE_FLAGS, RELEASE_NAME_FLAG, toReleaseOptions } from "../release_flags.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

export const rollbackCommand = defineCommand({
  summary: "Apply a former release again",
  description:
    `Applies all objects of the release as they were, ConfigMaps and Secrets included, waits for the rollout and records it as a release of its own.
What only later releases have is pruned where these were deployed with --prune, and left alone otherwise.

${CREDENTIALS_HELP}

Exit codes: those of kstage deploy.`,
  positionals: [{
    name: "OVERLAY",
    help: "Directory with a kustomization file; not needed where the namespace has releases of one overlay alone",
    optional: true,
  }],
  flags: {
    ...CLUSTER_FLAGS,
    ...RELEASE_NAME_FLAG,
    to: {
      type: "number",
      placeholder: "N",
      help: "The release (default: the newest that succeeded and differs from the last one)",
    },
    dryRun: { type: "boolean", help: "Ask the server what it would do, and write nothing" },
    timeout: { type: "duration", default: 300_000, env: "KSTAGE_TIMEOUT", help: "How long to wait for the rollouts" },
    noWait: { type: "boolean", help: "Do not wait for the rollouts" },
    forceConflicts: { type: "boolean", help: "Take over fields that other managers own" },
    ...RELEASE_FLAGS,
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format of the summary" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage rollback overlays/testing", "Bring back what ran before the last release"],
    ["kstage rollback overlays/testing --to 7 --dry-run", "Say what going back to release 7 would change"],
  ],
  async run({ positionals, flags, host }) {
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const result = await rollBack(host, {
        ...toConnectOptions(flags),
        ...toReleaseOptions(flags),
        ...(positionals[0] === undefined ? {} : { overlay: positionals[0] }),
        ...(flags.to === undefined ? {} : { to: flags.to }),
        dryRun: flags.dryRun,
        timeoutMs: flags.timeout,
        wait: !flags.noWait,
        force: flags.forceConflicts,
        progress,
        signal,
      });
      return presentReport(result, { flags, host, signal });
    });
  },
});
