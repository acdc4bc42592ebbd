import { ApiError, type KubeClient } from "../kube/mod.ts";
import { formatRef, type ObjectRef } from "../manifest/mod.ts";

/** Which cluster a plan is for. */
export interface ClusterIdentity {
  /** The server's address, which may lead to another cluster tomorrow. */
  server: string;
  /** An object that every cluster has and none twice; absent when the token may read none. */
  witness?: { ref: ObjectRef; uid: string };
}

/**
 * What tells a cluster from others: the uid of an object that it was born with. A token that is confined to a namespace
 * may not see those of the cluster, but that namespace's copy of the cluster's CA.
 */
export async function identifyCluster(
  client: KubeClient,
  { server, namespace, signal }: { server: string; namespace: string; signal?: AbortSignal },
): Promise<ClusterIdentity> {
  const candidates: ObjectRef[] = [
    { apiVersion: "v1", kind: "Namespace", name: "kube-system" },
    { apiVersion: "v1", kind: "Namespace", name: namespace },
    { apiVersion: "v1", kind: "ConfigMap", namespace, name: "kube-root-ca.crt" },
  ];
  for (const ref of candidates) {
    const uid = await readUid(client, ref, signal);
    if (uid !== undefined) return { server, witness: { ref, uid } };
  }
  return { server };
}

/** Why a cluster is not the one of a plan; undefined when it is. */
export async function describeOtherCluster(
  client: KubeClient,
  { server, witness }: ClusterIdentity,
  current: { server: string; signal?: AbortSignal },
): Promise<string | undefined> {
  if (witness === undefined) {
    return server === current.server ? undefined : `it was made for ${server}, and this is ${current.server}`;
  }
  const uid = await readUid(client, witness.ref, current.signal);
  if (uid === witness.uid) return undefined;
  const name = formatRef(witness.ref);
  return uid === undefined
    ? `whether this is the cluster that it was made for can't be told, because ${name} can't be read`
    : `it was made for another cluster: ${name} is not the same`;
}

async function readUid(client: KubeClient, ref: ObjectRef, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const uid = (await client.get(ref, signal))?.metadata.uid;
    return typeof uid === "string" ? uid : undefined;
  } catch (error) {
    if (error instanceof ApiError && error.code === "FORBIDDEN") return undefined;
    throw error;
  }
}
