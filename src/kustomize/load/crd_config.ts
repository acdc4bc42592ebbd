import { getKey, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { readYaml } from "../../yaml/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { FieldSpec } from "../transform/field_specs.ts";
import { EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from "../transform/transformer_config.ts";

/**
 * Reads a file of `crds`: OpenAPI definitions whose `x-kubernetes-…` extensions say which fields hold names, labels and
 * annotations (kustomize `api/internal/accumulator/loadconfigfromcrds.go` v5.8.1).
 *
 * @throws {KustomizeError} INVALID_CONFIG when the file holds anything else, such as a CustomResourceDefinition.
 */
export function parseCrdConfig(text: string, file: string): TransformerConfig {
  const definitions = readYaml(text, { file, rules: "sigs" });
  if (definitions !== null && !isObject(definitions)) throw notDefinitions(file);
  let config = EMPTY_CONFIG;
  for (const [name, definition] of Object.entries(definitions ?? {})) {
    if (definition !== null && !isObject(definition)) throw notDefinitions(file);
    const properties = propertiesOf(definition);
    if (!["kind", "apiVersion", "metadata"].every((field) => Object.hasOwn(properties, field))) continue;
    const kind = name.slice(name.lastIndexOf(".") + 1);
    const reader = { definitions: definitions!, kind, visiting: new Set<string>(), config };
    readDefinition(reader, name, []);
    config = reader.config;
  }
  return config;
}

interface Reader {
  readonly definitions: JsonObject;
  readonly kind: string;
  /** Definitions on the way down, against endless references. */
  readonly visiting: Set<string>;
  config: TransformerConfig;
}

function readDefinition(reader: Reader, name: string, path: readonly string[]): void {
  if (reader.visiting.has(name)) return;
  reader.visiting.add(name);
  for (const [field, property] of Object.entries(propertiesOf(getKey(reader.definitions, name)))) {
    if (!isObject(property)) continue;
    const below = [...path, field];
    reader.config = mergeConfigs(reader.config, propertyConfig(reader, property, below));
    const reference = property.$ref;
    if (typeof reference === "string") readDefinition(reader, reference, below);
  }
  reader.visiting.delete(name);
}

function propertyConfig({ kind }: Reader, property: JsonObject, path: readonly string[]): TransformerConfig {
  const extension = (name: string) => textExtension(property, `x-kubernetes-${name}`);
  const spec = (...more: string[]): FieldSpec => {
    return { group: "", version: "", kind, path: [...path, ...more].join("/"), create: false };
  };
  const version = extension("object-ref-api-version");
  const target = extension("object-ref-kind");
  return {
    ...EMPTY_CONFIG,
    commonAnnotations: extension("annotation") === undefined ? [] : [spec()],
    commonLabels: extension("label-selector") === undefined ? [] : [spec()],
    namePrefix: extension("identity") === undefined ? [] : [spec()],
    nameReference: version === undefined || target === undefined
      ? []
      : [{ group: "", version, kind: target, referrers: [spec(extension("object-ref-name-key") ?? "name")] }],
  };
}

/** Extensions are compared without regard to case. */
function textExtension(property: JsonObject, name: string): string | undefined {
  for (const [key, value] of Object.entries(property)) {
    if (key.toLowerCase() === name && typeof value === "string") return value;
  }
  return undefined;
}

function propertiesOf(definition: JsonValue | undefined): JsonObject {
  if (!isObject(definition)) return {};
  const schema = definition.Schema ?? definition.schema;
  const properties = isObject(schema) ? schema.properties : undefined;
  return isObject(properties) ? properties : {};
}

function notDefinitions(file: string): KustomizeError {
  return new KustomizeError(
    "INVALID_CONFIG",
    `unable to parse open API definition from '${file}': the file must be a map of OpenAPI definitions`,
    { place: { file }, hint: "CustomResourceDefinitions belong under resources" },
  );
}
