import { withInterrupt } from "../../operations/interrupt.ts";
import { restartWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentActionResult, toWorkloadChoice, WORKLOAD_FLAGS, WORKLOADS } from "../workload_flags.ts";

export const rolloutRestartCommand = defineCommand({
  summary: "Replace a workload's pods without changing it",
  description:
    "The stamp is owned by the field manager kstage-restart, so that the next apply does not undo it. When one of several cannot be restarted, the others still are.",
  positionals: [WORKLOADS],
  flags: { ...CLUSTER_FLAGS, ...WORKLOAD_FLAGS },
  examples: [
    ["kstage rollout restart deployment/api-service", "Restart one Deployment"],
    ["kstage rollout restart statefulset", "Restart all StatefulSets of the namespace"],
    ["kstage rollout restart --all -l tier=web", "Restart all workloads with a label"],
  ],
  async run({ positionals, flags, host }) {
    const options = {
      ...toConnectOptions(flags),
      ...toWorkloadChoice(positionals, flags),
      onDone: (text: string) => host.stdout.write(text),
    };
    return await withInterrupt(
      host,
      async (signal) => presentActionResult(await restartWorkloads(host, { ...options, signal }), host),
    );
  },
});
