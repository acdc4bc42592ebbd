import type { ConnectOptions } from "../operations/connect.ts";
import type { FlagSpec, FlagValues } from "./command.ts";

/** Flags of every command that talks to a cluster. No flag takes a secret: arguments can be seen by other processes. */
export const CLUSTER_FLAGS = {
  namespace: {
    type: "string",
    alias: "n",
    placeholder: "NAME",
    help: "Namespace (default: the token's, or the context's)",
  },
  server: { type: "string", placeholder: "URL", help: "Address of the cluster, in place of CLUSTER_ADDRESS" },
  caFile: { type: "string", placeholder: "FILE", help: "File with the cluster's CA, in place of CA_AUTH_DATA" },
  tokenFile: { type: "string", placeholder: "FILE", help: "File with the ServiceAccount token, in place of K8S_TOKEN" },
  systemCa: { type: "boolean", help: "The server's certificate is of a public CA: CA_AUTH_DATA is not needed" },
  allowHttp: { type: "boolean", help: "Accept an http:// address on loopback" },
  kubeconfig: { type: "string", placeholder: "FILE", help: "Use this kubeconfig, not the variables" },
  context: { type: "string", placeholder: "NAME", help: "Use this context of the kubeconfig, not the variables" },
  inCluster: { type: "boolean", help: "Use the ServiceAccount of the pod that kstage runs in" },
} as const satisfies Record<string, FlagSpec>;

/** The flags as the operations want them. */
export function toConnectOptions(flags: FlagValues<typeof CLUSTER_FLAGS>): ConnectOptions {
  const { namespace, server, caFile, tokenFile, systemCa, allowHttp, kubeconfig, context, inCluster } = flags;
  return { namespace, server, caFile, tokenFile, systemCa, allowHttp, kubeconfig, context, inCluster };
}

/** What `--help` says of credentials. */
export const CREDENTIALS_HELP =
  "The cluster is named by the variables CLUSTER_ADDRESS (URL), CA_AUTH_DATA (its CA, PEM or base64) and K8S_TOKEN (a ServiceAccount token), " +
  "or by files: CLUSTER_ADDRESS_FILE, CA_AUTH_DATA_FILE, K8S_TOKEN_FILE. Without any of them, the kubeconfig of KUBECONFIG or ~/.kube/config is used.";
