/** Where kinds are found. */
export const API: Record<string, string> = {
  Deployment: "apps/v1",
  ReplicaSet: "apps/v1",
  StatefulSet: "apps/v1",
  DaemonSet: "apps/v1",
  ControllerRevision: "apps/v1",
  Job: "batch/v1",
  EndpointSlice: "discovery.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  StorageClass: "storage.k8s.io/v1",
};

/** Whether a kind has no namespace. */
export function isClusterScoped(kind: string): boolean {
  return ["Node", "Namespace", "PersistentVolume", "StorageClass"].includes(kind);
}

/** The kind in URLs. */
export function plural(kind: string): string {
  return kind === "Endpoints" ? "endpoints" : `${kind.toLowerCase()}s`;
}
