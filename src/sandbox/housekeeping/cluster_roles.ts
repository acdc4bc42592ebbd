import { cloneJson, equalJson, getPath, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { matchesSelector } from "../api/selectors.ts";
import type { HousekeepingContext, Reaction } from "./reaction.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/**
 * Puts the rules of labelled ClusterRoles together in those with an `aggregationRule`.
 *
 * @see Kubernetes `pkg/controller/clusterroleaggregation` v1.36
 */
export function aggregateRoles({ store }: HousekeepingContext): Reaction {
  return ({ object }) => {
    if (object.kind !== "ClusterRole" || object.apiVersion !== RBAC) return;
    const roles = store.list(RBAC, "ClusterRole");
    for (const role of roles) {
      const selectors = getPath(role, "aggregationRule", "clusterRoleSelectors");
      if (!Array.isArray(selectors)) continue;
      const rules = aggregate(role, roles, selectors);
      if (!equalJson(rules, role.rules ?? [])) store.update({ ...cloneJson(role), rules });
    }
  };
}

function aggregate(role: Manifest, roles: Manifest[], selectors: JsonValue[]): JsonValue[] {
  const sources = roles.filter((other) =>
    other !== role && selectors.some((selector) => matchesSelector(selector, other.metadata.labels))
  );
  const rules: JsonValue[] = [];
  for (const rule of sources.flatMap((source) => Array.isArray(source.rules) ? source.rules : [])) {
    if (!rules.some((known) => equalJson(known, rule))) rules.push(rule);
  }
  return rules;
}
