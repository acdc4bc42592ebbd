import { defineCommand } from "../command.ts";
import { EXIT_CODES } from "../exit_codes.ts";

/** The plugins that builds have, in kustomize's order. */
const PLUGINS = [
  "HelmChartInflationGenerator",
  "ConfigMapGenerator",
  "IAMPolicyGenerator",
  "SecretGenerator",
  "PrefixTransformer",
  "SuffixTransformer",
  "ReplicaCountTransformer",
  "AnnotationsTransformer",
  "ImageTagTransformer",
  "LabelTransformer",
  "NamespaceTransformer",
  "PatchStrategicMergeTransformer",
  "PrefixSuffixTransformer",
  "ReplacementTransformer",
  "ValueAddTransformer",
  "HashTransformer",
  "PatchJson6902Transformer",
  "PatchTransformer",
];

export const kustomizeListPluginsCommand = defineCommand({
  summary: "List the built-in plugins",
  flags: {},
  examples: [["kstage kustomize edit alpha-list-builtin-plugin", "The kinds of generators and transformers"]],
  run({ host }) {
    host.stdout.write(`Builtin plugins:\n\n${PLUGINS.map((name) => ` * ${name}\n`).join("")}`);
    return Promise.resolve(EXIT_CODES.ok);
  },
});
