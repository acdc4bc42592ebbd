import { emptyKubeconfig, type Kubeconfig } from "./config.ts";

/**
 * Merges kubeconfigs as client-go does: of entries with the same name, and of current contexts, the first file's wins
 * as a whole; fields are never mixed.
 *
 * @param configs In order of precedence.
 * @see client-go `tools/clientcmd/loader.go` v0.36
 */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merged = emptyKubeconfig(configs.flatMap(({ files }) => files));
  for (const config of configs) {
    addMissing(merged.clusters, config.clusters);
    addMissing(merged.users, config.users);
    addMissing(merged.contexts, config.contexts);
    if (merged.currentContext === "") merged.currentContext = config.currentContext;
  }
  return merged;
}

function addMissing<T>(target: Map<string, T>, source: Map<string, T>): void {
  for (const [name, entry] of source) if (!target.has(name)) target.set(name, entry);
}
