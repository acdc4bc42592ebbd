import { deployOverlay } from "../../operations/deploy.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { APPLY_FLAGS, OVERLAY_POSITIONALS, toApplyOptions } from "../apply_flags.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { RELEASE_FLAGS, RELEASE_NAME_FLAG, toReleaseOptions } from "../release_flags.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";
import { toWatchTuning, WATCH_FLAGS } from "../watch_flags.ts";

export const deployCommand = defineCommand({
  summary: "Build an overlay, apply it and watch the rollout",
  description:
    `Every object is dry-run on the server before the first one is written. A rollout that can't succeed is reported, with its cause, as soon as
that is certain. The annotation kstage.dev/timeout on a workload (such as 10m) takes the place of --timeout for it.
With --prune, what has left the overlay is deleted when all that is in it is healthy.

Only one deploy of an overlay runs at a time in a namespace: a Lease is its lock. Each deploy is recorded in Secrets of the type kstage.dev/release,
its manifests included, and with them the values of the overlay's own Secrets; see kstage history, rollback and watch.

Beside the dry-run, the server is asked for all permissions that kstage bootstrap gives for this overlay and these flags. When one is missing, nothing is
written, and its rule is named. --missing-permissions=note goes on without those that only explain, watch, lock or record, and notes them. Where nothing of
what a record needs is permitted, as without bootstrap --releases, the release is not recorded, and a note says so.

${CREDENTIALS_HELP}

Exit codes: 0 healthy, 2 usage or configuration, 3 unreachable, 4 not authenticated, 5 not permitted, 6 refused by the server, 7 the rollout failed,
8 the rollout did not finish in time, 9 another deploy holds the lock or a newer pipeline has deployed,
10 --exit-code found changes, 130/143 interrupted.`,
  positionals: OVERLAY_POSITIONALS,
  flags: {
    ...CLUSTER_FLAGS,
    ...APPLY_FLAGS,
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
    ...RELEASE_NAME_FLAG,
    ...RELEASE_FLAGS,
    missingPermissions: {
      type: "enum",
      values: ["fail", "note"],
      default: "fail",
      env: "KSTAGE_MISSING_PERMISSIONS",
      help: "Write nothing when a permission is missing that bootstrap gives, or only note what can be done without",
    },
    allowOutdated: { type: "boolean", help: "Deploy also when a newer pipeline of the same ref has deployed already" },
    rollbackOnFailure: { type: "boolean", help: "After a failure, apply the last release that succeeded again" },
    ...TERMINAL_FLAGS,
  },
  examples: [
    ["kstage deploy overlays/testing", "Deploy with the cluster of CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN"],
    [
      "kstage deploy overlays/testing --restart deployment/api-service",
      "Pull a moving tag again, even if nothing else changed",
    ],
    ["kstage deploy overlays/testing --prune", "Delete what has left the overlay, once all is healthy"],
    ["kstage deploy overlays/testing --dry-run --exit-code", "Exit with 10 when something would change"],
    [
      "kstage deploy overlays/production --wait-for-lock 10m --rollback-on-failure",
      "Wait for the turn of this deploy, and bring the last good release back when it fails",
    ],
    ["kstage deploy overlays/development --context kind-dev", "Deploy to a context of your own kubeconfig"],
  ],
  async run({ positionals, flags, host }) {
    const plan = toApplyOptions(flags, positionals, "deploy");
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const result = await deployOverlay(host, {
        ...toConnectOptions(flags),
        ...plan,
        restart: flags.restart,
        timeoutMs: flags.timeout,
        ...toWatchTuning(flags),
        wait: !flags.noWait,
        ...toReleaseOptions(flags),
        missingPermissions: flags.missingPermissions,
        allowOutdated: flags.allowOutdated,
        rollbackOnFailure: flags.rollbackOnFailure,
        progress,
        signal,
      });
      return await presentReport(result, { flags, host, signal });
    });
  },
});
