/**
 * ConfigMaps and Secrets that a pod names: for its environment, and for its volumes.
 *
 * @see kubernetes `pkg/kubelet/kubelet_pods.go` (`makeEnvironmentVariables`), `pkg/volume/{configmap,secret}` v1.36
 */
import type { ConfigMap, Container, Secret, Volume } from "kubernetes-types/core/v1";
import type { ObjectStore } from "../../store.ts";
import { live } from "../live.ts";

type SourceKind = "ConfigMap" | "Secret";

/** The keys of a ConfigMap or Secret; undefined when there is none. */
function keysOf(store: ObjectStore, kind: SourceKind, namespace: string, name: string): Set<string> | undefined {
  const found = store.get({ apiVersion: "v1", kind, namespace, name });
  if (found === undefined) return undefined;
  const { data = {} } = live<ConfigMap & Secret>(found);
  const { binaryData = {} } = live<ConfigMap>(found);
  return new Set([...Object.keys(data), ...Object.keys(binaryData)]);
}

const missing = (kind: SourceKind, name: string): string => `${kind.toLowerCase()} "${name}" not found`;

/** The first thing that the environment of a container lacks, in the kubelet's words. */
export function environmentProblem(store: ObjectStore, namespace: string, container: Container): string | undefined {
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    const [kind, ref] = configMapRef ? ["ConfigMap", configMapRef] as const : ["Secret", secretRef] as const;
    if (ref?.name === undefined || ref.optional) continue;
    if (keysOf(store, kind, namespace, ref.name) === undefined) return missing(kind, ref.name);
  }
  for (const { valueFrom } of container.env ?? []) {
    const [kind, ref] = valueFrom?.configMapKeyRef
      ? ["ConfigMap", valueFrom.configMapKeyRef] as const
      : ["Secret", valueFrom?.secretKeyRef] as const;
    if (ref?.name === undefined || ref.optional) continue;
    const keys = keysOf(store, kind, namespace, ref.name);
    if (keys === undefined) return missing(kind, ref.name);
    if (!keys.has(ref.key)) return `couldn't find key ${ref.key} in ${kind} ${namespace}/${ref.name}`;
  }
  return undefined;
}

/** The first volume that can't be mounted, and why. */
export function volumeProblem(
  store: ObjectStore,
  namespace: string,
  volumes: readonly Volume[] = [],
): { volume: string; cause: string } | undefined {
  for (const volume of volumes) {
    const cause = sourcesOf(volume).map((source) => sourceProblem(store, namespace, source)).find((one) =>
      one !== undefined
    );
    if (cause !== undefined) return { volume: volume.name, cause };
  }
  return undefined;
}

interface VolumeSource {
  kind: SourceKind;
  name: string | undefined;
  optional: boolean | undefined;
  keys: string[];
}

function sourcesOf({ configMap, secret, projected }: Volume): VolumeSource[] {
  const keys = (items: { key: string }[] | undefined) => (items ?? []).map(({ key }) => key);
  const of = (
    kind: SourceKind,
    name: string | undefined,
    source: { optional?: boolean; items?: { key: string }[] },
  ) => (
    { kind, name, optional: source.optional, keys: keys(source.items) }
  );
  return [
    ...configMap ? [of("ConfigMap", configMap.name, configMap)] : [],
    ...secret ? [of("Secret", secret.secretName, secret)] : [],
    ...(projected?.sources ?? []).flatMap((source) => [
      ...source.configMap ? [of("ConfigMap", source.configMap.name, source.configMap)] : [],
      ...source.secret ? [of("Secret", source.secret.name, source.secret)] : [],
    ]),
  ];
}

function sourceProblem(store: ObjectStore, namespace: string, source: VolumeSource): string | undefined {
  if (source.name === undefined || source.optional) return undefined;
  const keys = keysOf(store, source.kind, namespace, source.name);
  if (keys === undefined) return missing(source.kind, source.name);
  const absent = source.keys.find((key) => !keys.has(key));
  if (absent === undefined) return undefined;
  return source.kind === "ConfigMap"
    ? `configmap references non-existent config key: ${absent}`
    : `references non-existent secret key: ${absent}`;
}
