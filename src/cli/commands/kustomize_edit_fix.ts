import { fixOverlay } from "../../operations/fix_kustomization.ts";
import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

const FIXED = ["patchesJson6902 -> patches", "patchesStrategicMerge -> patches", "commonLabels -> labels"];

const ABOUT_VARS = `
To convert vars -> replacements, run the command \`kustomize edit fix --vars\`

WARNING: Converting vars to replacements will potentially overwrite many resource files
and the resulting files may not produce the same output when \`kustomize build\` is run.
We recommend doing this in a clean git repository where the change is easy to undo.
`;

export const kustomizeEditFixCommand = defineCommand({
  summary: "Replace deprecated fields of a kustomization",
  description: "Moves bases, imageTags, patchesJson6902, patchesStrategicMerge and commonLabels to the fields that " +
    "replace them, and adds apiVersion and kind. Builds before and after, and warns when the results differ. What else " +
    "is in the file stays, comments included.",
  flags: {
    vars: { type: "boolean", help: "Turn vars into replacements, too, and change the files that use them" },
  },
  examples: [
    ["kstage kustomize edit fix", "Bring the kustomization of this directory up to date"],
    ["kstage kustomize edit fix --vars", "With its vars; best in a clean git repository"],
  ],
  async run({ flags, host }) {
    const { differentOutput, buildError } = await fixOverlay(host, flags);
    const fixed = flags.vars ? [...FIXED, "vars -> replacements"] : FIXED;
    host.stdout.write(`\nFixed fields:\n${fixed.map((line) => `  ${line}\n`).join("")}${flags.vars ? "" : ABOUT_VARS}`);
    const now = "Warning: 'Fixed' kustomization now produces";
    if (buildError !== undefined) {
      host.stdout.write(`${now} the error when running \`kustomize build\`: ${buildError}\n`);
    } else if (differentOutput !== undefined) {
      host.stdout.write(`${now} different output when running \`kustomize build\`:\n...${differentOutput}...\n`);
    }
    return EXIT_CODES.ok;
  },
});
