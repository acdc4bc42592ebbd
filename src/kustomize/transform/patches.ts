import { cloneJson } from "../../base/mod.ts";
import type { Target } from "../accumulate.ts";
import { KustomizeError } from "../errors.ts";
import type { PatchEntry } from "../load/config_types.ts";
import { parseResources } from "../load/resources.ts";
import { patchManifest } from "../patch/patch_manifest.ts";
import type { Resource } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";
import type { Transformer } from "./step.ts";

/** `patchesStrategicMerge`: files, or patches written in place. */
export async function strategicMergeTransformers(target: Target): Promise<Transformer[]> {
  const { patchesStrategicMerge = [] } = target.file.value;
  if (patchesStrategicMerge.length === 0) return [];
  const patches: Resource[] = [];
  for (const entry of patchesStrategicMerge) patches.push(...await readPatches(target, entry));
  if (patches.length === 0) {
    throw new KustomizeError("INVALID_PATCH", `patch appears to be empty; files=[${patchesStrategicMerge.join(" ")}]`, {
      place: target.file.placeOf(["patchesStrategicMerge"]),
    });
  }
  return [(resources) => {
    for (const patch of patches) {
      const found = findTarget(resources, patch);
      applyToSelected(resources, [found], patch, target);
    }
  }];
}

/** Text that reads as objects is a patch; anything else is the path of one. */
async function readPatches(target: Target, entry: string): Promise<Resource[]> {
  const { loader, context, file } = target;
  try {
    return parseResources(entry, file.path, context.schema);
  } catch {
    return parseResources(await loader.readText(entry), loader.display(entry), context.schema);
  }
}

/** `patches`: strategic merge or JSON patches, with or without a target. */
export async function patchTransformers(target: Target): Promise<Transformer[]> {
  const transformers: Transformer[] = [];
  for (const [index, entry] of (target.file.value.patches ?? []).entries()) {
    transformers.push(await patchTransformer(target, entry, () => target.file.placeOf(["patches", index])));
  }
  return transformers;
}

async function patchTransformer(
  target: Target,
  entry: PatchEntry,
  _place: () => unknown,
): Promise<Transformer> {
  const { loader, context, file } = target;
  const inline = (entry.patch ?? "").trim();
  const text = inline || await loader.readText(entry.path ?? "");
  const patches = parseResources(text, inline ? file.path : loader.display(entry.path ?? ""), context.schema);
  return (resources) => {
    for (const patch of patches) {
      const found = findTarget(resources, patch);
      if (!patchManifest(found.value, cloneJson(patch.value), { schema: context.schema })) found.value = {};
    }
  };
}

/** `patchesJson6902`. */
export function jsonPatchTransformers(_target: Target): Transformer[] {
  return [];
}

function findTarget(resources: ResourceSet, patch: Resource): Resource {
  const id = patch.originalId();
  const matches = resources.byAnyId(id);
  if (matches.length === 1) return matches[0]!;
  const name = formatId(id);
  const problem = matches.length === 0 ? "no matches" : "multiple matches";
  throw new KustomizeError(
    matches.length === 0 ? "NO_MATCH" : "AMBIGUOUS",
    `${problem} for Id ${name}; failed to find unique target for patch ${name}`,
  );
}

function applyToSelected(resources: ResourceSet, selected: Resource[], patch: Resource, target: Target): void {
  const { schema } = target.context;
  for (const resource of selected) {
    const { allowsNameChange, allowsKindChange } = patch;
    if (allowsNameChange || allowsKindChange) resource.rememberId();
    const options = { schema, isSelected: true, allowsNameChange, allowsKindChange };
    if (!patchManifest(resource.value, cloneJson(patch.value), options)) resources.remove(resource);
    else if (allowsNameChange || allowsKindChange) resources.reindex(resource);
  }
}
