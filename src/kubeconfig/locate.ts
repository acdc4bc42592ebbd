import { type Env, joinPath } from "../base/mod.ts";

/** Where kubeconfigs are looked for. */
export interface KubeconfigLocation {
  /** Paths in order of precedence; they need not exist. */
  files: string[];
  /** Who named them: `--kubeconfig` (must exist), the variable KUBECONFIG, or nobody (`~/.kube/config`). */
  source: "flag" | "environment" | "home";
}

/**
 * The files that kubectl would read: `--kubeconfig`, else the list in KUBECONFIG (empty entries and repetitions left
 * out), else `~/.kube/config`.
 *
 * @param env HOME and KUBECONFIG are read.
 * @param explicit The value of `--kubeconfig`.
 * @returns No files when neither is set and HOME is unknown; kubectl would then look in the working directory.
 * @see client-go `tools/clientcmd/loader.go` v0.36
 */
export function locateKubeconfigs(env: Env, explicit?: string): KubeconfigLocation {
  if (explicit !== undefined && explicit !== "") return { files: [explicit], source: "flag" };
  const list = env.get("KUBECONFIG") ?? "";
  if (list !== "") {
    return { files: [...new Set(list.split(":").filter((path) => path !== ""))], source: "environment" };
  }
  const home = env.get("HOME") ?? "";
  return { files: home === "" ? [] : [joinPath(home, ".kube/config")], source: "home" };
}
