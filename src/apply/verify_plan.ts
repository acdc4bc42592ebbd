import type { KubeClient } from "../kube/mod.ts";
import { type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import type { Change, Plan } from "./change.ts";
import { describeOtherCluster } from "./cluster_identity.ts";
import { describeRef } from "./describe_ref.ts";
import { readLive } from "./live.ts";
import { describeDrift } from "./live_mark.ts";
import type { PrunePlan } from "./prune_plan.ts";
import type { SavedChange, SavedPlan, SavedPrune } from "./saved_plan.ts";

/**
 * Makes sure that a saved plan still says what would happen: it is the same cluster, objects that were to be created
 * are not there, and all others are as they were. What has a status may have another one, and what is left to others
 * may have other values.
 *
 * @param current The server's address, as it is known now.
 * @returns The plan for `executePlan`.
 * @throws {ApplyError} PLAN_STALE with all that is different. Nothing is written then.
 */
export async function verifyPlan(
  client: KubeClient,
  saved: SavedPlan,
  current: { server: string; signal?: AbortSignal },
): Promise<Plan> {
  const { settings, changes } = saved;
  const other = await describeOtherCluster(client, saved.cluster, current);
  if (other !== undefined) throw stale(other, [], "Make the plan anew for this cluster");
  const { concurrency } = settings;
  // What waits for others can't be there before those are.
  const refs = changes.filter(({ change }) => change.kind !== "deferred").map(({ change }) => change.ref);
  const live = await readLive(client, refs, { concurrency, signal: current.signal });
  const drifts = await Promise.all(changes.map((item) => driftOf(item, live, settings.fieldManager)));
  const drifted = drifts.filter((drift) => drift !== undefined);
  if (drifted.length > 0) {
    const lines = drifted.map(({ ref, what }) => `  ${describeRef(ref)}: ${what}`);
    const state = `the cluster has changed since it was made, at ${saved.createdAt}\n${lines.join("\n")}`;
    throw stale(state, drifted.map(({ ref }) => ref), "Make the plan anew, and look at it again");
  }
  return { ...settings, changes: changes.map(({ change }) => withLive(change, live.get(refKey(change.ref)))) };
}

function stale(state: string, refs: ObjectRef[], hint: string): ApplyError {
  return new ApplyError("PLAN_STALE", `Cannot carry out the plan: ${state}`, refs, { hint });
}

async function driftOf(
  { change, mark }: SavedChange,
  live: ReadonlyMap<string, Manifest>,
  fieldManager: string,
): Promise<{ ref: ObjectRef; what: string } | undefined> {
  const object = live.get(refKey(change.ref));
  const what = mark === undefined
    ? object && "it is there by now"
    : await describeDrift(mark, object, change, fieldManager);
  return what === undefined ? undefined : { ref: change.ref, what };
}

/** A change with its object, which the file did not hold. */
function withLive(change: Change, live: Manifest | undefined): Change {
  return live === undefined ? change : { ...change, live } as Change;
}

/** What a saved plan prunes of what would be pruned now: nothing beyond it, and only the same objects. */
export function restrictPrune(plan: PrunePlan, saved: readonly SavedPrune[]): PrunePlan {
  const planned = new Set(saved.map(({ ref, uid }) => `${refKey(ref)} ${uid}`));
  return {
    ...plan,
    changes: plan.changes.map((change) => {
      const { ref, live } = change;
      const isPlanned = change.kind === "keep" || planned.has(`${refKey(ref)} ${live.metadata.uid}`);
      return isPlanned ? change : { kind: "keep", ref, live, because: "unplanned" };
    }),
  };
}
