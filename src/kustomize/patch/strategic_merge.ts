import {
  compareBytes,
  copyScalarText,
  getKey,
  isEmptyNull,
  isObject,
  isRecordedInBraces,
  isRecordedReread,
  isRecordedTagged,
  isRecordedUntyped,
  type JsonObject,
  type JsonValue,
  mayChangeInBraces,
  recordBraces,
  recordedWrongTag,
  recordHiddenTag,
  recordQuoted,
  recordReread,
  recordScalarText,
  recordTagged,
  recordUntyped,
  scalarTextAt,
  setKey,
  settleBraces,
} from "../../base/mod.ts";
import type { SchemaNode } from "../../schema/mod.ts";
import { refold } from "../../yaml/mod.ts";
import { writeScalar } from "../shared_scalars.ts";
import { type NodeKind, nodeKind, wrongKind } from "./list_elements.ts";
import { mergeKeyedList } from "./merge_list.ts";
import { takeDirective } from "./patch_directive.ts";
import { scalarTagAt } from "./scalar_tags.ts";
import { isOldNonString, isQuotedAt, isSurelyText, mustBeQuoted, readPlainScalar } from "./yaml_scalars.ts";

/** Where merge facts come from; `BuildSchema` is one. */
export interface MergeSchema {
  node(apiVersion: string, kind: string): SchemaNode | undefined;
}

/** What a merge leaves at a place: a value, nothing (undefined or null), or a null that the target held on purpose. */
type Merged = JsonValue | undefined | typeof KEPT_NULL;

/** An explicit null of the target that the patch doesn't mention. */
const KEPT_NULL: unique symbol = Symbol("null of the target");

/**
 * Applies a strategic merge patch as kustomize does. This is not the merge of the Kubernetes API server: lists without
 * merge keys are replaced, `$retainKeys` and the other list directives are not heeded, items of the patch come first, and
 * the whole target is walked, which removes keys without value.
 *
 * @param target Changed in place.
 * @param patch Used up: parts of it become part of the target, so pass a copy where it is needed again.
 * @param schema Tells merge keys by apiVersion and kind, of the target first, else of the patch.
 * @returns False when the patch deletes the whole target.
 * @throws {KustomizeError} INVALID_PATCH when kinds of values don't agree or a directive isn't known.
 * @see kustomize `kyaml/yaml/merge2/merge2.go` and `kyaml/yaml/walk` v5.8.1
 */
export function mergeStrategic(target: JsonObject, patch: JsonObject, schema: MergeSchema): boolean {
  const mayNeedQuotes = mayChangeInBraces(patch);
  const isLeft = mergeNodes(target, patch, undefined, schema) !== undefined;
  if (isLeft && mayNeedQuotes) settleBraces(target);
  return isLeft;
}

/** A null that was written as such or as nothing, or a scalar that is empty and has no type, which is no null at all. */
type Emptiness = "null" | "nothing" | "untyped";

function emptinessAt(container: JsonObject, key: string): Emptiness {
  if (isRecordedUntyped(container, key)) return "untyped";
  return isEmptyNull(container, key) ? "nothing" : "null";
}

/**
 * Merges a patch's value into a target's value.
 *
 * @param emptiness What the target's value is if it is null.
 */
function mergeNodes(
  target: JsonValue | undefined,
  patch: JsonValue | undefined,
  node: SchemaNode | undefined,
  schema: MergeSchema,
  emptiness: Emptiness = "null",
): Merged {
  const kind = emptiness === "untyped"
    ? "ScalarNode"
    : target !== undefined && target !== null
    ? nodeKind(target)
    : patch !== undefined && patch !== null
    ? nodeKind(patch)
    : undefined;
  if (kind === undefined) return mergeNulls(target, patch, emptiness);
  checkKind(target, kind);
  checkKind(patch, kind);
  if (kind === "ScalarNode") return patch !== undefined ? patch : target ?? KEPT_NULL;
  const own = node ?? nodeOfObject(target, schema) ?? nodeOfObject(patch, schema);
  if (kind === "MappingNode") {
    return mergeObjects(target as JsonObject | null | undefined, patch as JsonObject | null | undefined, own, schema);
  }
  return mergeLists(target as JsonValue[] | null | undefined, patch as JsonValue[] | null | undefined, own, schema);
}

/** Neither side has a value: a null of the target stays if the patch is silent and it was written out. */
function mergeNulls(target: null | undefined | JsonValue, patch: JsonValue | undefined, emptiness: Emptiness): Merged {
  return patch === undefined && target === null && emptiness === "null" ? KEPT_NULL : undefined;
}

function checkKind(value: JsonValue | undefined, kind: NodeKind): void {
  if (value !== undefined && value !== null && nodeKind(value) !== kind) throw wrongKind(kind, value);
}

/** An object with an apiVersion and kind of its own, at a place that the schema doesn't know, follows its own schema. */
function nodeOfObject(value: JsonValue | undefined, schema: MergeSchema): SchemaNode | undefined {
  if (!isObject(value)) return undefined;
  const { apiVersion, kind } = value;
  if (typeof apiVersion !== "string" || typeof kind !== "string" || apiVersion === "" || kind === "") return undefined;
  return schema.node(apiVersion, kind);
}

function mergeObjects(
  target: JsonObject | null | undefined,
  patch: JsonObject | null | undefined,
  node: SchemaNode | undefined,
  schema: MergeSchema,
): Merged {
  takeStyle(target, patch);
  let into: JsonObject;
  if (target === undefined || target === null) {
    // An unknown directive is not an error where there is nothing to merge with; it stays in the result.
    if (takeKnownDirective(patch!) === "delete") return undefined;
    into = patch!;
  } else if (patch === null) {
    return undefined;
  } else {
    const directive = takeDirective(patch);
    if (directive === "delete") return undefined;
    into = directive === "replace" ? patch! : target;
  }
  const patched = patch && patch !== into ? patch : {};
  for (const key of Object.keys(into)) {
    if (!Object.hasOwn(patched, key)) mergeField(into, patch, key, node, schema);
  }
  // In order, because a change of one scalar may be a change of another that is one with it.
  for (const key of Object.keys(patched).sort(compareBytes)) mergeField(into, patch, key, node, schema);
  return into;
}

/** What is empty has braces by need; it takes over the patch's way of writing. */
function takeStyle(target: JsonObject | JsonValue[] | null | undefined, patch: typeof target): void {
  if (!target || !patch) return;
  for (const _ in target) return;
  recordBraces(target, isRecordedInBraces(patch));
}

function takeKnownDirective(patch: JsonObject): string {
  try {
    return takeDirective(patch);
  } catch {
    return "unknown";
  }
}

function mergeField(
  into: JsonObject,
  patch: JsonObject | null | undefined,
  key: string,
  node: SchemaNode | undefined,
  schema: MergeSchema,
): void {
  const incoming = patch ? getKey(patch, key) : undefined;
  const present = incoming === undefined ? quoteUntyped(into, key) : getKey(into, key);
  // Scalars that the patch doesn't touch are most of any object.
  if (incoming === undefined && present !== null && typeof present !== "object") return;
  const merged = mergeNodes(
    present,
    incoming,
    node?.field(key),
    schema,
    present === null ? emptinessAt(into, key) : undefined,
  );
  if (merged === KEPT_NULL) return;
  if (merged === undefined || merged === null) delete into[key];
  else if (patch && patch !== into && merged === incoming && typeof merged !== "object") setScalar(into, patch, key);
  else if (merged !== present) setKey(into, key, merged as JsonValue);
}

/**
 * Gives quotes to a string without them, and to what has no type, where a patch passes by without changing it, if it
 * would not be read as a string.
 *
 * @returns The value.
 * @see kustomize `kyaml/yaml/fns.go` v5.8.1, `FieldSetter`
 */
function quoteUntyped(into: JsonObject, key: string): JsonValue | undefined {
  const present = getKey(into, key);
  if (present === undefined || typeof present === "object" && present !== null) return present;
  const isString = typeof present === "string";
  if (isString ? !mayLackQuotes(into, key, present) : !isRecordedUntyped(into, key)) return present;
  const text = scalarTextAt(into, key);
  if (!isOldNonString(text) || recordedWrongTag(into, key) !== undefined) return present;
  setKey(into, key, text);
  recordQuoted(into, key);
  return text;
}

/** Whether a string has no quotes although it may need some. A tag does in place of quotes. */
function mayLackQuotes(into: JsonObject, key: string, text: string): boolean {
  return (!isSurelyText(text) || text.includes(":")) && scalarTextAt(into, key) === text &&
    !isRecordedTagged(into, key) && (!isQuotedAt(into, key) || isRecordedUntyped(into, key));
}

/**
 * Takes over a scalar with its text, but in the style of the one that it replaces: what stands in quotes is a string,
 * whatever the patch has.
 */
function setScalar(into: JsonObject, patch: JsonObject, key: string): void {
  const value = patch[key]!;
  const present = getKey(into, key);
  if (present === undefined || present === null) {
    setKey(into, key, value);
    copyScalarText(patch, key, into, key);
    return;
  }
  // Quotes make no string of a tagged number, since kustomize then writes the tag.
  if (typeof value === "number" && isRecordedTagged(patch, key)) {
    return writeScalar(into, key, value, (container, at) => copyScalarText(patch, key, container, at));
  }
  const isFolded = isRecordedReread(into, key);
  const isQuoted = typeof present === "string" && isQuotedAt(into, key);
  const text = scalarTextAt(patch, key);
  const keepsText = isRecordedReread(patch, key) || isQuoted && !isDecoded(value, text);
  // A string that took the place of something without quotes has none for the next patch, even if it is printed in some.
  const hasStyle = isQuoted || !isFolded && typeof value === "string" && mustBeQuoted(text);
  const hiddenTag = isQuoted && !isFolded && typeof value !== "string" ? scalarTagAt(patch, key) : undefined;
  const isTagged = typeof value === "string" && isRecordedTagged(into, key);
  const isUntyped = !isQuoted && !isFolded && isRecordedUntyped(patch, key);
  writeScalar(into, key, isFolded ? refold(text) : keepsText ? text : value, (container, at) => {
    if (hiddenTag !== undefined) return recordHiddenTag(container, at, hiddenTag);
    if (isTagged) recordTagged(container, at);
    else if (hasStyle) recordQuoted(container, at, isQuoted);
    if (isFolded) recordReread(container, at, text);
    else recordScalarText(container, at, text);
    if (isUntyped) recordUntyped(container, at);
  });
}

/** Whether a string is what its text stands for, as with the tag `!!binary`; quotes around the text change nothing then. */
function isDecoded(value: JsonValue, text: string): boolean {
  return typeof value === "string" && value !== text && readPlainScalar(text) !== value;
}

function mergeLists(
  target: JsonValue[] | null | undefined,
  patch: JsonValue[] | null | undefined,
  node: SchemaNode | undefined,
  schema: MergeSchema,
): Merged {
  if (node === undefined || !node.patchStrategy.split(",").includes("merge")) {
    return patch !== undefined ? patch : target;
  }
  takeStyle(target, patch);
  let into: JsonValue[];
  if (target === undefined || target === null) {
    into = patch!;
  } else if (patch === null) {
    return undefined;
  } else {
    const directive = takeDirective(patch);
    if (directive === "delete") return undefined;
    into = directive === "replace" ? patch! : target;
  }
  return mergeKeyedList(into, patch ?? undefined, node, (targetItem, patchItem, itemNode) => {
    const merged = mergeNodes(targetItem, patchItem, itemNode, schema);
    return merged === KEPT_NULL ? undefined : merged;
  });
}
