import { withInterrupt } from "../../operations/interrupt.ts";
import { resumeWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentActionResult, toWorkloadChoice, WORKLOAD_FLAGS, WORKLOADS } from "../workload_flags.ts";

export const rolloutResumeCommand = defineCommand({
  summary: "Let a paused Deployment roll out again",
  description: "What has changed since it was paused is rolled out at once.",
  positionals: [WORKLOADS],
  flags: { ...CLUSTER_FLAGS, ...WORKLOAD_FLAGS },
  examples: [
    ["kstage rollout resume deployment/api-service", "Resume one Deployment"],
    ["kstage rollout resume -k overlays/testing", "Resume those of an overlay"],
  ],
  async run({ positionals, flags, host }) {
    const options = {
      ...toConnectOptions(flags),
      ...toWorkloadChoice(positionals, flags),
      onDone: (text: string) => host.stdout.write(text),
    };
    return await withInterrupt(
      host,
      async (signal) => presentActionResult(await resumeWorkloads(host, { ...options, signal }), host),
    );
  },
});
