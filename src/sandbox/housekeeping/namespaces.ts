import { cloneJson, isObject, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { deleteFromStore } from "../api/delete.ts";
import { type ObjectStore, timestamp } from "../store.ts";
import type { HousekeepingContext, Later, Reaction } from "./reaction.ts";

/** What every namespace has: the ServiceAccount `default` and the ConfigMap `kube-root-ca.crt`. */
const ROOT_CA = "kube-root-ca.crt";

/**
 * Furnishes new namespaces and empties deleted ones.
 *
 * @see Kubernetes `pkg/controller/serviceaccount`, `pkg/controller/certificates/rootcacertpublisher`,
 * `pkg/controller/namespace` v1.36
 */
export function keepNamespaces(context: HousekeepingContext): { react: Reaction } & Later {
  const { store } = context;
  /** Deleted namespaces that are yet to be emptied: a client may well delete their objects itself meanwhile. */
  const deleted = new Set<string>();
  const tick = (): void => {
    for (const name of deleted) {
      deleted.delete(name);
      const namespace = store.get({ apiVersion: "v1", kind: "Namespace", name });
      if (namespace?.metadata.deletionTimestamp !== undefined) empty(context, namespace);
    }
  };
  const react: Reaction = ({ type, object }) => {
    if (object.kind === "Namespace" && object.apiVersion === "v1") {
      const namespace = store.get({ apiVersion: "v1", kind: "Namespace", name: object.metadata.name });
      if (namespace === undefined) return;
      if (namespace.metadata.deletionTimestamp === undefined) furnish(context, namespace.metadata.name);
      else if (isUntouched(namespace)) deleted.add(namespace.metadata.name);
      else finish(store, namespace, context.now());
      return;
    }
    if (type !== "DELETED" || typeof object.metadata.namespace !== "string") return;
    const namespace = store.get({ apiVersion: "v1", kind: "Namespace", name: object.metadata.namespace });
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp !== undefined) {
      if (!deleted.has(namespace.metadata.name)) finish(store, namespace, context.now());
    } else if (isFurniture(object)) furnish(context, namespace.metadata.name);
  };
  return { react, tick };
}

/** Whether emptying it has not begun: that leaves conditions. */
function isUntouched(namespace: Manifest): boolean {
  return !isObject(namespace.status) || namespace.status.conditions === undefined;
}

function isFurniture({ kind, metadata: { name } }: Manifest): boolean {
  return (kind === "ServiceAccount" && name === "default") || (kind === "ConfigMap" && name === ROOT_CA);
}

function furnish({ store, caPem }: HousekeepingContext, namespace: string): void {
  if (store.get({ apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" }) === undefined) {
    store.create({ kind: "ServiceAccount", apiVersion: "v1", metadata: { name: "default", namespace } });
  }
  if (store.get({ apiVersion: "v1", kind: "ConfigMap", namespace, name: ROOT_CA }) !== undefined) return;
  const description =
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
  store.create({
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { name: ROOT_CA, namespace, annotations: { "kubernetes.io/description": description } },
    data: { "ca.crt": caPem() },
  });
}

function empty({ store, resources, now }: HousekeepingContext, namespace: Manifest): void {
  for (const object of store.listNamespace(namespace.metadata.name)) {
    if (object.metadata.deletionTimestamp !== undefined) continue;
    deleteFromStore(store, object, now(), resources.ofKind(object.apiVersion, object.kind)?.hasGeneration ?? true);
  }
  finish(store, namespace, now());
}

/** A namespace goes when nothing is left in it; until then its conditions say what is. */
function finish(store: ObjectStore, namespace: Manifest, nowMs: number): void {
  const ref = { apiVersion: "v1", kind: "Namespace", name: namespace.metadata.name };
  const current = store.get(ref);
  if (current === undefined) return;
  const left = store.listNamespace(ref.name);
  const spec = isObject(current.spec) ? current.spec : {};
  const finalizers = (Array.isArray(spec.finalizers) ? spec.finalizers : []).filter((name) => name !== "kubernetes");
  const own = Array.isArray(current.metadata.finalizers) ? current.metadata.finalizers : [];
  if (left.length === 0 && finalizers.length === 0 && own.length === 0) {
    store.remove(ref);
    return;
  }
  const next = cloneJson(current) as Manifest;
  if (left.length === 0) {
    next.spec = finalizers.length > 0 ? { ...spec, finalizers } : {};
  }
  next.status = { phase: "Terminating", conditions: conditionsOf(left, nowMs, current) };
  store.update(next);
}

/** What never goes wrong here. */
const SUCCESSES = [
  ["NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"],
  ["NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"],
  [
    "NamespaceDeletionContentFailure",
    "ContentDeleted",
    "All content successfully deleted, may be waiting on finalization",
  ],
] as const;

function conditionsOf(left: Manifest[], nowMs: number, namespace: Manifest): JsonObject[] {
  const before = isObject(namespace.status) && Array.isArray(namespace.status.conditions)
    ? namespace.status.conditions.filter(isObject)
    : [];
  const condition = (type: string, isTrue: boolean, reason: string, message: string): JsonObject => {
    const status = isTrue ? "True" : "False";
    const known = before.find((item) => item.type === type && item.status === status);
    return { type, status, lastTransitionTime: known?.lastTransitionTime ?? timestamp(nowMs), reason, message };
  };
  const held = left.filter(({ metadata }) => Array.isArray(metadata.finalizers) && metadata.finalizers.length > 0);
  return [
    ...SUCCESSES.map(([type, reason, message]) => condition(type, false, reason, message)),
    left.length > 0
      ? condition(
        "NamespaceContentRemaining",
        true,
        "SomeResourcesRemain",
        `Some resources are remaining: ${countKinds(left)}`,
      )
      : condition("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed"),
    held.length > 0
      ? condition(
        "NamespaceFinalizersRemaining",
        true,
        "SomeFinalizersRemain",
        `Some content in the namespace has finalizers remaining: ${countFinalizers(held)}`,
      )
      : condition(
        "NamespaceFinalizersRemaining",
        false,
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
      ),
  ];
}

function countKinds(objects: Manifest[]): string {
  const counts = new Map<string, number>();
  for (const { apiVersion, kind } of objects) {
    const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : ".";
    const name = `${kind.toLowerCase()}s${group}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort().map(([name, count]) => `${name} has ${count} resource instances`).join(", ");
}

function countFinalizers(objects: Manifest[]): string {
  const counts = new Map<string, number>();
  for (const { metadata } of objects) {
    for (const finalizer of metadata.finalizers as string[]) counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  }
  return [...counts].sort().map(([name, count]) => `${name} in ${count} resource instances`).join(", ");
}
