import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";

/**
 * What a server warns of when it takes an object: fields that have no effect, or not the one that was meant.
 *
 * @param groupKind `group/Kind`.
 * @see Kubernetes `pkg/api/pod/warnings.go`, `pkg/api/service/warnings.go` v1.36
 */
export function warningsOf(object: Manifest, groupKind: string): string[] {
  if (groupKind === "/Endpoints") {
    return ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"];
  }
  if (groupKind === "/Service") return serviceWarnings(isObject(object.spec) ? object.spec : {});
  const path = PODS[groupKind];
  const spec = path === undefined ? undefined : getPath(object, ...path);
  if (!isObject(spec)) return [];
  const owner = path!.slice(0, -1);
  const annotations = getPath(object, ...owner, "metadata", "annotations");
  const seccomp = isObject(annotations) ? seccompWarnings(annotations, spec, owner) : [];
  return [...podWarnings(spec, path!.join(".")), ...seccomp];
}

/** Where kinds have the spec of a pod. */
const PODS: Record<string, string[]> = {
  "/Pod": ["spec"],
  "/ReplicationController": ["spec", "template", "spec"],
  "apps/Deployment": ["spec", "template", "spec"],
  "apps/ReplicaSet": ["spec", "template", "spec"],
  "apps/StatefulSet": ["spec", "template", "spec"],
  "apps/DaemonSet": ["spec", "template", "spec"],
  "batch/Job": ["spec", "template", "spec"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
};

const SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";

/** An annotation that fields have replaced. */
function seccompWarnings(annotations: JsonObject, spec: JsonObject, owner: string[]): string[] {
  if (annotations[SECCOMP] === undefined || getPath(spec, "securityContext", "seccompProfile")) return [];
  const at = [...owner, "metadata", `annotations[${SECCOMP}]`].join(".");
  return [`${at}: non-functional in v1.27+; use the "seccompProfile" field instead`];
}

function serviceWarnings(spec: JsonObject): string[] {
  const warnings: string[] = [];
  if (spec.type !== "ExternalName" && spec.externalName) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.clusterIP === "None" && spec.sessionAffinity !== "None") {
    warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  const hasExternalIps = Array.isArray(spec.externalIPs) && spec.externalIPs.length > 0;
  if (hasExternalIps && spec.clusterIP !== "None" && spec.type !== "ExternalName") {
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  return warnings;
}

function itemsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function podWarnings(spec: JsonObject, path: string): string[] {
  const containers = ["initContainers", "containers"].flatMap((key) =>
    itemsOf(spec[key]).map((container, index) => ({ container, at: `${path}.${key}[${index}]` }))
  );
  return [
    ...itemsOf(spec.topologySpreadConstraints).flatMap(({ labelSelector }, index) =>
      labelSelector === undefined
        ? [`${path}.topologySpreadConstraints[${index}].labelSelector: a null labelSelector results in matching no pod`]
        : []
    ),
    ...secretWarnings(itemsOf(spec.imagePullSecrets), `${path}.imagePullSecrets`),
    ...containers.flatMap(({ container, at }) => envWarnings(itemsOf(container.env), at)),
    ...portWarnings(containers),
  ];
}

function secretWarnings(secrets: JsonObject[], path: string): string[] {
  const seen = new Set<string>();
  return secrets.flatMap(({ name }, index) => {
    const text = String(name ?? "");
    const at = `${path}[${index}].name`;
    if (text === "") return [`${at}: invalid empty name ""`];
    if (seen.has(text)) return [`${at}: duplicate name ${JSON.stringify(text)}`];
    seen.add(text);
    return [];
  });
}

function envWarnings(variables: JsonObject[], path: string): string[] {
  const seen = new Set<string>();
  return variables.flatMap(({ name, value, valueFrom }, index) => {
    const text = String(name);
    const reference = `$(${text})`;
    const own = String(value ?? "");
    const hides = valueFrom !== undefined || own === reference || !own.includes(reference);
    if (seen.has(text) && hides) {
      return [
        `${path}.env[${index}]: hides previous definition of ${
          JSON.stringify(text)
        }, which may be dropped when using apply`,
      ];
    }
    seen.add(text);
    return [];
  });
}

function portWarnings(containers: { container: JsonObject; at: string }[]): string[] {
  const ports = new Map<string, string>();
  const names = new Map<string, string>();
  const warnings: string[] = [];
  const nameWarnings: string[] = [];
  for (const { container, at } of containers) {
    for (const [index, port] of itemsOf(container.ports).entries()) {
      const here = `${at}.ports[${index}]`;
      const key = `${port.containerPort}/${port.protocol}`;
      const other = ports.get(key);
      if (other === undefined) ports.set(key, here);
      else if (port.hostPort === undefined) warnings.push(`${here}: duplicate port definition with ${other}`);
      const name = String(port.name ?? "");
      const known = names.get(name);
      if (name !== "" && known === undefined) names.set(name, here);
      else if (known !== undefined) {
        nameWarnings.push(
          `${here}: duplicate port name ${
            JSON.stringify(name)
          } with ${known}, services and probes that select ports by name will use ${known}`,
        );
      }
    }
  }
  return [...warnings, ...nameWarnings];
}
