import { cloneJson, getPath, isObject, type JsonObject, type JsonValue, parseJson } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { Adoption } from "./adoption.ts";
import type { UpdateChange } from "./change.ts";
import { itemKey, LAST_APPLIED } from "./compare.ts";

/**
 * Taking over objects that `kubectl apply` wrote without server-side apply: their fields belong to its `Update` entry,
 * so that applying anew would conflict with it and could never remove a field. kubectl itself moves that entry to its
 * server-side manager (client-go `util/csaupgrade`); this does the same for ours.
 */

/**
 * Whom the server makes the owner of all that was there before an object's first server-side apply, when it had kept no
 * record of owners until then.
 */
export const BEFORE_FIRST_APPLY = "before-first-apply";

/** Managers that wrote the object by client-side apply: those whose updates own the annotation. */
export function clientSideManagers(live: Manifest): string[] {
  if (lastAppliedOf(live) === undefined) return [];
  const owners = entriesOf(live).filter((entry) =>
    isUpdate(entry) && entry.manager !== BEFORE_FIRST_APPLY &&
    getPath(entry, "fieldsV1", "f:metadata", "f:annotations", `f:${LAST_APPLIED}`) !== undefined
  );
  return [...new Set(owners.map(({ manager }) => String(manager)))];
}

/** Who owns what an undo of a rollout wrote. */
const UNDO_MANAGER = "kstage-undo";

/** The manager of undone rollouts, where one has written the object: the next apply says anew what should be. */
export function undoManagers(live: Manifest): string[] {
  return entriesOf(live).some((entry) => isUpdate(entry) && entry.manager === UNDO_MANAGER) ? [UNDO_MANAGER] : [];
}

/** Whether client-side apply wrote the object without a record of who owns what, or with one that names nobody. */
export function lacksOwners(live: Manifest): boolean {
  const entries = entriesOf(live);
  return lastAppliedOf(live) !== undefined && (entries.length === 0 || entries.some(isBeforeFirstApply));
}

function isBeforeFirstApply(entry: JsonObject): boolean {
  return isUpdate(entry) && entry.manager === BEFORE_FIRST_APPLY;
}

/**
 * Asks the server which fields client-side apply set on an object without a record: those that it applied last time and
 * that are still there. Only they become ours; what defaulting, controllers and others added stays theirs.
 *
 * @param without Removes what is left to others.
 * @returns Undefined when the server doesn't say.
 */
export async function findAdoption(
  client: KubeClient,
  live: Manifest,
  fieldManager: string,
  without: (applied: Manifest) => Manifest,
  signal: AbortSignal,
): Promise<Adoption | undefined> {
  const applied = without(asAppliedLast(live));
  try {
    // Nothing but owners would change, so it can't be refused for its values.
    const { object } = await client.apply(applied, { fieldManager, force: true, dryRun: true, signal });
    const ours = ourEntry(entriesOf(object), fieldManager)?.fieldsV1;
    const all = entriesOf(object).find(isBeforeFirstApply)?.fieldsV1;
    if (!isObject(ours)) return undefined;
    const fields = withoutWholeMaps(ours);
    return { fields, rest: subtract(all ?? {}, fields) };
  } catch (error) {
    if (error instanceof ApiError && ["INVALID", "BAD_REQUEST"].includes(error.code)) return undefined;
    throw error;
  }
}

/** Maps with keys of anyone; all other objects are one whole with the defaults in them. */
const FREE_MAPS = new Set(
  ["annotations", "labels", "data", "binaryData", "stringData", "nodeSelector", "matchLabels", "parameters"]
    .map((name) => `f:${name}`),
);

/** Who owns a map as such takes all keys along when the last one that it applies goes: only single keys become ours. */
function withoutWholeMaps(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([key, below]) => {
      if (!isObject(below)) return [key, below];
      const { ".": whole, ...rest } = withoutWholeMaps(below);
      return [key, whole === undefined || FREE_MAPS.has(key) ? rest : { ".": whole, ...rest }];
    }),
  );
}

/** The part of an object that client-side apply set, with the values it has now. */
export function asAppliedLast(live: Manifest): Manifest {
  const { metadata, ...lastApplied } = lastAppliedOf(live) ?? {};
  const { annotations, labels } = isObject(metadata) ? metadata : {};
  const shape = {
    ...lastApplied,
    metadata: {
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...(isObject(annotations) ? annotations : {}), [LAST_APPLIED]: "" },
    },
  };
  const { apiVersion, kind, metadata: { name, namespace } } = live;
  const part = select(live, shape) as Manifest;
  return {
    ...part,
    apiVersion,
    kind,
    metadata: { ...part.metadata, name, ...(namespace === undefined ? {} : { namespace }) },
  };
}

/** The fields of a value that a shape has, too. */
function select(value: JsonValue, shape: JsonValue): JsonValue {
  if (isObject(value) && isObject(shape)) {
    const keys = Object.keys(shape).filter((key) => Object.hasOwn(value, key) && shape[key] !== null);
    return Object.fromEntries(keys.map((key) => [key, select(value[key]!, shape[key]!)]));
  }
  if (!Array.isArray(value) || !Array.isArray(shape)) return value;
  const key = itemKey(value, shape);
  if (key === undefined || shape.length === 0) return value;
  return shape.flatMap((item) => {
    const same = value.find((other) => getPath(other, key) === getPath(item, key));
    return same === undefined ? [] : [select(same, item)];
  });
}

/** The object's `managedFields` with the entries of client-side managers, and adopted fields, made ours. */
export function upgradeManagedFields(
  live: Manifest,
  managers: readonly string[],
  fieldManager: string,
  adoption?: Adoption,
): JsonObject[] {
  const upgraded = uniteEntries(live, managers, fieldManager);
  if (adoption === undefined) return upgraded;
  const { fields, rest } = adoption;
  const base = { apiVersion: live.apiVersion, fieldsType: "FieldsV1" };
  const ours = ourEntry(upgraded, fieldManager) ?? { manager: fieldManager, operation: "Apply", ...base };
  const before = upgraded.find(isBeforeFirstApply) ?? { manager: BEFORE_FIRST_APPLY, operation: "Update", ...base };
  const left = subtract(before.fieldsV1 ?? rest, fields);
  return [
    { ...ours, fieldsV1: unite(ours.fieldsV1 ?? {}, fields) },
    ...(Object.keys(left).length === 0 ? [] : [{ ...before, fieldsV1: left }]),
    ...upgraded.filter((entry) => entry !== ours && entry !== before),
  ];
}

function ourEntry(entries: readonly JsonObject[], fieldManager: string): JsonObject | undefined {
  return entries.find((entry) => entry.manager === fieldManager && entry.operation === "Apply" && !entry.subresource);
}

/**
 * A set of fields without those of another one, and without what is below an object that the other has as a whole: it is
 * nobody's then, and goes when the object goes.
 */
function subtract(fields: JsonValue, other: JsonValue): JsonObject {
  if (!isObject(fields) || !isObject(other) || "." in other) return {};
  const left: JsonObject = {};
  for (const [key, below] of Object.entries(fields)) {
    if (!Object.hasOwn(other, key)) left[key] = below;
    else if (isObject(below) && Object.keys(below).length > 0) {
      const rest = subtract(below, other[key]!);
      if (Object.keys(rest).length > 0) left[key] = rest;
    }
  }
  return left;
}

function uniteEntries(live: Manifest, managers: readonly string[], fieldManager: string): JsonObject[] {
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
  { ref, live, takesOver = [], adopts }: UpdateChange,
  fieldManager: string,
  signal: AbortSignal,
): Promise<void> {
  let current: Manifest | undefined = live;
  for (let attempt = 1; current !== undefined; attempt++) {
    const value = upgradeManagedFields(current, takesOver, fieldManager, adopts);
    const patch: JsonValue = [
      { op: entriesOf(current).length === 0 ? "add" : "replace", path: "/metadata/managedFields", value },
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
