import { getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import { type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { groupKind } from "./order.ts";
import { mapConcurrently, type PoolOptions } from "./pool.ts";

/**
 * References to ConfigMaps and Secrets in the pod templates that a cluster keeps: a rollback goes to a ReplicaSet or a
 * ControllerRevision of before, whose pods need the configuration of before.
 */

/** An object that keeps a pod template, and what its pods need. */
export interface Referrer {
  ref: ObjectRef;
  uid: string;
  /** The object that controls it: when that goes, it goes. */
  controller?: { ref: ObjectRef; uid: string };
  /** {@link configKey} of ConfigMaps and Secrets in its namespace. */
  uses: Set<string>;
}

/** `ConfigMap/name` or `Secret/name`. */
export function configKey({ kind, name }: Pick<ObjectRef, "kind" | "name">): string {
  return `${kind}/${name}`;
}

/** Where pod templates are, by group and kind. */
const TEMPLATES: Record<string, (object: Manifest) => JsonValue | undefined> = {
  "apps/ReplicaSet": (object) => getPath(object, "spec", "template", "spec"),
  "apps/ControllerRevision": (object) => getPath(object, "data", "spec", "template", "spec"),
  "batch/Job": (object) => getPath(object, "spec", "template", "spec"),
};

/** Kinds that are looked through for references, with their versions. */
const REFERRING_KINDS = [
  { apiVersion: "apps/v1", kind: "ReplicaSet" },
  { apiVersion: "apps/v1", kind: "ControllerRevision" },
  { apiVersion: "batch/v1", kind: "Job" },
];

/** What an object refers to; undefined when it is on its way out or keeps no pod template. */
export function referrerOf(object: Manifest): Referrer | undefined {
  const podSpec = TEMPLATES[groupKind(object)]?.(object);
  if (podSpec === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
  const controller = controllerOf(object);
  return {
    ref: refOf(object),
    uid: String(object.metadata.uid),
    uses: configOf(podSpec),
    ...(controller === undefined ? {} : { controller }),
  };
}

/** The object that controls another one. */
export function controllerOf(object: Manifest): Referrer["controller"] {
  const owners = object.metadata.ownerReferences;
  const owner = Array.isArray(owners)
    ? owners.filter(isObject).find(({ controller }) => controller === true)
    : undefined;
  if (owner === undefined) return undefined;
  const { apiVersion, kind, name, uid } = owner as Record<string, string>;
  const { namespace } = refOf(object);
  return { ref: { apiVersion: apiVersion!, kind: kind!, name: name!, ...(namespace && { namespace }) }, uid: uid! };
}

/** Secrets that volumes of these types name; the field that names them. */
const SECRETS_OF_VOLUMES: readonly (readonly string[])[] = [
  ["secret", "secretName"],
  ["azureFile", "secretName"],
  ["csi", "nodePublishSecretRef", "name"],
  ["cephfs", "secretRef", "name"],
  ["flexVolume", "secretRef", "name"],
  ["iscsi", "secretRef", "name"],
  ["rbd", "secretRef", "name"],
  ["scaleIO", "secretRef", "name"],
  ["storageos", "secretRef", "name"],
];

/**
 * The ConfigMaps and Secrets that a pod needs, as {@link configKey}s.
 *
 * @see Kubernetes `pkg/api/v1/pod/util.go` v1.36, VisitPodSecretNames and VisitPodConfigmapNames
 */
export function configOf(podSpec: JsonValue): Set<string> {
  const uses = new Set<string>();
  const add = (kind: "ConfigMap" | "Secret", name: JsonValue | undefined) => {
    if (typeof name === "string" && name !== "") uses.add(configKey({ kind, name }));
  };
  const addBoth = (source: JsonObject, configMap: string, secret: string) => {
    add("ConfigMap", getPath(source, configMap, "name"));
    add("Secret", getPath(source, secret, "name"));
  };
  for (const { name } of listOf(podSpec, "imagePullSecrets")) add("Secret", name);
  for (const volume of listOf(podSpec, "volumes")) {
    add("ConfigMap", getPath(volume, "configMap", "name"));
    for (const path of SECRETS_OF_VOLUMES) add("Secret", getPath(volume, ...path));
    for (const source of listOf(volume.projected, "sources")) addBoth(source, "configMap", "secret");
  }
  for (const field of ["containers", "initContainers", "ephemeralContainers"]) {
    for (const container of listOf(podSpec, field)) {
      for (const source of listOf(container, "envFrom")) addBoth(source, "configMapRef", "secretRef");
      for (const { valueFrom } of listOf(container, "env")) {
        if (isObject(valueFrom)) addBoth(valueFrom, "configMapKeyRef", "secretKeyRef");
      }
    }
  }
  return uses;
}

function listOf(value: JsonValue | undefined, field: string): JsonObject[] {
  const list = getPath(value, field);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** What refers to configuration in some namespaces, as far as it may be read. */
export interface Referrers {
  /** By namespace. */
  found: Map<string, Referrer[]>;
  /** Namespaces in which a kind may not be listed, and the refusal. */
  unreadable: Map<string, ApiError>;
}

/** Reads all pod templates that are kept in some namespaces: three lists each, all at once. */
export async function readReferrers(
  client: KubeClient,
  namespaces: readonly string[],
  pool: PoolOptions,
): Promise<Referrers> {
  const found = new Map<string, Referrer[]>(namespaces.map((namespace) => [namespace, []]));
  const unreadable = new Map<string, ApiError>();
  const queries = namespaces.flatMap((namespace) => REFERRING_KINDS.map((kind) => ({ ...kind, namespace })));
  await mapConcurrently(queries, pool, async (query, signal) => {
    try {
      const { items } = await client.list(query, signal);
      found.get(query.namespace)!.push(...items.map(referrerOf).filter((referrer) => referrer !== undefined));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "FORBIDDEN") throw error;
      unreadable.set(query.namespace, error);
    }
  });
  return { found, unreadable };
}
