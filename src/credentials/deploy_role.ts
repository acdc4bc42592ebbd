import { getPath, type JsonObject } from "../base/mod.ts";
import { type ApiResource, readRules } from "../kube/mod.ts";
import { formatRef, groupOf, hasGeneratedName, type Manifest, type ObjectRef, refOf } from "../manifest/mod.ts";
import { Grants, isRole } from "./grants.ts";

/** What a rule is for: a deploy can do its work without `watch`, `lock` and `record`. */
export type DeployPurpose = "write" | "grant" | "prune" | "watch" | "lock" | "record";

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
  /** For programs. */
  purpose: DeployPurpose;
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
  /** Delete what leaves the overlay. */
  prune?: {
    /** What keeps the inventory, where that is in this namespace. */
    set?: { resource: "secrets" | "configmaps"; name: string };
  };
  /** Follow the rollouts, and say why one fails. @default {true} */
  watches?: boolean;
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
  const { namespace, resourceOf, prune, locks = [], recordsReleases = false, watches = true } = options;
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
    collector.add(WHY.writes, group, resource.plural, WRITE, isHashed ? undefined : ref.name);
    if (watches && kind in WORKLOADS) collector.add(WHY.waits, group, resource.plural, WATCH);
    if (prune !== undefined) collector.add(WHY.deletes, group, resource.plural, ["delete", "list"]);
    if (kind in POWERFUL) notes.add(`writes ${formatRef(ref)}: ${POWERFUL[kind]}`);
  }
  if (watches) addWatching(collector, kinds);
  addScaling(collector, kinds, own);
  addGrants(collector, notes, own);
  if (prune !== undefined) addPruning(collector, prune);
  if (locks.length > 0) {
    collector.add(WHY.locks, LEASES, "leases", ["create"]);
    for (const lock of locks) collector.add(WHY.locks, LEASES, "leases", ["get", "patch", "delete"], lock);
  }
  if (recordsReleases) {
    collector.add(WHY.records, "", "secrets", ["list", "create", "patch", "get", "delete"]);
    notes.add("records releases: they are Secrets, and who lists those reads all Secrets of the namespace");
  }
  return { rules: collector.rules(), forAdmin: [...forAdmin.values()], notes: [...notes] };
}

/** Why a rule is there. */
type Why = Pick<DeployRule, "purpose" | "reason">;

const WHY = {
  writes: { purpose: "write", reason: "writes the overlay's objects" },
  waits: { purpose: "watch", reason: "waits for the rollout" },
  follows: { purpose: "watch", reason: "follows the pods" },
  tells: { purpose: "watch", reason: "tells new pods from old ones" },
  explains: { purpose: "watch", reason: "says why a rollout fails" },
  scales: { purpose: "watch", reason: "leaves replicas to autoscalers" },
  handsOn: { purpose: "grant", reason: "hands on to the overlay's Roles" },
  deletes: { purpose: "prune", reason: "deletes what left the overlay" },
  keeps: { purpose: "prune", reason: "keeps the inventory" },
  finds: { purpose: "prune", reason: "finds what is still in use" },
  locks: { purpose: "lock", reason: "keeps two deploys apart" },
  records: { purpose: "record", reason: "records releases" },
} as const satisfies Record<string, Why>;

const LEASES = "coordination.k8s.io";
const WRITE = ["get", "patch", "create"];
const WATCH = ["list", "watch"];

function workloadsAmong(kinds: ReadonlySet<string>): string[] {
  return Object.keys(WORKLOADS).filter((kind) => kinds.has(kind));
}

function addWatching(collector: RuleCollector, kinds: ReadonlySet<string>): void {
  const workloads = workloadsAmong(kinds);
  if (workloads.length === 0) return;
  collector.add(WHY.follows, "", "pods", WATCH);
  for (const { revisions } of workloads.map((kind) => WORKLOADS[kind]!)) {
    if (revisions !== undefined) collector.add(WHY.tells, "apps", revisions, WATCH);
  }
  collector.add(WHY.explains, "", "events", WATCH);
  collector.add(WHY.explains, "", "pods/log", ["get"]);
}

/** The plan asks who decides about the number of pods, also where nobody waits for them. */
function addScaling(collector: RuleCollector, kinds: ReadonlySet<string>, manifests: readonly Manifest[]): void {
  const setsReplicas = manifests.some((manifest) => getPath(manifest, "spec", "replicas") !== undefined);
  if (!setsReplicas || workloadsAmong(kinds).length === 0) return;
  collector.add(WHY.scales, "autoscaling", "horizontalpodautoscalers", ["list"]);
}

function addPruning(collector: RuleCollector, { set }: NonNullable<DeployRoleOptions["prune"]>): void {
  if (set !== undefined) collector.add(WHY.keeps, "", set.resource, WRITE, set.name);
  collector.add(WHY.finds, "apps", "replicasets", ["list"]);
  collector.add(WHY.finds, "apps", "controllerrevisions", ["list"]);
  collector.add(WHY.finds, "batch", "jobs", ["list"]);
}

/** The API server lets nobody hand on what he doesn't have himself: the deployer gets what the overlay's Roles grant. */
function addGrants(collector: RuleCollector, notes: Set<string>, manifests: readonly Manifest[]): void {
  for (const role of manifests.filter(isRole)) {
    for (const rule of readRules(role.rules)) collector.addWhole({ ...rule, ...WHY.handsOn });
    notes.add(`writes ${formatRef(refOf(role))}: whoever grants rights must have them, so the deployer has these, too`);
  }
}

/** Gathers permissions into few rules, in the order in which they were asked for. */
class RuleCollector {
  readonly #rules = new Map<string, DeployRule>();

  add({ purpose, reason }: Why, group: string, resource: string, verbs: readonly string[], name?: string): void {
    const key = JSON.stringify([reason, group, resource, name === undefined]);
    const known = this.#rules.get(key) ??
      {
        apiGroups: [group],
        resources: [resource],
        verbs: [],
        purpose,
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
      // What is allowed for any name needs no rule for some, and nothing a second one.
      const others = all.filter((other, i) =>
        i < at || (resourceNames !== undefined && other.resourceNames === undefined)
      );
      const verbs = rule.verbs.filter((verb) => !others.some((other) => covers(other, rule, verb)));
      return { ...rule, verbs, ...(resourceNames === undefined ? {} : { resourceNames: resourceNames.toSorted() }) };
    }).filter(({ verbs }) => verbs.length > 0);
  }
}

/** Whether a rule allows a verb of another one for all that this is about. */
function covers(other: DeployRule, { apiGroups, resources, resourceNames }: DeployRule, verb: string): boolean {
  return other.verbs.includes(verb) && apiGroups.every((group) => other.apiGroups.includes(group)) &&
    resources.every((resource) => other.resources.includes(resource)) &&
    (other.resourceNames === undefined || (resourceNames ?? [""]).every((name) => other.resourceNames!.includes(name)));
}

/** A rule as a Role has it. */
export function toRoleRule({ apiGroups, resources, resourceNames, verbs }: DeployRule): JsonObject {
  return { apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }), verbs };
}
