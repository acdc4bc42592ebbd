import { type Clock, CodedError } from "../base/mod.ts";
import { ApiError, type ApplyResult, type KubeClient } from "../kube/mod.ts";
import { type ObjectRef, refKey } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import type { Change, DeferredChange, Plan } from "./change.ts";
import { retryWhileKindUnknown, waitUntilEstablished } from "./definition.ts";
import { dryRun } from "./dry_run.ts";
import { refusedChange } from "./plan.ts";
import { mapConcurrently } from "./pool.ts";
import { isDefinition } from "./prepare.ts";
import { describeRef, errorOfChange, refusalOf } from "./refusal.ts";
import { takeOver } from "./takeover.ts";
import { type ApplyReport, type ObjectResult, orderResults } from "./report.ts";

/** What happens while a plan is carried out. */
export type ApplyEvent =
  | { type: "started"; ref: ObjectRef }
  | { type: "waiting"; ref: ObjectRef; for: "established" }
  | { type: "finished"; result: ObjectResult };

/** How to carry out a plan. */
export interface ExecuteOptions {
  /** For waits and for the seconds of the report. */
  clock: Clock;
  /** Stops the apply: nothing new is sent, and what was sent is waited for shortly. */
  signal?: AbortSignal;
  /** Called on each event, so that an interrupted run can say what it had applied. */
  onEvent?(event: ApplyEvent): void;
  /** How long an interrupted apply waits for answers that are under way. @default {3_000} */
  graceMs?: number;
}

/**
 * Carries out a plan, rank by rank; the objects of a rank are written at the same time. Unchanged objects are not
 * written. Objects that the server could not judge before are dry-run as soon as what they waited for exists, all of
 * them before anything else is written.
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
  return await new Execution(client, plan, options).run();
}

class Execution {
  readonly #client: KubeClient;
  readonly #plan: Plan;
  readonly #options: ExecuteOptions;
  readonly #results = new Map<string, ObjectResult>();
  /** Deferred changes that have not been dry-run yet. */
  readonly #unjudged: Set<DeferredChange>;
  /** Ends requests that are under way. */
  readonly #cancel = new AbortController();
  #error: CodedError | undefined;

  constructor(client: KubeClient, plan: Plan, options: ExecuteOptions) {
    this.#client = client;
    this.#plan = plan;
    this.#options = options;
    this.#unjudged = new Set(plan.changes.filter((change) => change.kind === "deferred"));
  }

  async run(): Promise<ApplyReport> {
    const { clock, signal } = this.#options;
    const startMs = clock.now();
    const done = new AbortController();
    const onAbort = () => this.#cancelAfterGrace(done.signal);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const ranks = Map.groupBy(this.#plan.changes, ({ rank }) => rank);
      for (const rank of [...ranks.keys()].sort((a, b) => a - b)) {
        await this.#judgeDeferred();
        await this.#forEach(ranks.get(rank)!, (change) => this.#applyChange(change));
        if (this.#isStopped()) break;
      }
    } finally {
      done.abort();
      signal?.removeEventListener("abort", onAbort);
    }
    return {
      outcome: signal?.aborted ? "interrupted" : this.#error !== undefined ? "failed" : "applied",
      results: orderResults(this.#plan, this.#results),
      ...(this.#error === undefined ? {} : { error: this.#error }),
      seconds: (clock.now() - startMs) / 1000,
    };
  }

  #isStopped(): boolean {
    return this.#error !== undefined || this.#options.signal?.aborted === true;
  }

  #cancelAfterGrace(done: AbortSignal): void {
    const { clock, graceMs = 3_000 } = this.#options;
    clock.sleep(graceMs, done).then(() => this.#cancel.abort(this.#options.signal?.reason), () => {});
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
    const wait = { clock: this.#options.clock, signal: this.#cancel.signal };
    const verdict = await retryWhileKindUnknown(wait, async () => {
      const verdict = await dryRun(this.#client, change, this.#plan, this.#cancel.signal);
      if (verdict.kind === "refused" && verdict.error.code === "KIND_UNKNOWN") throw verdict.error;
      return verdict;
    });
    if (verdict.kind === "refused") throw verdict.error;
  }

  #isThere(ref: ObjectRef): boolean {
    const action = this.#results.get(refKey(ref))?.action;
    return action === "created" || action === "configured" || action === "unchanged";
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
        action: result.created ? "created" : "configured",
        warnings: [...new Set([...warnings, ...result.warnings])],
        seconds: seconds(),
        object: result.object,
      });
    } catch (error) {
      this.#fail(change, error, seconds());
    }
  }

  async #write(change: Change): Promise<ApplyResult> {
    const { fieldManager, force, fieldValidation } = this.#plan;
    const { signal } = this.#cancel;
    if (change.kind === "update" && change.takesOver) await takeOver(this.#client, change, fieldManager, signal);
    return await this.#client.apply(change.desired, { fieldManager, force, fieldValidation, signal });
  }

  async #waitForDefinition({ ref, desired }: Change, { object }: ApplyResult): Promise<void> {
    if (!isDefinition(desired)) return;
    this.#options.onEvent?.({ type: "waiting", ref, for: "established" });
    const { clock } = this.#options;
    await waitUntilEstablished(this.#client, ref, object, { clock, signal: this.#cancel.signal });
  }

  #fail(change: Change, thrown: unknown, seconds: number): void {
    const error = this.#explain(change, thrown);
    this.#error ??= error;
    this.#finish({ ref: change.ref, action: "failed", warnings: change.warnings, seconds, error });
  }

  #explain(change: Change, thrown: unknown): CodedError {
    if (thrown instanceof ApiError) return errorOfChange(refusedChange(change, thrown));
    if (thrown instanceof CodedError && !this.#cancel.signal.aborted) return thrown;
    const { ref } = change;
    if (this.#cancel.signal.aborted) {
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
