import { withInterrupt } from "../../operations/interrupt.ts";
import { watchWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

export const rolloutStatusCommand = defineCommand({
  summary: "Watch workloads until they are rolled out",
  description:
    "Fails as soon as it is certain that a rollout can't succeed, and says why. Exit codes: 0 healthy, 7 failed, 8 not finished in time.",
  positionals: [{ name: "KIND/NAME", help: "Workloads, such as deployment/api-service", variadic: true }],
  flags: {
    ...CLUSTER_FLAGS,
    timeout: { type: "duration", default: 300_000, env: "KSTAGE_TIMEOUT", help: "How long to wait" },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format of the summary" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage rollout status deployment/api-service", "Wait for one Deployment"],
    ["kstage rollout status deploy/api sts/db -n my-service --timeout 10m", "Wait for several workloads at once"],
  ],
  async run({ positionals, flags, host }) {
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const options = {
        ...toConnectOptions(flags),
        workloads: positionals,
        timeoutMs: flags.timeout,
        progress,
        signal,
      };
      return presentReport({ report: await watchWorkloads(host, options) }, { flags, host, signal });
    });
  },
});
