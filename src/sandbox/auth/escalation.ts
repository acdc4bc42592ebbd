import { equalJson, isObject, type JsonObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { ApiContext, ResourceCall, User } from "../api/context.ts";
import { forbidden, notFound } from "../api/status.ts";
import { allows, type PolicyRule, readRule, rulesOf } from "./rbac.ts";

const RBAC = "rbac.authorization.k8s.io";

/**
 * Refuses roles with rules, and bindings to roles with rules, that the writer does not have.
 *
 * @param live The object before, for an update.
 * @throws {StatusError} Forbidden, or NotFound for a binding to a role that does not exist.
 * @see Kubernetes `pkg/registry/rbac/<kind>/policybased/storage.go` v1.36
 */
export function checkEscalation(context: ApiContext, call: ResourceCall, object: Manifest, live?: Manifest): void {
  const { resource, user } = call;
  if (resource.group !== RBAC || user.groups.includes("system:masters")) return;
  const isBinding = resource.kind.endsWith("Binding");
  if (live !== undefined && equalJson(withoutLinks(live), withoutLinks(object))) return;
  const namespace = resource.namespaced ? call.info.namespace : "";
  const name = object.metadata.name ?? "";
  const target = isBinding ? roleOf(object) : { plural: resource.plural, name };
  const attributes = {
    verb: isBinding ? "bind" : "escalate",
    group: RBAC,
    resource: target.plural,
    subresource: "",
    name: target.name,
    namespace,
  };
  if (context.authorize(user, attributes).allowed) return;
  const rules = isBinding ? boundRules(context, call, object, namespace) : rulesIn(object);
  const missing = uncovered(rules, rulesOf(context.store, user, namespace).rules);
  if (missing.length > 0) throw forbidden(resource, name, escalationText(user, missing));
}

/** An object without what the garbage collector writes, and without what no program says. */
function withoutLinks({ metadata, ...rest }: Manifest): JsonObject {
  const { finalizers: _finalizers, ownerReferences: _owners, managedFields: _managed, ...others } = metadata;
  return { ...rest, metadata: others };
}

function roleOf(binding: Manifest): { plural: string; name: string } {
  const { kind, name } = isObject(binding.roleRef) ? binding.roleRef : {};
  return { plural: kind === "Role" ? "roles" : "clusterroles", name: String(name ?? "") };
}

function rulesIn(role: JsonObject): PolicyRule[] {
  return (Array.isArray(role.rules) ? role.rules.filter(isObject) : []).map(readRule);
}

function boundRules(
  context: ApiContext,
  { resource }: ResourceCall,
  binding: Manifest,
  namespace: string,
): PolicyRule[] {
  const { plural, name } = roleOf(binding);
  const kind = plural === "roles" ? "Role" : "ClusterRole";
  const ref = { apiVersion: `${RBAC}/v1`, kind, name, namespace: kind === "Role" ? namespace : "" };
  const role = context.store.get(ref);
  // The server names the binding's resource here, not the role's.
  if (role === undefined) throw notFound(resource, name);
  return rulesIn(role);
}

/** The least things that a rule allows, one by one; those that no rule of the owner allows. */
function uncovered(wanted: readonly PolicyRule[], owned: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((piece) => !owned.some((rule) => covers(rule, piece)));
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const empty = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };
  const names = rule.resourceNames.length > 0 ? rule.resourceNames.map((name) => [name]) : [[]];
  const resources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      names.flatMap((resourceNames) =>
        rule.verbs.map((verb) => ({
          ...empty,
          apiGroups: [group],
          resources: [resource],
          resourceNames,
          verbs: [verb],
        }))
      )
    )
  );
  const urls = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({ ...empty, nonResourceURLs: [url], verbs: [verb] }))
  );
  return [...resources, ...urls];
}

function covers(rule: PolicyRule, piece: PolicyRule): boolean {
  const [url] = piece.nonResourceURLs;
  const [verb = ""] = piece.verbs;
  const [full = "", subresource = ""] = (piece.resources[0] ?? "").split("/");
  return allows(rule, {
    verb,
    group: piece.apiGroups[0] ?? "",
    resource: full,
    subresource,
    name: piece.resourceNames[0] ?? "",
    namespace: "",
    ...(url === undefined ? {} : { path: url }),
  });
}

function escalationText(user: User, missing: readonly PolicyRule[]): string {
  const groups = user.groups.map((group) => JSON.stringify(group)).join(" ");
  const lines = [...new Set(compact(missing).map(formatRule))].sort();
  return `user ${
    JSON.stringify(user.name)
  } (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}`;
}

/** Pieces that differ in nothing but the verb become one. */
function compact(pieces: readonly PolicyRule[]): PolicyRule[] {
  const byTarget = new Map<string, PolicyRule>();
  for (const piece of pieces) {
    const key = JSON.stringify({ ...piece, verbs: [] });
    const known = byTarget.get(key);
    if (known === undefined) byTarget.set(key, { ...piece, verbs: [...piece.verbs] });
    else known.verbs.push(...piece.verbs);
  }
  return [...byTarget.values()];
}

function formatRule(rule: PolicyRule): string {
  const list = (name: string, values: string[]): string[] =>
    values.length === 0 ? [] : [`${name}:[${values.map((value) => JSON.stringify(value)).join(" ")}]`];
  return `{${
    [
      ...list("APIGroups", rule.apiGroups),
      ...list("Resources", rule.resources),
      ...list("NonResourceURLs", rule.nonResourceURLs),
      ...list("ResourceNames", rule.resourceNames),
      ...list("Verbs", rule.verbs),
    ].join(", ")
  }}`;
}
