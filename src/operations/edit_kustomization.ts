import type { Host } from "../base/mod.ts";
import {
  createKustomization,
  type CreateRequest,
  type EditedFile,
  editKustomization,
  type EditRequest,
} from "../kustomize/mod.ts";
import { replaceFile } from "./replace_file.ts";

export type { EditFlags, EditRequest } from "../kustomize/mod.ts";

/** Where to edit. */
export interface EditOverlayOptions {
  /** Directory of the kustomization. @default the working directory */
  directory?: string;
}

/** What became of a kustomization file. */
export interface EditOverlayResult {
  /** Absolute path of the file; undefined when there was nothing to do before it was even read. */
  file?: string;
  /** Whether it has been written. */
  changed: boolean;
}

/**
 * Edits a kustomization file as `kustomize edit set|add|remove` does, and keeps its comments, order and quoting. What an
 * edit leaves as it was, and why, goes to standard error.
 *
 * @throws {KustomizeError} And YamlError, FileError: nothing is written then.
 */
export async function editOverlay(
  host: Host,
  request: EditRequest,
  options: EditOverlayOptions = {},
): Promise<EditOverlayResult> {
  const edited = await editKustomization(request, { ...portsOf(host), ...options });
  return edited === undefined ? { changed: false } : writeEdited(host, edited);
}

/**
 * Writes a new kustomization file as `kustomize create` does.
 *
 * @throws {KustomizeError} And FileError: nothing is written then.
 */
export async function createOverlay(
  host: Host,
  request: CreateRequest,
  options: EditOverlayOptions = {},
): Promise<EditOverlayResult> {
  return writeEdited(host, await createKustomization(request, { ...portsOf(host), ...options }));
}

/** Writes a file that has been edited, unless its text is as it was. */
export function writeEdited({ fs }: Host, { file, before, after }: EditedFile): EditOverlayResult {
  const changed = before !== after;
  if (changed) replaceFile(fs, file, after);
  return { file, changed };
}

/** What an edit needs of the world. */
export function portsOf({ fs, processes, network, env, stderr }: Host) {
  return { fs, processes, network, env, warn: (message: string) => stderr.write(`${message}\n`) };
}
