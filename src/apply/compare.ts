import { equalJson, getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";

/** Metadata that the server keeps by itself. */
const SERVER_METADATA = new Set([
  "managedFields",
  "resourceVersion",
  "generation",
  "uid",
  "creationTimestamp",
  "selfLink",
]);

/** Where client-side `kubectl apply` keeps a copy of what it applied, a Secret's data included. */
export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** An object without what says nothing about a change: status, copies of itself, and what the server keeps by itself. */
export function withoutNoise(object: Manifest): Manifest {
  const { status: _status, metadata, ...rest } = object;
  const kept = Object.fromEntries(Object.entries(metadata).filter(([name]) => !SERVER_METADATA.has(name)));
  if (isObject(kept.annotations) && Object.hasOwn(kept.annotations, LAST_APPLIED)) {
    const { [LAST_APPLIED]: _copy, ...annotations } = kept.annotations;
    if (Object.keys(annotations).length > 0) kept.annotations = annotations;
    else delete kept.annotations;
  }
  return { ...rest, metadata: kept } as Manifest;
}

/**
 * Fields in which two objects differ, noise aside, in the order of the second: the smallest ones that are different as
 * a whole. Items of lists are told apart by their name or key where they have one, so that an inserted container is
 * one difference and not one per container behind it.
 */
export function changedPaths(before: Manifest, after: Manifest): string[] {
  const paths: string[] = [];
  collect(withoutNoise(before), withoutNoise(after), "", paths);
  return paths;
}

function collect(before: JsonValue | undefined, after: JsonValue | undefined, path: string, paths: string[]): void {
  if (equalJson(before, after)) return;
  if (isObject(before) && isObject(after)) return collectFields(before, after, path, paths);
  if (Array.isArray(before) && Array.isArray(after)) return collectItems(before, after, path, paths);
  paths.push(path);
}

function collectFields(before: JsonObject, after: JsonObject, path: string, paths: string[]): void {
  const count = paths.length;
  for (const key of new Set([...Object.keys(after), ...Object.keys(before)])) {
    collect(own(before, key), own(after, key), path + fieldStep(key), paths);
  }
  // Only the kind of emptiness differs.
  if (paths.length === count) paths.push(path);
}

function collectItems(before: JsonValue[], after: JsonValue[], path: string, paths: string[]): void {
  const key = itemKey(before, after);
  const count = paths.length;
  if (key === undefined) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      collect(before[i], after[i], `${path}[${i}]`, paths);
    }
    return;
  }
  const step = (name: JsonValue | undefined) => `${path}[${key}=${JSON.stringify(name)}]`;
  const index = (list: JsonValue[]) => new Map(list.map((item) => [getPath(item, key) as string | number, item]));
  const [old, now] = [index(before), index(after)];
  for (const name of new Set([...now.keys(), ...old.keys()])) collect(old.get(name), now.get(name), step(name), paths);
  // The same items in another order.
  if (paths.length === count) paths.push(path);
}

/** The key by which all items of both lists can be told apart. */
export function itemKey(before: JsonValue[], after: JsonValue[]): string | undefined {
  return ["name", "containerPort", "port", "key", "type", "mountPath", "ip"].find((key) =>
    [before, after].every((list) => {
      const names = list.map((item) => getPath(item, key));
      return names.every((name) => typeof name === "string" || typeof name === "number") &&
        new Set(names).size === names.length;
    })
  );
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function fieldStep(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/**
 * Whether a manager owns the same fields of both objects through apply. When it doesn't, a write is needed although no
 * value changes: only who owns a field can remove it later.
 */
export function ownsSameFields(before: Manifest, after: Manifest, fieldManager: string): boolean {
  return equalJson(ownedFields(before, fieldManager), ownedFields(after, fieldManager));
}

/** The fields that a manager owns through apply, as `managedFields` has them. */
export function ownedFields(object: Manifest, fieldManager: string): JsonValue | undefined {
  const entries = object.metadata.managedFields;
  if (!Array.isArray(entries)) return undefined;
  const entry = entries.filter(isObject).find(({ manager, operation, subresource }) =>
    manager === fieldManager && operation === "Apply" && !subresource
  );
  return entry?.fieldsV1;
}
