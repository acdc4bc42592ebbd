import { withInterrupt } from "../../operations/interrupt.ts";
import { undoWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentActionResult, toWorkloadChoice, WORKLOAD_FLAGS, WORKLOADS } from "../workload_flags.ts";

export const rolloutUndoCommand = defineCommand({
  summary: "Go back to a former revision's pod template",
  description:
    "As kubectl rollout undo: only the pod template comes back, so ConfigMaps and Secrets that it names must still exist. The next deploy rolls forward again.",
  positionals: [WORKLOADS],
  flags: {
    ...CLUSTER_FLAGS,
    ...WORKLOAD_FLAGS,
    toRevision: {
      type: "number",
      default: 0,
      placeholder: "N",
      help: "Back to this revision (0: the one before the present one)",
    },
    dryRun: {
      type: "enum",
      values: ["none", "client", "server"],
      default: "none",
      bare: "client",
      help: "Say what would be done, and write nothing",
    },
  },
  examples: [
    ["kstage rollout undo deployment/api-service", "Back to the revision before"],
    ["kstage rollout undo deploy/api-service --to-revision 3 --dry-run", "Show what revision 3 would bring back"],
  ],
  async run({ positionals, flags, host }) {
    const options = {
      ...toConnectOptions(flags),
      ...toWorkloadChoice(positionals, flags),
      onDone: (text: string) => host.stdout.write(text),
      toRevision: flags.toRevision,
      dryRun: flags.dryRun,
    };
    return await withInterrupt(
      host,
      async (signal) => presentActionResult(await undoWorkloads(host, { ...options, signal }), host),
    );
  },
});
