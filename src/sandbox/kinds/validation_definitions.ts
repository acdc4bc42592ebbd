import { getPath, isObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { duplicateValue, type FieldError, invalidValue, requiredValue, unsupportedValue } from "../api/status.ts";
import { isDnsLabel, isDnsSubdomain, isQualifiedName } from "./names.ts";
import { byRule, entriesOf, itemsOf, specOf } from "./validation_parts.ts";

export function validateDefinition(definition: Manifest): FieldError[] {
  const spec = specOf(definition);
  const names = isObject(spec.names) ? spec.names : {};
  const errors: FieldError[] = [];
  const required = `${names.plural}.${spec.group}`;
  if (definition.metadata.name !== required) {
    errors.push(invalidValue("metadata.name", definition.metadata.name, `must be spec.names.plural+"."+spec.group`));
  }
  if (!spec.group) errors.push(requiredValue("spec.group"));
  else {
    errors.push(...byRule(isDnsSubdomain, "spec.group", String(spec.group)));
    if (!String(spec.group).includes(".")) {
      errors.push(invalidValue("spec.group", spec.group, "should be a domain with at least one dot"));
    }
  }
  if (spec.scope !== "Namespaced" && spec.scope !== "Cluster") {
    errors.push(
      spec.scope ? unsupportedValue("spec.scope", spec.scope, ["Cluster", "Namespaced"]) : requiredValue("spec.scope"),
    );
  }
  if (names.plural) errors.push(...byRule(isDnsLabel, "spec.names.plural", String(names.plural)));
  const versions = itemsOf(spec.versions);
  const seen = new Set<JsonValue>();
  for (const [index, version] of versions.entries()) {
    const at = `spec.versions[${index}]`;
    if (seen.has(version.name!)) errors.push(duplicateValue(`${at}.name`, version.name!));
    seen.add(version.name!);
    if (getPath(version, "schema", "openAPIV3Schema") === undefined) {
      errors.push(requiredValue(`${at}.schema.openAPIV3Schema`, "schemas are required"));
    }
  }
  const hasStorage = versions.filter(({ storage }) => storage === true).length === 1;
  if (!hasStorage) {
    errors.push(
      invalidValue("spec.versions", spec.versions, "must have exactly one version marked as storage version"),
    );
  }
  for (const key of ["plural", "singular", "kind", "listKind"]) {
    if (!names[key]) errors.push(requiredValue(`spec.names.${key}`));
  }
  if (!hasStorage) {
    errors.push(invalidValue("status.storedVersions", null, "must have at least one stored version"));
  }
  errors.push(
    ...entriesOf(definition.metadata.labels).flatMap(([key]) => byRule(isQualifiedName, "metadata.labels", key)),
  );
  return errors;
}
