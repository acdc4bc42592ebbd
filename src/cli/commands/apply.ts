import { applyOverlay } from "../../operations/apply.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { APPLY_FLAGS, OVERLAY_POSITIONALS, toApplyOptions } from "../apply_flags.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand, type FlagSpec, type FlagValues, UsageError } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

const FLAGS = {
  ...CLUSTER_FLAGS,
  ...APPLY_FLAGS,
  plan: {
    type: "string",
    placeholder: "FILE",
    help: "Carry out the plan that --save-plan wrote, exactly or not at all; OVERLAY gives the values of its Secrets",
  },
  ...TERMINAL_FLAGS,
} as const satisfies Record<string, FlagSpec>;

export const applyCommand = defineCommand({
  summary: "Build an overlay and apply it server-side",
  description:
    `Every object is dry-run on the server before the first one is written; unchanged objects are not written. Does not wait for rollouts: with
--prune, what has left the overlay is deleted as soon as all is applied; kstage deploy waits until all is healthy first.

${CREDENTIALS_HELP}`,
  positionals: OVERLAY_POSITIONALS,
  flags: FLAGS,
  examples: [
    ["kstage apply overlays/testing", "Apply the testing overlay"],
    ["kstage apply overlays/testing --dry-run=server", "Ask the server whether it would accept the overlay"],
    ["kstage apply -f manifests/ -f extra.json", "Apply files in place of an overlay"],
    ["kstage apply overlays/testing --prune", "Delete what has left the overlay, too"],
    ["kstage apply overlays/testing --dry-run=server --save-plan plan.json", "Save what would be done"],
    ["kstage apply --plan plan.json overlays/testing", "Do exactly that, or nothing"],
  ],
  async run({ positionals, flags, host }) {
    const plan = flags.plan === undefined
      ? toApplyOptions(flags, positionals, "apply")
      : toPlanFile(flags, positionals);
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const result = await applyOverlay(host, { ...toConnectOptions(flags), ...plan, progress, signal });
      return await presentReport(result, { flags, host, signal });
    });
  },
});

/** What may stand beside a saved plan: nothing that would make another plan of it. */
function toPlanFile(flags: FlagValues<typeof FLAGS>, [overlay]: readonly string[]) {
  const contradicting = [
    ["--force-conflicts", flags.forceConflicts],
    ["--recreate", flags.recreate],
    ["--ignore-conflicts-with", flags.ignoreConflictsWith.length > 0],
    ["--prune", flags.prune],
    ["--prune-namespaces", flags.pruneNamespaces],
    ["--prune-crds", flags.pruneCrds],
    ["--selector", flags.selector !== undefined],
    ["--save-plan", flags.savePlan !== undefined],
    ["--dry-run", flags.dryRun !== "none"],
    ["--exit-code", flags.exitCode],
    ["--validate", flags.validate !== "strict"],
  ] as const;
  const given = contradicting.find(([, isGiven]) => isGiven)?.[0];
  if (given !== undefined) {
    throw new UsageError(`Cannot use ${given} beside --plan: the plan says what is done`, "Make the plan anew with it");
  }
  const { filename: files, recursive, plan: planFile, concurrency } = flags;
  return { ...(overlay === undefined ? {} : { overlay }), files, recursive, planFile: planFile!, concurrency };
}
