import type { ConnectOptions } from "../operations/connect.ts";
import { type FlagSpec, type FlagValues, UsageError } from "./command.ts";

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
  as: { type: "string", placeholder: "USER", help: "Act as this user, or system:serviceaccount:NAMESPACE:NAME" },
  asGroup: { type: "list", placeholder: "GROUP", help: "Act as a member of this group; may be repeated" },
  asUid: { type: "string", placeholder: "UID", help: "Act with this UID" },
  asUserExtra: { type: "list", placeholder: "KEY=VALUE", help: "Act with more about the user; may be repeated" },
} as const satisfies Record<string, FlagSpec>;

/** The flags as the operations want them. */
export function toConnectOptions(flags: FlagValues<typeof CLUSTER_FLAGS>): ConnectOptions {
  const { namespace, server, caFile, tokenFile, systemCa, allowHttp, kubeconfig, context, inCluster } = flags;
  const options = { namespace, server, caFile, tokenFile, systemCa, allowHttp, kubeconfig, context, inCluster };
  const impersonation = toImpersonation(flags);
  return impersonation === undefined ? options : { ...options, impersonation };
}

/** Flags that say whom to act as. */
export function toImpersonation(
  { as, asUid, asGroup, asUserExtra }: FlagValues<
    Pick<typeof CLUSTER_FLAGS, "as" | "asUid" | "asGroup" | "asUserExtra">
  >,
): ConnectOptions["impersonation"] {
  // A kubeconfig may name the user: groups alone are looked at there.
  if (!as && !asUid && asGroup.length === 0 && asUserExtra.length === 0) return undefined;
  const extra: Record<string, string[]> = {};
  for (const pair of asUserExtra) {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`Cannot use --as-user-extra: "${pair}" is no KEY=VALUE`);
    (extra[pair.slice(0, at)] ??= []).push(pair.slice(at + 1));
  }
  return {
    ...(as ? { user: as } : {}),
    ...(asUid ? { uid: asUid } : {}),
    ...(asGroup.length > 0 ? { groups: asGroup } : {}),
    ...(asUserExtra.length > 0 ? { extra } : {}),
  };
}

/** What `--help` says of credentials. */
export const CREDENTIALS_HELP =
  "The cluster is named by the variables CLUSTER_ADDRESS (URL), CA_AUTH_DATA (its CA, PEM or base64) and K8S_TOKEN (a ServiceAccount token), " +
  "or by files: CLUSTER_ADDRESS_FILE, CA_AUTH_DATA_FILE, K8S_TOKEN_FILE. Without any of them, the kubeconfig of KUBECONFIG or ~/.kube/config is used. " +
  "Beside them, CLUSTER_TLS_SERVER_NAME is the name that the server's certificate is for, where that is not the address, and CLUSTER_PROXY_URL a proxy (http, https, socks5).";
