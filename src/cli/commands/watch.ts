import { withInterrupt } from "../../operations/interrupt.ts";
import { watchRelease } from "../../operations/release_watch.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { presentReport } from "../present_report.ts";
import { RELEASE_NAME_FLAG } from "../release_flags.ts";
import { openProgress, TERMINAL_FLAGS } from "../terminal.ts";

export const watchCommand = defineCommand({
  summary: "Go on waiting for the last release's rollout",
  description:
    `For a job that was killed while its deploy waited: the same verdict and exit code, and the release's record is ended.

${CREDENTIALS_HELP}

Exit codes: those of kstage deploy; 2 when there is no release, or it ended before all objects were applied.`,
  positionals: [{
    name: "OVERLAY",
    help: "Directory with a kustomization file; not needed where the namespace has releases of one overlay alone",
    optional: true,
  }],
  flags: {
    ...CLUSTER_FLAGS,
    ...RELEASE_NAME_FLAG,
    timeout: { type: "duration", default: 300_000, env: "KSTAGE_TIMEOUT", help: "How long to wait for the rollouts" },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format of the summary" },
    ...TERMINAL_FLAGS,
  },
  examples: [["kstage watch overlays/testing", "Wait for what the killed job has deployed"]],
  async run({ positionals, flags, host }) {
    const progress = openProgress(flags, host);
    return await withInterrupt(host, async (signal) => {
      const report = await watchRelease(host, {
        ...toConnectOptions(flags),
        ...(positionals[0] === undefined ? {} : { overlay: positionals[0] }),
        ...(flags.release === undefined ? {} : { release: flags.release }),
        timeoutMs: flags.timeout,
        progress,
        signal,
      });
      return presentReport({ report }, { flags, host, signal });
    });
  },
});
