import { isObject, type JsonValue, type SourcePlace } from "../../base/mod.ts";
import { readYamlDocuments } from "../../yaml/mod.ts";
import { KustomizeError } from "../errors.ts";
import { type Decoded, listOf, record, text, textMap, texts } from "./config_decoder.ts";
import * as types from "./config_types.ts";
import type { LegacyHelmChart } from "./config_types.ts";

/** All fields of a kustomization or component (kustomize `types/kustomization.go` v5.8.1). */
const kustomization = record({
  apiVersion: text,
  kind: text,
  metadata: types.objectMeta,
  openapi: textMap,
  namePrefix: text,
  nameSuffix: text,
  namespace: text,
  commonLabels: textMap,
  labels: listOf(types.label),
  commonAnnotations: textMap,
  patchesStrategicMerge: texts,
  patchesJson6902: listOf(types.patch),
  patches: listOf(types.patch),
  images: listOf(types.image),
  imageTags: listOf(types.image),
  replacements: listOf(types.replacementEntry),
  replicas: listOf(types.replica),
  vars: listOf(types.variable),
  sortOptions: types.sortOptions,
  resources: texts,
  components: texts,
  crds: texts,
  bases: texts,
  configMapGenerator: listOf(types.configMapArguments),
  secretGenerator: listOf(types.secretArguments),
  helmGlobals: record(types.helmGlobalsFields),
  helmCharts: listOf(record(types.helmChartFields)),
  helmChartInflationGenerator: listOf(types.legacyHelmChart),
  generatorOptions: types.generatorOptions,
  configurations: texts,
  generators: texts,
  transformers: texts,
  validators: texts,
  buildMetadata: texts,
});

/** What a kustomization file says, its deprecated fields moved to those that replaced them. */
export type Kustomization = Decoded<typeof kustomization>;

/** A kustomization file. */
export interface KustomizationFile {
  readonly value: Kustomization;
  /** Absolute path. */
  readonly path: string;
  /** One of the three names. */
  readonly name: string;
  /** Where a field is. */
  placeOf(path: readonly (string | number)[]): SourcePlace;
}

/** The names of kustomization files, as kustomize looks for them. */
export const KUSTOMIZATION_NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/** The API version of kustomizations. */
export const KUSTOMIZATION_VERSION = "kustomize.config.k8s.io/v1beta1";
/** The API version of components. */
export const COMPONENT_VERSION = "kustomize.config.k8s.io/v1alpha1";

/**
 * Reads the text of a kustomization file.
 *
 * @param warn Receives warnings about deprecated fields.
 * @throws {KustomizeError} INVALID_CONFIG, UNKNOWN_FIELD; a YamlError where it is no YAML.
 */
export function parseKustomization(
  content: string,
  path: string,
  warn: (message: string) => void = () => {},
): KustomizationFile {
  const { value, decoded, placeOf } = decodeText(content, path);
  for (const [field, replacement, experimental] of DEPRECATED_FIELDS) {
    if (decoded[field] !== undefined) warn(deprecationWarning(field, replacement, experimental));
  }
  const file = { value: modernize(decoded), path, name: path.slice(path.lastIndexOf("/") + 1), placeOf };
  refuseInvalid(file, value);
  return file;
}

function decodeText(content: string, path: string) {
  const [document] = readYamlDocuments(content, { file: path, places: true, rules: "sigs" });
  const value: JsonValue = document?.value ?? {};
  const placeOf = (steps: readonly (string | number)[]): SourcePlace => document?.placeOf(steps) ?? { file: path };
  return { value, decoded: kustomization(value, { source: { what: "kustomization", placeOf }, steps: [] }), placeOf };
}

/**
 * Reads the text of a kustomization file that is to be edited: it may be empty, or not one that can be built yet.
 *
 * @returns What it says, without the deprecated fields that newer ones have replaced, and the value as written.
 * @throws {KustomizeError} INVALID_CONFIG, UNKNOWN_FIELD; a YamlError where it is no YAML.
 */
export function readEditable(content: string, path: string): { value: JsonValue; kustomization: Kustomization } {
  const { value, decoded } = decodeText(content, path);
  const { bases: _bases, imageTags: _tags, helmChartInflationGenerator: _charts, ...current } = modernize(decoded);
  return { value, kustomization: current };
}

/** Deprecated field, what replaces it, whether `edit fix` can. Kustomize warns of them in this order. */
const DEPRECATED_FIELDS: [keyof Kustomization, string, boolean][] = [
  ["bases", "resources", false],
  ["commonLabels", "labels", false],
  ["imageTags", "images", false],
  ["patchesJson6902", "patches", false],
  ["patchesStrategicMerge", "patches", false],
  ["vars", "replacements", true],
];

function deprecationWarning(field: string, replacement: string, experimental: boolean): string {
  return `# Warning: '${field}' is deprecated. Please use '${replacement}' instead. ` +
    `${experimental ? "[EXPERIMENTAL] " : ""}Run 'kustomize edit fix' to update your Kustomization automatically.`;
}

/** Moves the content of deprecated fields to newer ones. */
function modernize(old: Kustomization): Kustomization {
  const kind = old.kind || "Kustomization";
  const value: Kustomization = {
    ...old,
    kind,
    apiVersion: old.apiVersion || (kind === "Component" ? COMPONENT_VERSION : KUSTOMIZATION_VERSION),
    resources: [...old.resources ?? [], ...old.bases ?? []],
    images: [...old.images ?? [], ...old.imageTags ?? []],
    configMapGenerator: old.configMapGenerator?.map(moveEnv),
    secretGenerator: old.secretGenerator?.map(moveEnv),
  };
  for (const chart of old.helmChartInflationGenerator ?? []) addLegacyChart(value, old, chart);
  return value;
}

function moveEnv<T extends { env?: string; envs?: string[] }>(generator: T): T {
  return generator.env ? { ...generator, envs: [...generator.envs ?? [], generator.env], env: undefined } : generator;
}

function addLegacyChart(value: Kustomization, old: Kustomization, chart: LegacyHelmChart): void {
  if (old.helmGlobals === undefined && (chart.helmHome || chart.chartHome)) {
    value.helmGlobals = {
      ...value.helmGlobals,
      ...(chart.helmHome ? { configHome: chart.helmHome } : {}),
      ...(chart.chartHome ? { chartHome: chart.chartHome } : {}),
    };
  }
  value.helmCharts = [...value.helmCharts ?? [], {
    name: chart.chartName,
    version: chart.chartVersion,
    repo: chart.chartRepoUrl,
    valuesFile: chart.values,
    valuesInline: chart.valuesLocal,
    valuesMerge: chart.valuesMerge,
    releaseName: chart.releaseName,
  }];
}

function refuseInvalid({ value, path, placeOf }: KustomizationFile, raw: JsonValue): void {
  const isEmpty = !isObject(raw) || Object.keys(raw).every((key) => {
    return ["apiversion", "kind"].includes(key.toLowerCase()) || raw[key] === null || raw[key] === "";
  });
  if (isEmpty) {
    throw new KustomizeError("INVALID_CONFIG", "kustomization.yaml is empty", {
      place: { file: path },
      hint: "Name at least one of resources, components or a generator",
    });
  }
  const { kind, apiVersion } = value;
  const problems: string[] = [];
  if (kind !== "Kustomization" && kind !== "Component") problems.push("kind should be Kustomization or Component");
  const required = kind === "Component" ? COMPONENT_VERSION : KUSTOMIZATION_VERSION;
  if (apiVersion !== required) problems.push(`apiVersion for ${kind} should be ${required}`);
  if (problems.length === 0) return;
  const field = problems[0]!.startsWith("kind") ? "kind" : "apiVersion";
  throw new KustomizeError("INVALID_CONFIG", `Cannot read the kustomization: ${problems.join("; ")}`, {
    place: placeOf([field]),
  });
}
