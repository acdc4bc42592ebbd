import type { PatchEntry, SelectorEntry } from "../load/config_types.ts";
import { type EditCommand, editError, type EditFlags } from "./request.ts";

const SELECTOR = ["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"] as const;

/** `add patch` (`edit/add/addpatch.go` v5.8.1). */
export const addPatch: EditCommand = (_args, flags, { note }) => {
  const patch = toPatch(flags);
  if (!patch.path && !patch.patch) throw editError("must provide either patch or path");
  return (kustomization) => {
    const patches = kustomization.patches ??= [];
    if (patches.some((other) => isEqual(other, patch))) {
      note(`patch ${patch.path ?? "of that text"} already in kustomization file`);
      return false;
    }
    patches.push(patch);
  };
};

/** `remove patch` (`edit/remove/removepatch.go` v5.8.1). */
export const removePatch: EditCommand = (_args, flags, { note }) => {
  const patch = toPatch(flags);
  return (kustomization) => {
    const patches = kustomization.patches ?? [];
    const kept = patches.filter((other) => !isEqual(other, patch));
    if (kept.length === patches.length) {
      note(`patch ${patch.path ?? ""} doesn't exist in kustomization file`);
      return false;
    }
    kustomization.patches = kept;
  };
};

function toPatch(flags: EditFlags): PatchEntry {
  if (flags.patch && flags.path) throw editError("patch and path can't be set at the same time");
  const target: SelectorEntry = {};
  for (const field of SELECTOR) if (flags[field]) target[field] = flags[field];
  return {
    ...(flags.path ? { path: flags.path } : {}),
    ...(flags.patch ? { patch: flags.patch } : {}),
    ...(Object.keys(target).length > 0 ? { target } : {}),
  };
}

/** As `types.Patch.Equals`: an empty target is not the same as none. */
function isEqual(a: PatchEntry, b: PatchEntry): boolean {
  if ((a.path ?? "") !== (b.path ?? "") || (a.patch ?? "") !== (b.patch ?? "")) return false;
  if ((a.target === undefined) !== (b.target === undefined)) return false;
  // No flag sets options, so a patch that has some is another one.
  return a.options === undefined && SELECTOR.every((field) => (a.target?.[field] ?? "") === (b.target?.[field] ?? ""));
}
