import { withInterrupt } from "../../operations/interrupt.ts";
import { watchWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { presentReport } from "../present_report.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";
import { toWatchTuning, WATCH_FLAGS } from "../watch_flags.ts";
import { toWorkloadChoice, WORKLOAD_FLAGS, WORKLOADS } from "../workload_flags.ts";

export const rolloutStatusCommand = defineCommand({
  summary: "Watch workloads until they are rolled out",
  description:
    `Fails as soon as it is certain that a rollout can't succeed, and says why. The annotation kstage.dev/timeout on a workload (such as 10m) takes the
place of --timeout for it.

Exit codes: 0 healthy, 7 failed, 8 not finished in time.`,
  positionals: [WORKLOADS],
  flags: {
    ...CLUSTER_FLAGS,
    ...WORKLOAD_FLAGS,
    timeout: { type: "duration", default: 300_000, env: "KSTAGE_TIMEOUT", help: "How long to wait" },
    ...WATCH_FLAGS,
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format of the summary" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage rollout status deployment/api-service", "Wait for one Deployment"],
    ["kstage rollout status deploy/api sts/db -n my-service --timeout 10m", "Wait for several workloads at once"],
    ["kstage rollout status sts/db --unstick --follow-logs", "Get a StatefulSet going that a broken old pod holds up"],
    ["kstage rollout status -k overlays/testing --stability 30s", "Wait for an overlay's workloads to stay ready"],
  ],
  async run({ positionals, flags, host }) {
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const options = {
        ...toConnectOptions(flags),
        ...toWorkloadChoice(positionals, flags),
        ...toWatchTuning(flags),
        timeoutMs: flags.timeout,
        progress,
        signal,
      };
      const report = await watchWorkloads(host, options);
      if (report !== undefined) return presentReport({ report }, { flags, host, signal });
      host.stderr.write("No resources found\n");
      return EXIT_CODES.ok;
    });
  },
});
