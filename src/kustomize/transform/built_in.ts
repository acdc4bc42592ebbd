import type { Target } from "../target.ts";
import { builtInOrigin } from "../origin.ts";
import type { Origin } from "../resource.ts";
import { type FieldSpec, mergeFieldSpecs, METADATA_LABELS, toFieldSpec } from "./field_specs.ts";
import type { LabelEntry } from "../load/config_types.ts";
import { compileImageChange, imagesTransformer } from "./images.ts";
import { entriesTransformer } from "./labels.ts";
import { prefixTransformer, suffixTransformer } from "./name_affixes.ts";
import { namespaceTransformer } from "./namespace.ts";
import { replicasTransformer } from "./replicas.ts";
import type { Transformer } from "./step.ts";
import type { TransformerConfig } from "./transformer_config.ts";

/** A transformer that is ready, and what is recorded as its origin. */
export interface ConfiguredTransformer {
  transform: Transformer;
  origin?: Origin;
}

type Configure = (target: Target, config: TransformerConfig) => Promise<Transformer[]> | Transformer[];

/** Order is behaviour: it equals `configureBuiltinTransformers` in kustomize `kusttarget_configplugin.go` v5.8.1. */
const BUILT_IN: readonly (readonly [kind: string, configure: Configure])[] = [
  ["PatchStrategicMergeTransformer", mergePatches],
  ["PatchTransformer", applyPatches],
  ["NamespaceTransformer", setNamespace],
  ["PrefixTransformer", addPrefix],
  ["SuffixTransformer", addSuffix],
  ["LabelTransformer", addLabels],
  ["AnnotationsTransformer", addAnnotations],
  ["PatchJson6902Transformer", applyJsonPatches],
  ["ReplicaCountTransformer", setReplicas],
  ["ImageTagTransformer", setImages],
  ["ReplacementTransformer", applyReplacements],
];

/** The transformers of a kustomization, in order. All files they need are read before the first one runs. */
export async function configureTransformers(
  target: Target,
  config: TransformerConfig,
): Promise<ConfiguredTransformer[]> {
  const configured: ConfiguredTransformer[] = [];
  for (const [kind, configure] of BUILT_IN) {
    const origin = target.origin && builtInOrigin(target.origin, target.file.name, kind);
    for (const transform of await configure(target, config)) configured.push({ transform, origin });
  }
  return configured;
}

// Patches bring half of the engine's code along, so they are loaded when there are some.

async function mergePatches(target: Target): Promise<Transformer[]> {
  const { patchesStrategicMerge: paths = [] } = target.file.value;
  if (paths.length === 0) return [];
  const { strategicMergeTransformer } = await import("./patches.ts");
  return [await strategicMergeTransformer(target, { paths }, target.file.placeOf(["patchesStrategicMerge"]))];
}

async function applyPatches(target: Target): Promise<Transformer[]> {
  const { patches = [] } = target.file.value;
  if (patches.length === 0) return [];
  const { patchTransformer } = await import("./patches.ts");
  return await allInOrder(patches.map((entry, i) => {
    return patchTransformer(target, entry, target.file.placeOf(["patches", i]));
  }));
}

async function applyJsonPatches(target: Target): Promise<Transformer[]> {
  const { patchesJson6902 = [] } = target.file.value;
  if (patchesJson6902.length === 0) return [];
  const { json6902Transformer } = await import("./patches.ts");
  return await allInOrder(patchesJson6902.map(({ patch, ...entry }, i) => {
    return json6902Transformer(target, { ...entry, jsonOp: patch }, target.file.placeOf(["patchesJson6902", i]));
  }));
}

/** Waits for all; of several errors, the first in order is told, not the first in time. */
async function allInOrder<T>(started: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(started);
  return settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
}

function setNamespace({ file }: Target, config: TransformerConfig): Transformer[] {
  const { namespace } = file.value;
  return namespace ? [namespaceTransformer({ namespace, fields: config.namespace })] : [];
}

function addPrefix({ file }: Target, config: TransformerConfig): Transformer[] {
  const { namePrefix } = file.value;
  return namePrefix ? [prefixTransformer(namePrefix, config.namePrefix)] : [];
}

function addSuffix({ file }: Target, config: TransformerConfig): Transformer[] {
  const { nameSuffix } = file.value;
  return nameSuffix ? [suffixTransformer(nameSuffix, config.nameSuffix)] : [];
}

function addLabels({ file }: Target, config: TransformerConfig): Transformer[] {
  const { labels = [], commonLabels = {} } = file.value;
  if (labels.length === 0 && Object.keys(commonLabels).length === 0) return [];
  return [
    ...labels.map((label) => entriesTransformer(label.pairs ?? {}, labelFields(label, config))),
    entriesTransformer(commonLabels, config.commonLabels),
  ];
}

/** Where a label goes: always to the metadata, and as asked to pod templates or also to selectors. */
function labelFields(label: LabelEntry, config: TransformerConfig): readonly FieldSpec[] {
  const own = mergeFieldSpecs((label.fields ?? []).map(toFieldSpec), config.labels);
  if (label.includeSelectors) return mergeFieldSpecs(own, config.commonLabels);
  return mergeFieldSpecs(label.includeTemplates ? mergeFieldSpecs(own, config.templateLabels) : own, [METADATA_LABELS]);
}

function addAnnotations({ file }: Target, config: TransformerConfig): Transformer[] {
  const { commonAnnotations = {} } = file.value;
  if (Object.keys(commonAnnotations).length === 0) return [];
  return [entriesTransformer(commonAnnotations, config.commonAnnotations)];
}

function setReplicas({ file }: Target, config: TransformerConfig): Transformer[] {
  return (file.value.replicas ?? []).map(({ name = "", count = 0 }) =>
    replicasTransformer({ name, count }, config.replicas)
  );
}

async function setImages({ file, origin }: Target, config: TransformerConfig): Promise<Transformer[]> {
  const { images = [] } = file.value;
  if (images.length === 0) return [];
  const changes = await Promise.all(images.map(compileImageChange));
  const all = imagesTransformer(changes, config.images);
  // One pass is enough, but each entry is recorded as a transformation of its own.
  const nothing: Transformer = () => {};
  return origin === undefined ? [all] : [all, ...changes.slice(1).map(() => nothing)];
}

async function applyReplacements(target: Target): Promise<Transformer[]> {
  const { replacements = [] } = target.file.value;
  if (replacements.length === 0) return [];
  const { replacementsTransformer } = await import("./replacements.ts");
  return [await replacementsTransformer(target, replacements, target.file.placeOf(["replacements"]))];
}
