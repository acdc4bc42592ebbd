import {
  cloneJson,
  compareBytes,
  isObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  stringifyJson,
} from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { readYaml } from "../../yaml/mod.ts";
import { type FieldManagers, readManagers } from "../fields/managers.ts";
import { applyFields, formatConflicts, formatManager, withoutManagedFields } from "../fields/ownership.ts";
import { formatFieldPath } from "../fields/field_set.ts";
import { toFieldSet } from "../fields/typed_value.ts";
import { validateTyped } from "../fields/validate.ts";
import { readCustomObject } from "../kinds/custom_schema.ts";
import { canonicalObject, ownershipType, unwrittenPaths } from "../kinds/strategy.ts";
import { DecodeError } from "../schema/normalize.ts";
import { timestamp } from "../store.ts";
import type { ApiContext, ResourceCall } from "./context.ts";
import { findDuplicateFields } from "./duplicates.ts";
import type { Resource } from "./resources.ts";
import { badRequest, conflict, invalid, invalidValue, StatusError } from "./status.ts";
import { createObject } from "./create.ts";
import { updateObject } from "./update.ts";
import { managerOf } from "./write.ts";

/** What an apply left. */
export interface Applied {
  object: Manifest;
  created: boolean;
}

/**
 * Server-side apply.
 *
 * @param live The object, in the request's version; undefined when it is to be created.
 * @throws {StatusError} Conflict, with a cause per field, or when the object is refused.
 */
export function applyObject(
  context: ApiContext,
  call: ResourceCall,
  live: Manifest | undefined,
  subresource: string,
): Applied {
  const { resource } = call;
  const applied = readApplied(call);
  const before = live ?? ({} as Manifest);
  const outcome = mergeApplied(context, call, before, applied, subresource);
  const object = canonicalApplied(outcome.object as Manifest, resource);
  if (!object.metadata.name) {
    throw badRequest(
      `the name of the object (${call.info.name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (live !== undefined) {
    checkUid(call, live, object);
    const options = { subresource, managers: outcome.managers };
    return { object: updateObject(context, call, live, object, options), created: false };
  }
  if (object.metadata.name !== call.info.name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${call.info.name})`,
    );
  }
  const { uid } = object.metadata;
  if (uid) {
    throw conflict(
      resource,
      call.info.name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    );
  }
  return { object: createObject(context, call, object, outcome.managers), created: true };
}

/** Unlike the other patches and a PUT, apply takes a uid for a field like any other. */
function checkUid({ resource }: ResourceCall, live: Manifest, applied: Manifest): void {
  const { uid } = applied.metadata;
  if (uid === undefined || uid === live.metadata.uid) return;
  const problem = invalidValue("metadata.uid", uid, "field is immutable");
  throw invalid(resource.group, resource.kind, live.metadata.name, [problem]);
}

function readApplied(call: ResourceCall): JsonObject {
  const value = parseApplied(call);
  const { apiVersion, kind } = call.resource;
  if (value.apiVersion !== apiVersion || value.kind !== kind) {
    throw badRequest(`invalid object type: ${value.apiVersion ?? "/"}, Kind=${value.kind ?? ""}`);
  }
  if (isObject(value.metadata) && value.metadata.managedFields !== undefined && value.metadata.managedFields !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  const problems = validateTyped(value, ownershipType(call.resource));
  if (problems.length > 0) throw untyped(call, value, problems);
  return value;
}

function parseApplied(call: ResourceCall): JsonObject {
  const isJson = /^\s*[{[]/.test(call.body);
  let value: JsonValue;
  try {
    value = isJson ? parseJson(call.body) : readYaml(call.body) ?? {};
  } catch (error) {
    throw badRequest(`error decoding YAML: error converting YAML to JSON: yaml: ${(error as Error).message}`);
  }
  if (!isObject(value)) {
    const found = Array.isArray(value) ? "array" : typeof value;
    const why = `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
    throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`);
  }
  const duplicates = isJson ? findDuplicateFields(call.body) : [];
  if (duplicates.length > 0 && call.query.get("fieldValidation") === "Strict") {
    const lines = duplicates.map(({ line, key }) => `  line ${line}: key "${key}" already set in map`);
    const why = `error converting YAML to JSON: yaml: unmarshal errors:\n${lines.join("\n")}`;
    throw badRequest(`error strict decoding YAML: ${why}`);
  }
  return value;
}

function untyped(call: ResourceCall, value: JsonObject, problems: string[]): StatusError {
  const metadata = isObject(value.metadata) ? value.metadata : {};
  const subject = `${metadata.namespace ?? ""}/${
    metadata.name ?? ""
  }; ${call.resource.apiVersion}, Kind=${call.resource.kind}`;
  const list = problems.length === 1 ? problems[0] : `errors:\n${problems.map((text) => `  ${text}`).join("\n")}`;
  return new StatusError("Unknown", `failed to create typed patch object (${subject}): ${list}`);
}

function mergeApplied(
  context: ApiContext,
  call: ResourceCall,
  live: Manifest,
  applied: JsonObject,
  subresource: string,
): { object: JsonObject; managers: FieldManagers } {
  const self = managerOf(call, "Apply", subresource);
  const managers = readManagers(live.metadata?.managedFields) ?? new Map();
  const options = {
    type: ownershipType(call.resource),
    self,
    time: timestamp(context.clock.now()),
    ignored: unwrittenPaths(call.resource, subresource),
  };
  const before = withoutManagedFields(live);
  const force = call.query.get("force") === "true";
  let outcome = applyFields(before, applied, managers, { ...options, force });
  if (
    outcome.conflicts.length > 0 && self.manager === "kubectl" && ownsConflicts(live, outcome.conflicts, options.type)
  ) {
    // kubectl's own earlier client-side applies are no conflict.
    outcome = applyFields(before, applied, managers, { ...options, force: true });
  }
  if (outcome.conflicts.length > 0) {
    throw new StatusError("Conflict", formatConflicts(outcome.conflicts), {
      causes: outcome.conflicts.map(({ manager, path }) => ({
        reason: "FieldManagerConflict",
        message: `conflict with ${formatManager(manager)}`,
        field: path,
      })),
    });
  }
  return { object: syncLastApplied(outcome.object, applied, self.manager), managers: outcome.managers };
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Whether all fields in conflict stand in the annotation that client-side apply left. */
function ownsConflicts(live: Manifest, conflicts: { path: string }[], type: ReturnType<typeof ownershipType>): boolean {
  const annotations = live.metadata?.annotations;
  const text = isObject(annotations) ? annotations[LAST_APPLIED] : undefined;
  if (typeof text !== "string" || text === "") return false;
  let last: JsonValue;
  try {
    last = parseJson(text);
  } catch {
    return false;
  }
  if (!isObject(last) || last.apiVersion !== live.apiVersion) return false;
  const owned = new Set([...toFieldSet(last, type).paths()].map(formatFieldPath));
  return conflicts.every(({ path }) => owned.has(path));
}

/** kubectl's apply keeps the annotation of client-side apply up to date where there is one. */
function syncLastApplied(object: JsonObject, applied: JsonObject, manager: string): JsonObject {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const annotations = isObject(metadata.annotations) ? metadata.annotations : {};
  if (manager !== "kubectl" || !annotations[LAST_APPLIED]) return object;
  const appliedMetadata = isObject(applied.metadata) ? applied.metadata : {};
  const { annotations: given, ...rest } = appliedMetadata;
  const { [LAST_APPLIED]: _last, ...own } = isObject(given) ? given : {};
  const ownMetadata = Object.keys(own).length > 0 ? { ...rest, annotations: own } : rest;
  const text = stringifyJson(withSortedKeys({ ...applied, metadata: ownMetadata })) + "\n";
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

function withSortedKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.keys(value).sort(compareBytes).map((key) => [key, withSortedKeys(value[key]!)]));
}

function canonicalApplied(object: Manifest, resource: Resource): Manifest {
  const named = { ...object, metadata: isObject(object.metadata) ? object.metadata : {} } as Manifest;
  const copy = cloneJson(named);
  if (resource.type === undefined || resource.custom !== undefined) {
    return readCustomObject(copy, resource.type).object as Manifest;
  }
  try {
    return canonicalObject(copy, resource.type);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const subject = `/${named.metadata.name ?? ""}; ${resource.apiVersion}, Kind=${resource.kind}`;
    const why =
      `unable to convert unstructured object to ${resource.apiVersion}, Kind=${resource.kind}: ${error.message}`;
    throw new StatusError("Unknown", `failed to convert new object (${subject}) to proper version: ${why}`);
  }
}
