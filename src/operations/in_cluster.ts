import { CodedError } from "../base/mod.ts";
import { type ImpersonationFlags, mergeImpersonation, type ResolvedContext } from "../kubeconfig/mod.ts";
import type { ProtectedHost } from "./protect.ts";

/** Where a pod finds its ServiceAccount. @see client-go `rest/config.go` (`InClusterConfig`) */
const MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** kstage does not run in a pod with a ServiceAccount. */
export class InClusterError extends CodedError<"NOT_IN_CLUSTER"> {
  /** For `error.name`. */
  override name = "UsageError";
}

/** The context of the pod that kstage runs in. */
export async function readInClusterContext(
  { env, fs }: ProtectedHost,
  options: { namespace?: string; impersonation?: ImpersonationFlags },
): Promise<ResolvedContext> {
  const hostName = env.get("KUBERNETES_SERVICE_HOST") ?? "";
  const port = env.get("KUBERNETES_SERVICE_PORT") ?? "";
  if (hostName === "" || port === "" || fs.stat(`${MOUNT}/token`)?.kind !== "file") {
    throw new InClusterError(
      "NOT_IN_CLUSTER",
      "Cannot use --in-cluster: this is no pod with a mounted ServiceAccount token",
      {
        hint: "Set CLUSTER_ADDRESS, CA_AUTH_DATA and K8S_TOKEN, or name a kubeconfig with --kubeconfig",
      },
    );
  }
  const server = `https://${hostName.includes(":") ? `[${hostName}]` : hostName}:${port}`;
  const readIfThere = (name: string) =>
    fs.stat(`${MOUNT}/${name}`) === undefined ? undefined : fs.readText(`${MOUNT}/${name}`).trim();
  const impersonation = mergeImpersonation({}, options.impersonation);
  return await Promise.resolve({
    name: "in-cluster",
    clusterName: "in-cluster",
    userName: "serviceaccount",
    server,
    tls: { caPem: readIfThere("ca.crt") },
    authentication: { kind: "tokenFile", path: `${MOUNT}/token` },
    namespace: options.namespace ?? env.get("POD_NAMESPACE") ?? readIfThere("namespace") ?? "default",
    cluster: { server },
    ...(impersonation === undefined ? {} : { impersonation }),
    warnings: [],
  });
}
