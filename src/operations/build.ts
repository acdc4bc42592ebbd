import type { Host, JsonObject } from "../base/mod.ts";
import { build, type BuildOptions } from "../kustomize/mod.ts";
import { writeYamlDocuments } from "../yaml/mod.ts";

/** How to build; the ports come from the host. */
export type BuildOverlayOptions = Omit<BuildOptions, "fs" | "processes" | "network" | "env" | "functionUser">;

/**
 * Builds an overlay. Deprecation warnings go to standard error, as kustomize's do, unless `warn` takes them.
 *
 * @param overlay A directory with a kustomization file.
 * @returns The manifests in output order.
 * @throws {KustomizeError} And YamlError, FileError: nothing is written then.
 */
export async function buildOverlay(
  host: Host,
  overlay: string,
  options: BuildOverlayOptions = {},
): Promise<JsonObject[]> {
  const { fs, processes, network, env } = host;
  const warn = (message: string) => host.stderr.write(`${message}\n`);
  const user = options.functionAsCurrentUser ? { functionUser: await readUser(host) } : {};
  return await build(overlay, { warn, ...options, ...user, fs, processes, network, env });
}

/** The text that `kubectl kustomize` prints for the overlay. */
export async function renderOverlay(host: Host, overlay: string, options: BuildOverlayOptions = {}): Promise<string> {
  return writeYamlDocuments(await buildOverlay(host, overlay, options));
}

/** Any objects as YAML documents. */
export function renderManifests(manifests: JsonObject[]): string {
  return writeYamlDocuments(manifests);
}

/** `uid:gid` of who runs kstage. */
async function readUser({ processes }: Host): Promise<string> {
  const ask = async (flag: string) => new TextDecoder().decode((await processes.run("id", [flag])).stdout).trim();
  return `${await ask("-u")}:${await ask("-g")}`;
}
