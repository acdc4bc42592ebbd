import { CodedError } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import { type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import { ApplyError } from "./apply_error.ts";
import { type GraceOptions, withGrace } from "./grace.ts";
import { shrinkInventory } from "./inventory.ts";
import { describeHold, waitUntilGone } from "./poll.ts";
import { mapConcurrently } from "./pool.ts";
import { type KeepReason, type PruneChange, type PrunePlan, reasonToStay } from "./prune_plan.ts";
import { describeRef } from "./describe_ref.ts";

/** What became of an object that left the overlay. */
export type PruneAction = "pruned" | "deleting" | "kept" | "failed" | "skipped";

/** The result for one object. */
export interface PruneResult {
  ref: ObjectRef;
  /** `deleting`: the deletion has begun, and something still keeps the object. */
  action: PruneAction;
  /** From sending the deletion until the object was gone; 0 when it was not sent. */
  seconds: number;
  /** Why it was kept. */
  because?: KeepReason;
  /** The objects for which it was kept. */
  by?: ObjectRef[];
  /** Why it failed, or could not be judged. */
  error?: CodedError;
}

/** What a prune did. What failed or was skipped stays in the inventory: the next prune tries it again. */
export interface PruneReport {
  /** `failed`: a deletion was refused or an object is not gone in time, and what others need was left alone. */
  outcome: "pruned" | "failed" | "interrupted";
  /** One per object, in the order of deletion. */
  results: PruneResult[];
  /** The first failure. */
  error?: CodedError;
  /** From the first deletion to the end. */
  seconds: number;
}

/** How to prune. */
export interface ExecutePruneOptions extends GraceOptions {
  /** Called for each object that was deleted or could not be. */
  onEvent?(result: PruneResult): void;
  /** How long the objects of a rank may take to be gone before it is given up. @default {60_000} */
  goneLimitMs?: number;
}

/**
 * Deletes what a plan says, in the reverse order of application: the objects of a rank together, those of the next once
 * they are gone. Only the version that was judged is deleted; an object that has changed meanwhile is judged again. In
 * the end the inventory is made to name no more than what is left.
 *
 * Failures and interruptions don't reject: the report tells what was deleted, what failed and what was left alone.
 */
export async function executePrune(
  client: KubeClient,
  plan: PrunePlan,
  options: ExecutePruneOptions,
): Promise<PruneReport> {
  return await withGrace(options, (cancel) => new PruneExecution(client, plan, options, cancel).run());
}

/** How often to judge an object anew that others write at the same time. */
const ATTEMPTS = 5;

class PruneExecution {
  readonly #results = new Map<string, PruneResult>();
  #error: CodedError | undefined;

  constructor(
    readonly client: KubeClient,
    readonly plan: PrunePlan,
    readonly options: ExecutePruneOptions,
    readonly cancel: AbortSignal,
  ) {}

  async run(): Promise<PruneReport> {
    const { clock, signal } = this.options;
    const startMs = clock.now();
    const ranks = Map.groupBy(this.plan.changes.filter((change) => change.kind === "prune"), ({ rank }) => rank);
    const order = [...ranks.keys()].sort((a, b) => b - a);
    for (const rank of order) {
      await this.#deleteRank(ranks.get(rank)!, rank === order.at(-1));
      if (this.#isStopped()) break;
    }
    if (!signal?.aborted) await this.#shrink();
    return {
      outcome: signal?.aborted ? "interrupted" : this.#error === undefined ? "pruned" : "failed",
      results: this.plan.changes.map((change) => this.#resultOf(change)),
      ...(this.#error === undefined ? {} : { error: this.#error }),
      seconds: (clock.now() - startMs) / 1000,
    };
  }

  #isStopped(): boolean {
    return this.#error !== undefined || this.options.signal?.aborted === true;
  }

  async #deleteRank(changes: readonly PruneChange[], isLast: boolean): Promise<void> {
    await mapConcurrently(changes, { concurrency: this.plan.concurrency }, async (change) => {
      if (!this.#isStopped()) await this.#prune(change, isLast);
    });
  }

  async #prune(change: PruneChange, isLast: boolean): Promise<void> {
    const { clock, goneLimitMs: limitMs = 60_000 } = this.options;
    const { ref } = change;
    const startMs = clock.now();
    const seconds = () => (clock.now() - startMs) / 1000;
    try {
      const deleted = await this.#delete(change);
      if ("because" in deleted) return this.#finish({ ref, action: "kept", seconds: seconds(), ...deleted });
      const held = await this.#waitUntilGone(ref, deleted.held, limitMs);
      if (held === undefined) return this.#finish({ ref, action: "pruned", seconds: seconds() });
      this.#finish({ ref, action: "deleting", seconds: seconds() });
      // What comes later may be what its finalizers need.
      if (!isLast) this.#error ??= notGone(ref, held, limitMs);
    } catch (error) {
      this.#fail(ref, error, seconds());
    }
  }

  /** The object if it is still there; an interruption ends the wait. */
  async #waitUntilGone(ref: ObjectRef, held: Manifest | undefined, limitMs: number): Promise<Manifest | undefined> {
    try {
      const wait = { clock: this.options.clock, signal: this.cancel, limitMs };
      return await waitUntilGone(this.client, ref, held, wait);
    } catch (error) {
      if (this.cancel.aborted) return held;
      throw error;
    }
  }

  /** Begins the deletion; tells what still keeps the object, or why it is to stay. */
  async #delete({ ref, live }: PruneChange): Promise<{ held?: Manifest } | { because: KeepReason }> {
    let current = live;
    for (let attempt = 1;; attempt++) {
      try {
        const held = await this.client.delete(ref, { ...versionOf(current), signal: this.cancel });
        return held === undefined ? {} : { held };
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === "NOT_FOUND" || error.code === "KIND_UNKNOWN") return {};
        if (error.code !== "CONFLICT" || attempt === ATTEMPTS) throw error;
      }
      const changed = await this.client.get(ref, this.cancel);
      if (changed === undefined || changed.metadata.uid !== live.metadata.uid) return {};
      const because = reasonToStay(changed, this.plan.inventory.set.id);
      if (because === "terminating") return { held: changed };
      if (because !== undefined) return { because };
      current = changed;
    }
  }

  async #shrink(): Promise<void> {
    const left = this.plan.changes.map((change) => this.#resultOf(change)).filter(({ action, because }) =>
      action !== "pruned" && because !== "copied"
    );
    try {
      const refs = [...this.plan.applied, ...left.map(({ ref }) => ref)];
      await shrinkInventory(this.client, this.plan.inventory, refs, this.cancel);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.#error ??= error;
    }
  }

  #resultOf(change: PrunePlan["changes"][number]): PruneResult {
    const done = this.#results.get(refKey(change.ref));
    if (done !== undefined) return done;
    if (change.kind === "prune") return { ref: change.ref, action: "skipped", seconds: 0 };
    const { kind: _kind, live: _live, ...kept } = change;
    return { ...kept, action: "kept", seconds: 0 };
  }

  #fail(ref: ObjectRef, thrown: unknown, seconds: number): void {
    const error = this.#explain(ref, thrown);
    this.#error ??= error;
    this.#finish({ ref, action: "failed", seconds, error });
  }

  #explain(ref: ObjectRef, thrown: unknown): CodedError {
    if (this.cancel.aborted) {
      const message = `Cannot tell whether ${describeRef(ref)} was deleted: interrupted before the server answered`;
      return new ApplyError("INTERRUPTED", message, [ref], {
        hint: "Run the same command again: it is safe to repeat",
      });
    }
    if (thrown instanceof CodedError) return thrown;
    return new ApplyError("FAILED", `Cannot prune ${describeRef(ref)}: ${thrown}`, [ref], { cause: thrown });
  }

  #finish(result: PruneResult): void {
    this.#results.set(refKey(result.ref), result);
    this.options.onEvent?.(result);
  }
}

function versionOf({ metadata: { uid, resourceVersion } }: Manifest): { uid?: string; resourceVersion?: string } {
  return {
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}

function notGone(ref: ObjectRef, held: Manifest, limitMs: number): ApplyError {
  const after = `after ${Math.round(limitMs / 1000)} s`;
  const message = `Cannot prune further: ${describeRef(ref)} is still there ${after}: ${describeHold(held)}`;
  return new ApplyError("NOT_GONE", message, [ref], {
    hint: "See what its finalizers wait for; the rest is pruned by the next run",
  });
}
