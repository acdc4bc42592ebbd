import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { KUSTOMIZE_VERSION, VERSION } from "../version.ts";

export const versionCommand = defineCommand({
  summary: "Print the version",
  flags: { output: { type: "enum", values: ["text", "json"], default: "text", alias: "o", help: "Format" } },
  examples: [["kstage version", "Print kstage's version and the kustomize release it builds like"]],
  run({ flags, host }) {
    const json = () => JSON.stringify({ kstage: VERSION, kustomize: KUSTOMIZE_VERSION }, null, 2);
    host.stdout.write((flags.output === "json" ? json() : `kstage ${VERSION}\nkustomize ${KUSTOMIZE_VERSION}`) + "\n");
    return Promise.resolve(EXIT_CODES.ok);
  },
});
