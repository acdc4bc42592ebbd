import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { type FieldError, invalidValue, requiredValue } from "../api/status.ts";

const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_TEXT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const CONFIG_KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Checks a text; returns what is wrong with it. */
export type NameRule = (name: string) => string[];

function tooLong(max: number): string {
  return `must be no more than ${max} bytes`;
}

/** An RFC 1123 label, at most 63 bytes. */
export const isDnsLabel: NameRule = (name) => [
  ...(name.length > 63 ? [tooLong(63)] : []),
  ...(LABEL.test(name) ? [] : [LABEL_TEXT]),
];

/** An RFC 1123 subdomain, at most 253 bytes. */
export const isDnsSubdomain: NameRule = (name) => [
  ...(name.length > 253 ? [tooLong(253)] : []),
  ...(SUBDOMAIN.test(name) ? [] : [SUBDOMAIN_TEXT]),
];

/** A path segment: RBAC names may hold `:`. */
const isPathSegment: NameRule = (name) => {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((part) => name.includes(part)).map((part) => `may not contain '${part}'`);
};

/** A key of labels: an optional prefix and a name. */
export const isQualifiedName: NameRule = (key) => {
  const parts = key.split("/");
  if (parts.length > 2) {
    return [
      `a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1)!;
  const problems: string[] = [];
  if (parts.length === 2) {
    if (parts[0] === "") problems.push("prefix part must be non-empty");
    else problems.push(...isDnsSubdomain(parts[0]!).map((text) => `prefix part ${text}`));
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) problems.push(QUALIFIED_TEXT);
  return problems;
};

/** A value of a label. */
export const isLabelValue: NameRule = (value) => [
  ...(value.length > 63 ? [tooLong(63)] : []),
  ...(/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value) ? [] : [LABEL_VALUE_TEXT]),
];

/** A key of a ConfigMap's or Secret's data. */
export const isConfigKey: NameRule = (key) => {
  const problems: string[] = [];
  if (key.length > 253) problems.push(tooLong(253));
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) problems.push(CONFIG_KEY_TEXT);
  if (key === ".") problems.push("must not be '.'");
  if (key === "..") problems.push("must not be '..'");
  else if (key.startsWith("..")) problems.push("must not start with '..'");
  return problems;
};

/** Names of kinds that aren't subdomains. */
const NAME_RULES: Record<string, NameRule> = {
  "/Namespace": isDnsLabel,
  "/Service": isDnsLabel,
  "rbac.authorization.k8s.io/Role": isPathSegment,
  "rbac.authorization.k8s.io/ClusterRole": isPathSegment,
  "rbac.authorization.k8s.io/RoleBinding": isPathSegment,
  "rbac.authorization.k8s.io/ClusterRoleBinding": isPathSegment,
};

/**
 * Checks name, labels, annotations, finalizers and owners of an object.
 *
 * @param isCustom Whether the kind is none of Kubernetes' own, which are stricter.
 * @see Kubernetes `apimachinery/pkg/api/validation/objectmeta.go`
 */
export function validateMetadata(metadata: JsonObject, groupKind: string, isCustom: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const isName = NAME_RULES[groupKind] ?? isDnsSubdomain;
  const name = String(metadata.name ?? "");
  if (metadata.generateName && name === "") {
    const prefix = String(metadata.generateName).replace(/-+$/, "a");
    errors.push(...isName(prefix).map((text) => invalidValue("metadata.generateName", metadata.generateName, text)));
  } else if (name === "") {
    errors.push(requiredValue("metadata.name", "name or generateName is required"));
  } else errors.push(...isName(name).map((text) => invalidValue("metadata.name", name, text)));
  errors.push(...validateLabels(metadata.labels, "metadata.labels"));
  errors.push(...validateAnnotations(metadata.annotations));
  errors.push(...validateOwners(metadata.ownerReferences));
  errors.push(...validateFinalizers(metadata.finalizers, isCustom || FREE_FINALIZER_GROUPS.test(groupKind)));
  return errors;
}

const STANDARD_FINALIZERS = ["kubernetes", "orphan", "foregroundDeletion"];
/** Groups of built-in kinds whose finalizers need no domain. */
const FREE_FINALIZER_GROUPS = /^(admissionregistration|apiextensions|apiregistration|coordination)\.k8s\.io\//;

function validateFinalizers(finalizers: JsonValue | undefined, isFree: boolean): FieldError[] {
  const field = "metadata.finalizers";
  return (Array.isArray(finalizers) ? finalizers : []).map(String).flatMap((finalizer, index) => {
    const errors = isQualifiedName(finalizer).map((text) => invalidValue(field, finalizer, text));
    if (!isFree && !finalizer.includes("/") && !STANDARD_FINALIZERS.includes(finalizer)) {
      const text = "name is neither a standard finalizer name nor is it fully qualified";
      errors.push(invalidValue(`${field}[${index}]`, finalizer, text));
    }
    return errors;
  });
}

/** Checks keys and values of labels. */
export function validateLabels(labels: JsonValue | undefined, field: string): FieldError[] {
  if (!isObject(labels)) return [];
  return Object.entries(labels).flatMap(([key, value]) => [
    ...isQualifiedName(key).map((text) => invalidValue(field, key, text)),
    ...isLabelValue(String(value)).map((text) => invalidValue(field, value, text)),
  ]);
}

const MAX_ANNOTATIONS = 256 * 1024;

function validateAnnotations(annotations: JsonValue | undefined): FieldError[] {
  if (!isObject(annotations)) return [];
  const field = "metadata.annotations";
  const entries = Object.entries(annotations);
  const errors = entries.flatMap(([key]) =>
    isQualifiedName(key.toLowerCase()).map((text) => invalidValue(field, key, text))
  );
  const size = entries.reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  if (size > MAX_ANNOTATIONS) {
    errors.push({
      reason: "FieldValueTooLong",
      field,
      message: `Too long: may not be more than ${MAX_ANNOTATIONS} bytes`,
    });
  }
  return errors;
}

function validateOwners(owners: JsonValue | undefined): FieldError[] {
  const errors: FieldError[] = [];
  for (const owner of Array.isArray(owners) ? owners : []) {
    if (!isObject(owner)) continue;
    const field = "metadata.ownerReferences";
    if (!owner.apiVersion) errors.push(invalidValue(`${field}.apiVersion`, "", "version must not be empty"));
    for (const key of ["kind", "name", "uid"]) {
      if (!owner[key]) errors.push(invalidValue(`${field}.${key}`, "", "must not be empty"));
    }
  }
  const controllers = (Array.isArray(owners) ? owners : []).filter((owner) =>
    isObject(owner) && owner.controller === true
  );
  if (controllers.length > 1) {
    errors.push(
      invalidValue(
        "metadata.ownerReferences",
        owners,
        "Only one reference can have Controller set to true.",
      ),
    );
  }
  return errors;
}

/** Checks that what can't change after creation hasn't. */
export function validateMetadataUpdate(next: JsonObject, live: JsonObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"]) {
    if (next[key] === undefined || next[key] === null || next[key] === live[key]) continue;
    errors.push(invalidValue(`metadata.${key}`, next[key], "field is immutable"));
  }
  if (live.deletionTimestamp !== undefined) errors.push(...validateFinalizersWhileDeleted(next, live));
  return errors;
}

function validateFinalizersWhileDeleted(next: JsonObject, live: JsonObject): FieldError[] {
  const before = new Set(Array.isArray(live.finalizers) ? live.finalizers.map(String) : []);
  const added = (Array.isArray(next.finalizers) ? next.finalizers : []).map(String).filter((name) => !before.has(name));
  if (added.length === 0) return [];
  const text = added.map((name) => JSON.stringify(name)).join(", ");
  return [{
    reason: "FieldValueForbidden",
    field: "metadata.finalizers",
    message:
      `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${text}}`,
  }];
}
