import type { Manifest } from "../../manifest/mod.ts";
import type { FieldManagers } from "../fields/managers.ts";
import { updateManagers, withoutManagedFields } from "../fields/ownership.ts";
import { validateMetadata } from "../kinds/names.ts";
import { checkEscalation } from "../auth/escalation.ts";
import { attributesOf, checkAccess } from "./access.ts";
import { quotaRefusal } from "../controllers/quota.ts";
import { admitPod, randomSuffix } from "../kinds/pods.ts";
import { prepareForCreate, prepareForOwnership } from "../kinds/prepare.ts";
import { groupKindOf, ownershipType, unwrittenPaths } from "../kinds/strategy.ts";
import { validateKind } from "../kinds/validation.ts";
import { warningsOf } from "../kinds/warnings.ts";
import { timestamp } from "../store.ts";
import { type ApiContext, isDryRun, type ResourceCall } from "./context.ts";
import { alreadyExists, badRequest, forbidden, invalid, notFound, StatusError } from "./status.ts";
import { managerOf, namespaceOf, setManagers, toRequestVersion, toStorageForm } from "./write.ts";

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
