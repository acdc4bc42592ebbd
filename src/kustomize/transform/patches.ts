import {
  cloneWithScalarTexts,
  CodedError,
  getKey,
  isObject,
  settleEmptyInBraces,
  type SourcePlace,
} from "../../base/mod.ts";
import type { Target } from "../target.ts";
import { addContext, KustomizeError, withContext } from "../errors.ts";
import type { PatchEntry, SelectorEntry } from "../load/config_types.ts";
import { parsePatches } from "../load/resources.ts";
import { applyJsonPatch } from "../patch/json_patch.ts";
import { type JsonPatchOperation, parseJsonPatch } from "../patch/parse_json_patch.ts";
import { patchManifest } from "../patch/patch_manifest.ts";
import { refuseWrongTags } from "../patch/scalar_tags.ts";
import { compileSelector, type ResourceSelector } from "../patch/selector.ts";
import type { Resource } from "../resource.ts";
import { ORIGIN_ANNOTATION, parseOrigin, parseTransformations, TRANSFORMATIONS_ANNOTATION } from "../origin.ts";
import { hasHistory, hideHistory, historyAnnotations, showHistory } from "../resource_annotations.ts";
import { formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { Transformer } from "./step.ts";

/** Text of a patch and where it stands. */
interface PatchText {
  text: string;
  /** What it is in messages; never its text, which may hold secrets. */
  shown: string;
  file: string;
  /** Where a patch stands that is written in place; undefined for files. */
  place: SourcePlace | undefined;
}

/**
 * Applies an entry of `patches`: a strategic merge or a JSON patch, with or without a target
 * (kustomize `api/internal/builtins/PatchTransformer.go` v5.8.1).
 *
 * @param place Of the entry, for errors.
 */
export async function patchTransformer(
  target: Target,
  entry: PatchEntry,
  place: SourcePlace | undefined,
): Promise<Transformer> {
  const patch = await readPatchText(target, entry, place);
  const selector = entry.target && await compileSelector(entry.target);
  const parsed = parsePatch(target, patch);
  if (parsed.kind === "json") {
    if (selector === undefined) {
      throw invalidPatch(`must specify a target for JSON patch ${patch.shown}`, place);
    }
    return jsonPatchTransformer(parsed.operations, selector, patch.place ?? { file: patch.file }, {
      remembersId: true,
    });
  }
  const { patches } = parsed;
  for (const resource of patches) allowChanges(resource, entry.options ?? {});
  if (selector === undefined) return (resources) => mergeById(target, resources, patches);
  if (patches.length > 1) {
    throw invalidPatch(
      "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: " +
        patch.shown,
      place,
    );
  }
  return (resources) => {
    for (const each of patches) mergeSelected(target, resources, selector.select(resources), each);
  };
}

/**
 * Applies `patchesStrategicMerge`: files, or patches written in place
 * (kustomize `api/internal/builtins/PatchStrategicMergeTransformer.go` v5.8.1).
 */
export async function strategicMergeTransformer(
  target: Target,
  { paths = [], patches: inline }: { paths?: string[]; patches?: string },
  place: SourcePlace | undefined,
): Promise<Transformer> {
  if (paths.length === 0 && !inline) throw invalidPatch("empty file path and empty patch content", place);
  const { context, file } = target;
  const patches: Resource[] = [];
  for (const path of paths) patches.push(...await readStrategicMerge(target, path, place));
  if (inline) patches.push(...parsePatches(inline, { file: file.path, place }, context.kinds));
  if (patches.length === 0) {
    throw invalidPatch(`patch appears to be empty; files=[${paths.join(" ")}]`, place);
  }
  return (resources) => {
    for (const patch of patches) mergeSelected(target, resources, [findById(resources, patch)], patch);
  };
}

/**
 * Applies an entry of `patchesJson6902` (kustomize `api/internal/builtins/PatchJson6902Transformer.go` v5.8.1).
 */
export async function json6902Transformer(
  target: Target,
  { target: selected, path, jsonOp }: { target?: SelectorEntry; path?: string; jsonOp?: string },
  place: SourcePlace | undefined,
): Promise<Transformer> {
  if (!selected?.name) throw invalidPatch("must specify the target name", place);
  if (!path && !jsonOp) throw invalidPatch("empty file path and empty jsonOp", place);
  if (path && jsonOp) throw invalidPatch("must specify a file path or jsonOp, not both", place);
  const text = jsonOp || await target.loader.readText(path!);
  if (text === "") throw invalidPatch(`patch file '${path}' empty seems to be empty`, place);
  const operations = parseJsonPatch(text);
  if (operations.length === 0) throw invalidPatch(`patch appears to be empty; file=${path ?? ""}`, place);
  return jsonPatchTransformer(operations, await compileSelector(selected), place, { remembersId: false });
}

/** Text that reads as objects is a patch; anything else is the path of one. */
async function readStrategicMerge(
  { loader, context, file }: Target,
  entry: string,
  place: SourcePlace | undefined,
): Promise<Resource[]> {
  try {
    return parsePatches(entry, { file: file.path, place }, context.kinds);
  } catch {
    const text = await withContext({ place: () => place }, () => loader.readText(entry));
    return parsePatches(text, { file: loader.display(entry) }, context.kinds);
  }
}

async function readPatchText(
  { loader, file }: Target,
  { path = "", patch = "" }: PatchEntry,
  place: SourcePlace | undefined,
): Promise<PatchText> {
  const inline = patch.trim();
  if (inline === "" && path === "") throw invalidPatch("must specify one of patch and path in the entry", place);
  if (inline !== "" && path !== "") throw invalidPatch("patch and path can't be set at the same time", place);
  if (inline !== "") return { text: inline, shown: "[patch]", file: file.path, place };
  const shown = `[path: ${JSON.stringify(path)}]`;
  const context = { prefix: `failed to get the patch file from path(${path}): `, place: () => place };
  const text = await withContext(context, () => loader.readText(path));
  return { text, shown, file: loader.display(path), place: undefined };
}

function allowChanges(patch: Resource, { allowNameChange = false, allowKindChange = false }: PatchOptions): void {
  patch.allowsNameChange = allowNameChange;
  patch.allowsKindChange = allowKindChange;
  // kustomize keeps both as annotations of the patch, and in doing so makes texts of the others.
  if (allowNameChange || allowKindChange) patch.setAnnotations(patch.annotations());
}

type PatchOptions = NonNullable<PatchEntry["options"]>;

type ParsedPatch = { kind: "merge"; patches: Resource[] } | { kind: "json"; operations: JsonPatchOperation[] };

/** Objects make a strategic merge patch, a list of operations a JSON patch. */
function parsePatch({ context }: Target, { text, shown, file, place }: PatchText): ParsedPatch {
  let mergeError: unknown;
  try {
    return { kind: "merge", patches: parsePatches(text, { file, place }, context.kinds) };
  } catch (error) {
    mergeError = error;
  }
  try {
    return { kind: "json", operations: parseJsonPatch(text) };
  } catch (jsonError) {
    const cause = /^\s*[-[]/.test(text) ? jsonError : mergeError;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KustomizeError("INVALID_PATCH", `unable to parse SM or JSON patch from ${shown}: ${reason}`, {
      place: place ?? (cause instanceof CodedError ? cause.place : undefined) ?? { file },
      cause,
    });
  }
}

/** Each patch changes the resource of its id. */
function mergeById(target: Target, resources: ResourceSet, patches: readonly Resource[]): void {
  for (const patch of patches) {
    let found: Resource;
    try {
      found = findById(resources, patch);
    } catch (error) {
      if (!(error instanceof KustomizeError)) throw error;
      const message = `no resource matches strategic merge patch "${formatId(patch.id)}": ${error.message}`;
      throw new KustomizeError(error.code, message, { hint: error.hint, place: error.place, cause: error });
    }
    mergeInto(target, resources, found, patch, false);
  }
}

/**
 * Patches all resources that have the id of a selected one. kustomize makes its set of resources anew then, and so finds
 * any two with one id, whichever step has made them so.
 */
function mergeSelected(target: Target, resources: ResourceSet, selected: readonly Resource[], patch: Resource): void {
  const all = new Set(selected.flatMap(({ id }) => resources.byCurrentId(id)));
  for (const resource of all) mergeInto(target, resources, resource, patch, true);
  resources.refuseDuplicates();
}

function mergeInto(
  { context }: Target,
  resources: ResourceSet,
  resource: Resource,
  patch: Resource,
  isSelected: boolean,
): void {
  const { allowsNameChange, allowsKindChange } = patch;
  const changesId = allowsNameChange || allowsKindChange;
  if (changesId) resource.rememberId();
  const changesHistory = replacesAnnotations(patch, isSelected) || holdsHistory(patch);
  if (changesHistory) showHistory(resource);
  const options = { schema: context.schema, isSelected, allowsNameChange, allowsKindChange };
  if (!patchManifest(resource.value, cloneWithScalarTexts(patch.value), options)) return resources.remove(resource);
  if (changesHistory) hideHistory(resource);
  if (changesId || changesHistory) resources.reindex(resource);
}

/**
 * Whether a strategic merge patch may remove all annotations, and with them the history that kustomize keeps in some:
 * the resource is then as if it had just been read.
 */
function replacesAnnotations({ value }: Resource, isSelected: boolean): boolean {
  const { metadata } = value;
  if (Object.hasOwn(value, "$patch")) return true;
  if (!isObject(metadata)) return false;
  const annotations = getKey(metadata, "annotations");
  return Object.hasOwn(metadata, "$patch") || (annotations === null && !isSelected) ||
    (isObject(annotations) && Object.hasOwn(annotations, "$patch"));
}

/** Whether a patch sets annotations in which kustomize keeps history, as nobody should. */
function holdsHistory({ metadata }: Resource): boolean {
  const annotations = metadata?.annotations;
  return isObject(annotations) && hasHistory(annotations);
}

function findById(resources: ResourceSet, patch: Resource): Resource {
  const id = patch.originalId();
  const matches = resources.byAnyId(id);
  if (matches.length === 1) return matches[0]!;
  const name = formatId(id);
  const [code, problem] = matches.length === 0
    ? ["NO_MATCH", "no matches"] as const
    : ["AMBIGUOUS", "multiple matches"] as const;
  const message = `${problem} for Id ${name}; failed to find unique target for patch ${name}`;
  throw new KustomizeError(code, message, { place: patch.place, hint: hintOfTargets(resources, patch, matches) });
}

/** What there is for a patch without a single target: the resources of its kind, or of its name. */
function hintOfTargets(resources: ResourceSet, patch: Resource, matches: readonly Resource[]): string {
  if (matches.length > 1) return "Name the namespace in the patch, or give it a target";
  const all = resources.toArray();
  const sameKind = all.filter(({ kind }) => kind === patch.kind);
  const similar = sameKind.length > 0 ? sameKind : all.filter(({ id }) => id.name === patch.id.name);
  const names = similar.slice(0, 3).map(({ id }) => formatId(id));
  const rule = "A patch without a target finds it by apiVersion, kind, name and namespace";
  return names.length === 0 ? rule : `${rule}; there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
}

function jsonPatchTransformer(
  operations: readonly JsonPatchOperation[],
  selector: ResourceSelector,
  place: SourcePlace | undefined,
  { remembersId }: { remembersId: boolean },
): Transformer {
  return (resources) => {
    for (const resource of selector.select(resources)) {
      if (remembersId) resource.rememberId();
      try {
        patchValue(resource, operations);
      } catch (error) {
        throw addContext(error, { prefix: `Cannot patch ${formatId(resource.id)}: `, place: () => place });
      }
      resources.reindex(resource);
    }
  };
}

/** Annotations, or what holds them. */
const ABOVE_ANNOTATIONS = /^(\/metadata(\/annotations(\/.*)?)?)?$/;

/**
 * Applies a JSON patch. A patch of annotations sees those in which kustomize keeps history: it can add an annotation
 * where there are no others.
 */
function patchValue(resource: Resource, operations: readonly JsonPatchOperation[]): void {
  const seesAnnotations = operations.some(({ path, from }) =>
    [path, from].some((pointer) => typeof pointer === "string" && ABOVE_ANNOTATIONS.test(pointer))
  );
  const history = seesAnnotations ? historyAnnotations(resource) : {};
  showHistory(resource, history);
  refuseWrongTags(resource.value);
  settleEmptyInBraces(resource.value);
  resource.value = applyJsonPatch(resource.value, operations);
  const annotations = resource.annotations();
  takeOrigins(resource, history, annotations);
  for (const name of Object.keys(history)) delete annotations[name];
  resource.setAnnotations(annotations);
}

/** Unlike the rest of the history, origins are open to patches: one that replaces all annotations loses them. */
function takeOrigins(
  resource: Resource,
  before: Record<string, string>,
  after: Record<string, string>,
): void {
  const [origin, transformations] = [after[ORIGIN_ANNOTATION], after[TRANSFORMATIONS_ANNOTATION]];
  if (origin !== before[ORIGIN_ANNOTATION]) resource.origin = origin === undefined ? undefined : parseOrigin(origin);
  if (transformations !== before[TRANSFORMATIONS_ANNOTATION]) {
    resource.transformations = transformations === undefined ? [] : parseTransformations(transformations);
  }
}

function invalidPatch(message: string, place: SourcePlace | undefined): KustomizeError {
  return new KustomizeError("INVALID_PATCH", message, { place });
}
