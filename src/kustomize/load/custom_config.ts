import type { JsonValue } from "../../base/mod.ts";
import { readYamlDocuments } from "../../yaml/mod.ts";
import { compareGvks } from "../gvk.ts";
import { toFieldSpec } from "../transform/field_specs.ts";
import {
  EMPTY_CONFIG,
  mergeConfigs,
  type NameReference,
  type TransformerConfig,
} from "../transform/transformer_config.ts";
import { type Decoded, listOf, record, text } from "./config_decoder.ts";
import { type FieldSpecEntry, fieldSpecs } from "./config_types.ts";

const nameReference = record({ group: text, version: text, kind: text, fieldSpecs });

/** A file of `configurations` (kustomize `api/internal/plugins/builtinconfig/transformerconfig.go` v5.8.1). */
const configuration = record({
  namePrefix: fieldSpecs,
  nameSuffix: fieldSpecs,
  namespace: fieldSpecs,
  commonLabels: fieldSpecs,
  labels: fieldSpecs,
  templateLabels: fieldSpecs,
  commonAnnotations: fieldSpecs,
  nameReference: listOf(nameReference),
  varReference: fieldSpecs,
  images: fieldSpecs,
  replicas: fieldSpecs,
});

/**
 * Reads a file of `configurations`.
 *
 * @param content Its text.
 * @param file Its path, for errors.
 * @throws {KustomizeError} INVALID_CONFIG, UNKNOWN_FIELD; a YamlError where it is no YAML.
 */
export function parseTransformerConfig(content: string, file: string): TransformerConfig {
  const [document] = readYamlDocuments(content, { file, places: true, rules: "sigs" });
  const value: JsonValue = document?.value ?? {};
  const source = {
    what: "transformer configuration",
    convertsScalars: true,
    placeOf: (path: readonly (string | number)[]) => document?.placeOf(path) ?? { file },
  };
  return toTransformerConfig(configuration(value, { source, steps: [] }));
}

/** Merges files of `configurations` in order. */
export function mergeAll(configs: readonly TransformerConfig[]): TransformerConfig {
  return configs.reduce(mergeConfigs, EMPTY_CONFIG);
}

function toTransformerConfig(entries: Decoded<typeof configuration>): TransformerConfig {
  const specs = (list: FieldSpecEntry[] = []) => list.map(toFieldSpec).sort(compareGvks);
  return {
    namePrefix: specs(entries.namePrefix),
    nameSuffix: specs(entries.nameSuffix),
    namespace: specs(entries.namespace),
    commonLabels: specs(entries.commonLabels),
    labels: specs(entries.labels),
    templateLabels: specs(entries.templateLabels),
    commonAnnotations: specs(entries.commonAnnotations),
    images: specs(entries.images),
    replicas: specs(entries.replicas),
    varReference: specs(entries.varReference),
    nameReference: (entries.nameReference ?? []).map(toNameReference).sort(compareGvks),
  };
}

function toNameReference(entry: Decoded<typeof nameReference>): NameReference {
  const { group = "", version = "", kind = "", fieldSpecs = [] } = entry;
  return { group, version, kind, referrers: fieldSpecs.map(toFieldSpec) };
}
