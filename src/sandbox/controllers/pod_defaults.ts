/** What the API server fills in where a pod's specification is silent. */
import type { Container, PodSpec, Probe, Volume } from "kubernetes-types/core/v1";
import { parseImageName } from "./image_name.ts";

/**
 * A pod specification with the defaults that controllers and kubectl look at, and those of the admission plugins
 * ServiceAccount, Priority and DefaultTolerationSeconds. No token volume is added: nothing runs that could use it.
 */
export function completePodSpec(spec: PodSpec): PodSpec {
  const serviceAccountName = spec.serviceAccountName ?? spec.serviceAccount ?? "default";
  const complete: PodSpec = {
    ...spec,
    containers: (spec.containers ?? []).map((container) => completeContainer(container)),
    restartPolicy: spec.restartPolicy ?? "Always",
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec.dnsPolicy ?? "ClusterFirst",
    serviceAccountName,
    serviceAccount: serviceAccountName,
    securityContext: spec.securityContext ?? {},
    schedulerName: spec.schedulerName ?? "default-scheduler",
    tolerations: completeTolerations(spec.tolerations ?? []),
    priority: spec.priority ?? 0,
    enableServiceLinks: spec.enableServiceLinks ?? true,
    preemptionPolicy: spec.preemptionPolicy ?? "PreemptLowerPriority",
  };
  if (spec.initContainers !== undefined) complete.initContainers = spec.initContainers.map(completeContainer);
  if (spec.volumes !== undefined) complete.volumes = spec.volumes.map(completeVolume);
  return complete;
}

function completeContainer(container: Container): Container {
  const complete: Container = {
    ...container,
    resources: completeResources(container),
    terminationMessagePath: container.terminationMessagePath ?? "/dev/termination-log",
    terminationMessagePolicy: container.terminationMessagePolicy ?? "File",
    imagePullPolicy: container.imagePullPolicy ?? defaultPullPolicy(container.image ?? ""),
  };
  for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const given = container[probe];
    if (given !== undefined) complete[probe] = completeProbe(given);
  }
  return complete;
}

/** Requests default to the limits of the same resource. */
function completeResources({ resources = {} }: Container): Container["resources"] {
  if (resources.limits === undefined) return resources;
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

function defaultPullPolicy(image: string): string {
  const name = parseImageName(image);
  const isLatest = name !== undefined && name.digest === undefined && (name.tag ?? "latest") === "latest";
  return isLatest ? "Always" : "IfNotPresent";
}

function completeProbe(probe: Probe): Probe {
  return { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...probe };
}

function completeTolerations(tolerations: NonNullable<PodSpec["tolerations"]>): NonNullable<PodSpec["tolerations"]> {
  const missing = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"].filter((key) =>
    !tolerations.some((one) =>
      (one.key === key || one.key === undefined) && (one.effect === "NoExecute" || one.effect === undefined)
    )
  );
  return [
    ...tolerations,
    ...missing.map((key) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 })),
  ];
}

function completeVolume(volume: Volume): Volume {
  if (volume.configMap) return { ...volume, configMap: { defaultMode: 420, ...volume.configMap } };
  if (volume.secret) return { ...volume, secret: { defaultMode: 420, ...volume.secret } };
  return volume;
}
