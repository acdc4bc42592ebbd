import { compareGvks, type Gvk, isSameGvk } from "../gvk.ts";
import { DEFAULT_FIELD_SPECS } from "./default_field_specs.ts";
import { DEFAULT_NAME_REFERENCES } from "./default_name_references.ts";
import { DEFAULT_VAR_REFERENCES } from "./default_var_references.ts";
import { type FieldSpec, mergeFieldSpecs, parseFieldSpecs, parseGvk } from "./field_specs.ts";

/** The fields that hold names of one kind of object. */
export interface NameReference extends Gvk {
  readonly referrers: readonly FieldSpec[];
}

/** Which fields the transformers change. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
  readonly varReference: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
}

let defaultConfig: TransformerConfig | undefined;

/** What kustomize changes when nothing is configured. Parsed once. */
export function defaultTransformerConfig(): TransformerConfig {
  defaultConfig ??= {
    namePrefix: parseFieldSpecs(DEFAULT_FIELD_SPECS.namePrefix),
    nameSuffix: parseFieldSpecs(DEFAULT_FIELD_SPECS.nameSuffix),
    namespace: parseFieldSpecs(DEFAULT_FIELD_SPECS.namespace).sort(compareGvks),
    commonLabels: parseFieldSpecs(DEFAULT_FIELD_SPECS.commonLabels).sort(compareGvks),
    labels: [],
    templateLabels: parseFieldSpecs(DEFAULT_FIELD_SPECS.templateLabels).sort(compareGvks),
    commonAnnotations: parseFieldSpecs(DEFAULT_FIELD_SPECS.commonAnnotations).sort(compareGvks),
    images: parseFieldSpecs(DEFAULT_FIELD_SPECS.images),
    replicas: parseFieldSpecs(DEFAULT_FIELD_SPECS.replicas).sort(compareGvks),
    varReference: parseFieldSpecs(DEFAULT_VAR_REFERENCES).sort(compareGvks),
    nameReference: parseNameReferences(DEFAULT_NAME_REFERENCES).sort(compareGvks),
  };
  return defaultConfig;
}

function parseNameReferences(table: string): NameReference[] {
  const references: { gvk: Gvk; referrers: FieldSpec[] }[] = [];
  for (const line of table.split("\n")) {
    if (line.startsWith("  ")) references.at(-1)!.referrers.push(...parseFieldSpecs(line.slice(2)));
    else if (line !== "") references.push({ gvk: parseGvk(line), referrers: [] });
  }
  return references.map(({ gvk, referrers }) => ({ ...gvk, referrers }));
}

/** A configuration without any field. */
export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  images: [],
  replicas: [],
  varReference: [],
  nameReference: [],
};

/**
 * Merges configurations; the result is `existing` itself when nothing is new.
 *
 * Merging into nothing is not the same as taking over: a spec for all kinds is dropped when one for some kind with the
 * same path went before.
 */
export function mergeConfigs(existing: TransformerConfig, incoming: TransformerConfig): TransformerConfig {
  if (existing === incoming || incoming === EMPTY_CONFIG) return existing;
  if (existing === EMPTY_CONFIG && incoming === defaultConfig) return incoming;
  const merge = (field: Exclude<keyof TransformerConfig, "nameReference">) =>
    [...mergeFieldSpecs(existing[field], incoming[field])].sort(compareGvks);
  return {
    namePrefix: merge("namePrefix"),
    nameSuffix: merge("nameSuffix"),
    namespace: merge("namespace"),
    commonLabels: merge("commonLabels"),
    labels: merge("labels"),
    templateLabels: merge("templateLabels"),
    commonAnnotations: merge("commonAnnotations"),
    images: merge("images"),
    replicas: merge("replicas"),
    varReference: merge("varReference"),
    nameReference: [...mergeNameReferences(existing.nameReference, incoming.nameReference)].sort(compareGvks),
  };
}

function mergeNameReferences(
  existing: readonly NameReference[],
  incoming: readonly NameReference[],
): readonly NameReference[] {
  if (existing === incoming || incoming.length === 0) return existing;
  const merged = [...existing];
  for (const reference of incoming) {
    const at = merged.findIndex((other) => isSameGvk(other, reference));
    const twin = merged[at];
    if (twin === undefined) merged.push(reference);
    else merged[at] = { ...twin, referrers: mergeFieldSpecs(twin.referrers, reference.referrers) };
  }
  return merged;
}
