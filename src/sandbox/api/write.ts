import { cloneJson, equalJson, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldManagers, type ManagerIdentity, readManagers, writeManagers } from "../fields/managers.ts";
import { updateManagers, withoutManagedFields } from "../fields/ownership.ts";
import { convertObject } from "../kinds/conversion.ts";
import { validateMetadata, validateMetadataUpdate } from "../kinds/names.ts";
import { checkEscalation } from "../auth/escalation.ts";
import { attributesOf, checkAccess } from "./access.ts";
import { quotaRefusal } from "../controllers/quota.ts";
import { admitPod, randomSuffix } from "../kinds/pods.ts";
import { prepareForCreate, prepareForOwnership, prepareForUpdate, prepareStatusUpdate } from "../kinds/prepare.ts";
import { groupKindOf, needsResourceVersion, ownershipType, unwrittenPaths } from "../kinds/strategy.ts";
import { validateKind, validateKindUpdate } from "../kinds/validation.ts";
import { warningsOf } from "../kinds/warnings.ts";
import { timestamp } from "../store.ts";
import { type ApiContext, isDryRun, type ResourceCall } from "./context.ts";
import { type Resource, storageOf } from "./resources.ts";
import {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  invalid,
  invalidValue,
  notFound,
  StatusError,
} from "./status.ts";

/** The name under which a request owns what it writes: its `fieldManager`, else its program's name. */
export function managerOf(call: ResourceCall, operation: "Apply" | "Update", subresource = ""): ManagerIdentity {
  const asked = call.query.get("fieldManager") ?? "";
  const agent = (call.headers.get("user-agent") ?? "").split("/")[0]!.replace(/[^\x20-\x7e]/g, "").slice(0, 128);
  const identity: ManagerIdentity = {
    manager: asked || agent || "unknown",
    operation,
    apiVersion: call.resource.apiVersion,
  };
  if (subresource !== "") identity.subresource = subresource;
  return identity;
}

/** An object as the request's version shows it. */
export function toRequestVersion(object: Manifest, call: ResourceCall): Manifest {
  return convertObject(object, call.resource.apiVersion) ?? object;
}

/** An object as it is stored. */
function toStorageForm(object: Manifest, resource: Resource): Manifest {
  return convertObject(object, storageOf(resource).apiVersion) ?? object;
}

/**
 * Creates an object: names and defaults it, asks admission, validates, and stores it unless the request is a dry run.
 *
 * @param decoded The object in the request's version; changed.
 * @param managers Who owns what, when an apply has found it out; else the request's program owns all.
 * @throws {StatusError} When it is refused.
 */
export function createObject(
  context: ApiContext,
  call: ResourceCall,
  decoded: Manifest,
  managers?: FieldManagers,
): Manifest {
  const { resource } = call;
  const object = decoded;
  const { resourceVersion } = object.metadata;
  setNamespace(object, call);
  if (!object.metadata.name && object.metadata.generateName) {
    object.metadata.name = String(object.metadata.generateName).slice(0, 58) + randomSuffix(context.random);
  }
  prepareForOwnership(object, resource);
  const owners = managers ?? updateManagers(undefined, withoutManagedFields(object), new Map(), {
    type: ownershipType(resource),
    self: managerOf(call, "Update"),
    time: timestamp(context.clock.now()),
    ignored: unwrittenPaths(resource, ""),
  });
  delete object.metadata.managedFields;
  checkNamespace(context, call, object);
  prepareForCreate(object, resource, context.uuid(), context);
  if (groupKindOf(resource) === "/Pod") admitPod(object, context);
  checkEscalation(context, call, object);
  setManagers(object, owners);
  const groupKind = groupKindOf(resource);
  const errors = [
    ...validateMetadata(object.metadata, groupKind, resource.custom !== undefined),
    ...validateKind(object, resource, context),
  ];
  if (errors.length > 0) throw invalid(resource.group, resource.kind, object.metadata.name ?? "", errors);
  call.warnings.push(...warningsOf(object, groupKind));
  // A PUT or an apply that creates needs both verbs, and both carry the name; the second is asked for once it is valid.
  if (call.method !== "POST") checkAccess(context, call, { ...attributesOf(call), verb: "create" });
  judgeCreation(context, call, object);
  // Storage alone minds a version, so a dry run does not; nor do applies, which look at what is there first.
  if (call.method === "POST" && !isDryRun(call) && /^0*[1-9]\d*$/.test(String(resourceVersion))) {
    throw new StatusError("Unknown", "resourceVersion should not be set on objects to be created");
  }
  const stored = toStorageForm(object, resource);
  const existing = context.store.get({
    apiVersion: stored.apiVersion,
    kind: stored.kind,
    name: stored.metadata.name,
    namespace: namespaceOf(stored),
  });
  if (existing !== undefined) throw alreadyExists(resource, object.metadata.name, existing);
  if (!isDryRun(call)) return toRequestVersion(context.store.create(stored, { isTracked: true }), call);
  object.metadata.creationTimestamp = timestamp(context.clock.now());
  if (resource.hasGeneration) object.metadata.generation = 1;
  return object;
}

/** Admission plugins that only judge come last, quotas at the very end. */
function judgeCreation(context: ApiContext, { resource }: ResourceCall, object: Manifest): void {
  const isPod = groupKindOf(resource) === "/Pod";
  const text = isPod ? context.refusePod?.(object) : undefined;
  if (text !== undefined) {
    const name = object.metadata.name;
    throw new StatusError("Forbidden", text, { name, kind: resource.plural });
  }
  const why = resource.namespaced ? quotaRefusal(context.store, toStorageForm(object, resource)) : undefined;
  if (why !== undefined) throw forbidden(resource, object.metadata.name ?? "", why);
}

function namespaceOf(object: Manifest): string {
  return typeof object.metadata.namespace === "string" ? object.metadata.namespace : "";
}

function setNamespace(object: Manifest, { resource, info }: ResourceCall): void {
  const given = object.metadata.namespace;
  if (!resource.namespaced) {
    if (given) throw badRequest("namespace must be empty for cluster-scoped objects");
    delete object.metadata.namespace;
    return;
  }
  if (given && given !== info.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  object.metadata.namespace = info.namespace;
}

function checkNamespace(context: ApiContext, { resource, info }: ResourceCall, object: Manifest): void {
  if (!resource.namespaced) return;
  const namespace = context.store.get({ apiVersion: "v1", kind: "Namespace", name: info.namespace });
  if (namespace === undefined) throw notFound({ group: "", plural: "namespaces" }, info.namespace);
  if (namespace.metadata.deletionTimestamp === undefined) return;
  const error = forbidden(
    resource,
    object.metadata.name ?? "",
    `unable to create new content in namespace ${info.namespace} because it is being terminated`,
  );
  const cause = {
    reason: "NamespaceTerminating",
    message: `namespace ${info.namespace} is being terminated`,
    field: "metadata.namespace",
  };
  throw new StatusError("Forbidden", error.message, { ...error.details, causes: [cause] });
}

function setManagers(object: Manifest, managers: FieldManagers): void {
  if (managers.size === 0) delete object.metadata.managedFields;
  else object.metadata.managedFields = writeManagers(managers);
}

/** How an update is meant. */
export interface UpdateOptions {
  /** "" or `status`, or another one that writes the whole object, such as `scale`. */
  subresource: string;
  /** Who owns what, when an apply has found it out. */
  managers?: FieldManagers;
}

/**
 * Replaces an object: checks its version, carries over what the endpoint does not write, validates, and stores it
 * unless nothing changed or the request is a dry run.
 *
 * @param live The object as it is, in the request's version.
 * @param decoded The object as it should be, with defaults, in the request's version; changed.
 * @throws {StatusError} When it is refused.
 */
export function updateObject(
  context: ApiContext,
  call: ResourceCall,
  live: Manifest,
  decoded: Manifest,
  { subresource, managers }: UpdateOptions,
): Manifest {
  const { resource } = call;
  checkIdentity(call, live, decoded);
  checkVersion(call, live, decoded);
  const owners = managers ?? ownersAfterUpdate(context, call, live, decoded, subresource);
  checkEscalation(context, call, decoded, live);
  const metadataErrors = validateMetadataUpdate(decoded.metadata, live.metadata);
  const isStatus = subresource === "status";
  const next = isStatus ? prepareStatusUpdate(decoded, live, resource) : decoded;
  if (!isStatus) prepareForUpdate(next, live, resource, context);
  setManagers(next, owners);
  keepOldTimes(next, live);
  const errors = [
    ...validateMetadata(next.metadata, groupKindOf(resource), resource.custom !== undefined),
    ...metadataErrors,
    // Kubernetes' own kinds have this checked by their strategies as well, and say so twice.
    ...(resource.custom === undefined ? metadataErrors : []),
    ...(isStatus ? [] : validateKindUpdate(next, live, resource, context)),
  ];
  if (errors.length > 0) throw invalid(resource.group, resource.kind, live.metadata.name, errors);
  if (!isStatus) call.warnings.push(...warningsOf(next, groupKindOf(resource)));
  return persistUpdate(context, call, live, next, isStatus);
}

function persistUpdate(
  context: ApiContext,
  call: ResourceCall,
  live: Manifest,
  next: Manifest,
  isStatus: boolean,
): Manifest {
  const raiseGeneration = raisesGeneration(call, live, next, isStatus);
  const finalizers = next.metadata.finalizers;
  const isGone = next.metadata.deletionTimestamp !== undefined &&
    !(Array.isArray(finalizers) && finalizers.length > 0) && next.metadata.deletionGracePeriodSeconds === 0;
  if (isDryRun(call)) {
    if (raiseGeneration) next.metadata.generation = Number(live.metadata.generation ?? 0) + 1;
    return next;
  }
  const stored = context.store.update(toStorageForm(next, call.resource), { raiseGeneration, isTracked: true });
  // The last finalizer is gone: so is the object.
  if (isGone) {
    context.store.remove({
      apiVersion: stored.apiVersion,
      kind: stored.kind,
      name: stored.metadata.name,
      namespace: namespaceOf(stored),
    });
  }
  return toRequestVersion(stored, call);
}

function checkIdentity({ info }: ResourceCall, live: Manifest, next: Manifest): void {
  if (!next.metadata.name) {
    throw badRequest(`the name of the object (${info.name} based on URL) was undeterminable: name must be provided`);
  }
  if (next.metadata.name !== live.metadata.name) {
    throw badRequest(
      `the name of the object (${next.metadata.name}) does not match the name on the URL (${live.metadata.name})`,
    );
  }
  if (next.metadata.namespace && next.metadata.namespace !== live.metadata.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}

const MODIFIED = "the object has been modified; please apply your changes to the latest version and try again";

function checkVersion({ resource, method, info }: ResourceCall, live: Manifest, next: Manifest): void {
  const { uid, resourceVersion } = next.metadata;
  if (uid && uid !== live.metadata.uid) {
    const key = `/registry/${resource.plural}/${resource.namespaced ? `${info.namespace}/` : ""}${live.metadata.name}`;
    throw conflict(
      resource,
      live.metadata.name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
    );
  }
  if (resourceVersion) {
    if (resourceVersion !== live.metadata.resourceVersion) throw conflict(resource, live.metadata.name, MODIFIED);
  } else if (method === "PUT" && needsResourceVersion(resource)) {
    throw invalid(resource.group, resource.plural, live.metadata.name, [
      invalidValue("metadata.resourceVersion", 0, "must be specified for an update"),
    ]);
  }
}

function ownersAfterUpdate(
  context: ApiContext,
  call: ResourceCall,
  live: Manifest,
  next: Manifest,
  subresource: string,
): FieldManagers {
  return updateManagers(
    withoutManagedFields(live),
    withoutManagedFields(next),
    managersToStartFrom(live, next, subresource),
    {
      type: ownershipType(call.resource),
      self: managerOf(call, "Update", subresource),
      time: timestamp(context.clock.now()),
      ignored: unwrittenPaths(call.resource, subresource),
    },
  );
}

/** A request may set managedFields itself, or reset them by an empty list or a single empty entry; else the live ones count. */
function managersToStartFrom(live: Manifest, next: Manifest, subresource: string): FieldManagers {
  const own = readManagers(live.metadata.managedFields) ?? new Map();
  const given = next.metadata.managedFields;
  if (subresource !== "" || !Array.isArray(given)) return own;
  const isEmpty = (entry: JsonValue): boolean =>
    isObject(entry) && Object.values(entry).every((value) => value === "" || value === null);
  const isReset = given.length === 0 || (given.length === 1 && isEmpty(given[0]!));
  if (isReset) return new Map();
  const read = readManagers(given);
  return read === undefined || read.size === 0 ? own : read;
}

/** A write that changes nothing but times of managedFields is none. */
function keepOldTimes(next: Manifest, live: Manifest): void {
  const withoutTimes = (value: JsonValue | undefined): JsonValue =>
    (Array.isArray(value) ? value : []).map((entry) => {
      const { time: _time, ...rest } = entry as JsonObject;
      return rest;
    });
  const [a, b] = [next.metadata.managedFields, live.metadata.managedFields];
  if (b === undefined || !equalJson(withoutTimes(a), withoutTimes(b))) return;
  const strip = (object: Manifest): JsonObject => {
    const { resourceVersion: _version, ...metadata } = withoutManagedFields(object).metadata as JsonObject;
    return { ...object, metadata };
  };
  if (equalJson(strip(next), strip(live))) next.metadata.managedFields = cloneJson(b);
}

/** Which changes count as a new generation differs by kind. */
function raisesGeneration({ resource }: ResourceCall, live: Manifest, next: Manifest, isStatus: boolean): boolean {
  if (!resource.hasGeneration || (isStatus && resource.custom === undefined)) return false;
  const desired = (object: Manifest): JsonObject => {
    const { apiVersion: _version, kind: _kind, metadata: _metadata, status, ...rest } = object;
    const keepsStatus = resource.custom !== undefined && !resource.custom.statusSubresource;
    return keepsStatus && status !== undefined ? { ...rest, status } : rest;
  };
  if (!equalJson(desired(live), desired(next))) return true;
  return groupKindOf(resource) === "apps/Deployment" &&
    !equalJson(live.metadata.annotations ?? {}, next.metadata.annotations ?? {});
}
