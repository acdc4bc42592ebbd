import { getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { formatRef, type Manifest, refOf } from "../manifest/mod.ts";

/** What the pods of an object pull, and what they pull it with. */
export interface PodPulls {
  /** The object, for people: `deployment/api`. */
  owner: string;
  /** Image references as they are written, each once. */
  images: string[];
  /** The pull secrets that the pod spec names. */
  secrets: string[];
  /** The ServiceAccount that the pods run as. */
  serviceAccount: string;
}

/** Where an object's pod spec may be. */
const POD_SPECS = [
  ["spec", "jobTemplate", "spec", "template", "spec"],
  ["spec", "template", "spec"],
  ["spec"],
] as const;

/** The pods that objects bring about: any object that has containers where workloads have them. */
export function findPodPulls(manifests: readonly Manifest[]): PodPulls[] {
  return manifests.flatMap((manifest) => {
    for (const path of POD_SPECS) {
      const spec = getPath(manifest, ...path);
      if (isObject(spec) && Array.isArray(spec.containers)) return [pullsOf(formatRef(refOf(manifest)), spec)];
    }
    return [];
  });
}

function pullsOf(owner: string, spec: JsonObject): PodPulls {
  const containers = ["containers", "initContainers", "ephemeralContainers"].flatMap((field) => listOf(spec[field]));
  return {
    owner,
    images: [...new Set(containers.map(({ image }) => image).filter((image) => typeof image === "string"))],
    secrets: pullSecretNames(spec),
    serviceAccount: String(spec.serviceAccountName || spec.serviceAccount || "default"),
  };
}

/** The names in `imagePullSecrets`, of a pod spec or a ServiceAccount. */
export function pullSecretNames(value: JsonObject): string[] {
  return listOf(value.imagePullSecrets).map(({ name }) => name).filter((name) => typeof name === "string");
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
