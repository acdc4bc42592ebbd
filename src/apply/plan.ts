import type { KubeClient } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { ApplySet } from "./apply_set.ts";
import type { Change, Plan } from "./change.ts";
import { Planner } from "./planner.ts";
import { prepareManifests } from "./prepare.ts";

/** How to plan; force, manager and validation are then those of the apply as well. */
export interface PlanOptions {
  /** For objects of namespaced kinds that name none. */
  namespace: string;
  /** Refuse objects with another namespace, as kubectl does when `-n` is given. @default {false} */
  requireNamespace?: boolean;
  /** Who will own the fields. @default {"kstage"} */
  fieldManager?: string;
  /** Take over fields that others own. @default {false} */
  force?: boolean;
  /**
   * Managers to whom their fields are left: what conflicts with them is not applied, and becomes theirs alone. Wins over
   * `force`. @default {[]}
   */
  ignoreConflictsWith?: readonly string[];
  /**
   * Delete and create anew where a field can't be changed. The annotation `kstage.dev/recreate` of an object wins; what
   * holds data or other objects (volumes, claims, namespaces, definitions) needs it. @default {false}
   */
  recreate?: boolean;
  /** The set that the objects become members of, so that they are pruned when they leave the overlay. */
  applySet?: ApplySet;
  /** What the server does about unknown and duplicate fields. @default {"Strict"} */
  fieldValidation?: "Strict" | "Warn" | "Ignore";
  /** Requests at the same time. @default {50} */
  concurrency?: number;
  /** Ask the server nothing but the scope of kinds that nobody knows: all changes are `unchecked`. @default {false} */
  clientOnly?: boolean;
  /** Ends the planning; it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Finds out what applying manifests would do, without writing anything.
 *
 * Every object is dry-run on the server, all at once; then those that are there already are read and compared with what
 * the server would make of them. Objects whose namespace or kind is defined among the manifests come one round trip
 * later, once it is known that these exist; where they don't, the objects are `deferred` and dry-run by
 * `executePlan` as soon as they do. Whether these may be written at all is found out from the caller's rules, which are
 * asked for with the first dry-runs. N new objects cost N requests, and N objects that exist 2N at most, plus a list of
 * autoscalers per namespace where a manifest says how many pods there are to be.
 *
 * What others decide about is left to them: the number of pods to a HorizontalPodAutoscaler, of the manifests or of the
 * cluster, and the fields of the managers to ignore. Fields of client-side `kubectl apply` are taken over. Only objects
 * of which this is true are dry-run a second time.
 *
 * Refusals that concern one object are changes of the plan, so that all of them are known at once.
 *
 * @throws {ApplyError} MANIFEST_INVALID, NAMESPACE_MISMATCH, DUPLICATE or DEPENDENCY_CYCLE.
 * @throws {ApiError} UNAUTHORIZED, NOT_KUBERNETES, REDIRECT and what discovery or reading meets.
 * @throws {NetworkError} When no answer came.
 */
export async function planApply(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: PlanOptions,
): Promise<Plan> {
  const { namespace, requireNamespace = false, concurrency = 50, signal, applySet } = options;
  const { fieldManager = "kstage", force = false, fieldValidation = "Strict" } = options;
  const candidates = await prepareManifests(client, manifests, { namespace, requireNamespace, applySet, signal });
  const settings = { fieldManager, force, fieldValidation };
  const plan = { concurrency, ...settings, ...(applySet === undefined ? {} : { applySet }) };
  if (options.clientOnly) {
    return { changes: candidates.map((candidate): Change => ({ kind: "unchecked", ...candidate })), ...plan };
  }
  const { ignoreConflictsWith = [], recreate = false } = options;
  const plannerSettings = { ...settings, ignoredManagers: new Set(ignoreConflictsWith), recreate, applySet };
  const planner = new Planner(client, candidates, plannerSettings, { concurrency, signal });
  return { changes: await planner.plan(), ...plan };
}
