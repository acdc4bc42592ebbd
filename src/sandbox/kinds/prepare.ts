import { cloneJson, equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { Resource } from "../api/resources.ts";
import type { ObjectStore } from "../store.ts";
import { qosClassOf } from "./pods.ts";
import { allocateService, keepServiceAllocations } from "./services.ts";
import { emptyStatus, groupKindOf, hasStatusSubresource } from "./strategy.ts";

/** What a kind needs to be made ready for storage. */
export interface PrepareContext {
  store: ObjectStore;
}

/** Of the metadata: what only the server sets. */
const SYSTEM_FIELDS = [
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
  "resourceVersion",
  "selfLink",
  "uid",
];

/** Sets what the server writes in a creator's name, before it is known who owns what. The object is changed. */
export function prepareForOwnership(object: Manifest, resource: Resource): void {
  if (groupKindOf(resource) === "apps/DaemonSet") setTemplateGeneration(object, 1);
}

/**
 * Makes a decoded object ready to be stored: no status, server's fields cleared, what the server allocates set.
 * The object is changed.
 *
 * @param uid The uid that the object will have.
 * @see Kubernetes `pkg/registry/<group>/<kind>/strategy.go` `PrepareForCreate`, v1.36
 */
export function prepareForCreate(object: Manifest, resource: Resource, uid: string, context: PrepareContext): void {
  for (const key of SYSTEM_FIELDS) delete object.metadata[key];
  object.metadata.uid = uid;
  if (resource.custom?.statusSubresource) delete object.status;
  else if (hasStatusSubresource(resource)) {
    const status = emptyStatus(resource);
    if (status === undefined) delete object.status;
    else object.status = status;
  }
  CREATE[groupKindOf(resource)]?.(object, context);
}

/**
 * Carries over to the new object what an update of this endpoint does not write. The object is changed.
 *
 * @see Kubernetes `PrepareForUpdate` of the kinds' strategies, v1.36
 */
export function prepareForUpdate(next: Manifest, live: Manifest, resource: Resource, context: PrepareContext): void {
  copySystemFields(next, live);
  if (hasStatusSubresource(resource)) {
    if (live.status === undefined) delete next.status;
    else next.status = cloneJson(live.status);
  }
  UPDATE[groupKindOf(resource)]?.(next, live, context);
}

/** The object after an update of its status alone. */
export function prepareStatusUpdate(next: Manifest, live: Manifest, resource: Resource): Manifest {
  const result = cloneJson(live) as Manifest;
  if (next.status === undefined) delete result.status;
  else result.status = next.status;
  if (resource.custom !== undefined) return result;
  const { labels, ...metadata } = next.metadata;
  result.metadata = metadata as Manifest["metadata"];
  const keepsLabels = groupKindOf(resource) === "apps/Deployment";
  const kept = keepsLabels ? live.metadata.labels : labels;
  if (kept !== undefined) result.metadata.labels = kept;
  copySystemFields(result, live);
  return result;
}

function copySystemFields(next: Manifest, live: Manifest): void {
  for (const key of SYSTEM_FIELDS) {
    if (live.metadata[key] === undefined) delete next.metadata[key];
    else next.metadata[key] = live.metadata[key];
  }
  next.metadata.name = live.metadata.name;
  if (live.metadata.namespace !== undefined) next.metadata.namespace = live.metadata.namespace;
}

type PrepareCreate = (object: Manifest, context: PrepareContext) => void;
type PrepareUpdate = (next: Manifest, live: Manifest, context: PrepareContext) => void;

const CREATE: Record<string, PrepareCreate> = {
  "/Namespace": (namespace) => {
    const spec = ensureObject(namespace, "spec");
    const finalizers = Array.isArray(spec.finalizers) ? spec.finalizers : [];
    if (!finalizers.includes("kubernetes")) spec.finalizers = [...finalizers, "kubernetes"];
    namespace.status = { phase: "Active" };
  },
  "/Pod": (pod) => {
    pod.status = { phase: "Pending", qosClass: qosClassOf(pod) };
  },
  "/PersistentVolumeClaim": (claim) => addFinalizer(claim, "kubernetes.io/pvc-protection"),
  "/PersistentVolume": (volume) => addFinalizer(volume, "kubernetes.io/pv-protection"),
  "/Service": (service, { store }) => allocateService(service, store),
  "apps/StatefulSet": nameClaimTemplates,
  "batch/Job": selectOwnPods,
  "apiextensions.k8s.io/CustomResourceDefinition": (crd) => {
    crd.status = { conditions: null, acceptedNames: { plural: "", kind: "" }, storedVersions: storageVersions(crd) };
  },
};

const UPDATE: Record<string, PrepareUpdate> = {
  "/Namespace": (next, live) => {
    const spec = ensureObject(next, "spec");
    spec.finalizers = cloneJson(getPath(live, "spec", "finalizers") ?? null);
    if (spec.finalizers === null) delete spec.finalizers;
  },
  "/Service": (next, live, { store }) => {
    keepServiceAllocations(next, live);
    allocateService(next, store);
  },
  "apps/DaemonSet": (next, live) => {
    const generation = Number(getPath(live, "metadata", "annotations", TEMPLATE_GENERATION) ?? 1);
    const changed = !equalJson(getPath(next, "spec", "template"), getPath(live, "spec", "template"));
    setTemplateGeneration(next, changed ? generation + 1 : generation);
  },
  "apps/StatefulSet": nameClaimTemplates,
  "batch/Job": (next, live) => {
    const spec = ensureObject(next, "spec");
    spec.selector ??= cloneJson(getPath(live, "spec", "selector") ?? null);
  },
};

const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

function ensureObject(object: JsonObject, key: string): JsonObject {
  if (!isObject(object[key])) object[key] = {};
  return object[key] as JsonObject;
}

function addFinalizer(object: Manifest, finalizer: string): void {
  const finalizers = Array.isArray(object.metadata.finalizers) ? object.metadata.finalizers : [];
  if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
}

function setTemplateGeneration(set: Manifest, generation: number): void {
  ensureObject(set.metadata, "annotations")[TEMPLATE_GENERATION] = String(generation);
}

function nameClaimTemplates(set: Manifest): void {
  const templates = getPath(set, "spec", "volumeClaimTemplates");
  if (!Array.isArray(templates)) return;
  (set.spec as JsonObject).volumeClaimTemplates = templates.map((template) => ({
    kind: "PersistentVolumeClaim",
    apiVersion: "v1",
    ...template as JsonObject,
  }));
}

/** A job finds its pods by its uid, unless it says otherwise. */
function selectOwnPods(job: Manifest): void {
  const spec = ensureObject(job, "spec");
  if (spec.manualSelector === true) return;
  const uid = job.metadata.uid as string;
  const labels: JsonObject = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": job.metadata.name,
    "controller-uid": uid,
    "job-name": job.metadata.name,
  };
  const metadata = ensureObject(ensureObject(spec, "template"), "metadata");
  Object.assign(ensureObject(metadata, "labels"), labels);
  const selector = ensureObject(spec, "selector");
  Object.assign(ensureObject(selector, "matchLabels"), { "batch.kubernetes.io/controller-uid": uid });
}

function storageVersions(crd: Manifest): JsonValue {
  const versions = getPath(crd, "spec", "versions");
  return (Array.isArray(versions) ? versions : []).filter((version) => getPath(version, "storage") === true)
    .map((version) => getPath(version, "name")!);
}
