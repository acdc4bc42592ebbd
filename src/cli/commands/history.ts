import { stringifyJson } from "../../base/mod.ts";
import { formatManifests, listHistory, showRelease } from "../../operations/history.ts";
import { withInterrupt } from "../../operations/interrupt.ts";
import { renderHistoryJson, renderHistoryText } from "../../report/mod.ts";
import { CLUSTER_FLAGS, CREDENTIALS_HELP, toConnectOptions } from "../cluster_flags.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { RELEASE_NAME_FLAG } from "../release_flags.ts";

export const historyCommand = defineCommand({
  summary: "List the recorded releases, or show one",
  description:
    `Without an overlay, all releases of the namespace are listed. With --show, the manifests of one, values of Secrets masked.

${CREDENTIALS_HELP}`,
  positionals: [{ name: "OVERLAY", help: "Directory with a kustomization file", optional: true }],
  flags: {
    ...CLUSTER_FLAGS,
    ...RELEASE_NAME_FLAG,
    show: { type: "number", placeholder: "N", help: "Print the manifests of this release" },
    output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format" },
  },
  examples: [
    ["kstage history overlays/testing", "List the releases of one overlay"],
    ["kstage history -n my-service -o json", "List all releases of a namespace, for a script"],
    ["kstage history overlays/testing --show 7", "Print what release 7 applied"],
  ],
  async run({ positionals, flags, host }) {
    const query = {
      ...toConnectOptions(flags),
      ...(positionals[0] === undefined ? {} : { overlay: positionals[0] }),
      ...(flags.release === undefined ? {} : { release: flags.release }),
    };
    const { show } = flags;
    if (show === undefined) {
      const records = await withInterrupt(host, (signal) => listHistory(host, { ...query, signal }));
      host.stdout.write(
        flags.output === "json" ? stringifyJson(renderHistoryJson(records), 2) + "\n" : renderHistoryText(records),
      );
      return EXIT_CODES.ok;
    }
    const { manifests } = await withInterrupt(host, (signal) => showRelease(host, { ...query, number: show, signal }));
    if (flags.output === "json") {
      host.stdout.write(stringifyJson({ apiVersion: "v1", kind: "List", items: manifests }, 2) + "\n");
    } else host.stdout.write(formatManifests(manifests));
    return EXIT_CODES.ok;
  },
});
