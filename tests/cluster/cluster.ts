/** The control plane that `deno task cluster:up` started. */
import { createHttpTransport, type Transport } from "../../src/kube/mod.ts";
import { createDenoHost } from "../../src/host/mod.ts";
import type { ClusterProcess } from "../../scripts/cluster_processes.ts";
import type { ContractServer } from "../contract/world.ts";

/** Where it is and how its administrator comes in. */
export interface Cluster {
  url: string;
  caPem: string;
  adminToken: string;
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string;
  kubernetesVersion: string;
  /** What the API server notes of the requests of ServiceAccounts; absent where an older script started it. */
  auditLog?: string;
  /** Certificates, keys and logs. */
  folder: string;
  /** What runs. */
  processes: ClusterProcess[];
}

/** Reads what the running cluster's state file says; `deno task cluster:test` names that file. */
export function findCluster(): Cluster {
  const file = Deno.env.get("KSTAGE_CLUSTER_STATE");
  if (file === undefined) throw new Error("these tests need a cluster: deno task cluster:up, deno task cluster:test");
  return JSON.parse(Deno.readTextFileSync(file));
}

/** A connection to the cluster; without a token as its administrator. Closed by disposing of it. */
export function connect(cluster: Cluster, token = cluster.adminToken): Transport & Disposable {
  const http = createDenoHost().network.open({ caPem: cluster.caPem });
  const transport = createHttpTransport({ server: cluster.url, http, token, userAgent: "kstage-cluster-test" });
  return { send: transport.send, [Symbol.dispose]: () => http.close() };
}

/** The cluster, to hold against the contract. */
export function openContractServer(cluster: Cluster): ContractServer {
  const open: Disposable[] = [];
  return {
    transport(token) {
      const transport = connect(cluster, token);
      open.push(transport);
      return transport;
    },
    [Symbol.asyncDispose]() {
      for (const connection of open) connection[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
