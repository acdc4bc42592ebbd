import type { JsonObject } from "../base/mod.ts";
import { KustomizeError } from "./errors.ts";
import type { BuildOptions } from "./options.ts";

/**
 * Builds the kustomization in a directory.
 *
 * @param root Directory with a kustomization file.
 * @returns The manifests in output order.
 * @throws {KustomizeError} For whatever is wrong with the kustomization or its files.
 */
// deno-lint-ignore require-await -- becomes asynchronous with remote resources
export async function build(root: string, _options: BuildOptions): Promise<JsonObject[]> {
  throw new KustomizeError("UNSUPPORTED", `Cannot build ${root}: the pipeline is not there yet`);
}
