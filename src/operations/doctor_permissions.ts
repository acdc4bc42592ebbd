import { toRoleRule } from "../credentials/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { leaseRef } from "../release/mod.ts";
import { renderManifests } from "./build.ts";
import type { Connection } from "./connect.ts";
import { type Account, accountOf, findElsewhere, type Lack, reviewPermissions } from "./deploy_permissions.ts";
import type { DoctorCheck } from "./doctor_check.ts";

/**
 * Asks for every permission that a deploy of the manifests needs, the lock's included.
 *
 * @param release The name of the lock.
 */
export async function checkPermissions(
  connection: Connection,
  manifests: readonly Manifest[],
  release: string,
): Promise<DoctorCheck[]> {
  const locks = [leaseRef(connection.namespace, release).name];
  const use = { locks, records: "whereMeant", watches: true } as const;
  const { lacks, needed } = await reviewPermissions(connection, manifests, use);
  if (lacks.length === 0) {
    return [{ layer: "permissions", status: "ok", cause: `All ${needed} that a deploy needs are there`, evidence: [] }];
  }
  const account = accountOf(await connection.readFacts());
  const elsewhere = findElsewhere(lacks, account);
  return [elsewhere === undefined ? describe(lacks) : describeElsewhere(account!, elsewhere, lacks)];
}

function describeElsewhere({ namespace, name }: Account, { place }: Lack, lacks: readonly Lack[]): DoctorCheck {
  const { remedy, ...check } = describe(lacks);
  return {
    ...check,
    code: "WRONG_NAMESPACE",
    cause: `ServiceAccount ${name} of namespace ${namespace} has no rights in namespace ${place}`,
    remedy: `If ${place} is the right namespace, the RoleBinding must be in it, not in ${namespace}. ${remedy}`,
  };
}

function describe(lacks: readonly Lack[]): DoctorCheck {
  const missing = lacks.map(({ place, rules }) =>
    `In namespace ${place}:\n${renderManifests([{ rules: rules.map(toRoleRule) }])}`.trimEnd()
  );
  return {
    layer: "permissions",
    status: "failed",
    code: "RULE_MISSING",
    cause: "The token may not do all that a deploy needs",
    evidence: lacks.flatMap(({ rules }) =>
      rules.map(({ verbs, resources, reason }) => `${verbs.join("/")} ${resources.join(", ")}: ${reason}`)
    ),
    remedy: `Add to the deployer's Role, or run kstage bootstrap again\n${missing.join("\n")}`,
  };
}
