/** The parts that kustomizations and the configurations of single generators and transformers have in common. */
import {
  anyObject,
  count,
  type Decoded,
  flag,
  integer,
  listOf,
  record,
  text,
  textMap,
  texts,
} from "./config_decoder.ts";

const gvkFields = { group: text, version: text, kind: text };

/** A field of certain kinds (`types/fieldspec.go` v5.8.1). */
export const fieldSpec = record({ ...gvkFields, path: text, create: flag });

/** Several of them. */
export const fieldSpecs = listOf(fieldSpec);

const resourceIdFields = { ...gvkFields, name: text, namespace: text };

/** Which resources are meant (`types/selector.go` v5.8.1). */
export const selector = record({ ...resourceIdFields, annotationSelector: text, labelSelector: text });

/** A kustomization's own name and the like. */
export const objectMeta = record({ name: text, namespace: text, labels: textMap, annotations: textMap });

/** How patches may change their targets. */
export const patchOptions = record({ allowNameChange: flag, allowKindChange: flag });

/** One entry of `patches` or `patchesJson6902`. */
export const patch = record({ path: text, patch: text, target: selector, options: patchOptions });

/** One entry of `images`. */
export const image = record({ name: text, newName: text, tagSuffix: text, newTag: text, digest: text });

/** One entry of `replicas`. */
export const replica = record({ name: text, count: integer });

/** One entry of `labels`. */
export const label = record({ pairs: textMap, includeSelectors: flag, includeTemplates: flag, fields: fieldSpecs });

const fieldOptions = record({ delimiter: text, index: count, encoding: text, create: flag });

/** Where values come from and go to (`types/replacement.go` v5.8.1). */
export const replacementFields = {
  source: record({ ...resourceIdFields, fieldPath: text, options: fieldOptions }),
  sourceValue: text,
  targets: listOf(record({ select: selector, reject: listOf(selector), fieldPaths: texts, options: fieldOptions })),
};

/** One entry of `replacements`: a replacement, or the path of a file with some. */
export const replacementEntry = record({ ...replacementFields, path: text });

/** How generated objects look. */
export const generatorOptions = record({
  labels: textMap,
  annotations: textMap,
  disableNameSuffixHash: flag,
  immutable: flag,
});

/** What ConfigMap and Secret generators have in common. */
export const generatorFields = {
  name: text,
  namespace: text,
  behavior: text,
  literals: texts,
  files: texts,
  envs: texts,
  env: text,
  options: generatorOptions,
};

/** One entry of `configMapGenerator`. */
export const configMapArguments = record(generatorFields);

/** One entry of `secretGenerator`. */
export const secretArguments = record({ ...generatorFields, type: text });

/** One entry of `vars` (`types/var.go` v5.8.1). */
export const variable = record({
  name: text,
  objref: record({ apiVersion: text, ...resourceIdFields }),
  fieldref: record({ fieldPath: text }),
});

/** `sortOptions`. */
export const sortOptions = record({
  order: text,
  legacySortOptions: record({ orderFirst: texts, orderLast: texts }),
});

/** `helmGlobals`. */
export const helmGlobalsFields = { chartHome: text, configHome: text };

/** One entry of `helmCharts` (`types/helmchartargs.go` v5.8.1). */
export const helmChartFields = {
  name: text,
  version: text,
  repo: text,
  releaseName: text,
  namespace: text,
  additionalValuesFiles: texts,
  valuesFile: text,
  valuesInline: anyObject,
  valuesMerge: text,
  includeCRDs: flag,
  skipHooks: flag,
  apiVersions: texts,
  kubeVersion: text,
  nameTemplate: text,
  skipTests: flag,
  debug: flag,
  devel: flag,
};

/** One entry of the deprecated `helmChartInflationGenerator`. */
export const legacyHelmChart = record({
  chartName: text,
  chartVersion: text,
  chartRepoUrl: text,
  chartHome: text,
  chartRepoName: text,
  helmBin: text,
  helmHome: text,
  values: text,
  valuesLocal: anyObject,
  valuesMerge: text,
  releaseName: text,
  releaseNamespace: text,
  extraArgs: texts,
});

/** Types of the entries above. */
export type FieldSpecEntry = Decoded<typeof fieldSpec>;
export type SelectorEntry = Decoded<typeof selector>;
export type PatchEntry = Decoded<typeof patch>;
export type LabelEntry = Decoded<typeof label>;
export type ReplacementEntry = Decoded<typeof replacementEntry>;
export type VariableEntry = Decoded<typeof variable>;
export type LegacyHelmChart = Decoded<typeof legacyHelmChart>;
