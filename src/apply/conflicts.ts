import type { ApiError } from "../kube/mod.ts";

/** A field that another manager owns with another value. */
export interface FieldConflict {
  /** As the server writes it: `.spec.replicas`, `.spec.template.spec.containers[name="api"].image`. */
  field: string;
  /** Such as `kubectl-client-side-apply`. */
  manager: string;
  /** The subresource through which it was set: `status`, `scale`. */
  subresource?: string;
}

/** Source: structured-merge-diff and apimachinery `managedfields/internal/conflict.go`. */
const MANAGER = /^conflict with "((?:[^"\\]|\\.)*)"(?: with subresource "([^"]*)")?/;

/** The fields that a refused apply would have taken from others; empty when it was refused for another reason. */
export function conflictsOf(error: ApiError): FieldConflict[] {
  if (error.code !== "CONFLICT") return [];
  return error.causes.filter(({ reason }) => reason === "FieldManagerConflict").map(({ field, message }) => {
    const [, manager = "another manager", subresource] = MANAGER.exec(message ?? "") ?? [];
    return { field: field ?? "", manager: manager.replace(/\\(.)/g, "$1"), ...(subresource ? { subresource } : {}) };
  });
}

/** `.spec.replicas is owned by kube-controller-manager`, one clause per manager. */
export function describeConflicts(conflicts: readonly FieldConflict[]): string {
  const byManager = new Map<string, string[]>();
  for (const { field, manager } of conflicts) byManager.set(manager, [...byManager.get(manager) ?? [], field]);
  return [...byManager].map(([manager, fields]) =>
    `${fields.join(", ")} ${fields.length === 1 ? "is" : "are"} owned by "${manager}"`
  ).join("; ");
}

/** What to do about conflicts with these managers. */
export function conflictHint(conflicts: readonly FieldConflict[]): string {
  const isByKubectl = conflicts.every(({ manager }) => /^(kubectl|before-first-apply)/.test(manager));
  if (isByKubectl) return "The object was written with kubectl before: take the fields over with --force-conflicts";
  const managers = [...new Set(conflicts.map(({ manager }) => manager))];
  const flags = managers.map((manager) => `--ignore-conflicts-with=${/\s/.test(manager) ? `"${manager}"` : manager}`);
  return `Leave the fields to their owner with ${flags.join(" ")} or by removing them from the overlay, or take them ` +
    "over with --force-conflicts";
}
