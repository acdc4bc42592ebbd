/** ResourceQuotas: what counts against them, and what they refuse. */
import type { Container, PersistentVolumeClaim, Pod, ResourceQuota, Service } from "kubernetes-types/core/v1";
import type { Manifest, ObjectRef } from "../../manifest/mod.ts";
import type { ObjectStore, StoreEvent } from "../store.ts";
import { isDeleting, type Live, live, writeStatus } from "./live.ts";
import { formatMilli, milliValue } from "./quantity.ts";
import type { Controller, World } from "./world.ts";

/** Amounts by resource name, in thousandths. */
type Amounts = Record<string, number>;

/** Kinds that a quota counts, by the resource names that count them. */
const COUNTED_KINDS: Record<string, { apiVersion: string; names: string[] }> = {
  Pod: { apiVersion: "v1", names: ["pods", "count/pods"] },
  Service: { apiVersion: "v1", names: ["services", "count/services"] },
  ConfigMap: { apiVersion: "v1", names: ["configmaps", "count/configmaps"] },
  Secret: { apiVersion: "v1", names: ["secrets", "count/secrets"] },
  PersistentVolumeClaim: { apiVersion: "v1", names: ["persistentvolumeclaims", "count/persistentvolumeclaims"] },
  ResourceQuota: { apiVersion: "v1", names: ["resourcequotas", "count/resourcequotas"] },
  Deployment: { apiVersion: "apps/v1", names: ["count/deployments.apps"] },
  ReplicaSet: { apiVersion: "apps/v1", names: ["count/replicasets.apps"] },
  StatefulSet: { apiVersion: "apps/v1", names: ["count/statefulsets.apps"] },
  DaemonSet: { apiVersion: "apps/v1", names: ["count/daemonsets.apps"] },
  Job: { apiVersion: "batch/v1", names: ["count/jobs.batch"] },
  CronJob: { apiVersion: "batch/v1", names: ["count/cronjobs.batch"] },
  Ingress: { apiVersion: "networking.k8s.io/v1", names: ["count/ingresses.networking.k8s.io"] },
};

const COMPUTE = ["cpu", "memory", "ephemeral-storage"];

/** What one object uses of each resource that a quota can limit. */
export function usageOf(object: Manifest): Amounts {
  const amounts: Amounts = {};
  for (const name of COUNTED_KINDS[object.kind]?.names ?? []) amounts[name] = 1000;
  if (object.kind === "Pod") Object.assign(amounts, computeUsage(live<Pod>(object)));
  if (object.kind === "PersistentVolumeClaim") {
    const { spec } = live<PersistentVolumeClaim>(object);
    amounts["requests.storage"] = milliValue(spec?.resources?.requests?.storage);
  }
  if (object.kind === "Service") {
    const { spec } = live<Service>(object);
    if (spec?.type === "LoadBalancer") amounts["services.loadbalancers"] = 1000;
    if (spec?.type === "LoadBalancer" || spec?.type === "NodePort") {
      amounts["services.nodeports"] = 1000 * (spec.ports?.length ?? 0);
    }
  }
  return amounts;
}

/** Requests and limits of a pod: the sum of its containers, or its most demanding init container. */
function computeUsage({ spec }: Live<Pod>): Amounts {
  const amounts: Amounts = {};
  for (const resource of COMPUTE) {
    for (const kind of ["requests", "limits"] as const) {
      const of = (container: Container) => milliValue(container.resources?.[kind]?.[resource]);
      const sum = (spec?.containers ?? []).reduce((total, container) => total + of(container), 0);
      const amount = Math.max(sum, ...(spec?.initContainers ?? []).map(of));
      amounts[`${kind}.${resource}`] = amount;
      if (kind === "requests") amounts[resource] = amount;
    }
  }
  return amounts;
}

function isCounted(object: Manifest): boolean {
  if (object.kind !== "Pod") return true;
  const pod = live<Pod>(object);
  return pod.status?.phase !== "Failed" && pod.status?.phase !== "Succeeded";
}

function isInScope(quota: Live<ResourceQuota>, object: Manifest): boolean {
  if (object.kind !== "Pod") return true;
  const { spec } = live<Pod>(object);
  const isBestEffort = Object.values(computeUsage(live<Pod>(object))).every((amount) => amount === 0);
  return (quota.spec?.scopes ?? []).every((scope) =>
    scope === "Terminating"
      ? spec?.activeDeadlineSeconds !== undefined
      : scope === "NotTerminating"
      ? spec?.activeDeadlineSeconds === undefined
      : scope === "BestEffort"
      ? isBestEffort
      : scope === "NotBestEffort"
      ? !isBestEffort
      : true
  );
}

/** What is used of the resources that a quota limits. */
export function quotaUsage(store: ObjectStore, quota: Live<ResourceQuota>): Amounts {
  const hard = Object.keys(quota.spec?.hard ?? {});
  const used: Amounts = Object.fromEntries(hard.map((name) => [name, 0]));
  for (const [kind, { apiVersion }] of Object.entries(COUNTED_KINDS)) {
    if (!hard.some((name) => limitsKind(name, kind))) continue;
    for (const object of store.list(apiVersion, kind, quota.metadata.namespace)) {
      if (!isCounted(object) || !isInScope(quota, object)) continue;
      const usage = usageOf(object);
      for (const name of hard) used[name]! += usage[name] ?? 0;
    }
  }
  return used;
}

/** Whether objects of a kind count against a resource. */
function limitsKind(resource: string, kind: string): boolean {
  return COUNTED_KINDS[kind]!.names.includes(resource) || kind === "Pod" && isCompute(resource) ||
    kind === "Service" && resource.startsWith("services.") ||
    kind === "PersistentVolumeClaim" && resource === "requests.storage";
}

function isCompute(name: string): boolean {
  return COMPUTE.includes(name.replace(/^(requests|limits)\./, ""));
}

/**
 * Why a quota of the namespace refuses a new pod, in the words of the ResourceQuota admission plugin.
 *
 * @see apiserver `pkg/admission/plugin/resourcequota/controller.go` v0.36
 */
export function quotaRefusal(store: ObjectStore, pod: Manifest): string | undefined {
  const namespace = String(pod.metadata.namespace ?? "");
  for (const manifest of store.list("v1", "ResourceQuota", namespace)) {
    const quota = live<ResourceQuota>(manifest);
    if (!isInScope(quota, pod)) continue;
    const name = quota.metadata.name;
    const hard = quota.spec?.hard ?? {};
    const unnamed = unnamedResources(live<Pod>(pod), Object.keys(hard));
    if (unnamed !== "") return `failed quota: ${name}: must specify ${unnamed}`;
    const used = quotaUsage(store, quota);
    const wanted = usageOf(pod);
    const over = Object.keys(hard).filter((key) =>
      (wanted[key] ?? 0) > 0 && used[key]! + wanted[key]! > milliValue(hard[key])
    ).sort();
    if (over.length === 0) continue;
    const text = (amounts: Amounts) => over.map((key) => `${key}=${formatAmount(key, amounts[key]!)}`).join(",");
    const limits = over.map((key) => `${key}=${formatAmount(key, milliValue(hard[key]))}`).join(",");
    return `exceeded quota: ${name}, requested: ${text(wanted)}, used: ${text(used)}, limited: ${limits}`;
  }
  return undefined;
}

/** Containers that don't name a resource that the quota limits: `limits.cpu for: web; limits.memory for: web`. */
function unnamedResources({ spec }: Live<Pod>, hard: string[]): string {
  const containers = [...spec?.containers ?? [], ...spec?.initContainers ?? []];
  return hard.filter(isCompute).sort().flatMap((name) => {
    const kind = name.startsWith("limits.") ? "limits" : "requests";
    const resource = name.replace(/^(requests|limits)\./, "");
    const silent = containers.filter((one) => one.resources?.[kind]?.[resource] === undefined).map((one) => one.name)
      .sort();
    return silent.length === 0 ? [] : [`${name} for: ${silent.join(",")}`];
  }).join("; ");
}

function formatAmount(resource: string, milli: number): string {
  return formatMilli(milli, /memory|storage/.test(resource));
}

/** Keeps `status.hard` and `status.used` of ResourceQuotas. */
export function createQuotaController({ store }: World): Controller {
  return {
    name: "resourcequota-controller",
    apiVersion: "v1",
    kind: "ResourceQuota",
    *concerned({ object }: StoreEvent): Iterable<ObjectRef> {
      if (!(object.kind in COUNTED_KINDS)) return;
      for (
        const { apiVersion, kind, metadata } of store.list("v1", "ResourceQuota", String(object.metadata.namespace))
      ) {
        yield { apiVersion, kind, name: metadata.name, namespace: String(metadata.namespace) };
      }
    },
    reconcile(manifest) {
      const quota = live<ResourceQuota>(manifest);
      if (isDeleting(quota)) return undefined;
      const used = Object.entries(quotaUsage(store, quota)).map(([name, milli]) => [name, formatAmount(name, milli)]);
      writeStatus(store, quota, { hard: { ...quota.spec?.hard }, used: Object.fromEntries(used) });
      return undefined;
    },
  };
}
