import { withInterrupt } from "../../operations/interrupt.ts";
import { pauseWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentActionResult, toWorkloadChoice, WORKLOAD_FLAGS, WORKLOADS } from "../workload_flags.ts";

export const rolloutPauseCommand = defineCommand({
  summary: "Keep a Deployment from rolling out changes",
  description:
    "Until it is resumed, changes of the pod template are kept but not rolled out. Only Deployments can be paused. A deploy in between does not resume it.",
  positionals: [WORKLOADS],
  flags: { ...CLUSTER_FLAGS, ...WORKLOAD_FLAGS },
  examples: [
    ["kstage rollout pause deployment/api-service", "Pause one Deployment"],
    ["kstage rollout pause deployment -l app=api", "Pause all Deployments with a label"],
  ],
  async run({ positionals, flags, host }) {
    const options = {
      ...toConnectOptions(flags),
      ...toWorkloadChoice(positionals, flags),
      onDone: (text: string) => host.stdout.write(text),
    };
    return await withInterrupt(
      host,
      async (signal) => presentActionResult(await pauseWorkloads(host, { ...options, signal }), host),
    );
  },
});
