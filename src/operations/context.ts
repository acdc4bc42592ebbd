import { resolvePath } from "../base/mod.ts";
import { chooseWriteTarget, writeContext, type WrittenContext } from "../kubeconfig/mod.ts";
import type { CredentialFlags } from "../credentials/mod.ts";
import { readVariablesContext } from "./credentials.ts";
import type { ProtectedHost } from "./protect.ts";

/** How to write a context. */
export interface WriteContextOptions extends CredentialFlags {
  /** The file to write. @default what kubectl would write: KUBECONFIG, else ~/.kube/config */
  kubeconfig?: string;
  /** Name of the context. @default {"default"} */
  name?: string;
  /** Namespace of the context. @default the token's own namespace */
  namespace?: string;
  /** Write no token, but that `kstage credential` gives it. @default {false} */
  exec?: boolean;
  /** Program that is written in place of this one's own path. */
  execCommand?: string;
}

/** What was written, and where to. */
export interface ContextResult extends WrittenContext {
  /** The context that was written. */
  contextName: string;
  /** Its cluster's name in the file. */
  clusterName: string;
  /** Its user's name in the file. */
  userName: string;
  /** URL of the API server. */
  server: string;
  /** Its namespace. */
  namespace: string;
}

/** Writes the context that CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN stand for, and makes it the current one. */
export async function writeVariablesContext(host: ProtectedHost, options: WriteContextOptions): Promise<ContextResult> {
  const { spec, notes } = await readVariablesContext(host, { ...options, contextName: options.name });
  const file = chooseWriteTarget(host, options.kubeconfig);
  const written = await writeContext(host, file, options.exec ? { ...spec, exec: toExec(host, options) } : spec);
  const { contextName, clusterName, userName, server, namespace } = spec;
  return { ...written, notes: [...notes, ...written.notes], contextName, clusterName, userName, server, namespace };
}

/** How kubectl and others ask this program for the token. */
function toExec({ self, fs }: ProtectedHost, { execCommand, tokenFile, tokenEnv = "K8S_TOKEN" }: WriteContextOptions) {
  const { command, args } = execCommand === undefined ? self() : { command: execCommand, args: [] };
  const from = tokenFile === undefined ? ["--token-env", tokenEnv] : ["--token-file", resolvePath(fs.cwd(), tokenFile)];
  const source = tokenFile === undefined ? `the variable ${tokenEnv}` : "a file";
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    command,
    args: [...args, "credential", ...from],
    installHint: `kstage gives the token of ${source}: it must be there as ${command}`,
    interactiveMode: "Never",
    provideClusterInfo: false,
  };
}
