import { isObject, type JsonObject, relativePath, resolvePath } from "../base/mod.ts";

/** Fields that hold paths, by list. @see client-go `tools/clientcmd/loader.go` (`Get…FileReferences`) v0.36 */
const PATH_FIELDS: Record<string, readonly string[]> = {
  clusters: ["certificate-authority"],
  users: ["client-certificate", "client-key", "tokenFile"],
  contexts: [],
};

/**
 * Writes an entry's paths as client-go does: relative to the kubeconfig's directory where they are below it, else
 * absolute.
 *
 * @param directory Absolute path of the kubeconfig's directory.
 */
export function relativizePaths(entry: JsonObject, list: string, directory: string): void {
  for (const field of PATH_FIELDS[list] ?? []) relativizeField(entry, field, directory);
  const { exec } = entry;
  // A command without a separator is looked up on PATH.
  if (isObject(exec) && String(exec.command).includes("/")) relativizeField(exec, "command", directory);
}

function relativizeField(entry: JsonObject, field: string, directory: string): void {
  const path = entry[field];
  if (typeof path !== "string" || path === "") return;
  const absolute = resolvePath(directory, path);
  const relative = relativePath(directory, absolute);
  // Go's own text stays where it is absolute; only what was relative has been joined and cleaned by then.
  entry[field] = relative.startsWith("../") ? (path.startsWith("/") ? path : absolute) : relative;
}
