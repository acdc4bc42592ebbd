/** Editing kustomization files in place; each part is loaded when it is called, for builds need none of it. */
import type { CreateRequest } from "./create.ts";
import type { EditedFile, EditOptions } from "./edit_kustomization.ts";
import type { FixOptions, FixResult } from "./fix.ts";
import type { ImageRequest } from "./images.ts";
import type { EditRequest } from "./request.ts";

export type { CreateRequest } from "./create.ts";
export type { EditedFile, EditOptions } from "./edit_kustomization.ts";
export type { FixOptions, FixResult } from "./fix.ts";
export type { ImageRequest } from "./images.ts";
export type { EditFlags, EditRequest } from "./request.ts";

/**
 * Does what `kustomize edit set|add|remove` does, in memory: nothing is written.
 *
 * @returns The kustomization file; undefined when there was nothing to do before it was even read.
 * @throws {KustomizeError} With kustomize's key phrases; a YamlError where the text cannot be edited in place.
 */
export async function editKustomization(request: EditRequest, options: EditOptions): Promise<EditedFile | undefined> {
  const edits = await import("./edit_kustomization.ts");
  return await edits.editKustomization(request, options);
}

/**
 * The kustomization that `kustomize create` would write; nothing is written.
 *
 * @throws {KustomizeError} INVALID_EDIT, when there is one already, or a resource is not there.
 */
export async function createKustomization(request: CreateRequest, options: EditOptions): Promise<EditedFile> {
  const edits = await import("./create.ts");
  return await edits.createKustomization(request, options);
}

/**
 * Does what `kustomize edit fix` does, in memory: fields that are deprecated become those that replace them.
 *
 * @throws {KustomizeError} INVALID_EDIT where a field cannot be converted.
 */
export async function fixKustomization(options: FixOptions): Promise<FixResult> {
  const edits = await import("./fix.ts");
  return await edits.fixKustomization(options);
}

/**
 * Reads one argument of `set image`, such as `app=registry.example/app:1.2`.
 *
 * @throws {KustomizeError} INVALID_EDIT where it changes nothing.
 */
export async function parseImageRequest(word: string): Promise<ImageRequest> {
  const images = await import("./images.ts");
  return images.parseImageRequest(word);
}
