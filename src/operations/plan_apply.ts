import { planApply, planPrune, readInventory } from "../apply/mod.ts";
import type { PlanInput } from "./apply_options.ts";
import type { PlannedApply } from "./planned_apply.ts";
import { readManifests } from "./apply_input.ts";
import type { Connection } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { chooseApplySet } from "./prune.ts";
import { ApiError } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { Progress } from "../report/mod.ts";

/** Who owns the fields that the overlay names. */
export const FIELD_MANAGER = "kstage";

/** Whether the objects may be deployed: asked beside the plan, and rejected before that is looked at. */
export type Permit = (manifests: readonly Manifest[]) => Promise<void>;

/** Plans the apply and, beside it, reads what may have to be pruned. Writes nothing. */
export async function makePlan(
  host: ProtectedHost,
  connection: Connection,
  options: PlanInput & { progress?: Progress },
  permit: Permit = () => Promise.resolve(),
): Promise<PlannedApply> {
  const { client, namespace } = connection;
  const { dryRun, signal, concurrency = 50, prune } = options;
  const isAsked = dryRun !== "client";
  if (isAsked) await connection.expectRequests(2);
  const manifests = await readManifests(host, options, options.progress);
  if (isAsked) await connection.expectRequests(Math.min(manifests.length, concurrency));
  const permitted = permit(manifests);
  // Whoever awaits it gets the error; until then it is no unhandled one.
  permitted.catch(() => {});
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
  if (applySet === undefined || dryRun === "client") {
    return { plan: await ifPermitted(permitted, planning), manifests, pruneOptions };
  }
  const reading = readInventory(client, applySet, { manifests, concurrency, signal });
  const [plan, inventory] = await ifPermitted(permitted, Promise.all([planning, reading]));
  const preview = await planPrune(client, inventory, plan, { ...pruneOptions, signal });
  return { plan, preview, inventory, manifests, pruneOptions };
}

/** What is not permitted at all is told before the first of it that was met. */
async function ifPermitted<T>(permitted: Promise<void>, asked: Promise<T>): Promise<T> {
  const result = await asked.catch(async (error) => {
    if (error instanceof ApiError && error.code === "FORBIDDEN") await permitted;
    throw error;
  });
  await permitted;
  return result;
}

const FIELD_VALIDATION = { strict: "Strict", warn: "Warn", ignore: "Ignore" } as const;

/** Whether carrying the plan out would change anything. */
export function isChanged({ plan, preview }: PlannedApply): boolean {
  return plan.changes.some(({ kind }) => kind !== "unchanged") ||
    (preview?.changes ?? []).some(({ kind }) => kind === "prune");
}
