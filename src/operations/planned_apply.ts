import type { Inventory, Plan, PruneOptions, PrunePlan, SavedPrune } from "../apply/mod.ts";
import type { Manifest } from "../manifest/mod.ts";

/** A plan, and what would be pruned after it. */
export interface PlannedApply {
  plan: Plan;
  /** What has left the overlay, as it is before the apply; absent when nothing is pruned. */
  preview?: PrunePlan;
  /** The inventory that was read for it. */
  inventory?: Inventory;
  /** What an inventory is read with. */
  manifests: readonly Manifest[];
  pruneOptions: PruneOptions;
  /** A saved plan prunes nothing beyond this. */
  savedPrune?: readonly SavedPrune[];
}
