import { CodedError, getPath } from "../base/mod.ts";
import { DEPENDS_ON } from "../apply/mod.ts";
import type { DeployPurpose, DeployRule } from "../credentials/mod.ts";
import { ApiError, formatRule } from "../kube/mod.ts";
import { isManifest, type Manifest } from "../manifest/mod.ts";
import { leaseRef } from "../release/mod.ts";
import { describeInput } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import type { DeployOverlayOptions } from "./deploy_options.ts";
import { accountOf, type DeployUse, findElsewhere, type Lack, reviewPermissions } from "./deploy_permissions.ts";
import type { ProtectedHost } from "./protect.ts";
import { chooseApplySet } from "./prune.ts";
import { releaseNameOf } from "./release_options.ts";

/** Permissions that a deploy needs are missing, and nothing of it was written. */
export class PermissionError extends CodedError<"RULE_MISSING" | "WRONG_NAMESPACE"> {
  /** For `error.name`. */
  override name = "PermissionError";
}

/** What a deploy does its work without. */
const DISPENSABLE: ReadonlySet<DeployPurpose> = new Set(["watch", "lock", "record"]);

/**
 * Asks whether all is permitted that a deploy with these options needs, by the rules that bootstrap generates, unless what
 * is missing is to be noted, or the server to be asked nothing. Where the server doesn't say, what is missing shows when it is needed.
 *
 * @throws {PermissionError}
 */
export async function requirePermissions(
  host: ProtectedHost,
  connection: Connection,
  manifests: readonly Manifest[],
  options: DeployOverlayOptions,
): Promise<void> {
  const { missingPermissions = "fail", dryRun } = options;
  if (missingPermissions === "note" || dryRun === "client") return;
  // The plan refuses what is no object.
  if (!manifests.every(isManifest)) return;
  const use = await useOf(host, connection, manifests, options);
  try {
    const { lacks } = await reviewPermissions(connection, manifests, use, options.signal);
    const relevant = isDryRun(options) ? withoutDispensable(lacks) : lacks;
    if (relevant.length > 0) throw await describe(connection, relevant, options);
  } catch (error) {
    if (error instanceof PermissionError) throw error;
    if (!(error instanceof CodedError)) throw error;
    // The plan meets what is wrong with the connection or the credentials, too.
    if (error instanceof ApiError && error.code !== "UNAUTHORIZED") {
      options.progress.log(`note: the server does not tell what is permitted: ${error.message}`);
    }
  }
}

function isDryRun({ dryRun = "none" }: DeployOverlayOptions): boolean {
  return dryRun !== "none";
}

/** Nothing is locked, recorded, watched or deleted in a dry-run. */
async function useOf(
  host: ProtectedHost,
  connection: Connection,
  manifests: readonly Manifest[],
  options: DeployOverlayOptions,
): Promise<DeployUse> {
  if (isDryRun(options)) return { locks: [], records: "never", watches: false };
  const { lock = true, record = true, wait = true, rollbackOnFailure = false, prune } = options;
  // What others depend on is waited for in any case.
  const waitsForSome = manifests.some((manifest) =>
    getPath(manifest, "metadata", "annotations", DEPENDS_ON) !== undefined
  );
  const set = prune === undefined ? undefined : (await chooseApplySet(host, connection, options)).parent;
  return {
    locks: lock ? [leaseRef(connection.namespace, releaseNameOf(host, options)).name] : [],
    records: !record ? "never" : rollbackOnFailure ? "always" : "whereMeant",
    watches: wait || waitsForSome,
    ...(set === undefined
      ? {}
      : { pruneSet: { resource: set.kind === "Secret" ? "secrets" : "configmaps", name: set.name } }),
  };
}

function withoutDispensable(lacks: readonly Lack[]): Lack[] {
  return lacks.map((lack) => ({ ...lack, rules: lack.rules.filter(({ purpose }) => !DISPENSABLE.has(purpose)) }))
    .filter(({ rules }) => rules.length > 0);
}

async function describe(
  connection: Connection,
  lacks: readonly Lack[],
  options: DeployOverlayOptions,
): Promise<PermissionError> {
  const account = accountOf(await connection.readFacts());
  const { impersonation } = await connection.readCredential();
  const isSelf = impersonation === undefined && account !== undefined;
  const who = isSelf
    ? `ServiceAccount ${account.namespace}/${account.name}`
    : impersonation?.user ?? "the token's owner";
  const elsewhere = isSelf ? findElsewhere(lacks, account) : undefined;
  const places = lacks.map(({ place }) => place).join(", ");
  const what = `Cannot deploy ${describeInput(options)} to namespace ${places}`;
  const lead = elsewhere === undefined
    ? ""
    : `If ${elsewhere.place} is the right namespace, the RoleBinding must be in it, not in ${account!.namespace}. `;
  return new PermissionError(
    elsewhere === undefined ? "RULE_MISSING" : "WRONG_NAMESPACE",
    `${what}: ${who} may not do all that this needs; nothing was written`,
    { hint: `${lead}${describeRemedy(lacks)}` },
  );
}

function describeRemedy(lacks: readonly Lack[]): string {
  const blocks = lacks.map(({ place, rules }) =>
    `Add to the Role in namespace ${place}, or let an admin run kstage bootstrap again:\n${
      rules.map(describeRule).join("\n")
    }`
  );
  const purposes = lacks.flatMap(({ rules }) => rules.map(({ purpose }) => purpose));
  const dispensable = purposes.filter((purpose) => DISPENSABLE.has(purpose));
  if (dispensable.length === 0) return blocks.join("\n");
  const without = dispensable.length === purposes.length ? "these" : "what only explains, watches, locks or records";
  return [...blocks, `--missing-permissions=note goes on without ${without}`].join("\n");
}

const AVOIDED_BY: Partial<Record<DeployPurpose, string>> = {
  lock: "; --no-lock does without",
  record: "; --no-record does without",
};

function describeRule({ reason, purpose, ...rule }: DeployRule): string {
  return `# ${reason}${AVOIDED_BY[purpose] ?? ""}\n${formatRule(rule)}`;
}
