import { describePlan, diffPlan, type ObjectDiff, type Plan, planApply, refusalOf } from "../apply/mod.ts";
import { buildManifests, FIELD_MANAGER } from "./apply.ts";
import type { ConnectOptions } from "./connect.ts";
import type { ProtectedHost } from "./protect.ts";
import { withConnection } from "./with_connection.ts";

/** How to compare. */
export interface DiffOverlayOptions extends ConnectOptions {
  /** A directory with a kustomization file. */
  overlay: string;
  /** As if fields that others own were taken over. @default {false} */
  force?: boolean;
  /** Cancels the comparison. */
  signal: AbortSignal;
}

/** What an apply would change. */
export interface OverlayDiff {
  /** What an apply would do. */
  plan: Plan;
  /** In one line. */
  summary: string;
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
  return await withConnection(host, options, async ({ client, namespace, notes }) => {
    const plan = await planApply(client, await buildManifests(host, options.overlay), {
      namespace,
      requireNamespace: options.namespace !== undefined,
      fieldManager: FIELD_MANAGER,
      force: options.force ?? false,
      signal: options.signal,
    });
    const refusal = refusalOf(plan);
    if (refusal !== undefined) throw refusal;
    return { plan, summary: describePlan(plan), diffs: await diffPlan(plan), notes };
  });
}
