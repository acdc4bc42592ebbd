import { CodedError } from "../base/mod.ts";
import { ApiError, type ApplyResult, type KubeClient } from "../kube/mod.ts";
import { type ObjectRef, refKey } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import { readScope } from "./apply_set.ts";
import type { Change, DeferredChange, Plan, UpdateChange } from "./change.ts";
import { retryWhileKindUnknown, waitUntilEstablished } from "./definition.ts";
import { dryRun } from "./dry_run.ts";
import { type GraceOptions, withGrace } from "./grace.ts";
import { type Inventory, openInventory } from "./inventory.ts";
import { refusedChange } from "./judge.ts";
import { mapConcurrently } from "./pool.ts";
import { isDefinition } from "./prepare.ts";
import { describeRef } from "./describe_ref.ts";
import { errorOfChange, refusalOf } from "./refusal.ts";
import { recreate } from "./recreate.ts";
import { type ApplyReport, type ObjectResult, orderResults } from "./report.ts";
import { takeOver } from "./takeover.ts";
import { HANDOVER_MANAGER } from "./treatment.ts";

/** What happens while a plan is carried out. */
export type ApplyEvent =
  | { type: "started"; ref: ObjectRef }
  | { type: "waiting"; ref: ObjectRef; for: "established" | "gone" }
  | { type: "finished"; result: ObjectResult };

/** How to carry out a plan. */
export interface ExecuteOptions extends GraceOptions {
  /** Called on each event, so that an interrupted run can say what it had applied. */
  onEvent?(event: ApplyEvent): void;
  /**
   * The inventory of the plan's ApplySet, which is made to name the plan's objects before they are written.
   * @default is read
   */
  inventory?: Inventory;
  /** How long a recreated object's predecessor may take to be gone. @default {120_000} */
  goneLimitMs?: number;
  /**
   * Waits until objects are ready that others name as what they depend on; it is called before these are written.
   * Without it, only the order of writing is kept.
   */
  waitUntilReady?(refs: readonly ObjectRef[], signal: AbortSignal): Promise<void>;
}

/**
 * Carries out a plan, rank by rank; the objects of a rank are written at the same time, those last whose admission
 * needs others of it. Unchanged objects are not
 * written. Objects that the server could not judge before are dry-run as soon as what they waited for exists, all of
 * them before anything else is written.
 *
 * The parent of the plan's ApplySet is written before the objects, so that a run which is cut off leaves none that no
 * prune would find; only the parent's own namespace comes before it.
 *
 * Failures and interruptions don't reject: the report tells what was applied, what failed and what was skipped.
 *
 * @throws {ApplyError} Or ApiError: when the plan has refused or unchecked changes. Nothing is written then.
 */
export async function executePlan(client: KubeClient, plan: Plan, options: ExecuteOptions): Promise<ApplyReport> {
  const refusal = refusalOf(plan);
  if (refusal !== undefined) throw refusal;
  const unchecked = plan.changes.filter(({ kind }) => kind === "unchecked").map(({ ref }) => ref);
  if (unchecked.length > 0) {
    throw new ApplyError("UNCHECKED", "Cannot apply: the plan was made without asking the server", unchecked);
  }
  return await withGrace(options, (cancel) => new Execution(client, plan, options, cancel).run());
}

class Execution {
  readonly #client: KubeClient;
  readonly #plan: Plan;
  readonly #options: ExecuteOptions;
  readonly #results = new Map<string, ObjectResult>();
  /** Deferred changes that have not been dry-run yet. */
  readonly #unjudged: Set<DeferredChange>;
  /** Changes whose objects were not there when the server judged them. */
  readonly #new: Set<Change>;
  /** Ends requests that are under way. */
  readonly #cancel: AbortSignal;
  #error: CodedError | undefined;

  constructor(client: KubeClient, plan: Plan, options: ExecuteOptions, cancel: AbortSignal) {
    this.#client = client;
    this.#plan = plan;
    this.#options = options;
    this.#cancel = cancel;
    this.#unjudged = new Set(plan.changes.filter((change) => change.kind === "deferred"));
    this.#new = new Set(plan.changes.filter((change) => change.kind === "create"));
  }

  async run(): Promise<ApplyReport> {
    const { clock, signal } = this.#options;
    const startMs = clock.now();
    const ranks = Map.groupBy(this.#plan.changes, ({ rank }) => rank);
    const openAfter = this.#rankOfParentNamespace();
    if (openAfter === undefined) await this.#openInventory();
    for (const rank of [...ranks.keys()].sort((a, b) => a - b)) {
      await this.#applyRank(ranks.get(rank)!);
      if (rank === openAfter) await this.#openInventory();
    }
    return {
      outcome: signal?.aborted ? "interrupted" : this.#error !== undefined ? "failed" : "applied",
      results: orderResults(this.#plan, this.#results),
      ...(this.#error === undefined ? {} : { error: this.#error }),
      seconds: (clock.now() - startMs) / 1000,
    };
  }

  /** Writes what the server can judge, then what it can judge because of that. */
  async #applyRank(changes: readonly Change[]): Promise<void> {
    let left = changes;
    while (left.length > 0 && !this.#isStopped()) {
      await this.#judgeDeferred();
      const isWaiting = (change: Change) => change.kind === "deferred" && this.#unjudged.has(change);
      const ready = left.filter((change) => !isWaiting(change));
      const waiting = left.filter(isWaiting);
      // What waits in vain is tried, so that the server says why.
      const next = ready.length === 0 ? waiting : ready;
      await this.#waitForDependencies(next);
      await this.#forEach(next, (change) => this.#applyChange(change));
      left = next === waiting ? [] : waiting;
    }
  }

  #isStopped(): boolean {
    return this.#error !== undefined || this.#options.signal?.aborted === true;
  }

  /** When the namespace is written in which the set's parent is to be; undefined when that is there. */
  #rankOfParentNamespace(): number | undefined {
    const namespace = this.#plan.applySet?.parent.namespace;
    const change = this.#plan.changes.find(({ ref }) =>
      ref.apiVersion === "v1" && ref.kind === "Namespace" && ref.name === namespace
    );
    return change?.kind === "create" || change?.kind === "deferred" ? change.rank : undefined;
  }

  async #openInventory(): Promise<void> {
    const { applySet, changes } = this.#plan;
    if (applySet === undefined || this.#isStopped()) return;
    try {
      const inventory = this.#options.inventory ?? await this.#readParent();
      await openInventory(this.#client, inventory, changes.map(({ ref }) => ref), this.#cancel);
    } catch (error) {
      this.#error ??= this.#explain({ ref: applySet.parent }, error);
    }
  }

  async #readParent(): Promise<Inventory> {
    const set = this.#plan.applySet!;
    const parent = await this.#client.get(set.parent, this.#cancel);
    const members: Inventory["members"] = [];
    return parent === undefined
      ? { set, scope: { kinds: [], namespaces: [] }, members }
      : { set, parent, scope: readScope(set, parent), members };
  }

  /** Waits for what was written before and is named by objects of this rank. */
  async #waitForDependencies(changes: readonly Change[]): Promise<void> {
    const { waitUntilReady } = this.#options;
    const named = new Map(changes.flatMap(({ dependsOn = [] }) => dependsOn).map((ref) => [refKey(ref), ref]));
    const refs = [...named.values()].filter((ref) => this.#isThere(ref));
    if (waitUntilReady === undefined || refs.length === 0 || this.#isStopped()) return;
    try {
      await waitUntilReady(refs, this.#options.signal ?? this.#cancel);
    } catch (error) {
      if (this.#options.signal?.aborted) return;
      this.#error ??= this.#explain({ ref: refs[0]! }, error);
    }
  }

  /** Runs over changes concurrently; after a failure or an interruption no further ones are begun. */
  async #forEach<T extends Change>(changes: readonly T[], run: (change: T) => Promise<void>): Promise<void> {
    await mapConcurrently(changes, { concurrency: this.#plan.concurrency }, async (change) => {
      if (!this.#isStopped()) await run(change);
    });
  }

  /** Dry-runs the deferred objects that the server can judge by now. */
  async #judgeDeferred(): Promise<void> {
    const ready = [...this.#unjudged].filter(({ waitsFor }) => waitsFor.every((ref) => this.#isThere(ref)));
    await this.#forEach(ready, async (change) => {
      this.#unjudged.delete(change);
      try {
        await this.#judge(change);
      } catch (error) {
        this.#fail(change, error, 0);
      }
    });
  }

  async #judge(change: DeferredChange): Promise<void> {
    const wait = { clock: this.#options.clock, signal: this.#cancel };
    const verdict = await retryWhileKindUnknown(wait, async () => {
      const verdict = await dryRun(this.#client, change, this.#plan, this.#cancel);
      if (verdict.kind === "refused" && verdict.error.code === "KIND_UNKNOWN") throw verdict.error;
      return verdict;
    });
    if (verdict.kind === "refused") throw verdict.error;
    if (verdict.result.created) this.#new.add(change);
  }

  #isThere(ref: ObjectRef): boolean {
    const action = this.#results.get(refKey(ref))?.action;
    return action !== undefined && action !== "failed" && action !== "skipped";
  }

  async #applyChange(change: Change): Promise<void> {
    const { ref, warnings } = change;
    if (change.kind === "unchanged") {
      return this.#finish({ ref, action: "unchanged", warnings, seconds: 0, object: change.live });
    }
    const { clock, onEvent } = this.#options;
    const startMs = clock.now();
    const seconds = () => (clock.now() - startMs) / 1000;
    onEvent?.({ type: "started", ref });
    try {
      const result = await this.#write(change);
      await this.#waitForDefinition(change, result);
      this.#finish({
        ref,
        action: change.kind === "recreate" ? "recreated" : this.#isCreation(change, result) ? "created" : "configured",
        warnings: [...new Set([...warnings, ...result.warnings])],
        seconds: seconds(),
        object: result.object,
      });
    } catch (error) {
      this.#fail(change, error, seconds());
    }
  }

  /** An object whose first answer was lost is there already when it is sent again. */
  #isCreation(change: Change, { created, mayBeRepetition }: ApplyResult): boolean {
    return created || (mayBeRepetition && this.#new.has(change));
  }

  async #write(change: Change): Promise<ApplyResult> {
    const { fieldManager, fieldValidation } = this.#plan;
    const signal = this.#cancel;
    const isForced = this.#plan.force || (change.kind === "update" && change.forces !== undefined);
    const apply = () => this.#client.apply(change.desired, { fieldManager, force: isForced, fieldValidation, signal });
    if (change.kind === "recreate") {
      this.#options.onEvent?.({ type: "waiting", ref: change.ref, for: "gone" });
      return await recreate(this.#client, change, apply, { ...this.#options, signal });
    }
    if (change.kind === "update") await this.#arrangeOwners(change);
    return await apply();
  }

  /** Makes the owners of fields such that the apply leaves, takes and removes what the plan says. */
  async #arrangeOwners(change: UpdateChange): Promise<void> {
    if (change.handsOver !== undefined) await this.#holdReplicas(change, change.handsOver);
    if (change.takesOver !== undefined || change.adopts !== undefined) {
      await takeOver(this.#client, change, this.#plan.fieldManager, this.#cancel);
    }
  }

  async #holdReplicas({ ref, desired }: UpdateChange, replicas: number): Promise<void> {
    const { apiVersion, kind } = desired;
    const { name, namespace } = ref;
    const part = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, spec: { replicas } };
    try {
      await this.#client.apply(part, { fieldManager: HANDOVER_MANAGER, signal: this.#cancel });
    } catch (error) {
      // The autoscaler has set another number meanwhile: the field is its own already.
      if (!(error instanceof ApiError) || error.code !== "CONFLICT") throw error;
    }
  }

  async #waitForDefinition({ ref, desired }: Change, { object }: ApplyResult): Promise<void> {
    if (!isDefinition(desired)) return;
    this.#options.onEvent?.({ type: "waiting", ref, for: "established" });
    const { clock } = this.#options;
    await waitUntilEstablished(this.#client, ref, object, { clock, signal: this.#cancel });
  }

  #fail(change: Change, thrown: unknown, seconds: number): void {
    const error = this.#explain(change, thrown);
    this.#error ??= error;
    this.#finish({ ref: change.ref, action: "failed", warnings: change.warnings, seconds, error });
  }

  #explain(change: Change | Pick<Change, "ref">, thrown: unknown): CodedError {
    if (thrown instanceof ApiError) return "desired" in change ? errorOfChange(refusedChange(change, thrown)) : thrown;
    if (thrown instanceof CodedError && !this.#cancel.aborted) return thrown;
    const { ref } = change;
    if (this.#cancel.aborted) {
      const message = `Cannot tell whether ${describeRef(ref)} was applied: interrupted before the server answered`;
      return new ApplyError("INTERRUPTED", message, [ref], {
        hint: "Run the same command again: it is safe to repeat",
      });
    }
    return new ApplyError("FAILED", `Cannot apply ${describeRef(ref)}: ${thrown}`, [ref], { cause: thrown });
  }

  #finish(result: ObjectResult): void {
    this.#results.set(refKey(result.ref), result);
    this.#options.onEvent?.({ type: "finished", result });
  }
}
