import { getKey, resolvePath } from "../../base/mod.ts";
import type { PatchEntry } from "../load/config_types.ts";
import type { Kustomization } from "../load/kustomization.ts";
import { type EditedFile, type EditOptions, readKustomizationFile, withEditContext } from "./edit_kustomization.ts";
import { editText } from "./edit_text.ts";
import { type EditContext, editError } from "./request.ts";
import { convertVars } from "./vars.ts";

/** What to fix, and where. */
export interface FixOptions extends EditOptions {
  /** Whether to turn vars into replacements, which changes the files that use them, too. @default {false} */
  vars?: boolean;
}

/** What a fix changes. */
export interface FixResult {
  /** The kustomization file. */
  kustomization: EditedFile;
  /** Files in which vars have become placeholders. */
  others: EditedFile[];
}

/**
 * Does what `kustomize edit fix` does, in memory (`edit/fix/fix.go`, `types/kustomization.go` v5.8.1).
 *
 * @throws {KustomizeError} INVALID_EDIT where a field cannot be converted.
 */
export async function fixKustomization(options: FixOptions): Promise<FixResult> {
  return await withEditContext(options, async (context) => {
    const { file, text } = readKustomizationFile(context);
    let others: EditedFile[] = [];
    const after = await editText(text, (kustomization) => {
      replaceDeprecated(kustomization, context);
      if (options.vars) others = convertVars(kustomization, context);
    }, { file, alwaysCompletes: true });
    return { kustomization: { file, before: text, after }, others };
  });
}

function replaceDeprecated(kustomization: Kustomization, { fs, loader }: EditContext): void {
  const { patchesJson6902 = [], patchesStrategicMerge = [], commonLabels = {} } = kustomization;
  const isFile = (path: string) => path !== "" && fs.stat(resolvePath(loader.root, path))?.kind === "file";
  const merges = patchesStrategicMerge.map((patch): PatchEntry => isFile(patch) ? { path: patch } : { patch });
  const patches = [...kustomization.patches ?? [], ...patchesJson6902, ...merges];
  if (patches.length > 0) kustomization.patches = patches;
  delete kustomization.patchesJson6902;
  delete kustomization.patchesStrategicMerge;
  if (Object.keys(commonLabels).length === 0) return;
  const labels = kustomization.labels ?? [];
  for (const { pairs = {} } of labels) {
    for (const key of Object.keys(pairs)) {
      if (getKey(commonLabels, key) === undefined) continue;
      throw editError(`label name '${key}' exists in both commonLabels and labels`);
    }
  }
  kustomization.labels = [...labels, { pairs: commonLabels, includeSelectors: true }];
  delete kustomization.commonLabels;
}
