import { compareBytes } from "../base/mod.ts";

/** Group, version and kind; in a selector, empty parts match anything. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Whether a kind is selected; empty parts of the selector match anything. */
export function isSelected(gvk: Gvk, selector: Gvk): boolean {
  return (selector.kind === "" || selector.kind === gvk.kind) &&
    (selector.group === "" || selector.group === gvk.group) &&
    (selector.version === "" || selector.version === gvk.version);
}

/** Whether two kinds are the same in all parts. */
export function isSameGvk(a: Gvk, b: Gvk): boolean {
  return a.kind === b.kind && a.version === b.version && a.group === b.group;
}

/** The kinds that kustomize puts first, in order (`api/internal/builtins/SortOrderTransformer.go` v5.8.1). */
export const KINDS_FIRST: readonly string[] = [
  "Namespace",
  "ResourceQuota",
  "StorageClass",
  "CustomResourceDefinition",
  "ServiceAccount",
  "PodSecurityPolicy",
  "Role",
  "ClusterRole",
  "RoleBinding",
  "ClusterRoleBinding",
  "ConfigMap",
  "Secret",
  "Endpoints",
  "Service",
  "LimitRange",
  "PriorityClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];

/** The kinds that kustomize puts last, in order. */
export const KINDS_LAST: readonly string[] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/** Ranks of kinds: negative before, positive after all that have none. */
export function rankKinds(first: readonly string[], last: readonly string[]): Map<string, number> {
  const ranks = new Map<string, number>();
  first.forEach((kind, i) => ranks.set(kind, i - first.length));
  last.forEach((kind, i) => ranks.set(kind, i + 1));
  return ranks;
}

const DEFAULT_RANKS = rankKinds(KINDS_FIRST, KINDS_LAST);

/** Orders kinds by rank, then by group, version and kind (kustomize `kyaml/resid/gvk.go` IsLessThan v5.8.1). */
export function compareGvks(a: Gvk, b: Gvk): number {
  return (DEFAULT_RANKS.get(a.kind) ?? 0) - (DEFAULT_RANKS.get(b.kind) ?? 0) ||
    compareBytes(sortText(a), sortText(b));
}

/** The text by which kustomize sorts kinds of equal rank; absent parts sort after the letters. */
export function sortText({ group, version, kind }: Gvk): string {
  return `${group || "~G"}_${version || "~V"}_${kind || "~K"}`;
}
