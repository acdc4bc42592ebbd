import { cloneJson, getPath, isObject, type JsonObject, type JsonValue, parseJson } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { UpdateChange } from "./change.ts";
import { itemKey, LAST_APPLIED } from "./compare.ts";
import type { FieldConflict } from "./conflicts.ts";

/**
 * Taking over objects that `kubectl apply` wrote without server-side apply: their fields belong to its `Update` entry,
 * so that applying anew would conflict with it and could never remove a field. kubectl itself moves that entry to its
 * server-side manager (client-go `util/csaupgrade`); this does the same for ours.
 */

/** Managers that wrote the object by client-side apply: those whose updates own the annotation. */
export function clientSideManagers(live: Manifest): string[] {
  if (lastAppliedOf(live) === undefined) return [];
  const owners = entriesOf(live).filter((entry) =>
    isUpdate(entry) && getPath(entry, "fieldsV1", "f:metadata", "f:annotations", `f:${LAST_APPLIED}`) !== undefined
  );
  return [...new Set(owners.map(({ manager }) => String(manager)))];
}

/** Whether all conflicts are with managers whose fields can be taken over. */
export function isTakenOver(conflicts: readonly FieldConflict[], live: Manifest): boolean {
  const managers = clientSideManagers(live);
  return conflicts.every(({ manager, subresource }) => !subresource && managers.includes(manager));
}

/** The object's `managedFields` with the entries of client-side managers made ours. */
export function upgradeManagedFields(live: Manifest, managers: readonly string[], fieldManager: string): JsonObject[] {
  const entries = entriesOf(live);
  const isOld = (entry: JsonObject) => isUpdate(entry) && managers.includes(String(entry.manager));
  const kept = entries.filter((entry) => !isOld(entry));
  const old = entries.filter(isOld);
  const at = kept.findIndex((entry) =>
    entry.manager === fieldManager && entry.operation === "Apply" && !entry.subresource
  );
  const [first, ...others] = at >= 0 ? [kept[at]!, ...old] : old;
  if (first === undefined) return entries;
  const fieldsV1 = others.filter(({ apiVersion }) => apiVersion === first.apiVersion)
    .reduce<JsonValue>((fields, other) => unite(fields, other.fieldsV1), first.fieldsV1 ?? {});
  const ours: JsonObject = { ...first, manager: fieldManager, operation: "Apply", fieldsV1 };
  return at >= 0 ? kept.with(at, ours) : [ours, ...kept];
}

/** Sets of fields are trees of keys. */
function unite(a: JsonValue, b: JsonValue | undefined): JsonValue {
  if (!isObject(a) || !isObject(b)) return a;
  const united: JsonObject = { ...a };
  for (const [key, value] of Object.entries(b)) united[key] = key in united ? unite(united[key]!, value) : value;
  return united;
}

/**
 * What the server will make of an object once its fields are ours: the dry-run's result without what was applied last
 * time and is not applied any more. Fields that have a default get it back; that is not foreseen here.
 */
export function withoutGone(result: Manifest, live: Manifest, desired: Manifest): Manifest {
  const lastApplied = lastAppliedOf(live);
  if (lastApplied === undefined) return result;
  const copy = cloneJson(result);
  removeGone(copy, lastApplied, desired);
  return copy;
}

function removeGone(target: JsonValue | undefined, before: JsonValue, now: JsonValue | undefined): void {
  if (isObject(target) && isObject(before) && isObject(now)) {
    for (const key of Object.keys(before)) {
      if (!Object.hasOwn(now, key)) delete target[key];
      else removeGone(target[key], before[key]!, now[key]);
    }
    return;
  }
  if (!Array.isArray(target) || !Array.isArray(before) || !Array.isArray(now)) return;
  const key = itemKey(before, now);
  if (key === undefined) return;
  for (const item of before) {
    const isSame = (other: JsonValue) => getPath(other, key) === getPath(item, key);
    const at = target.findIndex(isSame);
    const next = now.find(isSame);
    if (at >= 0 && next === undefined) target.splice(at, 1);
    else if (at >= 0) removeGone(target[at], item, next);
  }
}

/** How often to try again when somebody else wrote the object meanwhile. */
const ATTEMPTS = 5;

/** Makes the fields of client-side managers ours, before the object is applied. */
export async function takeOver(
  client: KubeClient,
  { ref, live, takesOver = [] }: UpdateChange,
  fieldManager: string,
  signal: AbortSignal,
): Promise<void> {
  let current: Manifest | undefined = live;
  for (let attempt = 1; current !== undefined; attempt++) {
    const patch: JsonValue = [
      { op: "replace", path: "/metadata/managedFields", value: upgradeManagedFields(current, takesOver, fieldManager) },
      // The server compares it with the object's, so that no one's entry is lost.
      { op: "replace", path: "/metadata/resourceVersion", value: current.metadata.resourceVersion ?? "" },
    ];
    try {
      await client.patch(ref, "json", patch, { fieldManager, signal });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "CONFLICT" || attempt === ATTEMPTS) throw error;
      current = await client.get(ref, signal);
    }
  }
}

function entriesOf(object: Manifest): JsonObject[] {
  const entries = object.metadata.managedFields;
  return Array.isArray(entries) ? entries.filter(isObject) : [];
}

function isUpdate({ operation, subresource }: JsonObject): boolean {
  return operation === "Update" && !subresource;
}

function lastAppliedOf(live: Manifest): JsonObject | undefined {
  const text = getPath(live, "metadata", "annotations", LAST_APPLIED);
  if (typeof text !== "string") return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
