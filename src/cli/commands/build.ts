import { renderOverlay } from "../../operations/build.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

export const buildCommand = defineCommand({
  summary: "Print the manifests of an overlay",
  description: "Prints what `kubectl kustomize` prints, byte for byte. Needs no cluster.",
  positionals: [{
    name: "OVERLAY",
    help: "Directory with a kustomization file (default: the current one)",
    optional: true,
  }],
  flags: {
    reorder: {
      type: "enum",
      values: ["legacy", "none"],
      default: "legacy",
      help: "Order of the manifests: namespaces and the like first (legacy), or as listed (none)",
    },
    loadRestrictor: {
      type: "enum",
      values: ["LoadRestrictionsRootOnly", "LoadRestrictionsNone"],
      default: "LoadRestrictionsRootOnly",
      help: "Whether a kustomization may read files outside its own directory",
    },
  },
  examples: [
    ["kstage build overlays/testing", "Print the manifests of the testing overlay"],
    ["kstage build --reorder=none .", "Keep the order of the kustomization in this directory"],
  ],
  async run({ positionals, flags, host }) {
    const text = await renderOverlay(host, positionals[0] ?? ".", {
      reorder: flags.reorder,
      loadRestrictor: flags.loadRestrictor === "LoadRestrictionsNone" ? "none" : "rootOnly",
    });
    host.stdout.write(text);
    return EXIT_CODES.ok;
  },
});
