import type { JsonObject } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { bootstrapPolicy } from "./auth/bootstrap_policy.ts";
import type { ObjectStore } from "./store.ts";

const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];

const KUBERNETES_SERVICE: Manifest = {
  kind: "Service",
  apiVersion: "v1",
  metadata: {
    name: "kubernetes",
    namespace: "default",
    labels: { component: "apiserver", provider: "kubernetes" },
  },
  spec: {
    ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: 6443 }],
    clusterIP: "10.96.0.1",
    clusterIPs: ["10.96.0.1"],
    type: "ClusterIP",
    sessionAffinity: "None",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    internalTrafficPolicy: "Cluster",
  },
  status: { loadBalancer: {} },
};

/** Puts what every cluster starts with: roles, namespaces, the Service of the API server. */
export function seedCluster(store: ObjectStore): void {
  for (const role of bootstrapPolicy()) store.create(role);
  for (const name of NAMESPACES) {
    store.create({
      kind: "Namespace",
      apiVersion: "v1",
      metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  }
  store.create(KUBERNETES_SERVICE);
}

/** Namespaces and definitions first: others need them. */
export function inCreationOrder(objects: readonly Manifest[]): Manifest[] {
  const rank = ({ kind }: Manifest): number =>
    ["Namespace", "CustomResourceDefinition", "ServiceAccount"].indexOf(kind);
  const ranked = (object: Manifest): number => rank(object) < 0 ? 9 : rank(object);
  return [...objects].sort((a, b) => ranked(a) - ranked(b));
}

/** What `/version` answers. */
export function versionDocument(gitVersion: string): JsonObject {
  const [, major = "1", minor = "36"] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
    gitVersion,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "2026-01-01T00:00:00Z",
    goVersion: "go1.26.0",
    compiler: "gc",
    platform: "linux/amd64",
  };
}
