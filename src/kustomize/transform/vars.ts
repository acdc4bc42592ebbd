import { isObject, isRecordedUntyped, type JsonObject, type JsonValue, scalarTextAt } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { VariableEntry } from "../load/config_types.ts";
import { readVariable, type VariableValue } from "../patch/field_value.ts";
import { scalarTagAt } from "../patch/scalar_tags.ts";
import { addVariable, type Variables } from "./variables.ts";
import { writeScalar } from "../shared_scalars.ts";
import { splitApiVersion } from "../kind_table.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { FieldSpec } from "./field_specs.ts";
import { fieldTable, visitField } from "./field_table.ts";

/**
 * Adds a kustomization's `vars`, and marks the resources that they read from: later their names may be others
 * (kustomize `api/internal/accumulator/resaccumulator.go` MergeVars v5.8.1).
 *
 * @throws {KustomizeError} AMBIGUOUS when a variable means several resources; INVALID_CONFIG when it is there already.
 */
export function mergeVars(variables: Variables, entries: readonly VariableEntry[], resources: ResourceSet): void {
  for (const entry of entries) {
    const matches = referencedResources(entry, resources);
    if (matches.length > 1) {
      throw new KustomizeError(
        "AMBIGUOUS",
        `found ${matches.length} resId matches for var ${entry.name} (unable to disambiguate)`,
        { hint: "Give its objref a namespace" },
      );
    }
    matches[0]?.varNames.push(entry.name ?? "");
  }
  for (const { name = "", fieldref } of entries) {
    addVariable(variables, { name, fieldPath: fieldref?.fieldPath || "metadata.name" });
  }
}

/** Without a namespace, all namespaces are meant. */
function referencedResources({ objref = {} }: VariableEntry, resources: ResourceSet) {
  const { apiVersion, kind = "", name = "", namespace = "" } = objref;
  const { group, version } = apiVersion
    ? splitObjectVersion(apiVersion, objref)
    : { group: objref.group ?? "", version: objref.version ?? "" };
  return resources.byAnyName(name).filter((resource) =>
    [...resource.formerIds(), resource.id].some((id) =>
      id.name === name && id.kind === kind && id.group === group && id.version === version &&
      (namespace === "" || id.effectiveNamespace === namespace)
    )
  );
}

function splitObjectVersion(apiVersion: string, { group = "", version = "" }: { group?: string; version?: string }) {
  const slashes = apiVersion.split("/").length - 1;
  if (slashes > 1) return { group, version };
  return slashes === 1 ? splitApiVersion(apiVersion) : { group, version: apiVersion };
}

/**
 * Puts the values of variables where `$(NAME)` stands, in the fields that may hold it
 * (kustomize `api/internal/accumulator/refvartransformer.go`, `api/filters/refvar` v5.8.1).
 *
 * @param warn Receives a note about variables that nothing uses.
 * @throws {KustomizeError} NO_MATCH when a variable has no value.
 */
export function resolveVars(
  resources: ResourceSet,
  variables: Variables,
  fields: readonly FieldSpec[],
  warn: (message: string) => void,
): void {
  const values = readValues(resources, variables);
  const unused = new Set(values.keys());
  const lookUp = (name: string): VariableValue | undefined => {
    const variable = values.get(name);
    // Objects and lists stand for themselves: the reference is left as it is.
    if (variable === undefined || typeof variable.value === "object") return undefined;
    unused.delete(name);
    return variable;
  };
  const table = fieldTable(fields);
  for (const resource of resources) {
    for (const field of table.fieldsOf(resource)) {
      visitField(resource, field, undefined, (container, key) => expandAt(container, key, lookUp));
    }
  }
  if (unused.size > 0) warn(`well-defined vars that were never replaced: ${[...unused].sort().join(",")}`);
}

function readValues(resources: ResourceSet, variables: Variables): Map<string, VariableValue> {
  const sources = new Map<string, JsonObject>();
  for (const resource of resources) {
    for (const name of resource.varNames) if (!sources.has(name)) sources.set(name, resource.value);
  }
  const values = new Map<string, VariableValue>();
  for (const { name, fieldPath } of variables.values()) {
    const source = sources.get(name);
    if (source === undefined) {
      throw new KustomizeError("NO_MATCH", `var '${name}' cannot be mapped to a field in the set of known resources`);
    }
    const value = readVariable(source, fieldPath);
    if (value === undefined) {
      throw new KustomizeError(
        "NO_MATCH",
        `field specified in var '${name}' not found in corresponding resource: ${fieldPath}`,
      );
    }
    values.set(name, value);
  }
  return values;
}

type LookUp = (name: string) => VariableValue | undefined;

/** Expands a string, the strings of a list, or the strings of an object. */
function expandAt(container: JsonObject | JsonValue[], key: string | number, lookUp: LookUp): void {
  const value = (container as JsonObject)[key];
  if (isText(container, key)) {
    expandString(container, key, lookUp);
  } else if (Array.isArray(value)) {
    value.forEach((_, i) => {
      if (!isText(value, i)) throw new KustomizeError("INVALID_PATCH", "invalid value type expect a string");
      expandString(value, i, lookUp);
    });
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      if (isText(value, name)) expandString(value, name, lookUp);
    }
  }
}

/** Whether a scalar is a string, which a timestamp is not, or has no type and becomes one by its expansion. */
function isText(container: JsonObject | JsonValue[], key: string | number): boolean {
  return scalarTagAt(container, key) === "!!str" || isRecordedUntyped(container, key);
}

/** The text counts, not what becomes of it when it is written and read again: the result has another style. */
function expandString(container: JsonObject | JsonValue[], key: string | number, lookUp: LookUp): void {
  writeScalar(container, key, expandVars(scalarTextAt(container, key), lookUp));
}

/**
 * Replaces each `$(NAME)`; `$$` is an escaped dollar. A text that is nothing but one reference takes over the type of
 * the value (kustomize `api/filters/refvar/expand.go` v5.8.1).
 *
 * @param lookUp The value of a name; undefined leaves the reference as it is.
 */
export function expandVars(text: string, lookUp: LookUp): JsonValue {
  let expanded = "";
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0 || dollar + 1 === text.length) break;
    expanded += text.slice(at, dollar);
    const next = text[dollar + 1]!;
    const close = next === "(" ? text.indexOf(")", dollar + 2) : -1;
    if (close < 0) {
      // An escape, or no reference at all.
      expanded += next === "$" ? "$" : `$${next}`;
      at = dollar + 2;
      continue;
    }
    const value = lookUp(text.slice(dollar + 2, close));
    const reference = text.slice(dollar, close + 1);
    if (reference === text) return value === undefined ? text : value.value;
    expanded += value === undefined ? reference : value.text;
    at = close + 1;
  }
  return expanded + text.slice(at);
}
