import type { ApiError } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import { annotationOf } from "./apply_set.ts";
import { groupKind } from "./order.ts";

/** `"true"` lets an object be deleted and created anew where a field can't be changed; `"false"` forbids it. */
export const RECREATE_ANNOTATION = "kstage.dev/recreate";

/** Kinds that hold more than their own fields: data, or other objects, which would be lost with them. */
const PRECIOUS = new Set([
  "/Namespace",
  "/PersistentVolume",
  "/PersistentVolumeClaim",
  "apiextensions.k8s.io/CustomResourceDefinition",
]);

/** Whether an object of this kind is recreated only where its own annotation says so. */
export function isPrecious(ref: Pick<ObjectRef, "apiVersion" | "kind">): boolean {
  return PRECIOUS.has(groupKind(ref));
}

/** Whether an object may be deleted and created anew. */
export function mayRecreate(desired: Manifest, isAllowed: boolean): boolean {
  const own = annotationOf(desired, RECREATE_ANNOTATION);
  return own === undefined ? isAllowed && !isPrecious(desired) : own === "true";
}

/** Kinds whose name says what they are: another one would be refused for its name. */
const NAMED_BY_CONTENT = new Set([
  "apiextensions.k8s.io/CustomResourceDefinition",
  "apiregistration.k8s.io/APIService",
]);

/** What is unique in a Service beside its name: a second one could not have it. */
const ALLOCATED_BY_SERVICES = ["clusterIP", "clusterIPs", "healthCheckNodePort", "loadBalancerIP"];

/** The longest name that every kind accepts (a CronJob's), and what tells the trial from the object. */
const LONGEST_NAME = 52;
const SUFFIX = "-trial";

/**
 * The object under another name, to ask the server whether it would accept it while the old one is still there.
 *
 * @returns Undefined for kinds of which there can't be another one.
 */
export function trialOf(desired: Manifest): Manifest | undefined {
  if (NAMED_BY_CONTENT.has(groupKind(desired))) return undefined;
  const name = desired.metadata.name.slice(0, LONGEST_NAME - SUFFIX.length).replace(/[^a-z0-9]+$/, "") + SUFFIX;
  const trial: Manifest = { ...desired, metadata: { ...desired.metadata, name } };
  if (groupKind(desired) !== "/Service") return trial;
  const { ports, ...spec } = withoutKeys(trial.spec, ALLOCATED_BY_SERVICES);
  if (ports === undefined) return { ...trial, spec };
  const freed = Array.isArray(ports) ? ports.map((port) => withoutKeys(port, ["nodePort"])) : ports;
  return { ...trial, spec: { ...spec, ports: freed } };
}

function withoutKeys(value: Manifest[string] | undefined, keys: readonly string[]) {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => !keys.includes(key)));
}

/** Whether a refusal of the trial means that the object itself would be refused. */
export function isTelling(error: ApiError): boolean {
  // While the old one is there, both count.
  if (error.code === "ADMISSION_DENIED") return !/exceeded quota/.test(error.serverMessage);
  return ["INVALID", "BAD_REQUEST", "FORBIDDEN", "KIND_UNKNOWN", "NOT_FOUND"].includes(error.code);
}
