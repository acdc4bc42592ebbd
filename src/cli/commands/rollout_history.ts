import { withInterrupt } from "../../operations/interrupt.ts";
import { showHistory } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentActionResult, toWorkloadChoice, WORKLOAD_FLAGS, WORKLOADS } from "../workload_flags.ts";

export const rolloutHistoryCommand = defineCommand({
  summary: "List a workload's former revisions",
  description: "As kubectl rollout history.",
  positionals: [WORKLOADS],
  flags: {
    ...CLUSTER_FLAGS,
    ...WORKLOAD_FLAGS,
    revision: { type: "number", placeholder: "N", help: "Show this revision's pod template" },
  },
  examples: [
    ["kstage rollout history deployment/api-service", "List the revisions"],
    ["kstage rollout history deployment/api-service --revision 3", "What revision 3 ran"],
  ],
  async run({ positionals, flags, host }) {
    const options = {
      ...toConnectOptions(flags),
      ...toWorkloadChoice(positionals, flags),
      onDone: (text: string) => host.stdout.write(text),
      revision: flags.revision,
    };
    return await withInterrupt(
      host,
      async (signal) => presentActionResult(await showHistory(host, { ...options, signal }), host),
    );
  },
});
