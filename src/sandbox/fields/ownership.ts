import { equalJson, getPath, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { normalizeObject } from "../schema/normalize.ts";
import type { Type } from "../schema/schema.ts";
import { FieldSet, formatFieldPath, withNamedFields } from "./field_set.ts";
import { capUpdaters, type FieldManager, type FieldManagers, type ManagerIdentity, managerKey } from "./managers.ts";
import { compareValues, type Comparison } from "./compare.ts";
import { mergeValues, removePaths, toFieldSet } from "./typed_value.ts";

/** A field that another manager owns with another value. */
export interface FieldConflict {
  manager: ManagerIdentity;
  path: string;
}

/** What to track a write with. */
export interface OwnershipOptions {
  type: Type;
  self: ManagerIdentity;
  /** Time of the write, as managedFields has it. */
  time: string;
  /** Paths that this endpoint does not write: `status` on the main one. */
  ignored: FieldSet;
}

/** What nobody owns: identity and what the server itself sets. */
const UNOWNED = new FieldSet();
for (const name of ["apiVersion", "kind", "metadata"]) UNOWNED.insert([`f:${name}`]);
for (
  const name of [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
  ]
) UNOWNED.insert(["f:metadata", `f:${name}`]);

/**
 * The managers after an object was replaced, patched or created by anything but apply.
 *
 * @param live The object before; undefined at creation.
 * @param next The object after.
 * @param managers Managers before; not changed.
 * @see Kubernetes `apimachinery/pkg/util/managedfields` v0.36, structured-merge-diff v6 `merge/update.go`
 */
export function updateManagers(
  live: JsonObject | undefined,
  next: JsonObject,
  managers: FieldManagers,
  { type, self, time, ignored }: OwnershipOptions,
): FieldManagers {
  // Who starts with an untracked object stays untracked: only its creation or an apply begin the record.
  if (managers.size === 0 && live !== undefined && getPath(live, "metadata", "uid") !== undefined) return managers;
  const comparison = filtered(compareValues(live ?? emptyObject(type), next, type), ignored);
  const result = copyOf(managers);
  releaseChanged(result, comparison, undefined);
  const written = comparison.modified.union(comparison.added).difference(UNOWNED);
  if (!written.isEmpty) {
    const key = managerKey(self);
    const before = result.get(key)?.fields ?? new FieldSet();
    result.set(key, { ...self, time, fields: before.union(written) });
  }
  capUpdaters(result);
  return result;
}

/** A new object starts as the zero value of its Go type: records in it are there already, so nobody adds them. */
function emptyObject(type: Type): JsonObject {
  return type.is === "record" && !type.custom ? normalizeObject({}, type).object : {};
}

/** An applied object laid over the live one. */
export interface ApplyOutcome {
  conflicts: FieldConflict[];
  /** The merged object; `live` itself when nothing changed. */
  object: JsonObject;
  managers: FieldManagers;
}

/**
 * Server-side apply: merges, removes what the manager no longer applies and nobody else owns, and finds conflicts.
 *
 * @param live The live object without managedFields; of a new one the type, name and namespace alone.
 * @param applied The manager's whole intent.
 * @param force Take over fields in conflict.
 */
export function applyFields(
  live: JsonObject,
  applied: JsonObject,
  managersBefore: FieldManagers,
  options: OwnershipOptions & { force: boolean },
): ApplyOutcome {
  const { type, self, time, ignored, force } = options;
  const managers = copyOf(
    managersBefore.size === 0 ? trackExisting(live, self.apiVersion, options) : managersBefore,
  );
  const key = managerKey(self);
  const last = managers.get(key);
  const owned: FieldManager = { ...self, fields: toFieldSet(applied, type).recursiveDifference(ignored) };
  if (last?.time !== undefined) owned.time = last.time;
  managers.set(key, owned);

  const merged = (mergeValues(live, applied, type) ?? {}) as JsonObject;
  const object = last === undefined ? merged : pruneUnapplied(merged, last.fields, managers, type);
  const comparison = filtered(compareValues(live, object, type), ignored);
  const conflicts = findConflicts(managers, comparison, key);
  if (conflicts.length > 0 && !force) return { conflicts, object: live, managers: managersBefore };
  releaseChanged(managers, comparison, key);
  const own = owned.fields.difference(UNOWNED);
  if (own.isEmpty) managers.delete(key);
  else managers.set(key, { ...owned, fields: own });
  if (equalJson(object, live)) return { conflicts: [], object: live, managers };
  const tracked = managers.get(key);
  if (tracked !== undefined) managers.set(key, { ...tracked, time });
  return { conflicts: [], object, managers };
}

/** The owner of what was there before the first apply of an untracked object. */
function trackExisting(live: JsonObject, apiVersion: string, options: OwnershipOptions): FieldManagers {
  const self: ManagerIdentity = { manager: "before-first-apply", operation: "Update", apiVersion };
  return updateManagers(undefined, live, new Map(), { ...options, self });
}

/**
 * Removes what the manager applied last and does not now, where no other manager owns it.
 *
 * @see structured-merge-diff v6 `Updater.prune`
 */
function pruneUnapplied(merged: JsonObject, last: FieldSet, managers: FieldManagers, type: Type): JsonObject {
  if (last.isEmpty) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, type);
  const mergedSet = named(toFieldSet(merged, type));
  const withoutLast = removePaths(merged, named(last), type);
  let owned = new FieldSet();
  for (const { fields } of managers.values()) owned = owned.union(fields);
  const keptSet = named(toFieldSet(withoutLast, type));
  const withOwned = removePaths(merged, mergedSet.difference(keptSet.union(named(owned))), type);
  // What the removal took along though the manager never applied it comes back.
  const gone = mergedSet.difference(named(toFieldSet(withOwned, type))).intersection(named(last));
  return removePaths(merged, gone, type) as JsonObject ?? {};
}

function filtered(comparison: Comparison, ignored: FieldSet): Comparison {
  return {
    added: comparison.added.recursiveDifference(ignored),
    removed: comparison.removed.recursiveDifference(ignored),
    modified: comparison.modified.recursiveDifference(ignored),
  };
}

function findConflicts(managers: FieldManagers, comparison: Comparison, self: string): FieldConflict[] {
  const changed = comparison.modified.union(comparison.added);
  const conflicts: FieldConflict[] = [];
  for (const [key, manager] of managers) {
    if (key === self) continue;
    for (const path of manager.fields.intersection(changed).paths()) {
      conflicts.push({ manager, path: formatFieldPath(path) });
    }
  }
  return conflicts;
}

/** Takes from all other managers what has changed or gone. */
function releaseChanged(managers: FieldManagers, comparison: Comparison, self: string | undefined): void {
  const lost = comparison.modified.union(comparison.added).union(comparison.removed);
  for (const [key, manager] of [...managers]) {
    if (key === self) continue;
    const fields = manager.fields.difference(lost);
    if (fields.isEmpty) managers.delete(key);
    else managers.set(key, { ...manager, fields });
  }
}

function copyOf(managers: FieldManagers): FieldManagers {
  return new Map(managers);
}

/** A manager as messages name it: `"kubectl" with subresource "status" using apps/v1`. */
export function formatManager({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  const name = JSON.stringify(manager) +
    (subresource === undefined ? "" : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === "Update" ? `${name} using ${apiVersion}` : name;
}

/** The text of a conflict Status. */
export function formatConflicts(conflicts: readonly FieldConflict[]): string {
  if (conflicts.length === 1) {
    const [{ manager, path }] = conflicts as [FieldConflict];
    return `Apply failed with 1 conflict: conflict with ${formatManager(manager)}: ${path}`;
  }
  const byManager = new Map<string, string[]>();
  for (const { manager, path } of conflicts) {
    const name = formatManager(manager);
    byManager.set(name, [...byManager.get(name) ?? [], path]);
  }
  const lines = [...byManager].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([name, paths]) => [
    `conflicts with ${name}:`,
    ...paths.map((path) => `- ${path}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join("\n")}`;
}

/** A value without `metadata.managedFields`. */
export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = object.metadata as JsonValue | undefined;
  if (typeof metadata !== "object" || metadata === null || !("managedFields" in metadata)) return object;
  const { managedFields: _managedFields, ...rest } = metadata as JsonObject;
  return { ...object, metadata: rest };
}
