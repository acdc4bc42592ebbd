import { type ConnectionFacts, type DeployRule, generateDeployRole } from "../credentials/mod.ts";
import {
  type Access,
  accessesOf,
  allowsAccess,
  ApiError,
  type ApiResource,
  builtinResource,
  type KubeClient,
  mayAccess,
  type PolicyRule,
  readOwnRules,
} from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { Connection } from "./connect.ts";

/** What a deploy is to do beside writing its objects. */
export interface DeployUse {
  /** Names of the Leases that it takes. */
  locks: readonly string[];
  /**
   * Whether it records the release. Bootstrap lets that be chosen, so `whereMeant` asks for all that a record needs only
   * of who may do a part of it which the other work doesn't need.
   */
  records: "always" | "whereMeant" | "never";
  /** Whether the rollouts are followed. */
  watches: boolean;
  /** The inventory, where what left the overlay is deleted. */
  pruneSet?: { resource: "secrets" | "configmaps"; name: string };
}

/** What is lacking in one namespace. */
export interface Lack {
  /** The namespace. */
  place: string;
  /** Rules with the verbs and names that are refused. */
  rules: DeployRule[];
  /** Whether nothing at all is allowed there. */
  isAll: boolean;
}

/** What became of the questions. */
export interface PermissionReview {
  /** How many permissions are needed. */
  needed: number;
  lacks: Lack[];
}

/**
 * Which of the permissions that deploying some manifests needs are not there: one question for each namespace, and one
 * to make sure of each permission that is not listed: not every authorizer lists what it allows.
 *
 * @throws {ApiError} When the server doesn't say.
 */
export async function reviewPermissions(
  { client, namespace }: Pick<Connection, "client" | "namespace">,
  manifests: readonly Manifest[],
  use: DeployUse,
  signal?: AbortSignal,
): Promise<PermissionReview> {
  const asking: Asking = { client, signal };
  const byNamespace = Map.groupBy(manifests, ({ metadata }) => String(metadata.namespace ?? namespace));
  const lacks: Lack[] = [];
  let needed = 0;
  await Promise.all([...byNamespace].map(async ([place, objects]) => {
    const [held, kinds] = await Promise.all([readHeld(asking, place), readKinds(asking, objects)]);
    const rules = rulesOf(objects, place, use, { isHome: place === namespace, kinds, held });
    const all = rules.flatMap(accessesOf);
    const refused = await findRefused(asking, place, all, held);
    needed += all.length;
    if (refused.length > 0) {
      lacks.push({ place, rules: restrict(rules, refused), isAll: refused.length === all.length });
    }
  }));
  return { needed, lacks };
}

/** A token's ServiceAccount. */
export interface Account {
  namespace: string;
  name: string;
}

/** Whose the token is, where it says so. */
export function accountOf({ token }: Pick<ConnectionFacts, "token">): Account | undefined {
  const { namespace, serviceAccount } = token?.claims ?? {};
  return namespace === undefined || serviceAccount === undefined ? undefined : { namespace, name: serviceAccount };
}

/** The lack that comes of a RoleBinding which was made where the account is, and not where it is to deploy. */
export function findElsewhere(lacks: readonly Lack[], account: Account | undefined): Lack | undefined {
  return lacks.find(({ isAll, place }) => isAll && account !== undefined && place !== account.namespace);
}

/** What is needed in a namespace; the lock, the record and the inventory are in the deploy's own. */
function rulesOf(
  objects: readonly Manifest[],
  place: string,
  { locks, records, watches, pruneSet }: DeployUse,
  { isHome, kinds, held }: {
    isHome: boolean;
    kinds: ReadonlyMap<string, ApiResource>;
    held: readonly PolicyRule[] | undefined;
  },
): DeployRule[] {
  const options = {
    namespace: place,
    resourceOf: (apiVersion: string, kind: string) => kinds.get(`${apiVersion} ${kind}`),
    locks: isHome ? locks : [],
    watches,
    ...(pruneSet === undefined ? {} : { prune: isHome ? { set: pruneSet } : {} }),
  };
  const without = generateDeployRole(objects, options).rules;
  const isMeant = records === "whereMeant" && held !== undefined && isRecordMeant(without, held);
  const recordsReleases = isHome && (records === "always" || isMeant);
  const { rules } = recordsReleases ? generateDeployRole(objects, { ...options, recordsReleases }) : { rules: without };
  // Who may give any right needs none of those that are handed on.
  return held !== undefined && HAND_ON_ANY.every((access) => isHeld(held, access))
    ? rules.filter(({ purpose }) => purpose !== "grant")
    : rules;
}

const HAND_ON_ANY: readonly Access[] = [["roles", "escalate"], ["rolebindings", "create"], ["roles", "bind"]].map(
  ([resource, verb]) => ({ group: "rbac.authorization.k8s.io", resource: resource!, name: "", verb: verb! }),
);

function isHeld(held: readonly PolicyRule[], access: Access): boolean {
  return held.some((rule) => allowsAccess(rule, access));
}

/** Whether something of a record is allowed that nothing else is allowed for. */
function isRecordMeant(others: readonly DeployRule[], held: readonly PolicyRule[]): boolean {
  const explained = new Set(others.flatMap(accessesOf).map(keyOf));
  const { rules } = generateDeployRole([], { namespace: "", resourceOf: () => undefined, recordsReleases: true });
  return rules.flatMap(accessesOf).some((access) => isHeld(held, access) && !explained.has(keyOf(access)));
}

function keyOf({ verb, group, resource, name }: Access): string {
  return JSON.stringify([verb, group, resource, name]);
}

/** Who asks, until when. */
interface Asking {
  client: KubeClient;
  signal: AbortSignal | undefined;
}

async function readKinds({ client, signal }: Asking, objects: readonly Manifest[]): Promise<Map<string, ApiResource>> {
  const kinds = new Map<string, ApiResource>();
  await Promise.all(objects.map(async ({ apiVersion, kind }) => {
    const found = builtinResource(apiVersion, kind) ?? await client.resourceOf(apiVersion, kind, signal);
    if (found !== undefined) kinds.set(`${apiVersion} ${kind}`, found);
  }));
  return kinds;
}

/** Undefined where the server doesn't list them. */
async function readHeld({ client, signal }: Asking, namespace: string): Promise<PolicyRule[] | undefined> {
  try {
    return await readOwnRules(client, namespace, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === "UNAUTHORIZED") throw error;
    return undefined;
  }
}

async function findRefused(
  { client, signal }: Asking,
  namespace: string,
  needed: readonly Access[],
  held: readonly PolicyRule[] = [],
): Promise<Access[]> {
  const unlisted = needed.filter((access) => !isHeld(held, access));
  const [first, ...others] = unlisted;
  if (first === undefined) return [];
  const isAllowed = (access: Access) => mayAccess(client, access, namespace, signal);
  // Who may not ask is told so once.
  const answers = [await isAllowed(first), ...await Promise.all(others.map(isAllowed))];
  return unlisted.filter((_, i) => !answers[i]);
}

/** The parts of rules that are refused: of each its verbs and names. */
function restrict(rules: readonly DeployRule[], refused: readonly Access[]): DeployRule[] {
  const keys = new Set(refused.map(keyOf));
  return rules.flatMap((rule): DeployRule[] => {
    const its = accessesOf(rule).filter((access) => keys.has(keyOf(access)));
    if (its.length === 0) return [];
    const verbs = rule.verbs.filter((verb) => its.some((access) => access.verb === verb));
    if (rule.resourceNames === undefined) return [{ ...rule, verbs }];
    const resourceNames = rule.resourceNames.filter((name) => its.some((access) => access.name === name));
    return [{ ...rule, verbs, resourceNames }];
  });
}
