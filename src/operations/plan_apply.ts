import { planApply, planPrune, readInventory } from "../apply/mod.ts";
import type { PlanInput } from "./apply_options.ts";
import type { PlannedApply } from "./planned_apply.ts";
import { readManifests } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { chooseApplySet } from "./prune.ts";
import type { Progress } from "../report/mod.ts";

/** Who owns the fields that the overlay names. */
export const FIELD_MANAGER = "kstage";

/** Plans the apply and, beside it, reads what may have to be pruned. Writes nothing. */
export async function makePlan(
  host: ProtectedHost,
  connection: Connection,
  options: PlanInput & { progress?: Progress },
): Promise<PlannedApply> {
  const { client, namespace } = connection;
  const { dryRun, signal, concurrency = 50, prune } = options;
  const isAsked = dryRun !== "client";
  if (isAsked) await connection.expectRequests(2);
  const manifests = await readManifests(host, options, options.progress);
  if (isAsked) await connection.expectRequests(Math.min(manifests.length, concurrency));
  const applySet = prune === undefined ? undefined : await chooseApplySet(host, connection, options);
  const planning = planApply(client, manifests, {
    namespace,
    requireNamespace: options.namespace !== undefined,
    fieldManager: FIELD_MANAGER,
    force: options.force ?? false,
    ignoreConflictsWith: options.ignoreConflictsWith ?? [],
    recreate: options.recreate ?? false,
    fieldValidation: FIELD_VALIDATION[options.validate ?? "strict"],
    ...(applySet === undefined ? {} : { applySet }),
    concurrency,
    clientOnly: dryRun === "client",
    signal,
  });
  const pruneOptions = { pruneNamespaces: prune?.namespaces ?? false, pruneCrds: prune?.crds ?? false, concurrency };
  if (applySet === undefined || dryRun === "client") return { plan: await planning, manifests, pruneOptions };
  const reading = readInventory(client, applySet, { manifests, concurrency, signal });
  const [plan, inventory] = await Promise.all([planning, reading]);
  const preview = await planPrune(client, inventory, plan, { ...pruneOptions, signal });
  return { plan, preview, inventory, manifests, pruneOptions };
}

const FIELD_VALIDATION = { strict: "Strict", warn: "Warn", ignore: "Ignore" } as const;

/** Whether carrying the plan out would change anything. */
export function isChanged({ plan, preview }: PlannedApply): boolean {
  return plan.changes.some(({ kind }) => kind !== "unchanged") ||
    (preview?.changes ?? []).some(({ kind }) => kind === "prune");
}
