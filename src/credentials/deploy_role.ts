import { getPath, type JsonObject } from "../base/mod.ts";
import { type ApiResource, readRules } from "../kube/mod.ts";
import { formatRef, groupOf, hasGeneratedName, type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { Grants, isRole } from "./grants.ts";

/** One rule of a deployer's Role, and why it is there. */
export interface DeployRule {
  /** Empty text for the core group. */
  apiGroups: string[];
  /** Plural names. */
  resources: string[];
  /** Absent: objects of any name. */
  resourceNames?: string[];
  /** `get`, `patch`, `create` … */
  verbs: string[];
  /** For people: `writes the overlay's objects`. */
  reason: string;
}

/** What a deployer of some manifests may do, and what he can't. */
export interface DeployRole {
  /** Rules of a Role in the namespace. */
  rules: DeployRule[];
  /** Objects that no Role of the namespace can allow: an admin must create these. */
  forAdmin: ObjectRef[];
  /** What a person should know about the rules, a sentence each. */
  notes: string[];
}

/** What a deployer is to do beside applying and waiting. */
export interface DeployRoleOptions {
  /** Where the Role is. */
  namespace: string;
  /** Delete what leaves the overlay: the name of the Secret that keeps the inventory. */
  pruneSet?: string;
  /** Names of the Leases that keep two deploys apart. */
  locks?: readonly string[];
  /** Record releases, which are Secrets: this is a right to read all Secrets of the namespace. @default {false} */
  recordsReleases?: boolean;
  /** The resource type of a kind; undefined for what the cluster hasn't got. */
  resourceOf(apiVersion: string, kind: string): ApiResource | undefined;
}

/** Kinds whose pods are watched while they are rolled out, and what tells their new pods from old ones. */
const WORKLOADS: Record<string, { revisions?: "replicasets" | "controllerrevisions" }> = {
  "apps/Deployment": { revisions: "replicasets" },
  "apps/StatefulSet": {},
  "apps/DaemonSet": { revisions: "controllerrevisions" },
  "apps/ReplicaSet": {},
  "batch/Job": {},
  "/Pod": {},
};

/** Kinds that let their writer have more than the rule says. */
const POWERFUL: Record<string, string> = {
  "/ServiceAccount": "pods of any workload can then run as it",
  "/Secret": "a patch answers with the whole Secret, so this is a right to read it",
};

/**
 * The least that deploying some manifests to a namespace needs: server-side apply of exactly these objects, watching
 * their rollouts, and the logs and events that tell why one fails. Never a wildcard.
 *
 * A create cannot be restricted by name when it is a POST; the create that a server-side apply asks for can be, because the
 * API server asks its authorizer with the name from the URL.
 *
 * @see Kubernetes `apiserver/pkg/endpoints/handlers/patch.go` v1.36 (createAuthorizerAttributes)
 */
export function generateDeployRole(manifests: readonly Manifest[], options: DeployRoleOptions): DeployRole {
  const { namespace, resourceOf, pruneSet, locks = [], recordsReleases = false } = options;
  const collector = new RuleCollector();
  const forAdmin = new Map<string, ObjectRef>();
  const notes = new Set<string>();
  const kinds = new Set<string>();
  const own: Manifest[] = [];
  const grants = new Grants(manifests);
  for (const manifest of manifests) {
    const ref = refOf(manifest);
    const resource = resourceOf(ref.apiVersion, ref.kind);
    const isForeign = resource?.namespaced !== false && (ref.namespace ?? namespace) !== namespace;
    const tooMuch = grants.refusalOf(manifest);
    if (resource === undefined || !resource.namespaced || isForeign || tooMuch !== undefined) {
      forAdmin.set(JSON.stringify(ref), ref);
      if (tooMuch !== undefined) notes.add(`${formatRef(ref)} is an admin's: ${tooMuch}`);
      continue;
    }
    const group = groupOf(ref.apiVersion);
    const kind = `${group}/${ref.kind}`;
    kinds.add(kind);
    own.push(manifest);
    const isHashed = hasGeneratedName(ref);
    if (isHashed) {
      notes.add(`${resource.plural} of any name: the names of generated ones end in a hash of their content`);
    }
    collector.add("writes the overlay's objects", group, resource.plural, WRITE, isHashed ? undefined : ref.name);
    if (kind in WORKLOADS) collector.add("waits for the rollout", group, resource.plural, WATCH);
    if (pruneSet !== undefined) {
      collector.add("deletes what left the overlay", group, resource.plural, ["delete", "list"]);
    }
    if (kind in POWERFUL) notes.add(`writes ${formatRef(ref)}: ${POWERFUL[kind]}`);
  }
  addWatching(collector, kinds, own);
  addGrants(collector, notes, own);
  if (pruneSet !== undefined) {
    collector.add("keeps the inventory", "", "secrets", WRITE, pruneSet);
    collector.add("finds what is still in use", "apps", "replicasets", ["list"]);
    collector.add("finds what is still in use", "apps", "controllerrevisions", ["list"]);
    collector.add("finds what is still in use", "batch", "jobs", ["list"]);
  }
  if (locks.length > 0) {
    collector.add("keeps two deploys apart", LEASES, "leases", ["create"]);
    for (const lock of locks) {
      collector.add("keeps two deploys apart", LEASES, "leases", ["get", "patch", "delete"], lock);
    }
  }
  if (recordsReleases) {
    collector.add("records releases", "", "secrets", ["list", "create", "patch", "get", "delete"]);
    notes.add("records releases: they are Secrets, and who lists those reads all Secrets of the namespace");
  }
  return { rules: collector.rules(), forAdmin: [...forAdmin.values()], notes: [...notes] };
}

const LEASES = "coordination.k8s.io";
const WRITE = ["get", "patch", "create"];
const WATCH = ["list", "watch"];

function addWatching(collector: RuleCollector, kinds: ReadonlySet<string>, manifests: readonly Manifest[]): void {
  const workloads = Object.keys(WORKLOADS).filter((kind) => kinds.has(kind));
  if (workloads.length === 0) return;
  collector.add("follows the pods", "", "pods", WATCH);
  for (const { revisions } of workloads.map((kind) => WORKLOADS[kind]!)) {
    if (revisions !== undefined) collector.add("tells new pods from old ones", "apps", revisions, WATCH);
  }
  collector.add("says why a rollout fails", "", "events", WATCH);
  collector.add("says why a rollout fails", "", "pods/log", ["get"]);
  const setsReplicas = manifests.some((manifest) => getPath(manifest, "spec", "replicas") !== undefined);
  if (setsReplicas) {
    collector.add("leaves replicas to autoscalers", "autoscaling", "horizontalpodautoscalers", ["list"]);
  }
}

/** The API server lets nobody hand on what he doesn't have himself: the deployer gets what the overlay's Roles grant. */
function addGrants(collector: RuleCollector, notes: Set<string>, manifests: readonly Manifest[]): void {
  for (const role of manifests.filter(isRole)) {
    for (const rule of readRules(role.rules)) collector.addWhole({ ...rule, reason: HANDS_ON });
    notes.add(`writes ${formatRef(refOf(role))}: whoever grants rights must have them, so the deployer has these, too`);
  }
}

const HANDS_ON = "hands on to the overlay's Roles";

/** Gathers permissions into few rules, in the order in which they were asked for. */
class RuleCollector {
  readonly #rules = new Map<string, DeployRule>();

  add(reason: string, group: string, resource: string, verbs: readonly string[], name?: string): void {
    const key = JSON.stringify([reason, group, resource, name === undefined]);
    const known = this.#rules.get(key) ??
      {
        apiGroups: [group],
        resources: [resource],
        verbs: [],
        reason,
        ...(name === undefined ? {} : { resourceNames: [] }),
      };
    known.verbs = [...new Set([...known.verbs, ...verbs])];
    if (name !== undefined && !known.resourceNames!.includes(name)) known.resourceNames!.push(name);
    this.#rules.set(key, known);
  }

  /** A rule whose names and verbs belong together. */
  addWhole(rule: DeployRule): void {
    this.#rules.set(JSON.stringify(rule), rule);
  }

  rules(): DeployRule[] {
    const all = [...this.#rules.values()];
    return all.map((rule, at) => {
      const { resourceNames } = rule;
      // What is allowed for any name needs no rule for some, and no second one.
      const others = resourceNames === undefined ? all.slice(0, at) : all;
      const verbs = rule.verbs.filter((verb) => !others.some((other) => allowsAnyName(other, rule, verb)));
      return { ...rule, verbs, ...(resourceNames === undefined ? {} : { resourceNames: resourceNames.toSorted() }) };
    }).filter(({ verbs }) => verbs.length > 0);
  }
}

function allowsAnyName(other: DeployRule, { apiGroups, resources }: DeployRule, verb: string): boolean {
  return other.resourceNames === undefined && other.verbs.includes(verb) &&
    apiGroups.every((group) => other.apiGroups.includes(group)) &&
    resources.every((resource) => other.resources.includes(resource));
}

/** A rule as a Role has it. */
export function toRoleRule({ apiGroups, resources, resourceNames, verbs }: DeployRule): JsonObject {
  return { apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }), verbs };
}
