import type { ApiError, KubeClient } from "../kube/mod.ts";
import { type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { type ApplySet, partOf } from "./apply_set.ts";
import { Autoscalers, setsReplicas } from "./autoscaler.ts";
import type { Change } from "./change.ts";
import { conflictsOf } from "./conflicts.ts";
import { dryRun, type DryRunOptions, type Verdict } from "./dry_run.ts";
import { immutableFields } from "./immutable.ts";
import { compareWithLive, createChange, refusedChange } from "./judge.ts";
import { withoutField } from "./left_fields.ts";
import { readLive } from "./live.ts";
import { mapConcurrently, type PoolOptions } from "./pool.ts";
import type { Candidate } from "./prepare.ts";
import { Permissions, type Question } from "./permissions.ts";
import { findPrerequisites, type Prerequisites } from "./prerequisites.ts";
import { type Trial, tryRecreation } from "./recreate.ts";
import { mayRecreate } from "./recreate_rules.ts";
import { findAdoption } from "./takeover.ts";
import type { Adoption } from "./adoption.ts";
import { isOwnedAlone, keepReplicas, replicasOwners, treat, type Treatment } from "./treatment.ts";

/** What a planning depends on beside the objects. */
export interface PlannerSettings extends DryRunOptions {
  ignoredManagers: ReadonlySet<string>;
  recreate: boolean;
  applySet?: ApplySet | undefined;
}

const MAY_PASS_LATER = new Set<ApiError["code"]>(["NOT_FOUND", "KIND_UNKNOWN", "FORBIDDEN", "ADMISSION_DENIED"]);

/**
 * Whether a refusal may come from an object that isn't there yet; what is wrong with the object itself stays wrong, and so
 * does a rule that is missing.
 */
function mayPassLater({ code, missingRules }: ApiError): boolean {
  return MAY_PASS_LATER.has(code) && missingRules.length === 0;
}

/** More often than this, nobody asks about an object that is written all the time. */
const MOST_RENEWALS = 4;

const NO_TREATMENT: Pick<Treatment, "takesOver" | "forces"> = { takesOver: [], forces: [] };

/** One planning: what was found out so far, by {@link refKey}. */
export class Planner {
  readonly #prerequisites: Map<string, Prerequisites>;
  readonly #candidates: Map<string, Candidate>;
  readonly #autoscalers: Autoscalers;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #treatments = new Map<string, Treatment>();
  readonly #adopted = new Map<string, Adoption>();
  readonly #trials = new Map<string, Trial>();
  #live: ReadonlyMap<string, Manifest> = new Map();

  constructor(
    readonly client: KubeClient,
    candidates: readonly Candidate[],
    readonly settings: PlannerSettings,
    readonly pool: PoolOptions,
  ) {
    this.#autoscalers = new Autoscalers(candidates.map(({ desired }) => desired));
    this.#prerequisites = findPrerequisites(candidates);
    this.#candidates = new Map(candidates.map((candidate) => {
      const scaledBy = setsReplicas(candidate.desired) ? this.#autoscalers.of(candidate.ref) : undefined;
      return [refKey(candidate.ref), scaledBy === undefined ? candidate : { ...candidate, scaledBy }];
    }));
  }

  async plan(): Promise<Change[]> {
    const all = [...this.#candidates.values()];
    const isFree = (candidate: Candidate) => this.#prerequisitesOf(candidate).blocking.length === 0;
    const force = this.#firstForce;
    const permissions = new Permissions(this.client, this.#candidates, this.#prerequisites, this.pool);
    await this.#dryRun(all.filter(isFree), force, permissions.questions());
    const dependents = all.filter((candidate) => !isFree(candidate));
    await this.#dryRun(dependents.filter((candidate) => this.#missing(candidate, "blocking").length === 0), force);
    const existing = all.filter(({ ref }) => this.#isExisting(refKey(ref)));
    await this.#lookAtExisting(existing);
    await this.#renewOutdated(existing);
    return await permissions.refuse([...this.#candidates.values()].map((candidate) => this.#judge(candidate)));
  }

  /** To leave fields to their owners, the conflicts with these must be seen. */
  get #firstForce(): boolean {
    return this.settings.force && this.settings.ignoredManagers.size === 0;
  }

  /** Reads what is there, and dry-runs again what is applied in another way because of it. */
  async #lookAtExisting(existing: readonly Candidate[]): Promise<void> {
    const namespacesOf = (candidates: readonly Candidate[]) =>
      candidates.map(({ ref }) => ref.namespace).filter((namespace) => namespace !== undefined);
    const readAutoscalers = (candidates: readonly Candidate[]) =>
      this.#autoscalers.read(this.client, namespacesOf(candidates), this.pool);
    const sized = existing.filter(({ ref, desired }) =>
      setsReplicas(desired) && this.#autoscalers.of(ref) === undefined
    );
    const refs = existing.map(({ ref }) => ref);
    [this.#live] = await Promise.all([readLive(this.client, refs, this.pool), readAutoscalers(sized)]);
    await readAutoscalers(existing.filter((candidate) => this.#givesUpReplicas(candidate)));
    // Whether one that is to be scaled has to be written at all is told by answers about one version of it.
    await this.#renewOutdated(existing.filter(({ scaledBy }) => scaledBy !== undefined));
    const treatments = existing.map((candidate) => this.#treat(candidate)).filter((item) => item !== undefined);
    await Promise.all([this.#dryRunTreated(treatments), this.#adopt(treatments)]);
    await this.#tryRecreations(existing);
  }

  /** Whether the number of pods leaves the manifest while nobody else owns it. */
  #givesUpReplicas({ ref, desired }: Candidate): boolean {
    const live = this.#live.get(refKey(ref));
    return live !== undefined && !setsReplicas(desired) && this.#autoscalers.of(ref) === undefined &&
      replicasOwners(live).includes(this.settings.fieldManager);
  }

  #treat(candidate: Candidate): Treatment | undefined {
    const key = refKey(candidate.ref);
    const [live, verdict] = [this.#live.get(key), this.#verdicts.get(key)];
    if (live === undefined || this.#isSettled(candidate, live, verdict)) return undefined;
    const conflicts = verdict?.kind === "refused" ? conflictsOf(verdict.error) : [];
    const context = { ...this.settings, autoscalers: this.#autoscalers };
    const treatment = treat(candidate, live, conflicts, context);
    this.#treatments.set(key, treatment);
    this.#candidates.set(key, treatment.candidate);
    return treatment;
  }

  /**
   * Whether an object that an autoscaler is to scale has the overlay's number of pods still, as ours, and is right
   * otherwise: then nothing has to be written for the autoscaler to take the number over.
   */
  #isSettled(candidate: Candidate, live: Manifest, verdict: Verdict | undefined): boolean {
    if (candidate.scaledBy === undefined || verdict?.kind !== "accepted" || !isOwnedAlone(live)) return false;
    const existing = { live, treatment: NO_TREATMENT };
    return compareWithLive(candidate, existing, verdict.result, this.settings.fieldManager).kind === "unchanged";
  }

  async #dryRunTreated(treatments: readonly Treatment[]): Promise<void> {
    const repeated = treatments.filter(({ isRepeated }) => isRepeated);
    await Promise.all([true, false].map((force) => {
      const candidates = repeated.filter((treatment) => treatment.force === force);
      return this.#dryRun(candidates.map(({ candidate }) => candidate), force);
    }));
  }

  async #adopt(treatments: readonly Treatment[]): Promise<void> {
    const adopting = treatments.filter(({ adopts }) => adopts);
    await mapConcurrently(adopting, this.pool, async ({ candidate: { ref, leaves = [] } }, signal) => {
      const key = refKey(ref);
      const without = (applied: Manifest) =>
        leaves.reduce((rest, { field }) => withoutField(rest, field) ?? rest, applied);
      const { fieldManager } = this.settings;
      const adoption = await findAdoption(this.client, this.#live.get(key)!, fieldManager, without, signal);
      if (adoption !== undefined) this.#adopted.set(key, adoption);
    });
  }

  async #tryRecreations(existing: readonly Candidate[]): Promise<void> {
    const stuck = existing.map(({ ref }) => this.#candidates.get(refKey(ref))!).filter(({ ref, desired }) => {
      const verdict = this.#verdicts.get(refKey(ref));
      return this.#live.has(refKey(ref)) && verdict?.kind === "refused" &&
        immutableFields(verdict.error).length > 0 && mayRecreate(desired, this.settings.recreate);
    });
    await mapConcurrently(stuck, this.pool, async (refused, signal) => {
      const live = this.#live.get(refKey(refused.ref))!;
      const candidate = keepReplicas(refused, live);
      this.#candidates.set(refKey(candidate.ref), candidate);
      const trial = await tryRecreation(this.client, candidate, live, this.settings, signal);
      this.#trials.set(refKey(candidate.ref), trial);
    });
  }

  /** @param questions What is asked at the same time. */
  async #dryRun(candidates: readonly Candidate[], force: boolean, questions: readonly Question[] = []): Promise<void> {
    const settings = { ...this.settings, force };
    const dryRuns = candidates.map((candidate): Question => async (signal) => {
      this.#verdicts.set(refKey(candidate.ref), await dryRun(this.client, candidate, settings, signal));
    });
    await mapConcurrently([...questions, ...dryRuns], this.pool, (ask, signal) => ask(signal));
  }

  /**
   * Asks again about what would change where the dry-run saw another version than the read: their difference may be the
   * work of a controller in between, such as a Deployment's revision. The older answer is renewed first, then in turn.
   */
  async #renewOutdated(existing: readonly Candidate[]): Promise<void> {
    let outdated = existing.filter(({ ref }) => this.#isOutdated(refKey(ref)));
    for (let round = 0; round < MOST_RENEWALS && outdated.length > 0; round++) {
      if (round % 2 === 0) {
        const isForced = ({ ref }: Candidate) => {
          const treatment = this.#treatments.get(refKey(ref));
          return treatment?.isRepeated ? treatment.force : this.#firstForce;
        };
        const groups = Map.groupBy(outdated.map(({ ref }) => this.#candidates.get(refKey(ref))!), isForced);
        await Promise.all([...groups].map(([force, candidates]) => this.#dryRun(candidates, force)));
      } else {
        const fresh = await readLive(this.client, outdated.map(({ ref }) => ref), this.pool);
        this.#live = new Map([...this.#live, ...fresh]);
      }
      outdated = outdated.filter(({ ref }) => this.#isOutdated(refKey(ref)));
    }
  }

  /** Whether an object would change by two answers that are about different versions of it. */
  #isOutdated(key: string): boolean {
    const [verdict, live] = [this.#verdicts.get(key), this.#live.get(key)];
    if (verdict?.kind !== "accepted" || live === undefined) return false;
    const { resourceVersion } = verdict.result.object.metadata;
    return resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion &&
      this.#judge(this.#candidates.get(key)!).kind === "update";
  }

  #judge(candidate: Candidate): Change {
    const key = refKey(candidate.ref);
    const [verdict, live] = [this.#verdicts.get(key), this.#live.get(key)];
    const waitsFor = () => this.#missing(candidate).map((missing) => this.#candidates.get(missing)!.ref);
    if (verdict === undefined) return { kind: "deferred", ...candidate, waitsFor: waitsFor() };
    const otherSet = live && this.#otherSetOf(live);
    if (otherSet !== undefined) return { kind: "foreign", ...candidate, set: otherSet };
    if (verdict.kind === "accepted" && live === undefined) return createChange(candidate, verdict.result);
    if (verdict.kind === "accepted") {
      const treatment = this.#treatments.get(key) ?? NO_TREATMENT;
      const existing = { live: live!, treatment, adopts: this.#adopted.get(key) };
      return compareWithLive(candidate, existing, verdict.result, this.settings.fieldManager);
    }
    const trial = this.#trials.get(key);
    if (trial !== undefined) return judgeTrial(candidate, live!, verdict.error, trial);
    const missing = mayPassLater(verdict.error)
      ? [...waitsFor(), ...this.#refusedBefore(candidate, verdict.error)]
      : [];
    return missing.length > 0
      ? { kind: "deferred", ...candidate, waitsFor: missing }
      : refusedChange(candidate, verdict.error);
  }

  /** The set that an object would have to leave to become a member of ours. */
  #otherSetOf(live: Manifest): string | undefined {
    const { applySet, force } = this.settings;
    const set = partOf(live);
    return applySet === undefined || force || set === applySet.id ? undefined : set;
  }

  /** Keys of an object's prerequisites that don't exist yet but will. */
  #missing(candidate: Candidate, which?: "blocking"): string[] {
    const { blocking, consulted } = this.#prerequisitesOf(candidate);
    return [...blocking, ...(which === "blocking" ? [] : consulted)].filter((key) => this.#isToCome(key));
  }

  /** What an object is not found for, and which is refused itself: that is told once. */
  #refusedBefore(candidate: Candidate, { code }: ApiError): ObjectRef[] {
    if (code !== "NOT_FOUND") return [];
    const isRefused = (key: string) => this.#verdicts.get(key)?.kind === "refused" && !this.#isToCome(key);
    return this.#prerequisitesOf(candidate).consulted.filter(isRefused).map((key) => this.#candidates.get(key)!.ref);
  }

  /** Whether an object will be there only after this apply: new, or deferred itself. */
  #isToCome(key: string): boolean {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined) return true;
    return verdict.kind === "accepted" ? verdict.result.created : this.#missing(this.#candidates.get(key)!).length > 0;
  }

  /** Whether the server knows the object: it would change it, or refuses to for what is in it. */
  #isExisting(key: string): boolean {
    const verdict = this.#verdicts.get(key);
    if (verdict === undefined) return false;
    if (verdict.kind === "accepted") return !verdict.result.created;
    return conflictsOf(verdict.error).length > 0 || immutableFields(verdict.error).length > 0;
  }

  #prerequisitesOf({ ref }: Candidate): Prerequisites {
    return this.#prerequisites.get(refKey(ref))!;
  }
}

/** An object with fields that can't be changed, which may be recreated. */
function judgeTrial(candidate: Candidate, live: Manifest, refusal: ApiError, trial: Trial): Change {
  if (trial.kind === "refused") return refusedChange(candidate, trial.error);
  return {
    kind: "recreate",
    ...candidate,
    warnings: [...candidate.warnings, ...trial.warnings],
    live,
    result: trial.result,
    fields: immutableFields(refusal),
  };
}
