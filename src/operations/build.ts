import type { Host, JsonObject } from "../base/mod.ts";
import { build, type BuildOptions } from "../kustomize/mod.ts";
import { writeYamlDocuments } from "../yaml/mod.ts";

/** How to build; the ports come from the host. */
export type BuildOverlayOptions = Pick<BuildOptions, "reorder" | "loadRestrictor">;

/**
 * Builds an overlay. Deprecation warnings go to standard error, as kustomize's do.
 *
 * @param overlay A directory with a kustomization file.
 * @returns The manifests in output order.
 * @throws {KustomizeError} And YamlError, FileError: nothing is written then.
 */
export function buildOverlay(host: Host, overlay: string, options: BuildOverlayOptions = {}): Promise<JsonObject[]> {
  return build(overlay, { ...options, fs: host.fs, warn: (message) => host.stderr.write(`${message}\n`) });
}

/** The text that `kubectl kustomize` prints for the overlay. */
export async function renderOverlay(host: Host, overlay: string, options: BuildOverlayOptions = {}): Promise<string> {
  return writeYamlDocuments(await buildOverlay(host, overlay, options));
}
