import { describePlan, describePrune, diffPlan, type ObjectDiff, type Plan, refusalOf } from "../apply/mod.ts";
import { formatRef } from "../manifest/mod.ts";
import type { PlanInput } from "./apply_options.ts";
import { isChanged, makePlan } from "./plan_apply.ts";
import type { ProtectedHost } from "./protect.ts";
import { withConnection } from "./with_connection.ts";

/** What to compare, and how it would be applied. */
export type DiffOverlayOptions = Omit<PlanInput, "dryRun">;

/** What an apply would change. */
export interface OverlayDiff {
  /** What an apply would do. */
  plan: Plan;
  /** In one line. */
  summary: string;
  /** Whether anything would change, pruning included. */
  isChanged: boolean;
  /** A unified diff for each object that would change. */
  diffs: ObjectDiff[];
  /** What was repaired and noticed, a sentence each. */
  notes: string[];
}

/**
 * Compares an overlay with the cluster by server-side dry-run; Secrets are masked.
 *
 * @throws {ApplyError} Or ApiError when the server refuses an object: there is no honest difference to show then.
 */
export async function diffOverlay(host: ProtectedHost, options: DiffOverlayOptions): Promise<OverlayDiff> {
  return await withConnection(host, options, async (connection) => {
    const planned = await makePlan(host, connection, options);
    const { plan, preview } = planned;
    const refusal = refusalOf(plan);
    if (refusal !== undefined) throw refusal;
    const left = preview === undefined
      ? []
      : describePrune(preview).map(({ ref, text }) => `${formatRef(ref)}: ${text}`);
    return {
      plan,
      summary: describePlan(plan, preview),
      isChanged: isChanged(planned),
      diffs: await diffPlan(plan),
      notes: [...connection.notes, ...left],
    };
  });
}
