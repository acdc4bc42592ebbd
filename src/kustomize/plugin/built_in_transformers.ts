/** The built-in transformers as objects of their own, listed under `transformers` or `validators`. */
import type { Target } from "../target.ts";
import { KustomizeError } from "../errors.ts";
import { appendHashSuffixes } from "../generate/hash_suffix.ts";
import { flag, listOf, text, textMap, texts } from "../load/config_decoder.ts";
import * as types from "../load/config_types.ts";
import type { Resource } from "../resource.ts";
import { toFieldSpec } from "../transform/field_specs.ts";
import { compileImageChange, imagesTransformer } from "../transform/images.ts";
import { entriesTransformer } from "../transform/labels.ts";
import { prefixTransformer, suffixTransformer } from "../transform/name_affixes.ts";
import { namespaceTransformer, type RoleBindingSubjects } from "../transform/namespace.ts";
import { json6902Transformer, patchTransformer, strategicMergeTransformer } from "../transform/patches.ts";
import { replacementsTransformer } from "../transform/replacements.ts";
import { replicasTransformer } from "../transform/replicas.ts";
import type { Transformer } from "../transform/step.ts";
import { configurationError, decodeConfig, unknownBuiltIn } from "./plugin_configs.ts";
import { valueAddTransformer } from "./value_add.ts";

type Configure = (config: Resource, target: Target) => Promise<Transformer> | Transformer;

/** Kind of the configuration → what makes the transformer (kustomize `api/internal/builtins` v5.8.1). */
const BUILT_IN: Record<string, Configure> = {
  AnnotationsTransformer: (config) => {
    const { annotations = {}, fieldSpecs } = decodeConfig(config, {
      annotations: textMap,
      fieldSpecs: types.fieldSpecs,
    });
    return entriesTransformer(annotations, specs(fieldSpecs));
  },
  LabelTransformer: (config) => {
    const { labels = {}, fieldSpecs } = decodeConfig(config, { labels: textMap, fieldSpecs: types.fieldSpecs });
    return entriesTransformer(labels, specs(fieldSpecs));
  },
  ImageTagTransformer: async (config) => {
    const { imageTag = {}, fieldSpecs } = decodeConfig(config, { imageTag: types.image, fieldSpecs: types.fieldSpecs });
    return imagesTransformer([await compileImageChange(imageTag)], specs(fieldSpecs));
  },
  NamespaceTransformer: configureNamespace,
  PatchTransformer: (config, target) => {
    const fields = { path: text, patch: text, target: types.selector, options: types.patchOptions };
    return patchTransformer(target, decodeConfig(config, fields), config.place);
  },
  PatchStrategicMergeTransformer: (config, target) =>
    strategicMergeTransformer(target, decodeConfig(config, { paths: texts, patches: text }), config.place),
  PatchJson6902Transformer: (config, target) => {
    const fields = { target: types.selector, path: text, jsonOp: text };
    return json6902Transformer(target, decodeConfig(config, fields), config.place);
  },
  PrefixTransformer: (config) => {
    const { prefix = "" } = decodeConfig(config, { prefix: text });
    return prefixTransformer(prefix, requiredSpecs(config));
  },
  SuffixTransformer: (config) => {
    const { suffix = "" } = decodeConfig(config, { suffix: text });
    return suffixTransformer(suffix, requiredSpecs(config));
  },
  PrefixSuffixTransformer: (config) => {
    const { prefix = "", suffix = "" } = decodeConfig(config, { prefix: text, suffix: text });
    const fields = requiredSpecs(config);
    const steps = [prefixTransformer(prefix, fields), suffixTransformer(suffix, fields)];
    return async (resources) => {
      for (const step of steps) await step(resources);
    };
  },
  ReplacementTransformer: (config, target) => {
    const { replacements = [] } = decodeConfig(config, { replacements: listOf(types.replacementEntry) });
    return replacementsTransformer(target, replacements, config.place);
  },
  ReplicaCountTransformer: (config) => {
    const fields = { replica: types.replica, fieldSpecs: types.fieldSpecs };
    const { replica: { name = "", count = 0 } = {}, fieldSpecs } = decodeConfig(config, fields);
    return replicasTransformer({ name, count }, specs(fieldSpecs));
  },
  ValueAddTransformer: valueAddTransformer,
  HashTransformer: () => appendHashSuffixes,
};

/**
 * Makes a built-in transformer from its configuration.
 *
 * @throws {KustomizeError} UNSUPPORTED when there is none of that kind.
 */
export async function configureBuiltInTransformer(config: Resource, target: Target): Promise<Transformer> {
  const configure = Object.hasOwn(BUILT_IN, config.kind) ? BUILT_IN[config.kind] : undefined;
  if (configure === undefined) throw unknownBuiltIn(config);
  try {
    return await configure(config, target);
  } catch (error) {
    if (!(error instanceof KustomizeError) || error.message.startsWith("plugin ")) throw error;
    throw configurationError(config, error.message);
  }
}

const SUBJECT_MODES: readonly RoleBindingSubjects[] = ["defaultOnly", "none", "allServiceAccounts"];

function configureNamespace(config: Resource): Transformer {
  const fields = { fieldSpecs: types.fieldSpecs, unsetOnly: flag, setRoleBindingSubjects: text };
  const { fieldSpecs, unsetOnly, setRoleBindingSubjects: mode } = decodeConfig(config, fields);
  const subjects = mode ? SUBJECT_MODES.find((known) => known === mode) : "defaultOnly";
  if (subjects === undefined) {
    const known = SUBJECT_MODES.map((name) => `"${name}"`);
    const problem = `must be one of ${known[0]}, ${known[1]} or ${known[2]}`;
    throw configurationError(config, `invalid value "${mode}" for setRoleBindingSubjects: ${problem}`);
  }
  return namespaceTransformer({ namespace: config.namespace, fields: specs(fieldSpecs), unsetOnly, subjects });
}

function specs(entries: types.FieldSpecEntry[] = []) {
  return entries.map(toFieldSpec);
}

function requiredSpecs(config: Resource) {
  const { fieldSpecs } = decodeConfig(config, { fieldSpecs: types.fieldSpecs });
  if (fieldSpecs === undefined) throw configurationError(config, "fieldSpecs is not expected to be nil");
  return specs(fieldSpecs);
}
