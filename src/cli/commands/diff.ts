import { diffOverlay } from "../../operations/diff.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { OVERLAY_POSITIONALS, PLAN_FLAGS, toPlanOptions } from "../apply_flags.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { colorDiff } from "../../report/mod.ts";
import { TERMINAL_FLAGS, useColor } from "../terminal.ts";

export const diffCommand = defineCommand({
  summary: "Show what applying an overlay would change",
  description:
    `Compares by server-side dry-run; values of Secrets are masked, their changes still seen. The summary goes to standard error.

${CREDENTIALS_HELP}`,
  positionals: OVERLAY_POSITIONALS,
  flags: {
    ...CLUSTER_FLAGS,
    ...PLAN_FLAGS,
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage diff overlays/testing", "Show the differences"],
    ["kstage diff overlays/testing --prune", "Say as well what --prune would delete"],
    ["kstage diff overlays/testing --exit-code", "Let a script know by exit code 10 that there are some"],
  ],
  async run({ positionals, flags, host }) {
    const plan = toPlanOptions(flags, positionals, "diff");
    const { isChanged, summary, diffs, notes } = await withInterrupt(
      host,
      (signal) =>
        diffOverlay(host, {
          ...toConnectOptions(flags),
          ...plan,
          signal,
        }),
    );
    if (!flags.quiet) host.stderr.write(notes.map((note) => `note: ${note}\n`).join(""));
    const colored = useColor(flags.color, host.stdout, host.env);
    for (const { text } of diffs) host.stdout.write(colorDiff(text, colored));
    if (!flags.quiet) host.stderr.write(`${summary}\n`);
    return flags.exitCode && isChanged ? EXIT_CODES.changesFound : EXIT_CODES.ok;
  },
});
