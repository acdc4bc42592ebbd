import { cloneJson, equalJson, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldManagers, readManagers } from "../fields/managers.ts";
import { updateManagers, withoutManagedFields } from "../fields/ownership.ts";
import { validateMetadata, validateMetadataUpdate } from "../kinds/names.ts";
import { checkEscalation } from "../auth/escalation.ts";
import { prepareForUpdate, prepareStatusUpdate } from "../kinds/prepare.ts";
import { groupKindOf, needsResourceVersion, ownershipType, unwrittenPaths } from "../kinds/strategy.ts";
import { validateKindUpdate } from "../kinds/validation.ts";
import { warningsOf } from "../kinds/warnings.ts";
import { timestamp } from "../store.ts";
import { type ApiContext, isDryRun, type ResourceCall } from "./context.ts";
import { badRequest, conflict, invalid, invalidValue } from "./status.ts";
import { managerOf, namespaceOf, setManagers, toRequestVersion, toStorageForm } from "./write.ts";

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
