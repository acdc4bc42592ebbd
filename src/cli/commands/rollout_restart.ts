import { formatRef } from "../../manifest/mod.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { restartWorkloads } from "../../operations/rollout.ts";
import { CLUSTER_FLAGS, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const rolloutRestartCommand = defineCommand({
  summary: "Replace a workload's pods without changing it",
  description: "The stamp is owned by the field manager kstage-restart, so that the next apply does not undo it.",
  positionals: [{ name: "KIND/NAME", help: "Workloads, such as deployment/api-service", variadic: true }],
  flags: { ...CLUSTER_FLAGS },
  examples: [["kstage rollout restart deployment/api-service", "Restart one Deployment"]],
  async run({ positionals, flags, host }) {
    const onRestart = (ref: Parameters<typeof formatRef>[0]) => host.stdout.write(`${formatRef(ref)} restarted\n`);
    await withInterrupt(
      host,
      (signal) => restartWorkloads(host, { ...toConnectOptions(flags), workloads: positionals, signal, onRestart }),
    );
    return EXIT_CODES.ok;
  },
});
