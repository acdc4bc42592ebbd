import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import type { AccessAttributes, AccessDecision, User } from "../api/context.ts";
import type { ObjectStore } from "../store.ts";

const RBAC = "rbac.authorization.k8s.io/v1";

/** A rule of a role. */
export interface PolicyRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
  nonResourceURLs: string[];
}

/** A rule and the binding that gives it to the user. */
interface GrantedRule {
  rule: PolicyRule;
  binding: string;
}

/**
 * Whether roles and bindings allow a request. Members of `system:masters` may do everything.
 *
 * @see Kubernetes `plugin/pkg/auth/authorizer/rbac/rbac.go` v1.36
 */
export function authorize(store: ObjectStore, user: User, attributes: AccessAttributes): AccessDecision {
  if (user.groups.includes("system:masters")) return { allowed: true, reason: "" };
  const problems: string[] = [];
  for (const { rule, binding } of grantedRules(store, user, attributes.namespace, problems)) {
    if (allows(rule, attributes)) return { allowed: true, reason: `RBAC: allowed by ${binding}` };
  }
  return { allowed: false, reason: problems.length === 0 ? "" : `RBAC: ${formatProblems(problems)}` };
}

function formatProblems(problems: string[]): string {
  const unique = [...new Set(problems)];
  return unique.length === 1 ? unique[0]! : `[${unique.join(", ")}]`;
}

/** The rules that a user has in a namespace, cluster-wide ones first. */
export function rulesOf(
  store: ObjectStore,
  user: User,
  namespace: string,
): { rules: PolicyRule[]; problems: string[] } {
  const problems: string[] = [];
  const rules = [...grantedRules(store, user, namespace, problems)].map(({ rule }) => rule);
  return { rules, problems };
}

function* grantedRules(store: ObjectStore, user: User, namespace: string, problems: string[]): Generator<GrantedRule> {
  for (const binding of store.list(RBAC, "ClusterRoleBinding")) {
    yield* rulesOfBinding(store, user, binding, "", problems);
  }
  if (namespace === "") return;
  for (const binding of store.list(RBAC, "RoleBinding", namespace)) {
    yield* rulesOfBinding(store, user, binding, namespace, problems);
  }
}

function* rulesOfBinding(
  store: ObjectStore,
  user: User,
  binding: Manifest,
  namespace: string,
  problems: string[],
): Generator<GrantedRule> {
  const subject = listOf(binding.subjects).find((item) => isSubject(item, user, namespace));
  if (subject === undefined || !isObject(binding.roleRef)) return;
  const { kind, name } = binding.roleRef;
  const role = store.get({
    apiVersion: RBAC,
    kind: String(kind),
    name: String(name),
    namespace: kind === "Role" ? namespace : "",
  });
  if (role === undefined) {
    problems.push(`${String(kind).toLowerCase()}.rbac.authorization.k8s.io "${name}" not found`);
    return;
  }
  const owner = namespace === "" ? "" : `/${namespace}`;
  const text = `${binding.kind} "${binding.metadata.name}${owner}" of ${kind} "${name}" to ${
    formatSubject(subject, namespace)
  }`;
  for (const rule of listOf(role.rules)) yield { rule: readRule(rule), binding: text };
}

function formatSubject(subject: JsonObject, namespace: string): string {
  const name = subject.kind === "ServiceAccount" ? `${subject.name}/${subject.namespace || namespace}` : subject.name;
  return `${subject.kind} ${JSON.stringify(name)}`;
}

function isSubject(subject: JsonObject, user: User, namespace: string): boolean {
  switch (subject.kind) {
    case "User":
      return user.name === subject.name;
    case "Group":
      return user.groups.includes(String(subject.name));
    case "ServiceAccount":
      return user.name === `system:serviceaccount:${subject.namespace || namespace}:${subject.name}`;
    default:
      return false;
  }
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A rule of a role's JSON, with absent lists empty. */
export function readRule(rule: JsonObject): PolicyRule {
  const strings = (key: string): string[] => (Array.isArray(rule[key]) ? rule[key].map(String) : []);
  return {
    verbs: strings("verbs"),
    apiGroups: strings("apiGroups"),
    resources: strings("resources"),
    resourceNames: strings("resourceNames"),
    nonResourceURLs: strings("nonResourceURLs"),
  };
}

/** Whether a rule allows a request. */
export function allows(rule: PolicyRule, attributes: AccessAttributes): boolean {
  const { verb, group, resource, subresource, name, path } = attributes;
  if (!includes(rule.verbs, verb)) return false;
  if (path !== undefined) {
    return rule.nonResourceURLs.some((url) => url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1))));
  }
  if (!includes(rule.apiGroups, group)) return false;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const matches = rule.resources.some((item) =>
    item === "*" || item === full || (subresource !== "" && item === `*/${subresource}`)
  );
  return matches && (rule.resourceNames.length === 0 || rule.resourceNames.includes(name));
}

function includes(list: string[], value: string): boolean {
  return list.includes("*") || list.includes(value);
}

/** Why a request is refused: `User "x" cannot list resource "pods" in API group "" in the namespace "y"`. */
export function formatDenial(user: User, attributes: AccessAttributes): string {
  const { verb, group, resource, subresource, namespace, path } = attributes;
  const who = `User ${JSON.stringify(user.name)}`;
  if (path !== undefined) return `${who} cannot ${verb} path ${JSON.stringify(path)}`;
  const full = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} cannot ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}`;
}
