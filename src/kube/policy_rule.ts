import { groupOf, hasGeneratedName } from "../manifest/mod.ts";
import type { ApiVerb, Operation } from "./operation.ts";

/** One rule of a Role or, without a namespace, of a ClusterRole. */
export interface PolicyRule {
  /** Empty text for the core group. */
  apiGroups: string[];
  /** Plural names, with the subresource where there is one: `pods/log`. */
  resources: string[];
  /** Absent: objects of any name. */
  resourceNames?: string[];
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
  watch: ["list", "watch"],
  list: ["list"],
};

/** One rule in what the escalation check says. Source: `pkg/apis/rbac/v1/evaluation_helpers.go`, CompactString, v1.36. */
const NOT_HELD = /^\{APIGroups:\[(.*?)\], Resources:\[(.*?)\](?:, ResourceNames:\[(.*?)\])?, Verbs:\[(.*?)\]\}$/gm;

/** Verbs that are about one object of a known name; a create that is no apply is not, as far as RBAC goes. */
const NAMED: ReadonlySet<ApiVerb> = new Set(["get", "apply", "patch", "delete"]);

/**
 * The rules whose absence made the server refuse: from its message, or from what was asked when the message says
 * nothing. More than one only where a Role was to grant what its writer doesn't have.
 */
export function missingRules(message: string, operation: Operation): PolicyRule[] {
  const path = REFUSED_PATH.exec(message);
  if (path) return [{ apiGroups: [], resources: [], verbs: [path[1]!], nonResourceURLs: [path[2]!] }];
  const refused = REFUSED_RESOURCE.exec(message);
  if (refused) {
    const [, verb, resource, group, namespace] = refused;
    const found = rule(group!, resource!, [...VERBS_NEEDED[operation.verb] ?? [], verb!], namespace);
    return [{ ...found, ...nameOf(operation, resource!) }];
  }
  const { resource, namespace, verb } = operation;
  const notHeld = [...message.matchAll(NOT_HELD)];
  if (notHeld.length > 0) return notHeld.map((match) => readNotHeld(match, namespace));
  if (resource === undefined) return [];
  const plural = verb === "log" ? `${resource.plural}/log` : resource.plural;
  const verbs = VERBS_NEEDED[verb] ?? [verb === "log" ? "get" : verb];
  return [{ ...rule(groupOf(resource.apiVersion), plural, verbs, namespace), ...nameOf(operation, plural) }];
}

function nameOf({ verb, ref, resource }: Operation, plural: string): { resourceNames?: string[] } {
  const isNamed = NAMED.has(verb) && resource?.plural === plural && ref?.name !== undefined && !hasGeneratedName(ref);
  return isNamed ? { resourceNames: [ref.name] } : {};
}

function readNotHeld([, ...lists]: readonly (string | undefined)[], namespace: string | undefined): PolicyRule {
  const [groups, resources, names, verbs] = lists.map((text) =>
    [...(text ?? "").matchAll(/"([^"]*)"/g)].map(([, word]) => word!)
  );
  return {
    apiGroups: groups!,
    resources: resources!,
    ...(names!.length === 0 ? {} : { resourceNames: names! }),
    verbs: verbs!,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function rule(group: string, resource: string, verbs: string[], namespace: string | undefined): PolicyRule {
  return {
    apiGroups: [group],
    resources: [resource],
    verbs: [...new Set(verbs)],
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/**
 * Rules for the same place and verbs made one, for an answer that is short enough to act on: the resources of rules for
 * any name, the names of rules for one resource.
 */
export function mergeRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const { apiGroups, resources, resourceNames, verbs, nonResourceURLs, namespace } of rules) {
    const names = resourceNames && [...resourceNames];
    const key = JSON.stringify([apiGroups, namespace, nonResourceURLs, [...verbs].sort(), names && resources]);
    const known = merged.get(key);
    if (known === undefined) {
      const copy: PolicyRule = {
        apiGroups: [...apiGroups],
        resources: [...resources],
        ...(names && { resourceNames: names }),
        verbs: [...verbs],
      };
      merged.set(key, { ...copy, ...(nonResourceURLs && { nonResourceURLs }), ...(namespace && { namespace }) });
    } else {
      known.resources = [...new Set([...known.resources, ...resources])];
      if (names) known.resourceNames = [...new Set([...known.resourceNames ?? [], ...names])];
    }
  }
  const all = [...merged.values()];
  return all.filter((rule) => !all.some((other) => other !== rule && coversAnyName(other, rule)));
}

/** Whether a rule for any name allows all that another one does, whose key is another. */
function coversAnyName(
  other: PolicyRule,
  { apiGroups, resources, resourceNames, verbs, namespace }: PolicyRule,
): boolean {
  const isMore = resourceNames !== undefined || other.verbs.length > verbs.length ||
    other.resources.length > resources.length;
  return isMore && other.resourceNames === undefined && other.namespace === namespace &&
    other.apiGroups.join() === apiGroups.join() && resources.every((resource) => other.resources.includes(resource)) &&
    verbs.every((verb) => other.verbs.includes(verb));
}

/** A rule as the YAML of one item of a Role's `rules`. */
export function formatRule({ apiGroups, resources, resourceNames, verbs, nonResourceURLs }: PolicyRule): string {
  const fields: [string, string[]][] = nonResourceURLs === undefined
    ? [
      ["apiGroups", apiGroups],
      ["resources", resources],
      ...(resourceNames === undefined ? [] : [["resourceNames", resourceNames] as [string, string[]]]),
      ["verbs", verbs],
    ]
    : [["nonResourceURLs", nonResourceURLs], ["verbs", verbs]];
  return fields.map(([name, items], i) => `${i === 0 ? "- " : "  "}${name}: ${formatList(items)}`).join("\n");
}

function formatList(items: string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(", ")}]`;
}
