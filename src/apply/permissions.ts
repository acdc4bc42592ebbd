import { getPath, isObject } from "../base/mod.ts";
import {
  type Access,
  accessesOf,
  allowsAccess,
  ApiError,
  builtinResource,
  type KubeClient,
  mayAccess,
  type PolicyRule,
  readOwnRules,
  readRules,
} from "../kube/mod.ts";
import { groupOf, type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import type { Change } from "./change.ts";
import { forbiddenChange, type Lack } from "./forbidden.ts";
import { mapConcurrently, type PoolOptions } from "./pool.ts";
import { type Candidate, isDefinition } from "./prepare.ts";
import type { Prerequisites } from "./prerequisites.ts";

const RBAC = "rbac.authorization.k8s.io";

/** Something that an object needs and that its dry-run does not show. */
interface Demand {
  change: Change;
  /** Where it is needed; undefined for the whole cluster. */
  namespace: string | undefined;
  access: Access;
  /** What does as well: all that these rules allow. */
  instead?: readonly PolicyRule[];
}

/** One question to the server at the beginning, beside the first dry-runs. */
export type Question = (signal: AbortSignal) => Promise<void>;

/**
 * What the caller may do, where a dry-run can't tell: the server judges an object whose namespace, kind or role comes with
 * the same apply only when that is there, and something is written by then. So the caller's rules are asked for, one
 * request per namespace, and each refusal is made sure of. Roles and bindings need more than verbs: nobody may hand on
 * what they don't have, unless they may `escalate` or `bind`.
 *
 * What bindings of the same apply will give does not count, as it does not for a dry-run.
 *
 * @see Kubernetes `pkg/registry/rbac/<kind>/policybased/storage.go` v1.36
 */
export class Permissions {
  /** Rules by namespace, `undefined` for the cluster; absent where they are not known. */
  readonly #held = new Map<string | undefined, PolicyRule[]>();
  /** Roles of the cluster that bindings name and that are not among the objects. */
  readonly #clusterRoles = new Map<string, Manifest>();

  constructor(
    readonly client: KubeClient,
    readonly candidates: ReadonlyMap<string, Candidate>,
    readonly prerequisites: ReadonlyMap<string, Prerequisites>,
    readonly pool: PoolOptions,
  ) {}

  /** What must be known in case that objects can't be judged; nothing when all can be. */
  questions(): Question[] {
    const entangled = [...this.candidates.values()].filter(({ ref }) => {
      const { blocking, consulted } = this.#prerequisitesOf(ref);
      return blocking.length > 0 || consulted.length > 0;
    });
    const namespaces = new Set(entangled.map(({ ref }) => ref.namespace));
    const blocked = entangled.filter(({ ref }) => this.#prerequisitesOf(ref).blocking.length > 0);
    const roles = new Map(
      blocked.map(({ desired }) => roleOf(desired)).filter((role) =>
        role?.kind === "ClusterRole" && !this.candidates.has(refKey(role))
      ).map((role) => [role!.name, role!]),
    );
    return [
      ...[...namespaces].map((namespace): Question => async (signal) => {
        const rules = await unlessRefused(readOwnRules(this.client, namespace, signal));
        if (rules !== undefined) this.#held.set(namespace, rules);
      }),
      ...[...roles.values()].map((role): Question => async (signal) => {
        const found = await unlessRefused(this.client.get(role, signal));
        if (found !== undefined) this.#clusterRoles.set(role.name, found);
      }),
    ];
  }

  /** The same changes, but refused where the caller may not do what they need. */
  async refuse(changes: readonly Change[]): Promise<Change[]> {
    const byKey = new Map(changes.map((change) => [refKey(change.ref), change]));
    const demands = (await Promise.all(changes.map((change) => this.#demandsOf(change, byKey)))).flat();
    const doubtful = demands.filter((demand) => this.#notHeld(demand).length > 0);
    if (doubtful.length === 0) return [...changes];
    const lacks = Map.groupBy(await this.#findLacks(doubtful), ({ change }) => change);
    const isRefused = (ref: ObjectRef | undefined) => {
      const change = ref && byKey.get(refKey(ref));
      return change !== undefined && (change.kind === "refused" || lacks.has(change));
    };
    return changes.map((change) => {
      const its = (lacks.get(change) ?? []).filter(({ access }) =>
        // That a role is refused is told once, not again for its binding.
        access.verb !== "bind" || !isRefused(roleOf(change.desired))
      );
      return its.length === 0 ? change : forbiddenChange(change, its, this.#isNamespaceToCome(change, byKey));
    });
  }

  async #demandsOf(change: Change, byKey: ReadonlyMap<string, Change>): Promise<Demand[]> {
    const { ref, desired, kind } = change;
    const { namespace, name } = ref;
    const demands: Demand[] = [];
    const add = (verb: string, access: Omit<Access, "verb">, instead?: readonly PolicyRule[]) =>
      demands.push({ change, namespace, access: { verb, ...access }, ...(instead && { instead }) });
    if (kind === "deferred") {
      const resource = await this.#pluralOf(change);
      if (resource === undefined) return [];
      for (const verb of ["patch", "create"]) add(verb, { group: groupOf(ref.apiVersion), resource, name });
      const rules = groupOf(ref.apiVersion) === RBAC && ref.kind === "Role" ? rulesOf(desired) : undefined;
      if (rules !== undefined) add("escalate", { group: RBAC, resource, name }, rules);
    }
    const role = kind === "unchanged" ? undefined : roleOf(desired);
    const bound = role && this.#boundRules(role, kind === "deferred", byKey);
    if (bound !== undefined) {
      add("bind", { group: RBAC, resource: role!.kind === "Role" ? "roles" : "clusterroles", name: role!.name }, bound);
    }
    return demands;
  }

  /** What a binding's role will grant, as far as the server has not held it against that. */
  #boundRules(role: ObjectRef, isUnjudged: boolean, byKey: ReadonlyMap<string, Change>): PolicyRule[] | undefined {
    const change = byKey.get(refKey(role));
    if (change === undefined) {
      const found = isUnjudged && role.kind === "ClusterRole" ? this.#clusterRoles.get(role.name) : undefined;
      return found && rulesOf(found);
    }
    return isUnjudged || change.kind !== "unchanged" ? rulesOf(change.desired) : undefined;
  }

  async #pluralOf({ ref }: Change): Promise<string | undefined> {
    const { apiVersion, kind } = ref;
    const builtin = builtinResource(apiVersion, kind);
    if (builtin !== undefined) return builtin.plural;
    const definition = this.#prerequisitesOf(ref).blocking.map((key) => this.candidates.get(key)!.desired)
      .find(isDefinition);
    const plural = getPath(definition, "spec", "names", "plural");
    return typeof plural === "string" ? plural : (await this.client.resourceOf(apiVersion, kind))?.plural;
  }

  /** What a demand lacks by the rules that are known: empty when it is met. */
  #notHeld({ access, instead, namespace }: Demand): Access[] {
    const rules = this.#held.get(namespace) ?? [];
    const isHeld = (wanted: Access) => rules.some((rule) => allowsAccess(rule, wanted));
    if (isHeld(access)) return [];
    if (instead === undefined) return [access];
    const lacking = instead.flatMap(accessesOf).filter((wanted) => !isHeld(wanted));
    return lacking.length === 0 ? [] : [access, ...lacking];
  }

  /** Asks for what the rules don't show, since others than RBAC may allow it, or the rules are not to be had. */
  async #findLacks(demands: readonly Demand[]): Promise<Lack[]> {
    const key = (access: Access, namespace?: string) => JSON.stringify([access, namespace]);
    const questions = new Map(
      demands.flatMap((demand) =>
        this.#notHeld(demand).map((access) => [key(access, demand.namespace), { ...demand, access }] as const)
      ),
    );
    const denied = new Set<string>();
    await mapConcurrently([...questions], this.pool, async ([question, { access, namespace }], signal) => {
      const may = await unlessRefused(mayAccess(this.client, access, namespace, signal));
      if (may === false) denied.add(question);
    });
    return demands.flatMap(({ change, namespace, access, instead }): Lack[] => {
      const isDenied = (wanted: Access) => denied.has(key(wanted, namespace));
      if (!isDenied(access)) return [];
      const missing = instead?.map((rule) => ({ rule, accesses: accessesOf(rule).filter(isDenied) }))
        .filter(({ accesses }) => accesses.length > 0);
      return missing?.length === 0 ? [] : [{ change, access, ...(missing && { missing }) }];
    });
  }

  #isNamespaceToCome({ ref }: Change, byKey: ReadonlyMap<string, Change>): boolean {
    return this.#prerequisitesOf(ref).blocking.some((key) => {
      const change = byKey.get(key);
      return change?.ref.kind === "Namespace" && change.kind !== "unchanged" && change.kind !== "update";
    });
  }

  #prerequisitesOf(ref: ObjectRef): Prerequisites {
    return this.prerequisites.get(refKey(ref))!;
  }
}

/** The role that a binding names; undefined for other kinds. */
function roleOf({ apiVersion, kind, metadata, roleRef }: Manifest): ObjectRef | undefined {
  if (groupOf(apiVersion) !== RBAC || !kind.endsWith("Binding") || !isObject(roleRef)) return undefined;
  const { kind: roleKind, name } = roleRef;
  if (typeof name !== "string" || (roleKind !== "Role" && roleKind !== "ClusterRole")) return undefined;
  const { namespace } = metadata;
  const place = roleKind === "Role" && typeof namespace === "string" ? { namespace } : {};
  return { apiVersion: `${RBAC}/v1`, kind: roleKind, name, ...place };
}

/** What a role grants; undefined when a controller will put it together. */
function rulesOf(role: Manifest): PolicyRule[] | undefined {
  return role.aggregationRule === undefined || role.aggregationRule === null ? readRules(role.rules) : undefined;
}

/** A server that won't say leaves it open. */
async function unlessRefused<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}
