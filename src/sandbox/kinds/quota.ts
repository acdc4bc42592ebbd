import { getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { groupOf, type Manifest } from "../../manifest/mod.ts";
import { forbidden, type StatusError } from "../api/status.ts";
import { nanoToQuantity, quantityToNano } from "../schema/quantity.ts";
import type { ObjectStore } from "../store.ts";
import { containersOf } from "./pods.ts";

/** Amounts in billionths, by resource name. */
type Usage = Map<string, bigint>;

const ONE = 1_000_000_000n;

/** Kinds that a quota counts by a name of their own beside `count/…`. */
const COUNTED: Record<string, string> = {
  "/Pod": "pods",
  "/Service": "services",
  "/ReplicationController": "replicationcontrollers",
  "/ResourceQuota": "resourcequotas",
  "/Secret": "secrets",
  "/ConfigMap": "configmaps",
  "/PersistentVolumeClaim": "persistentvolumeclaims",
};

/** What an object takes from a quota. */
export function usageOf(object: Manifest, plural: string): Usage {
  const group = groupOf(object.apiVersion);
  const usage: Usage = new Map([[`count/${plural}${group === "" ? "" : `.${group}`}`, ONE]]);
  const counted = COUNTED[`${group}/${object.kind}`];
  if (counted !== undefined) usage.set(counted, ONE);
  if (counted === "pods") addPodUsage(usage, object);
  if (counted === "services") {
    const type = getPath(object, "spec", "type");
    if (type === "LoadBalancer") usage.set("services.loadbalancers", ONE);
    if (type === "NodePort" || type === "LoadBalancer") {
      const ports = getPath(object, "spec", "ports");
      usage.set("services.nodeports", BigInt(Array.isArray(ports) ? ports.length : 0) * ONE);
    }
  }
  if (counted === "persistentvolumeclaims") {
    const storage = getPath(object, "spec", "resources", "requests", "storage");
    if (storage !== undefined) usage.set("requests.storage", quantityToNano(String(storage)) ?? 0n);
  }
  return usage;
}

function addPodUsage(usage: Usage, pod: Manifest): void {
  for (const part of ["requests", "limits"]) {
    for (const [name, amount] of podResources(pod, part)) {
      usage.set(`${part}.${name}`, amount);
      if (part === "requests") usage.set(name, amount);
    }
  }
}

/** Sums over containers; an init container counts where it needs more than all of them. */
function podResources(pod: Manifest, part: string): Usage {
  const sum: Usage = new Map();
  for (const container of listAt(pod, "spec", "containers")) {
    for (const [name, text] of entriesAt(container, "resources", part)) {
      sum.set(name, (sum.get(name) ?? 0n) + (quantityToNano(String(text)) ?? 0n));
    }
  }
  for (const container of listAt(pod, "spec", "initContainers")) {
    for (const [name, text] of entriesAt(container, "resources", part)) {
      const amount = quantityToNano(String(text)) ?? 0n;
      if (amount > (sum.get(name) ?? 0n)) sum.set(name, amount);
    }
  }
  return sum;
}

function listAt(value: JsonValue, ...path: string[]): JsonObject[] {
  const list = getPath(value, ...path);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function entriesAt(value: JsonValue, ...path: string[]): [string, JsonValue][] {
  const found = getPath(value, ...path);
  return isObject(found) ? Object.entries(found) : [];
}

/** Pods that ended take nothing any more. */
function isCharged(object: Manifest): boolean {
  const phase = getPath(object, "status", "phase");
  return !(object.kind === "Pod" && (phase === "Succeeded" || phase === "Failed"));
}

/** Resource names that a pod must state when a quota limits them. */
const REQUIRED_OF_PODS = new Set([
  "cpu",
  "memory",
  "requests.cpu",
  "requests.memory",
  "limits.cpu",
  "limits.memory",
]);

/**
 * Whether the namespace's quotas have room for a new object. Controllers that create pods call this before
 * `store.create`, as the API does.
 *
 * @param plural Plural name of the object's resource.
 * @returns The refusal, or undefined when there is room.
 * @see Kubernetes `apiserver/pkg/admission/plugin/resourcequota/controller.go`
 */
export function checkQuota(store: ObjectStore, object: Manifest, plural: string): StatusError | undefined {
  const namespace = object.metadata.namespace;
  if (typeof namespace !== "string") return undefined;
  const quotas = store.list("v1", "ResourceQuota", namespace);
  if (quotas.length === 0) return undefined;
  const requested = usageOf(object, plural);
  const resource = { group: groupOf(object.apiVersion), plural };
  for (const quota of quotas) {
    if (!appliesTo(quota, object)) continue;
    const why = refusalOf(quota, object, requested, store, plural);
    if (why !== undefined) return forbidden(resource, object.metadata.name ?? "", why);
  }
  return undefined;
}

function appliesTo(quota: Manifest, object: Manifest): boolean {
  const scopes = getPath(quota, "spec", "scopes");
  if (!Array.isArray(scopes) || object.kind !== "Pod") return true;
  const terminating = getPath(object, "spec", "activeDeadlineSeconds") !== undefined;
  const bestEffort = getPath(object, "status", "qosClass") === "BestEffort";
  const holds: Record<string, boolean> = {
    Terminating: terminating,
    NotTerminating: !terminating,
    BestEffort: bestEffort,
    NotBestEffort: !bestEffort,
  };
  return scopes.every((scope) => holds[String(scope)] ?? true);
}

function refusalOf(
  quota: Manifest,
  object: Manifest,
  requested: Usage,
  store: ObjectStore,
  plural: string,
): string | undefined {
  const hard = entriesAt(quota, "spec", "hard").sort(([a], [b]) => a < b ? -1 : 1);
  if (object.kind === "Pod") {
    const missing = missingOf(object, hard.map(([name]) => name));
    if (missing !== "") return `failed quota: ${quota.metadata.name}: must specify ${missing}`;
  }
  const limited = hard.filter(([name]) => (requested.get(name) ?? 0n) > 0n);
  if (limited.length === 0) return undefined;
  const used = usedBy(store, String(object.metadata.namespace), object, plural);
  const exceeded = limited.filter(([name, limit]) =>
    (used.get(name) ?? 0n) + requested.get(name)! > (quantityToNano(String(limit)) ?? 0n)
  );
  if (exceeded.length === 0) return undefined;
  const text = (amounts: (name: string) => string): string =>
    exceeded.map(([name]) => `${name}=${amounts(name)}`).join(",");
  const limits = new Map(exceeded.map(([name, limit]) => [name, String(limit)]));
  const amount = (usage: Usage) => (name: string): string => nanoToQuantity(usage.get(name) ?? 0n, limits.get(name)!);
  return `exceeded quota: ${quota.metadata.name}, requested: ${text(amount(requested))}, used: ${
    text(amount(used))
  }, limited: ${text((name) => limits.get(name)!)}`;
}

/** Limited resources that containers don't state: `limits.cpu for: web; requests.cpu for: web`. */
function missingOf(pod: Manifest, names: string[]): string {
  const missing = new Map<string, string[]>();
  for (const name of names.filter((item) => REQUIRED_OF_PODS.has(item))) {
    const [part, resource] = name.includes(".") ? name.split(".") as [string, string] : ["requests", name];
    for (const container of containersOf(pod.spec)) {
      if (getPath(container, "resources", part, resource) !== undefined) continue;
      missing.set(name, [...missing.get(name) ?? [], String(container.name)]);
    }
  }
  return [...missing].map(([name, containers]) => `${name} for: ${containers.join(",")}`).join("; ");
}

/** What the namespace's objects of that kind take. */
function usedBy(store: ObjectStore, namespace: string, { apiVersion, kind }: Manifest, plural: string): Usage {
  const sum: Usage = new Map();
  for (const object of store.list(apiVersion, kind, namespace)) {
    if (!isCharged(object)) continue;
    for (const [name, amount] of usageOf(object, plural)) sum.set(name, (sum.get(name) ?? 0n) + amount);
  }
  return sum;
}

/**
 * The status that a quota should have now.
 *
 * @param pluralOf Plural name of a kind, for `count/…`.
 */
export function quotaStatus(
  store: ObjectStore,
  quota: Manifest,
  pluralOf: (apiVersion: string, kind: string) => string,
): JsonObject {
  const hard = Object.fromEntries(entriesAt(quota, "spec", "hard"));
  const sum: Usage = new Map();
  for (const object of store.listNamespace(String(quota.metadata.namespace))) {
    if (!isCharged(object) || !appliesTo(quota, object)) continue;
    for (const [name, amount] of usageOf(object, pluralOf(object.apiVersion, object.kind))) {
      sum.set(name, (sum.get(name) ?? 0n) + amount);
    }
  }
  const used = Object.fromEntries(
    Object.entries(hard).map(([name, limit]) => [name, nanoToQuantity(sum.get(name) ?? 0n, String(limit))]),
  );
  return { hard, used };
}
