import type { ApiError, ApplyResult, KubeClient } from "../kube/mod.ts";
import { type Manifest, refKey } from "../manifest/mod.ts";
import type { Change, Plan, RefusedKind } from "./change.ts";
import { changedPaths, ownsSameFields } from "./compare.ts";
import { conflictsOf } from "./conflicts.ts";
import { dryRun, type DryRunOptions, type Verdict } from "./dry_run.ts";
import { immutableFields } from "./immutable.ts";
import { readLive } from "./live.ts";
import { mapConcurrently } from "./pool.ts";
import { type Candidate, prepareManifests } from "./prepare.ts";
import { findPrerequisites, type Prerequisites } from "./prerequisites.ts";
import { clientSideManagers, isTakenOver, withoutGone } from "./takeover.ts";

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
 * {@link executePlan} as soon as they do. N new objects cost N requests, and N objects that exist 2N at most.
 *
 * Refusals that concern one object are changes of the plan, so that all of them are known at once.
 *
 * @throws {ApplyError} MANIFEST_INVALID, NAMESPACE_MISMATCH or DUPLICATE.
 * @throws {ApiError} UNAUTHORIZED, NOT_KUBERNETES, REDIRECT and what discovery or reading meets.
 * @throws {NetworkError} When no answer came.
 */
export async function planApply(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: PlanOptions,
): Promise<Plan> {
  const { namespace, requireNamespace = false, concurrency = 50, signal } = options;
  const { fieldManager = "kstage", force = false, fieldValidation = "Strict" } = options;
  const candidates = await prepareManifests(client, manifests, { namespace, requireNamespace, signal });
  const settings = { fieldManager, force, fieldValidation };
  const changes = options.clientOnly
    ? candidates.map((candidate): Change => ({ kind: "unchecked", ...candidate, warnings: [] }))
    : await new Planner(client, candidates, settings, { concurrency, signal }).plan();
  return { changes, concurrency, ...settings };
}

/** Refusals that may come from an object that isn't there yet; what is wrong with the object itself stays wrong. */
const MAY_PASS_LATER = new Set<ApiError["code"]>(["NOT_FOUND", "KIND_UNKNOWN", "FORBIDDEN", "ADMISSION_DENIED"]);

/** One planning: the verdicts so far, by {@link refKey}. */
class Planner {
  readonly #prerequisites: Map<string, Prerequisites>;
  readonly #byKey: Map<string, Candidate>;
  readonly #verdicts = new Map<string, Verdict>();

  constructor(
    readonly client: KubeClient,
    readonly candidates: readonly Candidate[],
    readonly settings: DryRunOptions,
    readonly pool: { concurrency: number; signal: AbortSignal | undefined },
  ) {
    this.#prerequisites = findPrerequisites(candidates);
    this.#byKey = new Map(candidates.map((candidate) => [refKey(candidate.ref), candidate]));
  }

  async plan(): Promise<Change[]> {
    const isFree = (candidate: Candidate) => this.#prerequisitesOf(candidate).blocking.length === 0;
    await this.#dryRun(this.candidates.filter(isFree));
    const dependents = this.candidates.filter((candidate) => !isFree(candidate));
    await this.#dryRun(dependents.filter((candidate) => this.#missing(candidate, "blocking").length === 0));
    const existing = this.candidates.filter(({ ref }) => this.#isExisting(refKey(ref)));
    const live = await readLive(this.client, existing.map(({ ref }) => ref), this.pool);
    await this.#takeOver(existing, live);
    return this.candidates.map((candidate) => this.#judge(candidate, live.get(refKey(candidate.ref))));
  }

  async #dryRun(candidates: readonly Candidate[], settings = this.settings): Promise<void> {
    await mapConcurrently(candidates, this.pool, async (candidate, signal) => {
      this.#verdicts.set(refKey(candidate.ref), await dryRun(this.client, candidate, settings, signal));
    });
  }

  /** Dry-runs objects again whose only conflicts are with fields that will be ours by then. */
  async #takeOver(existing: readonly Candidate[], live: ReadonlyMap<string, Manifest>): Promise<void> {
    const contested = existing.filter(({ ref }) => {
      const [verdict, object] = [this.#verdicts.get(refKey(ref)), live.get(refKey(ref))];
      return verdict?.kind === "refused" && object !== undefined && isTakenOver(conflictsOf(verdict.error), object);
    });
    await this.#dryRun(contested, { ...this.settings, force: true });
  }

  #judge(candidate: Candidate, live: Manifest | undefined): Change {
    const base = { ...candidate, warnings: [] };
    const verdict = this.#verdicts.get(refKey(candidate.ref));
    const waitsFor = () => this.#missing(candidate).map((key) => this.#byKey.get(key)!.ref);
    if (verdict === undefined) return { kind: "deferred", ...base, waitsFor: waitsFor() };
    if (verdict.kind === "accepted") return compare(candidate, live, verdict.result, this.settings.fieldManager);
    const missing = MAY_PASS_LATER.has(verdict.error.code) ? waitsFor() : [];
    return missing.length > 0
      ? { kind: "deferred", ...base, waitsFor: missing }
      : refusedChange(candidate, verdict.error);
  }

  /** Keys of an object's prerequisites that don't exist yet but will. */
  #missing(candidate: Candidate, which?: "blocking"): string[] {
    const { blocking, consulted } = this.#prerequisitesOf(candidate);
    return [...blocking, ...(which === "blocking" ? [] : consulted)].filter((key) => this.#isToCome(key));
  }

  /** Whether an object will be there only after this apply: new, or deferred itself. */
  #isToCome(key: string): boolean {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined) return true;
    return verdict.kind === "accepted" ? verdict.result.created : this.#missing(this.#byKey.get(key)!).length > 0;
  }

  /** Whether the server knows the object: it would change it, or has fields of others in it. */
  #isExisting(key: string): boolean {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined) return false;
    return verdict.kind === "accepted" ? !verdict.result.created : conflictsOf(verdict.error).length > 0;
  }

  #prerequisitesOf({ ref }: Candidate): Prerequisites {
    return this.#prerequisites.get(refKey(ref))!;
  }
}

/** What an accepted dry-run means for the object as it is now. */
function compare(
  candidate: Candidate,
  live: Manifest | undefined,
  { object, warnings }: ApplyResult,
  fieldManager: string,
): Change {
  const base = { ...candidate, warnings };
  if (live === undefined) return { kind: "create", ...base, result: object };
  const takesOver = clientSideManagers(live);
  const result = takesOver.length === 0 ? object : withoutGone(object, live, candidate.desired);
  if (live.metadata.deletionTimestamp !== undefined) {
    base.warnings = [...warnings, "The object is being deleted: what is applied to it will be gone with it"];
  }
  const paths = changedPaths(live, result);
  if (takesOver.length > 0) return { kind: "update", ...base, live, result, paths, takesOver };
  if (paths.length === 0 && ownsSameFields(live, result, fieldManager)) return { kind: "unchanged", ...base, live };
  return { kind: "update", ...base, live, result, paths };
}

/** What a refusal of the server means: the server's reason, told apart by what can be done about it. */
export function refusedChange(candidate: Candidate, error: RefusedKind["error"]): RefusedKind {
  const { ref, desired, rank } = candidate;
  const base = { ref, desired, rank, warnings: [], error };
  const conflicts = conflictsOf(error);
  if (conflicts.length > 0) return { kind: "conflict", ...base, conflicts };
  const fields = immutableFields(error);
  return fields.length > 0 ? { kind: "immutable", ...base, fields } : { kind: "refused", ...base };
}
