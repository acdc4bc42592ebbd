import {
  getKey,
  isObject,
  type JsonObject,
  type JsonValue,
  recordQuoted,
  recordScalarText,
  recordUntyped,
  scalarTextAt,
  setKey,
} from "../../base/mod.ts";
import { type MergeSchema, mergeStrategic } from "./strategic_merge.ts";
import { isOldNonString, isQuotedAt, isSurelyText, readPlainScalar } from "./yaml_scalars.ts";

/** How to apply a strategic merge patch to a manifest. */
export interface PatchManifestOptions {
  schema: MergeSchema;
  /**
   * Whether the patch goes through kustomize's set of resources, as patches with a `target` and those of
   * `patchesStrategicMerge` do: its labels and annotations then become strings (null becomes `"null"`), and it takes the
   * target's apiVersion. @default {false}
   */
  isSelected?: boolean;
  /** Whether the patch's name replaces the target's. @default {false} */
  allowsNameChange?: boolean;
  /** Whether the patch's kind replaces the target's. @default {false} */
  allowsKindChange?: boolean;
}

/**
 * Applies a strategic merge patch to a manifest, which keeps its namespace, and its name and kind unless they may change.
 *
 * @param target Changed in place.
 * @param patch Used up: pass a copy where it is needed again.
 * @returns False when the patch deletes the whole manifest.
 * @throws {KustomizeError} INVALID_PATCH, as {@link mergeStrategic}.
 * @see kustomize `api/resmap/reswrangler.go` and `api/resource/resource.go` v5.8.1, `ApplySmPatch`
 */
export function patchManifest(target: JsonObject, patch: JsonObject, options: PatchManifestOptions): boolean {
  const kind = textAt(target, "kind");
  const name = textAt(metadataOf(target), "name");
  const namespace = textAt(metadataOf(target), "namespace");
  if (options.isSelected) prepareSelectedPatch(patch, textAt(target, "apiVersion"));
  const takesPlainName = options.isSelected && options.allowsNameChange && textAt(metadataOf(patch), "name") !== "" &&
    name !== "" && !isQuotedAt(metadataOf(target) ?? {}, "name");
  if (!mergeStrategic(target, patch, options.schema)) return false;
  // An empty apiVersion comes without a type from the copy of the patch, and is then written as null.
  if (options.isSelected && target.apiVersion === "") target.apiVersion = null;
  if (!options.allowsKindChange) target.kind = kind;
  const metadata = ensureMetadata(target);
  if (!options.allowsNameChange) setUntyped(metadata, "name", name);
  // The copy of the patch has a name without a type, and takes over the style of the one that it replaces.
  else if (takesPlainName) setUntyped(metadata, "name", textAt(metadata, "name"), false);
  if (namespace !== "") setUntyped(metadata, "namespace", namespace);
  else delete metadata.namespace;
  return true;
}

/** kustomize sets names without a type, but in the style of what was there; what is new is a string. */
function setUntyped(
  metadata: JsonObject,
  key: string,
  text: string,
  isQuoted = looksQuoted(metadata, key, text),
): void {
  metadata[key] = isQuoted || isSurelyText(text) ? text : readPlainScalar(text);
  if (isQuoted) return recordQuoted(metadata, key);
  recordScalarText(metadata, key, text);
  recordUntyped(metadata, key);
}

function looksQuoted(metadata: JsonObject, key: string, text: string): boolean {
  return getKey(metadata, key) === undefined ? isOldNonString(text) : isQuotedAt(metadata, key);
}

function prepareSelectedPatch(patch: JsonObject, apiVersion: string): void {
  const metadata = ensureMetadata(patch);
  for (const field of ["labels", "annotations"]) setTexts(metadata, field);
  for (const key of ["name", "namespace"]) {
    if (textAt(metadata, key) !== "") setUntyped(metadata, key, textAt(metadata, key));
  }
  patch.apiVersion = apiVersion;
}

function setTexts(metadata: JsonObject, field: string): void {
  const value = getKey(metadata, field);
  const texts: JsonObject = {};
  if (isObject(value)) {
    for (const key of Object.keys(value)) setKey(texts, key, scalarTextAt(value, key));
  }
  if (Object.keys(texts).length > 0) metadata[field] = texts;
  else delete metadata[field];
}

function textAt(object: JsonObject | undefined, key: string): string {
  const value: JsonValue | undefined = object && getKey(object, key);
  return value === undefined || value === null ? "" : scalarTextAt(object!, key);
}

function metadataOf(manifest: JsonObject): JsonObject | undefined {
  const metadata = getKey(manifest, "metadata");
  return isObject(metadata) ? metadata : undefined;
}

function ensureMetadata(manifest: JsonObject): JsonObject {
  const metadata: JsonObject = metadataOf(manifest) ?? {};
  manifest.metadata = metadata;
  return metadata;
}
