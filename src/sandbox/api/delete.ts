import { cloneJson, getPath, isObject, type JsonObject } from "../../base/mod.ts";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import { groupKindOf, returnsDeleted } from "../kinds/strategy.ts";
import { type ObjectStore, timestamp } from "../store.ts";
import { type ApiContext, isDryRun, type ResourceCall, successStatus, targetOf } from "./context.ts";
import { parseBody } from "./decode.ts";
import { conflict, forbidden, invalid, type StatusError, unsupportedValue } from "./status.ts";
import { toRequestVersion } from "./write.ts";

/** Keeps a deleted CustomResourceDefinition until its objects are gone. */
export const DEFINITION_CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

/** How to delete. */
export interface DeleteOptions {
  propagation?: "Background" | "Foreground" | "Orphan";
  gracePeriodSeconds?: number;
  uid?: string;
  resourceVersion?: string;
}

/**
 * Reads the options of a delete from body and query; the body wins.
 *
 * @throws {StatusError} When they can't be read.
 */
export function readDeleteOptions(call: ResourceCall): DeleteOptions {
  const isEmpty = call.bytes.length === 0 && call.body.trim() === "";
  const body: JsonObject = isEmpty ? {} : parseBody(call, "DeleteOptions").value;
  const propagation = String(body.propagationPolicy ?? call.query.get("propagationPolicy") ?? "");
  const options: DeleteOptions = {};
  if (propagation === "Background" || propagation === "Foreground" || propagation === "Orphan") {
    options.propagation = propagation;
  } else if (propagation !== "") {
    throw invalid("meta.k8s.io", "DeleteOptions", "", [
      unsupportedValue("propagationPolicy", propagation, ["Foreground", "Background", "Orphan", "nil"]),
    ]);
  } else if (body.orphanDependents === true) options.propagation = "Orphan";
  const grace = body.gracePeriodSeconds ?? call.query.get("gracePeriodSeconds");
  if (grace !== null && grace !== undefined && grace !== "") options.gracePeriodSeconds = Number(grace);
  if (isObject(body.preconditions)) {
    if (body.preconditions.uid) options.uid = String(body.preconditions.uid);
    if (body.preconditions.resourceVersion) options.resourceVersion = String(body.preconditions.resourceVersion);
  }
  if (Array.isArray(body.dryRun) && body.dryRun.includes("All")) call.query.set("dryRun", "All");
  return options;
}

/** What is left of a deleted object. */
export interface Deleted {
  object: Manifest;
  /** False while finalizers, a grace period or dependents keep it. */
  isGone: boolean;
}

/**
 * Deletes an object, or marks it: finalizers, dependents in the foreground and running pods take their time.
 *
 * @param live The object as it is stored.
 */
export function deleteObject(
  context: ApiContext,
  call: ResourceCall,
  live: Manifest,
  options: DeleteOptions,
): Deleted {
  const { resource } = call;
  checkPreconditions(call, live, options);
  if (groupKindOf(resource) === "/Namespace") checkNamespaceDeletion(live);
  const marked = markDeleted(live, options, resource, context.clock.now());
  if (isDryRun(call)) return { object: marked ?? live, isGone: marked === undefined };
  if (marked === undefined) {
    const removed = context.store.remove(refOfStored(live)) ?? live;
    return {
      object: groupKindOf(resource) === "/Pod" ? asStopped(removed, context.clock.now()) : removed,
      isGone: true,
    };
  }
  const isDefinition = resource.kind === "CustomResourceDefinition";
  const raises = live.metadata.deletionTimestamp === undefined && resource.hasGeneration && !isDefinition;
  return { object: context.store.update(marked, { raiseGeneration: raises, isTracked: true }), isGone: false };
}

/** A pod that goes at once still shows that it was told to stop. */
function asStopped(pod: Manifest, nowMs: number): Manifest {
  const generation = Number(pod.metadata.generation ?? 0) + 1;
  const metadata = { ...pod.metadata, generation, deletionTimestamp: timestamp(nowMs), deletionGracePeriodSeconds: 0 };
  return { ...pod, metadata };
}

/** Removes an object as a controller does, without options. */
export function deleteFromStore(store: ObjectStore, live: Manifest, nowMs: number, hasGeneration: boolean): void {
  const marked = markDeleted(live, {}, {
    group: "",
    kind: live.kind,
    isPod: live.kind === "Pod" && live.apiVersion === "v1",
  }, nowMs);
  if (marked === undefined) store.remove(refOfStored(live));
  else store.update(marked, { raiseGeneration: live.metadata.deletionTimestamp === undefined && hasGeneration });
}

/** Where an object of the store is found. */
export function refOfStored(object: Manifest): ObjectRef {
  const { apiVersion, kind, metadata: { name, namespace } } = object;
  return { apiVersion, kind, name, namespace: typeof namespace === "string" ? namespace : "" };
}

function checkPreconditions({ resource }: ResourceCall, live: Manifest, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = live.metadata;
  const refuse = (why: string): StatusError => conflict({ group: resource.group, plural: resource.kind }, name, why);
  if (options.uid !== undefined && options.uid !== uid) {
    throw refuse(
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    throw refuse(
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

const PROTECTED_NAMESPACES = new Set(["default", "kube-public", "kube-system"]);

function checkNamespaceDeletion(namespace: Manifest): void {
  const { name } = namespace.metadata;
  const resource = { group: "", plural: "namespaces" };
  if (PROTECTED_NAMESPACES.has(name)) throw forbidden(resource, name, "this namespace may not be deleted");
}

interface MarkedKind {
  group: string;
  kind: string;
  isPod?: boolean;
}

/** The object with its deletion begun; undefined when it can go at once. */
function markDeleted(live: Manifest, options: DeleteOptions, kind: MarkedKind, nowMs: number): Manifest | undefined {
  const next = cloneJson(live) as Manifest;
  const finalizers = new Set((Array.isArray(live.metadata.finalizers) ? live.metadata.finalizers : []).map(String));
  if (options.propagation !== undefined) {
    finalizers.delete("foregroundDeletion");
    finalizers.delete("orphan");
    if (options.propagation === "Foreground") finalizers.add("foregroundDeletion");
    if (options.propagation === "Orphan") finalizers.add("orphan");
  }
  if (kind.kind === "CustomResourceDefinition" && live.metadata.deletionTimestamp === undefined) {
    finalizers.add(DEFINITION_CLEANUP);
  }
  if (finalizers.size > 0) next.metadata.finalizers = [...finalizers];
  else delete next.metadata.finalizers;
  const isNamespace = kind.kind === "Namespace" && kind.group === "" && live.apiVersion === "v1";
  const isPod = kind.isPod ?? (kind.kind === "Pod" && kind.group === "");
  const grace = isPod ? podGraceSeconds(live, options) : 0;
  if (finalizers.size === 0 && grace === 0 && !isNamespace) return undefined;
  const already = live.metadata.deletionTimestamp !== undefined;
  const current = Number(live.metadata.deletionGracePeriodSeconds ?? grace);
  const seconds = already ? Math.min(current, grace) : grace;
  if (!already || seconds < current) {
    next.metadata.deletionTimestamp = timestamp(nowMs + seconds * 1000);
    next.metadata.deletionGracePeriodSeconds = seconds;
  }
  if (kind.kind === "CustomResourceDefinition") {
    delete next.metadata.deletionGracePeriodSeconds;
    if (!already) {
      next.status = { ...(isObject(live.status) ? live.status : {}), conditions: terminatingConditions(live, nowMs) };
    }
  }
  if (isNamespace) {
    next.status = { ...(isObject(live.status) ? live.status : {}), phase: "Terminating" };
    delete next.metadata.deletionGracePeriodSeconds;
  }
  return next;
}

function terminatingConditions(definition: Manifest, nowMs: number): JsonObject[] {
  const conditions = getPath(definition, "status", "conditions");
  return [...(Array.isArray(conditions) ? conditions.filter(isObject) : []), {
    type: "Terminating",
    status: "True",
    lastTransitionTime: timestamp(nowMs),
    reason: "InstanceDeletionPending",
    message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
  }];
}

/** A pod on a node is given time to stop; any other goes at once. */
function podGraceSeconds(pod: Manifest, { gracePeriodSeconds }: DeleteOptions): number {
  const phase = getPath(pod, "status", "phase");
  if (!getPath(pod, "spec", "nodeName") || phase === "Succeeded" || phase === "Failed") return 0;
  return gracePeriodSeconds ?? Number(getPath(pod, "spec", "terminationGracePeriodSeconds") ?? 30);
}

/** What a delete answers: the object where its kind says so or while it is still there, else a Status. */
export function deleteReply(call: ResourceCall, { object, isGone }: Deleted): JsonObject {
  if (!isGone || returnsDeleted(call.resource)) return toRequestVersion(object, call);
  return successStatus(call.resource, targetOf(call).name, String(object.metadata.uid));
}
