import { CodedError, type Host } from "../base/mod.ts";
import { fixKustomization } from "../kustomize/mod.ts";
import { renderOverlay } from "./build.ts";
import { type EditOverlayOptions, portsOf, writeEdited } from "./edit_kustomization.ts";

/** What to fix, and where. */
export interface FixOverlayOptions extends EditOverlayOptions {
  /** Whether to turn vars into replacements, which changes the files that use them, too. @default {false} */
  vars?: boolean;
}

/** What was fixed, and what that means for builds. */
export interface FixOverlayResult {
  /** Files that have been written. */
  changed: string[];
  /** What a build prints now, where it is not what it printed before. */
  differentOutput?: string;
  /** Why a build fails now. */
  buildError?: string;
}

/**
 * Replaces deprecated fields of a kustomization as `kustomize edit fix` does, and builds it before and after.
 *
 * @throws {KustomizeError} And YamlError, FileError: nothing is written then.
 */
export async function fixOverlay(host: Host, options: FixOverlayOptions = {}): Promise<FixOverlayResult> {
  const { directory = "." } = options;
  const before = await tryBuild(host, directory, (message) => host.stderr.write(`${message}\n`));
  const { kustomization, others } = await fixKustomization({ ...portsOf(host), ...options });
  const changed: string[] = [];
  // What names the placeholders comes after them, so that a run that is killed between them can be run again.
  for (const edited of [...others, kustomization]) {
    if (writeEdited(host, edited).changed) changed.push(edited.file);
  }
  const after = await tryBuild(host, directory, () => {});
  if ("error" in after) return { changed, buildError: after.error };
  return { changed, ...("text" in before && before.text === after.text ? {} : { differentOutput: after.text }) };
}

async function tryBuild(
  host: Host,
  directory: string,
  warn: (message: string) => void,
): Promise<{ text: string } | { error: string }> {
  try {
    return { text: await renderOverlay(host, directory, { warn }) };
  } catch (error) {
    if (error instanceof CodedError) return { error: error.message };
    throw error;
  }
}
