import type { Progress } from "../report/mod.ts";
import type { ApplyInput } from "./apply_input.ts";
import type { ConnectOptions } from "./connect.ts";

/** What to delete of what has left the overlay. */
export interface PruneInput {
  /** `[KIND/]NAME` of the Secret or ConfigMap with the inventory. @default named after the overlay's directories */
  applySet?: string;
  /** Namespaces, too, with all that is in them. @default {false} */
  namespaces?: boolean;
  /** CustomResourceDefinitions, too, with all their objects. @default {false} */
  crds?: boolean;
}

/** What to plan: where the objects come from, and how they are applied. */
export interface PlanInput extends ConnectOptions, ApplyInput {
  /** Take over fields that others own. @default {false} */
  force?: boolean;
  /** Managers to whom the fields are left that conflict with theirs. @default {[]} */
  ignoreConflictsWith?: readonly string[];
  /** Delete and create anew what has fields that can't be changed. @default {false} */
  recreate?: boolean;
  /** What the server does about unknown and duplicate fields. @default {"strict"} */
  validate?: "strict" | "warn" | "ignore";
  /** `server` asks the server about everything and writes nothing; `client` asks it nothing. @default {"none"} */
  dryRun?: "none" | "client" | "server";
  /** Delete what has left the overlay. */
  prune?: PruneInput;
  /** Requests at the same time. @default {50} */
  concurrency?: number;
  /** Stops the work; the result tells what was applied. */
  signal: AbortSignal;
}

/** How to apply an overlay. */
export interface ApplyOverlayOptions extends PlanInput {
  /** Write the plan into this file, before anything is applied. */
  savePlan?: string;
  /** Carry out the plan of this file, exactly or not at all. */
  planFile?: string;
  /** Is told what goes on. */
  progress: Progress;
}
