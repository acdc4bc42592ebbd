import { FileError, getPath, type Host, joinPath, type JsonObject } from "../base/mod.ts";
import { isNamespaced } from "../schema/mod.ts";
import { buildOverlay, type BuildOverlayOptions } from "./build.ts";
import { writeYamlDocuments } from "../yaml/mod.ts";

/**
 * Builds an overlay and writes it where `--output` says: into one file, or, when a directory of that name exists, into a
 * file for each object.
 *
 * @throws {KustomizeError} And FileError.
 * @see kustomize `kustomize/commands/build/build.go` and `writer.go` v5.8.1
 */
export async function buildInto(
  host: Host,
  overlay: string,
  output: string,
  options: BuildOverlayOptions,
): Promise<void> {
  const manifests = await buildOverlay(host, overlay, options);
  const { fs } = host;
  if (fs.stat(output)?.kind !== "directory") return fs.writeFile(output, writeYamlDocuments(manifests));
  for (const [name, manifest] of nameFiles(manifests)) {
    if (name.includes("/")) {
      throw new FileError("OTHER", `Cannot write "${name}" into "${output}": the object's name has a slash`, name);
    }
    fs.writeFile(joinPath(output, name), writeYamlDocuments([manifest]));
  }
}

/** `apps_v1_deployment_api.yaml`, with the namespace before it when there are several. */
function nameFiles(manifests: readonly JsonObject[]): [string, JsonObject][] {
  const namespaces = manifests.map(namespaceOf);
  const isSeveral = new Set(namespaces.filter((namespace) => namespace !== undefined)).size > 1;
  return manifests.map((manifest, i) => {
    const { apiVersion, kind } = manifest;
    const words = [...String(apiVersion).split("/"), kind, getPath(manifest, "metadata", "name")];
    const prefix = isSeveral && namespaces[i] !== undefined ? [namespaces[i]] : [];
    return [`${[...prefix, ...words].join("_").toLowerCase()}.yaml`, manifest];
  });
}

/** Undefined for objects of the whole cluster. */
function namespaceOf(manifest: JsonObject): string | undefined {
  const { apiVersion, kind } = manifest;
  if (isNamespaced(String(apiVersion), String(kind)) === false) return undefined;
  const namespace = getPath(manifest, "metadata", "namespace");
  return typeof namespace === "string" && namespace !== "" ? namespace : "default";
}
