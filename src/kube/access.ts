import { isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { KubeClient } from "./contract.ts";
import type { PolicyRule } from "./policy_rule.ts";
import { reviewSelf } from "./self_review.ts";

/** The least thing that a rule allows: one verb on one resource, or on a path that is none. */
export interface Access {
  verb: string;
  /** Empty text for the core group. */
  group: string;
  /** Plural, with the subresource where there is one: `pods/log`. */
  resource: string;
  /** Empty: objects of any name. */
  name: string;
  /** A path that is no resource; group, resource and name are empty then. */
  path?: string;
}

/**
 * No namespace has this name, so nobody has a role in it: its rules are those of the whole cluster, which has no list of
 * its own.
 */
const NOWHERE = "-";

/** The parts of a rule, one by one. */
export function accessesOf({ apiGroups, resources, resourceNames = [], verbs, nonResourceURLs = [] }: PolicyRule) {
  const names = resourceNames.length === 0 ? [""] : resourceNames;
  const ofResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.flatMap((name) => verbs.map((verb): Access => ({ verb, group, resource, name })))
    )
  );
  const ofPaths = nonResourceURLs.flatMap((path) =>
    verbs.map((verb): Access => ({ verb, group: "", resource: "", name: "", path }))
  );
  return [...ofResources, ...ofPaths];
}

/**
 * Whether a rule allows something, as the API server finds out when somebody hands rights on.
 *
 * @see Kubernetes `component-helpers/auth/rbac/validation/policy_comparator.go` v1.36
 */
export function allowsAccess(rule: PolicyRule, { verb, group, resource, name, path }: Access): boolean {
  if (!hasOrAll(rule.verbs, verb)) return false;
  if (path !== undefined) {
    return (rule.nonResourceURLs ?? []).some((url) =>
      url === path || (url.endsWith("*") && path.startsWith(url.slice(0, -1)))
    );
  }
  const [, subresource] = resource.split("/");
  const isResource = hasOrAll(rule.resources, resource) ||
    (subresource !== undefined && rule.resources.includes(`*/${subresource}`));
  const { resourceNames = [] } = rule;
  return hasOrAll(rule.apiGroups, group) && isResource && (resourceNames.length === 0 || resourceNames.includes(name));
}

function hasOrAll(list: readonly string[], value: string): boolean {
  return list.includes("*") || list.includes(value);
}

/**
 * Asks whether whoever asks may do something.
 *
 * @param namespace Where; undefined for the whole cluster.
 */
export async function mayAccess(
  client: KubeClient,
  { verb, group, resource: full, name, path }: Access,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const [resource = "", subresource = ""] = full.split("/");
  const attributes: JsonObject = { verb, group, resource, subresource, name };
  if (namespace !== undefined) attributes.namespace = namespace;
  const spec: JsonObject = path === undefined
    ? { resourceAttributes: attributes }
    : { nonResourceAttributes: { verb, path } };
  const { allowed } = await reviewSelf(client, "authorization.k8s.io", "SelfSubjectAccessReview", spec, signal);
  return allowed === true;
}

/**
 * Asks for the rules that whoever asks has in a namespace, those of the whole cluster among them. What an authorizer other
 * than RBAC allows may be missing.
 *
 * @param namespace It need not be there; undefined for the whole cluster alone.
 */
export async function readOwnRules(
  client: KubeClient,
  namespace: string | undefined,
  signal?: AbortSignal,
): Promise<PolicyRule[]> {
  const spec = { namespace: namespace ?? NOWHERE };
  const status = await reviewSelf(client, "authorization.k8s.io", "SelfSubjectRulesReview", spec, signal);
  return [...readRules(status.resourceRules), ...readRules(status.nonResourceRules)];
}

/** Rules as a Role has them in its `rules`. */
export function readRules(rules: JsonValue | undefined): PolicyRule[] {
  return (Array.isArray(rules) ? rules.filter(isObject) : []).map((rule) => {
    const [resourceNames, nonResourceURLs] = [textsOf(rule, "resourceNames"), textsOf(rule, "nonResourceURLs")];
    return {
      apiGroups: textsOf(rule, "apiGroups"),
      resources: textsOf(rule, "resources"),
      ...(resourceNames.length === 0 ? {} : { resourceNames }),
      verbs: textsOf(rule, "verbs"),
      ...(nonResourceURLs.length === 0 ? {} : { nonResourceURLs }),
    };
  });
}

function textsOf(rule: JsonObject, field: string): string[] {
  const value = rule[field];
  return Array.isArray(value) ? value.filter((text) => typeof text === "string") : [];
}
