import { compareBytes, equalJson, getKey, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { YamlEdit } from "../../yaml/mod.ts";

/** Order in which kustomize writes fields (`internal/kustfile/kustomizationfile.go` v5.8.1). */
const FIELD_ORDER = [
  "apiVersion",
  "kind",
  "metadata",
  "sortOptions",
  "resources",
  "bases",
  "namePrefix",
  "nameSuffix",
  "namespace",
  "crds",
  "commonLabels",
  "labels",
  "commonAnnotations",
  "patchesStrategicMerge",
  "patchesJson6902",
  "patches",
  "configMapGenerator",
  "secretGenerator",
  "helmCharts",
  "helmChartInflationGenerator",
  "helmGlobals",
  "generatorOptions",
  "vars",
  "images",
  "replacements",
  "replicas",
  "configurations",
  "generators",
  "transformers",
  "validators",
  "components",
  "openapi",
  "buildMetadata",
];

/** Fields whose value is a map of the user's own keys, where an empty value means something. */
const MAPS = new Set([
  "commonLabels",
  "commonAnnotations",
  "pairs",
  "labels",
  "annotations",
  "openapi",
  "valuesInline",
  "valuesLocal",
]);

type Path = readonly (string | number)[];

/** Deprecated fields whose entries are those of their successors. */
const RENAMED: Record<string, string> = { bases: "resources", imageTags: "images", patchesJson6902: "patches" };

/**
 * The changes that make a kustomization as written into the wanted one, and no more: what means the same stays as it is,
 * such as an empty list, or a name in other case.
 *
 * @param written The value of the file's text.
 * @param wanted Decoded; empty fields in it count as left out.
 * @returns Edits to be made one after the other.
 */
export function planEdits(written: JsonValue, wanted: JsonObject): YamlEdit[] {
  if (!isObject(written)) return planObject([], {}, wanted, false);
  const current: JsonObject = { ...written };
  const renames: YamlEdit[] = [];
  for (const [old, name] of Object.entries(RENAMED)) {
    const isTaken = findKey(current, name, {}, false) !== undefined;
    if (!Object.hasOwn(current, old) || isTaken || Object.hasOwn(wanted, old) || isEmpty(wanted[name], "")) continue;
    renames.push({ path: [old], rename: name });
    current[name] = current[old]!;
    delete current[old];
  }
  return [...renames, ...planObject([], current, wanted, false)];
}

function planValue(path: Path, written: JsonValue, wanted: JsonValue, field: string): YamlEdit[] {
  const isMap = MAPS.has(field) && isObject(wanted);
  if (isSame(written, wanted, field)) return [];
  if (isObject(written) && isObject(wanted) && isFilled(written)) return planObject(path, written, wanted, isMap);
  if (Array.isArray(written) && Array.isArray(wanted) && isFilled(written)) {
    return planList(path, written, wanted);
  }
  return [{ path, value: withoutEmpty(wanted, field) }];
}

function planObject(path: Path, written: JsonObject, wanted: JsonObject, isMap: boolean): YamlEdit[] {
  const edits: YamlEdit[] = [];
  const known = new Set<string>();
  for (const key of Object.keys(wanted).toSorted(compareFields)) {
    const value = wanted[key]!;
    const own = findKey(written, key, wanted, isMap);
    if (own !== undefined) known.add(own);
    const isLeftOut = !isMap && isEmpty(value, key);
    if (own === undefined) {
      if (!isLeftOut) edits.push({ path: [...path, key], value: withoutEmpty(value, key) });
    } else if (!isLeftOut) edits.push(...planValue([...path, own], written[own]!, value, key));
    else if (!isEmpty(written[own]!, "")) edits.push({ path: [...path, own], remove: true });
  }
  for (const key of Object.keys(written)) {
    if (!known.has(key) && (isMap || !isEmpty(written[key]!, ""))) edits.push({ path: [...path, key], remove: true });
  }
  return edits;
}

/** Edits from the end to the start, so that places before them stay right. */
function planList(path: Path, written: readonly JsonValue[], wanted: readonly JsonValue[]): YamlEdit[] {
  const edits: YamlEdit[] = [];
  for (const { start, end, items, pairs } of findGaps(written, wanted).toReversed()) {
    const common = Math.min(end - start, items.length);
    for (let i = end - 1; i >= start + common; i--) edits.push({ path: [...path, i], remove: true });
    for (let i = common; i < items.length; i++) {
      edits.push({ path: [...path, start + i], insert: withoutEmpty(items[i]!, "") });
    }
    for (let i = common - 1; i >= 0; i--) {
      edits.push(...planValue([...path, start + i], written[start + i]!, items[i]!, ""));
    }
    for (const [at, item] of pairs.toReversed()) edits.push(...planValue([...path, at], written[at]!, item, ""));
  }
  return edits;
}

/** A part of a list with other items than are wanted there, behind items that stay in place. */
interface Gap {
  start: number;
  end: number;
  items: JsonValue[];
  /** Items before it that are kept, though perhaps not as they are. */
  pairs: [number, JsonValue][];
}

/** Finds the items that both lists have, in order. */
function findGaps(written: readonly JsonValue[], wanted: readonly JsonValue[]): Gap[] {
  const gaps: Gap[] = [];
  let pairs: [number, JsonValue][] = [];
  let start = 0;
  let from = 0;
  const isMatch = (a: JsonValue, b: JsonValue) => isSame(a, b, "") || isSameEntry(a, b);
  for (const [i, j] of [...alignLists(written, wanted, isMatch), [written.length, wanted.length] as const]) {
    gaps.push({ start, end: i, items: wanted.slice(from, j), pairs });
    pairs = i < written.length ? [[i, wanted[j]!]] : [];
    start = i + 1;
    from = j + 1;
  }
  return gaps;
}

/** Above this, lists in which everything differs are changed item by item. */
const MAX_COMPARISONS = 1_000_000;

/** Pairs of indexes of a longest common part of two lists. */
function alignLists<T>(a: readonly T[], b: readonly T[], isMatch: (a: T, b: T) => boolean): [number, number][] {
  let start = 0;
  while (start < a.length && start < b.length && isMatch(a[start]!, b[start]!)) start++;
  let tail = 0;
  while (tail < a.length - start && tail < b.length - start && isMatch(a.at(-1 - tail)!, b.at(-1 - tail)!)) tail++;
  const head = Array.from({ length: start }, (_, i): [number, number] => [i, i]);
  const end = Array.from({ length: tail }, (_, i): [number, number] => [a.length - tail + i, b.length - tail + i]);
  const rows = a.length - start - tail;
  const columns = b.length - start - tail;
  if (rows * columns > MAX_COMPARISONS) return [...head, ...end];
  const lengths = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i]![j] = isMatch(a[start + i]!, b[start + j]!)
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const middle: [number, number][] = [];
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (isMatch(a[start + i]!, b[start + j]!)) middle.push([start + i++, start + j++]);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return [...head, ...middle, ...end];
}

/** Whether two entries of a list are about the same thing. */
function isSameEntry(written: JsonValue, wanted: JsonValue): boolean {
  if (!isObject(written) || !isObject(wanted)) return false;
  const name = getKey(wanted, "name");
  return typeof name === "string" && valueOf(written, "name") === name;
}

/** Whether kustomize reads both as the same. */
function isSame(written: JsonValue, wanted: JsonValue, field: string): boolean {
  if (isObject(wanted) && (isObject(written) || written === null)) {
    const own = written ?? {};
    const isMap = MAPS.has(field);
    const known = new Set<string>();
    for (const key of Object.keys(wanted)) {
      const name = findKey(own, key, wanted, isMap);
      if (name !== undefined) known.add(name);
      const isKept = name === undefined
        ? !isMap && isEmpty(wanted[key]!, "")
        : isMap
        ? equalJson(own[name] ?? "", wanted[key])
        : isSame(own[name]!, wanted[key]!, key);
      if (!isKept) return false;
    }
    return Object.keys(own).every((key) => known.has(key) || (!isMap && isEmpty(own[key]!, "")));
  }
  if (Array.isArray(wanted) && Array.isArray(written)) {
    return written.length === wanted.length && wanted.every((item, i) => isSame(written[i]!, item, ""));
  }
  return equalJson(written, wanted) || (isEmpty(written, "") && isEmpty(wanted, ""));
}

/** The key as it is written: Go compares names without regard to case where none is equal. */
function findKey(written: JsonObject, key: string, wanted: JsonObject, isMap: boolean): string | undefined {
  if (isMap || Object.hasOwn(written, key)) return Object.hasOwn(written, key) ? key : undefined;
  const lower = key.toLowerCase();
  return Object.keys(written).findLast((own) => own.toLowerCase() === lower && !Object.hasOwn(wanted, own));
}

function valueOf(written: JsonObject, key: string): JsonValue | undefined {
  const own = findKey(written, key, {}, false);
  return own === undefined ? undefined : written[own];
}

function isFilled(value: JsonObject | JsonValue[]): boolean {
  return Object.keys(value).length > 0;
}

/** Whether Go leaves a field of that value out; a replica's count it always writes. */
function isEmpty(value: JsonValue | undefined, field: string): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (value === 0) return field !== "count";
  return typeof value === "object" && !isFilled(value as JsonObject);
}

/** A value for a new place, without what Go leaves out. */
function withoutEmpty(value: JsonValue, field: string): JsonValue {
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item, ""));
  if (!isObject(value) || MAPS.has(field)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => !isEmpty(inner, key));
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutEmpty(inner, key)]));
}

function compareFields(a: string, b: string): number {
  const [i, j] = [FIELD_ORDER.indexOf(a), FIELD_ORDER.indexOf(b)];
  return i < 0 || j < 0 ? j - i || compareBytes(a, b) : i - j;
}
