import { cloneJson, equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import {
  type CustomResource,
  customVerbs,
  type Resource,
  type ResourceRegistry,
  type Subresource,
} from "../api/resources.ts";
import { DEFINITION_CLEANUP, deleteFromStore } from "../api/delete.ts";
import { typeOfCustomResource } from "../kinds/custom_schema.ts";
import { type ObjectStore, timestamp } from "../store.ts";
import type { HousekeepingContext, Reaction } from "./reaction.ts";

const DEFINITIONS = "apiextensions.k8s.io/v1";

/** Serves the resources that CustomResourceDefinitions declare, and removes their objects with them. */
export function serveDefinitions({ store, resources, now }: HousekeepingContext): Reaction {
  return ({ type, object }) => {
    if (object.kind !== "CustomResourceDefinition" || object.apiVersion !== DEFINITIONS) {
      // The last object of a deleted definition may just have gone.
      if (type === "DELETED") finishDeletions(store, resources, object);
      return;
    }
    if (type === "DELETED") {
      resources.removeCustom(
        String(getPath(object, "spec", "group")),
        String(getPath(object, "spec", "names", "plural")),
      );
      return;
    }
    const definition = store.get({ apiVersion: DEFINITIONS, kind: object.kind, name: object.metadata.name });
    if (definition === undefined) return;
    if (definition.metadata.deletionTimestamp !== undefined) return deleteInstances(store, definition, now());
    register(resources, definition);
    establish(store, definition, now());
  };
}

function register(resources: ResourceRegistry, definition: Manifest): void {
  const spec = definition.spec as JsonObject;
  resources.removeCustom(String(spec.group), String(getPath(spec, "names", "plural")));
  const versions = Array.isArray(spec.versions) ? spec.versions.filter(isObject) : [];
  const storage = versions.find((version) => version.storage === true) ?? versions[0];
  for (const version of versions.filter(({ served }) => served === true)) {
    resources.add(resourceOf(spec, version, String(storage?.name)));
  }
}

function resourceOf(spec: JsonObject, version: JsonObject, storageVersion: string): Resource {
  const names = spec.names as JsonObject;
  const group = String(spec.group);
  const apiVersion = `${group}/${version.name}`;
  const kind = String(names.kind);
  const schema = getPath(version, "schema", "openAPIV3Schema");
  const custom = customPart(version, isObject(schema) ? schema : undefined);
  const { verbs, readWrite, scale } = customVerbs();
  const subresources: Subresource[] = [];
  if (custom.statusSubresource) subresources.push({ name: "status", kind, verbs: readWrite });
  if (custom.scale !== undefined) subresources.push(scale);
  const resource: Resource = {
    group,
    version: String(version.name),
    apiVersion,
    kind,
    plural: String(names.plural),
    singular: String(names.singular ?? kind.toLowerCase()),
    shortNames: strings(names.shortNames),
    categories: strings(names.categories),
    namespaced: spec.scope === "Namespaced",
    verbs,
    subresources,
    hasGeneration: true,
    custom,
  };
  if (isObject(schema)) resource.type = typeOfCustomResource(schema, reversedName(group, String(version.name), kind));
  if (storageVersion !== version.name) resource.storage = { apiVersion: `${group}/${storageVersion}`, kind };
  return resource;
}

/** `com.example.v1.Widget`, as OpenAPI names custom resources. */
function reversedName(group: string, version: string, kind: string): string {
  return `${group.split(".").reverse().join(".")}.${version}.${kind}`;
}

function customPart(version: JsonObject, schema: JsonObject | undefined): CustomResource {
  const columns = Array.isArray(version.additionalPrinterColumns)
    ? version.additionalPrinterColumns.filter(isObject)
    : [];
  const fields = Array.isArray(version.selectableFields) ? version.selectableFields.filter(isObject) : [];
  const scale = getPath(version, "subresources", "scale");
  const custom: CustomResource = {
    columns: columns.map(({ name, type, jsonPath, priority }) => ({
      name: String(name),
      type: String(type),
      jsonPath: String(jsonPath),
      priority: Number(priority ?? 0),
    })),
    statusSubresource: getPath(version, "subresources", "status") !== undefined,
    selectableFields: fields.map(({ jsonPath }) => String(jsonPath).replace(/^\./, "")),
  };
  if (schema !== undefined) custom.schema = schema;
  if (isObject(scale)) {
    custom.scale = {
      specReplicasPath: String(scale.specReplicasPath),
      statusReplicasPath: String(scale.statusReplicasPath),
    };
    if (scale.labelSelectorPath) custom.scale.labelSelectorPath = String(scale.labelSelectorPath);
  }
  return custom;
}

function strings(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function establish(store: ObjectStore, definition: Manifest, nowMs: number): void {
  const next = cloneJson(definition) as Manifest;
  const status = isObject(next.status) ? next.status : {};
  const known = Array.isArray(status.conditions) ? status.conditions.filter(isObject) : [];
  const since = (type: string): JsonValue =>
    known.find((item) => item.type === type)?.lastTransitionTime ?? timestamp(nowMs);
  const conditions: JsonValue[] = [
    {
      type: "NamesAccepted",
      status: "True",
      lastTransitionTime: since("NamesAccepted"),
      reason: "NoConflicts",
      message: "no conflicts found",
    },
    {
      type: "Established",
      status: "True",
      lastTransitionTime: since("Established"),
      reason: "InitialNamesAccepted",
      message: "the initial names have been accepted",
    },
  ];
  const names = getPath(definition, "spec", "names") ?? {};
  const storage = getPath(definition, "spec", "versions");
  const stored = new Set([...strings(status.storedVersions), ...storageNames(storage)]);
  next.status = { conditions, acceptedNames: cloneJson(names), storedVersions: [...stored] };
  if (!equalJson(next, definition)) store.update(next, { raiseGeneration: false });
}

function storageNames(versions: JsonValue | undefined): string[] {
  return (Array.isArray(versions) ? versions.filter(isObject) : []).filter(({ storage }) => storage === true)
    .map(({ name }) => String(name));
}

/** A definition goes when its last object has gone. */
function deleteInstances(store: ObjectStore, definition: Manifest, nowMs: number): void {
  const spec = definition.spec as JsonObject;
  const [version = ""] = storageNames(spec.versions);
  const kind = String(getPath(spec, "names", "kind"));
  const apiVersion = `${spec.group}/${version}`;
  for (const object of store.list(apiVersion, kind)) {
    if (object.metadata.deletionTimestamp === undefined) deleteFromStore(store, object, nowMs, true);
  }
  if (store.list(apiVersion, kind).length > 0) return;
  const current = store.get({
    apiVersion: DEFINITIONS,
    kind: "CustomResourceDefinition",
    name: definition.metadata.name,
  });
  if (current === undefined) return;
  const finalizers = strings(current.metadata.finalizers).filter((name) => name !== DEFINITION_CLEANUP);
  if (finalizers.length === 0) {
    store.remove({ apiVersion: DEFINITIONS, kind: current.kind, name: current.metadata.name });
  } else {
    const next = cloneJson(current) as Manifest;
    next.metadata.finalizers = finalizers;
    store.update(next);
  }
}

function finishDeletions(store: ObjectStore, resources: ResourceRegistry, gone: Manifest): void {
  const resource = resources.ofKind(gone.apiVersion, gone.kind);
  if (resource?.custom === undefined) return;
  const name = `${resource.plural}.${resource.group}`;
  const definition = store.get({ apiVersion: DEFINITIONS, kind: "CustomResourceDefinition", name });
  if (definition?.metadata.deletionTimestamp !== undefined) deleteInstances(store, definition, 0);
}
