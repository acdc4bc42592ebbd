import { FileError, type Host } from "../base/mod.ts";
import { emptyKubeconfig, type Kubeconfig } from "./config.ts";
import { KubeconfigError } from "./errors.ts";
import { locateKubeconfigs } from "./locate.ts";
import { mergeKubeconfigs } from "./merge.ts";
import { parseKubeconfig } from "./parse.ts";

/**
 * Reads and merges the kubeconfigs that kubectl would. Missing files of the KUBECONFIG list and a missing
 * `~/.kube/config` are skipped; a file that cannot be read or parsed is an error even when others are fine.
 *
 * @param explicit The value of `--kubeconfig`: that file alone, which must exist.
 * @throws {KubeconfigError} NOT_FOUND, INVALID.
 * @throws {FileError} When a file is there but cannot be read.
 */
export function loadKubeconfig(host: Pick<Host, "fs" | "env">, explicit?: string): Kubeconfig {
  const { files, source } = locateKubeconfigs(host.env, explicit);
  return mergeKubeconfigs(files.map((file) => readKubeconfig(host, file, source === "flag")));
}

function readKubeconfig({ fs }: Pick<Host, "fs">, file: string, mustExist: boolean): Kubeconfig {
  let text: string;
  try {
    text = fs.readText(file);
  } catch (cause) {
    if (!(cause instanceof FileError) || cause.code !== "NOT_FOUND") throw cause;
    if (!mustExist) return emptyKubeconfig([file]);
    throw new KubeconfigError("NOT_FOUND", `Cannot read kubeconfig "${file}": no such file or directory`, file, {
      cause,
    });
  }
  return parseKubeconfig(text, file);
}
