import { getKey, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import type { Resource } from "../resource.ts";
import { CLUSTER_NAMESPACE, formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { FieldSpec } from "./field_specs.ts";
import { fieldTable, type FieldVisitor, setText, visitField, wrongKind } from "./field_table.ts";
import type { Transformer } from "./step.ts";

/** Which subjects of role bindings get the namespace. */
export type RoleBindingSubjects = "defaultOnly" | "allServiceAccounts" | "none";

/** How to set namespaces. */
export interface NamespaceOptions {
  namespace: string;
  fields: readonly FieldSpec[];
  /** Leave namespaces that are set. @default {false} */
  unsetOnly?: boolean;
  /** @default {"defaultOnly"} */
  subjects?: RoleBindingSubjects;
}

const ROLE_BINDINGS = new Set(["RoleBinding", "ClusterRoleBinding"]);

/**
 * Sets the namespace of every object that may have one, and of what else the field specs name
 * (kustomize `api/filters/namespace/namespace.go`, `api/internal/builtins/NamespaceTransformer.go` v5.8.1).
 */
export function namespaceTransformer(options: NamespaceOptions): Transformer {
  const setNamespaces = namespaceSetter(options);
  return (resources) => {
    if (options.namespace === "") return;
    for (const resource of resources) {
      if (resource.isEmpty() || resource.isHelmGenerated) continue;
      resource.rememberId();
      setNamespaces(resource);
    }
    resources.reindexAll();
    refuseConflicts(resources);
  };
}

/** What the transformer does to one object; its history stays as it is. */
export function namespaceSetter(options: NamespaceOptions): (resource: Resource) => void {
  const { namespace, unsetOnly = false, subjects = "defaultOnly" } = options;
  // metadata/namespace is set by scope, never by a field spec.
  const fields = options.fields.filter((spec) => spec.path !== "metadata/namespace");
  const table = fieldTable(fields.length === options.fields.length ? options.fields : fields);
  const setField: FieldVisitor = (container, key) => {
    if (!unsetOnly || isBlank((container as JsonObject)[key])) setText(container, key, namespace);
  };
  return (resource) => {
    setNamespace(resource, namespace, unsetOnly);
    if (ROLE_BINDINGS.has(resource.kind)) setSubjects(resource, subjects, setField);
    setFields(resource, table, setField);
  };
}

function setNamespace(resource: Resource, namespace: string, unsetOnly: boolean): void {
  if (resource.id.effectiveNamespace === CLUSTER_NAMESPACE) return;
  const present = resource.metadata?.namespace;
  if (typeof present === "object" && present !== null) {
    const { message } = wrongKind("ScalarNode", present);
    throw new KustomizeError(
      "INVALID_PATCH",
      `considering field 'metadata/namespace' of object ${formatId(resource.id)}: ${message}`,
    );
  }
  if (unsetOnly && resource.namespace !== "") return;
  if (resource.metadata !== undefined) setText(resource.metadata, "namespace", namespace);
  else resource.namespace = namespace;
}

function setFields(resource: Resource, table: ReturnType<typeof fieldTable>, setField: FieldVisitor): void {
  try {
    for (const field of table.fieldsOf(resource)) {
      const { path } = field.spec;
      // Only core objects (Namespace) are renamed; subjects have rules of their own.
      if (path === "metadata/name" && resource.apiVersion !== "v1") continue;
      if (path === "subjects/namespace" && ROLE_BINDINGS.has(field.spec.kind) && ROLE_BINDINGS.has(resource.kind)) {
        continue;
      }
      visitField(resource, field, "scalar", setField);
    }
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const reason = error.message.includes("wrong node kind: expected ScalarNode")
      ? "namespace field specs must target scalar nodes"
      : "namespace transformation failed";
    throw new KustomizeError(error.code, `${reason}: ${error.message}`, { cause: error });
  }
}

function setSubjects(resource: Resource, subjects: RoleBindingSubjects, setField: FieldVisitor): void {
  const list = getKey(resource.value, "subjects");
  if (subjects === "none" || list === undefined || list === null) return;
  if (!Array.isArray(list)) {
    throw new KustomizeError(
      "INVALID_PATCH",
      `Cannot set the namespace of ${formatId(resource.id)}: subjects is no list`,
    );
  }
  for (const subject of list) {
    if (!isObject(subject)) continue;
    const isMeant = subjects === "defaultOnly" ? subject.name === "default" : subject.kind === "ServiceAccount";
    if (isMeant) {
      subject.namespace ??= "";
      setField(subject, "namespace");
    }
  }
}

/** Only a text counts as set; what is no scalar is refused later. */
function isBlank(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === "" || typeof value === "object";
}

function refuseConflicts(resources: ResourceSet): void {
  const seen = new Map<string, Resource>();
  for (const resource of resources) {
    const twin = seen.get(resource.id.key);
    seen.set(resource.id.key, resource);
    if (twin === undefined) continue;
    const names = [twin, resource].map((each) => formatId(each.originalId())).join(", ");
    throw new KustomizeError(
      "ID_CONFLICT",
      `namespace transformation produces ID conflict: ${names} would all be ${formatId(resource.id)}`,
    );
  }
}
