import { deployOverlay } from "../../operations/deploy.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";
import { toWatchTuning, WATCH_FLAGS } from "../watch_flags.ts";

export const deployCommand = defineCommand({
  summary: "Build an overlay, apply it and watch the rollout",
  description:
    `Every object is dry-run on the server before the first one is written. A rollout that can't succeed is reported, with its cause, as soon as
that is certain. The annotation kstage.dev/timeout on a workload (such as 10m) takes the place of --timeout for it.

${CREDENTIALS_HELP}

Exit codes: 0 healthy, 2 usage or configuration, 3 unreachable, 4 not authenticated, 5 not permitted, 6 refused by the server, 7 the rollout failed,
8 the rollout did not finish in time, 130/143 interrupted.`,
  positionals: [{ name: "OVERLAY", help: "Directory with a kustomization file" }],
  flags: {
    ...CLUSTER_FLAGS,
    restart: {
      type: "list",
      placeholder: "KIND/NAME",
      help: "Restart this workload, unless the apply already replaces its pods",
    },
    timeout: {
      type: "duration",
      default: 300_000,
      env: "KSTAGE_TIMEOUT",
      help: "How long to wait for the rollouts",
    },
    ...WATCH_FLAGS,
    noWait: { type: "boolean", help: "Do not wait for the rollouts" },
    dryRun: {
      type: "enum",
      values: ["none", "client", "server"],
      default: "none",
      bare: "client",
      help: "Say what would be done, and write nothing",
    },
    forceConflicts: { type: "boolean", help: "Take over fields that other managers own" },
    concurrency: { type: "number", default: 50, placeholder: "N", help: "Requests at the same time" },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format of the summary" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage deploy overlays/testing", "Deploy with the cluster of CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN"],
    [
      "kstage deploy overlays/testing --restart deployment/api-service",
      "Pull a moving tag again, even if nothing else changed",
    ],
    ["kstage deploy overlays/development --context kind-dev", "Deploy to a context of your own kubeconfig"],
  ],
  async run({ positionals, flags, host }) {
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const result = await deployOverlay(host, {
        ...toConnectOptions(flags),
        overlay: positionals[0]!,
        restart: flags.restart,
        timeoutMs: flags.timeout,
        ...toWatchTuning(flags),
        wait: !flags.noWait,
        dryRun: flags.dryRun,
        force: flags.forceConflicts,
        concurrency: flags.concurrency,
        progress,
        signal,
      });
      return presentReport(result, { flags, host, signal });
    });
  },
});
