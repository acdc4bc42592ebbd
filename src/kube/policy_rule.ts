import { groupOf } from "../manifest/mod.ts";
import type { ApiVerb, Operation } from "./operation.ts";

/** One rule of a Role or, without a namespace, of a ClusterRole. */
export interface PolicyRule {
  /** Empty text for the core group. */
  apiGroups: string[];
  /** Plural names, with the subresource where there is one: `pods/log`. */
  resources: string[];
  /** `get`, `create`, `patch` … */
  verbs: string[];
  /** Paths that are no resources, such as `/version`; the two lists above are then empty. */
  nonResourceURLs?: string[];
  /** Where the rule is needed; absent: in the whole cluster. */
  namespace?: string;
}

/** What the server's authorizer says when it refuses. Source: apiserver `responsewriters/errors.go`, forbiddenMessage. */
const REFUSED_RESOURCE =
  /cannot (\S+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)"| at the cluster scope)?/;
const REFUSED_PATH = /cannot (\S+) path "([^"]+)"/;

/** Verbs that one operation of kstage needs in the end, so that one request for permissions is enough. */
const VERBS_NEEDED: Partial<Record<ApiVerb, string[]>> = {
  apply: ["get", "create", "patch"],
  watch: ["get", "list", "watch"],
  list: ["list"],
};

/**
 * The rule whose absence made the server refuse: from its message, or from what was asked when the message says
 * nothing.
 */
export function missingRule(message: string, operation: Operation): PolicyRule | undefined {
  const path = REFUSED_PATH.exec(message);
  if (path) return { apiGroups: [], resources: [], verbs: [path[1]!], nonResourceURLs: [path[2]!] };
  const refused = REFUSED_RESOURCE.exec(message);
  if (refused) {
    const [, verb, resource, group, namespace] = refused;
    return rule(group!, resource!, [...VERBS_NEEDED[operation.verb] ?? [], verb!], namespace);
  }
  const { resource, namespace, verb } = operation;
  if (resource === undefined) return undefined;
  const plural = verb === "log" ? `${resource.plural}/log` : resource.plural;
  return rule(groupOf(resource.apiVersion), plural, VERBS_NEEDED[verb] ?? [verb === "log" ? "get" : verb], namespace);
}

function rule(group: string, resource: string, verbs: string[], namespace: string | undefined): PolicyRule {
  return {
    apiGroups: [group],
    resources: [resource],
    verbs: [...new Set(verbs)],
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** Rules for the same place and verbs made one, for an answer that is short enough to act on. */
export function mergeRules(rules: PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const { apiGroups, resources, verbs, nonResourceURLs, namespace } of rules) {
    const key = JSON.stringify([apiGroups, namespace, nonResourceURLs, [...verbs].sort()]);
    const known = merged.get(key);
    if (known === undefined) {
      const copy: PolicyRule = { apiGroups: [...apiGroups], resources: [...resources], verbs: [...verbs] };
      merged.set(key, { ...copy, ...(nonResourceURLs && { nonResourceURLs }), ...(namespace && { namespace }) });
    } else {
      known.resources = [...new Set([...known.resources, ...resources])];
    }
  }
  return [...merged.values()];
}

/** A rule as the YAML of one item of a Role's `rules`. */
export function formatRule({ apiGroups, resources, verbs, nonResourceURLs }: PolicyRule): string {
  const fields: [string, string[]][] = nonResourceURLs === undefined
    ? [["apiGroups", apiGroups], ["resources", resources], ["verbs", verbs]]
    : [["nonResourceURLs", nonResourceURLs], ["verbs", verbs]];
  return fields.map(([name, items], i) => `${i === 0 ? "- " : "  "}${name}: ${formatList(items)}`).join("\n");
}

function formatList(items: string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}
