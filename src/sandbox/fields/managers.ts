import { compareBytes, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { FieldSet } from "./field_set.ts";

/** Who wrote fields, and how: what tells two entries of `managedFields` apart. */
export interface ManagerIdentity {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  subresource?: string;
}

/** A manager and what it owns. */
export interface FieldManager extends ManagerIdentity {
  /** When its set changed last; absent when that was by the doing of others alone. */
  time?: string;
  fields: FieldSet;
}

/** Managers by {@link managerKey}. */
export type FieldManagers = Map<string, FieldManager>;

/** How many updating managers an object keeps apart before the oldest are put together as `ancient-changes`. */
const MAX_UPDATERS = 10;

/** Equal for entries of the same manager: appliers are one whatever the version they apply. */
export function managerKey({ manager, operation, apiVersion, subresource = "" }: ManagerIdentity): string {
  return JSON.stringify([manager, operation, operation === "Apply" ? "" : apiVersion, subresource]);
}

/**
 * Reads `metadata.managedFields`.
 *
 * @returns The managers; undefined when an entry is malformed.
 */
export function readManagers(value: JsonValue | undefined): FieldManagers | undefined {
  const managers: FieldManagers = new Map();
  for (const entry of Array.isArray(value) ? value : []) {
    if (!isObject(entry)) return undefined;
    const { manager, operation, apiVersion, subresource, time, fieldsType, fieldsV1 } = entry;
    if (operation !== "Apply" && operation !== "Update") return undefined;
    if (typeof apiVersion !== "string" || apiVersion === "" || fieldsType !== "FieldsV1") return undefined;
    const read: FieldManager = {
      manager: typeof manager === "string" ? manager : "",
      operation,
      apiVersion,
      fields: FieldSet.fromJson(fieldsV1),
    };
    if (typeof subresource === "string" && subresource !== "") read.subresource = subresource;
    if (typeof time === "string") read.time = time;
    managers.set(managerKey(read), read);
  }
  return managers;
}

/** The entries for `metadata.managedFields`: appliers first, then by time and name. */
export function writeManagers(managers: FieldManagers): JsonObject[] {
  return [...managers.values()].sort(compareManagers).map((manager) => {
    const entry: JsonObject = {
      manager: manager.manager,
      operation: manager.operation,
      apiVersion: manager.apiVersion,
    };
    if (manager.time !== undefined) entry.time = manager.time;
    entry.fieldsType = "FieldsV1";
    entry.fieldsV1 = manager.fields.toJson();
    if (manager.subresource !== undefined) entry.subresource = manager.subresource;
    return entry;
  });
}

function compareManagers(a: FieldManager, b: FieldManager): number {
  return compareBytes(a.operation, b.operation) ||
    compareBytes(a.time ?? "", b.time ?? "") ||
    compareBytes(a.manager, b.manager) ||
    compareBytes(a.apiVersion, b.apiVersion) ||
    compareBytes(a.subresource ?? "", b.subresource ?? "");
}

/** Puts the oldest updaters together while there are more than ten of them. */
export function capUpdaters(managers: FieldManagers): void {
  const updaters = [...managers.values()].filter(({ operation }) => operation === "Update")
    .sort((a, b) => compareBytes(a.time ?? "", b.time ?? "") || compareBytes(managerKey(a), managerKey(b)));
  let count = updaters.length;
  const firstOf = new Map<string, FieldManager>();
  for (const updater of updaters) {
    if (count <= MAX_UPDATERS) return;
    const first = firstOf.get(updater.apiVersion);
    if (first === undefined) {
      firstOf.set(updater.apiVersion, updater);
      continue;
    }
    const bucket: FieldManager = {
      manager: "ancient-changes",
      operation: "Update",
      apiVersion: updater.apiVersion,
      fields: new FieldSet(),
    };
    const key = managerKey(bucket);
    const known = managers.get(key) ?? first;
    if (known === first) managers.delete(managerKey(first));
    managers.delete(managerKey(updater));
    bucket.fields = known.fields.union(updater.fields);
    if (updater.time !== undefined) bucket.time = updater.time;
    managers.set(key, bucket);
    count--;
  }
}
