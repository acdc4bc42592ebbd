/** Objects of the store, seen as the types that Kubernetes documents. */
import type { ObjectMeta, OwnerReference } from "kubernetes-types/meta/v1";
import { equalJson, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type ObjectStore, timestamp } from "../store.ts";

/** An object as the store holds it: deeply frozen, its metadata complete. */
export type Live<T> = Omit<T, "apiVersion" | "kind" | "metadata"> & {
  apiVersion: string;
  kind: string;
  metadata: LiveMeta;
};

/** Metadata that the store has filled in. */
export interface LiveMeta extends Omit<ObjectMeta, "name" | "uid"> {
  name: string;
  uid: string;
}

/** Sees an object of the store as its type; the caller knows its kind. */
export function live<T>(manifest: Manifest): Live<T> {
  return manifest as unknown as Live<T>;
}

/** A value without the keys whose value is `undefined`, as JSON would carry it. */
export function toJson(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value)) return value as JsonValue;
  if (Object.isFrozen(value)) return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) result[key] = toJson(item);
  return result;
}

/** A typed object as a manifest. */
export function manifestOf(object: object): Manifest {
  return toJson(object) as Manifest;
}

/** Counts without the zeros, which Kubernetes leaves out (`omitempty`). */
export function omitZeros<T extends Record<string, number | undefined>>(counts: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(counts).filter(([, count]) => count !== 0 && count !== undefined),
  ) as Partial<T>;
}

/** Writes `changes` over the top-level fields of an object; equal ones cost nothing. */
export function write<T>(store: ObjectStore, object: Live<T>, changes: Partial<Live<T>>): Live<T> {
  return live<T>(store.update(manifestOf({ ...object, ...changes })));
}

/** Writes a status when it differs, and says whether it did. */
export function writeStatus<T>(store: ObjectStore, object: Live<T>, status: object): boolean {
  const next = toJson(status);
  const { status: previous } = object as unknown as Manifest;
  if (equalJson(next, previous)) return false;
  store.update({ ...(object as unknown as Manifest), status: next });
  return true;
}

/** The owner that controls an object. */
export function controllerOf(object: { metadata: LiveMeta }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** A reference that makes `owner` the controller of another object. */
export function controlledBy(owner: { apiVersion: string; kind: string; metadata: LiveMeta }): OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Objects of one kind that `owner` controls, by name. */
export function controlledObjects<T>(store: ObjectStore, owner: { metadata: LiveMeta }, kind: string): Live<T>[] {
  return store.dependentsOf(owner.metadata.uid)
    .filter((object) => object.kind === kind)
    .map((object) => live<T>(object))
    .filter((object) => controllerOf(object)?.uid === owner.metadata.uid)
    .sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
}

/** Milliseconds since 1970 of a time as Kubernetes writes it; 0 for none. */
export function millis(time: string | null | undefined): number {
  return time === undefined || time === null ? 0 : Date.parse(time);
}

/** Whether deletion of an object has begun. */
export function isDeleting(object: { metadata: LiveMeta }): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** A number or a percentage of `total`, such as `25%`. */
export function scaledValue(value: number | string, total: number, roundUp: boolean): number {
  if (typeof value === "number") return value;
  const share = Number.parseInt(value, 10) * total / 100;
  return value.endsWith("%") ? (roundUp ? Math.ceil(share) : Math.floor(share)) : Number.parseInt(value, 10);
}

/** Takes a finalizer away; an object whose deletion waited only for that is gone. */
export function releaseFinalizer(
  store: ObjectStore,
  object: { apiVersion: string; kind: string; metadata: LiveMeta },
  finalizer: string,
): void {
  const { name, namespace, deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  const isOver = deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
  if (isOver) store.remove({ apiVersion: object.apiVersion, kind: object.kind, name, namespace });
  else {
    const metadata = { ...object.metadata, finalizers: finalizers.length === 0 ? undefined : finalizers };
    store.update(manifestOf({ ...object, metadata }));
  }
}

/** Marks an object as being deleted, or removes it at once when nobody has to be waited for. */
export function startDeletion(
  store: ObjectStore,
  object: { apiVersion: string; kind: string; metadata: LiveMeta },
  now: number,
  graceSeconds: number,
): void {
  const { name, namespace, finalizers = [] } = object.metadata;
  if (graceSeconds === 0 && finalizers.length === 0) {
    store.remove({ apiVersion: object.apiVersion, kind: object.kind, name, namespace });
    return;
  }
  const metadata = {
    ...object.metadata,
    deletionTimestamp: timestamp(now + graceSeconds * 1000),
    deletionGracePeriodSeconds: graceSeconds,
  };
  store.update(manifestOf({ ...object, metadata }));
}
