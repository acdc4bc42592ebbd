import { type ConnectionFacts, type DeployRule, generateDeployRole, toRoleRule } from "../credentials/mod.ts";
import { type Access, accessesOf, type ApiResource, builtinResource, type KubeClient, mayAccess } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { leaseRef } from "../release/mod.ts";
import { renderManifests } from "./build.ts";
import type { Connection } from "./connect.ts";
import type { DoctorCheck } from "./doctor_check.ts";

/** Questions at the same time. */
const QUESTIONS = 8;

/** What a token lacks in one namespace. */
interface Lack {
  place: string;
  rules: DeployRule[];
  /** Whether nothing at all is allowed there. */
  isAll: boolean;
}

/**
 * Asks for every permission that a deploy of the manifests needs. Without those for the lock a deploy does its work, too:
 * their absence is a warning.
 *
 * @param release The name of the lock.
 */
export async function checkPermissions(
  { client, namespace, readFacts }: Connection,
  manifests: readonly Manifest[],
  release: string,
): Promise<DoctorCheck[]> {
  const account = accountOf(await readFacts());
  const byNamespace = Map.groupBy(manifests, ({ metadata }) => String(metadata.namespace ?? namespace));
  const lacks: Lack[] = [];
  let asked = 0;
  for (const [place, objects] of byNamespace) {
    const kinds = await readKinds(client, objects);
    const resourceOf = (apiVersion: string, kind: string) => kinds.get(`${apiVersion} ${kind}`);
    const locks = place === namespace ? [leaseRef(place, release).name] : [];
    const { rules } = generateDeployRole(objects, { namespace: place, resourceOf, locks });
    const refused = await findRefused(client, place, rules);
    asked += refused.asked;
    if (refused.rules.length > 0) lacks.push({ place, rules: refused.rules, isAll: refused.count === refused.asked });
  }
  const isLock = ({ resources }: DeployRule) => resources[0] === "leases";
  const needed = select(lacks, (rule) => !isLock(rule));
  const forLock = select(lacks, isLock);
  const checks: DoctorCheck[] = [];
  const elsewhere = needed.find(({ isAll, place }) => isAll && account !== undefined && place !== account.namespace);
  if (elsewhere !== undefined) return [describeElsewhere(account!, elsewhere, needed)];
  if (needed.length > 0) checks.push(describe("failed", "The token may not do all that a deploy needs", needed));
  if (forLock.length > 0) checks.push(describe("warning", "The token may not keep two deploys apart", forLock));
  const cause = `All ${asked} that a deploy needs are there`;
  return checks.length > 0 ? checks : [{ layer: "permissions", status: "ok", cause, evidence: [] }];
}

function select(lacks: readonly Lack[], isWanted: (rule: DeployRule) => boolean): Lack[] {
  return lacks.map((lack) => ({ ...lack, rules: lack.rules.filter(isWanted) })).filter(({ rules }) => rules.length > 0);
}

/** A token's ServiceAccount. */
interface Account {
  namespace: string;
  name: string;
}

function accountOf({ token }: ConnectionFacts): Account | undefined {
  const { namespace, serviceAccount } = token?.claims ?? {};
  return namespace === undefined || serviceAccount === undefined ? undefined : { namespace, name: serviceAccount };
}

/** The RoleBinding was made where the account is, and not where it is to deploy. */
function describeElsewhere({ namespace, name }: Account, { place }: Lack, lacks: readonly Lack[]): DoctorCheck {
  const { remedy, ...check } = describe(
    "failed",
    `ServiceAccount ${name} of namespace ${namespace} has no rights in namespace ${place}`,
    lacks,
  );
  return {
    ...check,
    code: "WRONG_NAMESPACE",
    remedy: `If ${place} is the right namespace, the RoleBinding must be in it, not in ${namespace}. ${remedy}`,
  };
}

function describe(status: "failed" | "warning", cause: string, lacks: readonly Lack[]): DoctorCheck {
  const missing = lacks.map(({ place, rules }) =>
    `In namespace ${place}:\n${renderManifests([{ rules: rules.map(toRoleRule) }])}`.trimEnd()
  );
  return {
    layer: "permissions",
    status,
    code: status === "failed" ? "RULE_MISSING" : "LOCK_RULE_MISSING",
    cause,
    evidence: lacks.flatMap(({ rules }) =>
      rules.map(({ verbs, resources, reason }) => `${verbs.join("/")} ${resources.join(", ")}: ${reason}`)
    ),
    remedy: `Add to the deployer's Role, or run kstage bootstrap again\n${missing.join("\n")}`,
  };
}

async function readKinds(client: KubeClient, objects: readonly Manifest[]): Promise<Map<string, ApiResource>> {
  const kinds = new Map<string, ApiResource>();
  for (const { apiVersion, kind } of objects) {
    const key = `${apiVersion} ${kind}`;
    if (kinds.has(key)) continue;
    const found = builtinResource(apiVersion, kind) ?? await client.resourceOf(apiVersion, kind);
    if (found !== undefined) kinds.set(key, found);
  }
  return kinds;
}

/** One question to the server. */
interface Need extends Access {
  rule: DeployRule;
}

/** The parts of rules that are not allowed: of each its verbs and names that were refused. */
async function findRefused(client: KubeClient, namespace: string, rules: readonly DeployRule[]) {
  const needs = rules.flatMap((rule) => accessesOf(rule).map((access): Need => ({ rule, ...access })));
  const refused: Need[] = [];
  for (let i = 0; i < needs.length; i += QUESTIONS) {
    const some = needs.slice(i, i + QUESTIONS);
    const answers = await Promise.all(some.map((need) => mayAccess(client, need, namespace)));
    refused.push(...some.filter((_, at) => !answers[at]));
  }
  const lacking = [...Map.groupBy(refused, ({ rule }) => rule)].map(([rule, its]): DeployRule => ({
    ...rule,
    verbs: rule.verbs.filter((verb) => its.some((need) => need.verb === verb)),
    ...(rule.resourceNames === undefined
      ? {}
      : { resourceNames: rule.resourceNames.filter((name) => its.some((need) => need.name === name)) }),
  }));
  return { asked: needs.length, count: refused.length, rules: lacking };
}
