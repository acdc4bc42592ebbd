import { type Clock, formatDuration, type Random } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import { ReleaseError } from "./errors.ts";
import { HeldLock, LOCK_MANAGER } from "./held_lock.ts";
import { heldSpec, LEASE_MS, leaseRef, type LeaseView, ticketAnnotations, viewLease } from "./lease.ts";
import { decideTurn, lastOrder, Observer, type Turn } from "./lock_turn.ts";

/** How to get a lock. */
export interface AcquireLockOptions {
  /** Where the Lease is. */
  namespace: string;
  /** What is locked. */
  release: string;
  /** Who asks, for people: a job's URL, or `user@host`. */
  holder: string;
  /** How long to wait for our turn; 0 only finds out whether the holder still lives. @default {0} */
  waitMs?: number;
  /** For waits and deadlines. */
  clock: Clock;
  /** Tells holders apart, and spreads requests. */
  random: Random;
  /** Is told when there is something to wait for. */
  onWait?(message: string): void;
  /** Gives it up; a place in the queue is given back. */
  signal?: AbortSignal;
}

/** A lock that is held, until it is released or lost. */
export interface ReleaseLock {
  /** Whether others had to be waited for: what was read before may be out of date. */
  readonly waited: boolean;
  /** Aborted with a {@link ReleaseError} LOCK_LOST when it could not be renewed in time. */
  readonly signal: AbortSignal;
  /** Lets go of it; never rejects: a lock that can't be released expires. */
  release(): Promise<void>;
}

/** How often a waiter looks, and how often it shows that it lives. */
const POLL_MS = 1_000;
const BEAT_MS = LEASE_MS / 4;

/**
 * Gets the lock of a release. A free one costs one request. One that is held is waited for in the order of arrival, or
 * refused as soon as its holder has shown that it lives; a holder that shows no sign of life for 30 s, by our own clock,
 * has lost it.
 *
 * @throws {ReleaseError} LOCKED.
 * @throws {ApiError} Among others FORBIDDEN, with the missing rule.
 */
export async function acquireLock(client: KubeClient, options: AcquireLockOptions): Promise<ReleaseLock> {
  return await new Acquisition(client, options).run();
}

class Acquisition {
  readonly #client: KubeClient;
  readonly #options: AcquireLockOptions;
  readonly #ref: ObjectRef;
  readonly #id: string;
  readonly #identity: string;
  readonly #observer = new Observer();
  readonly #startMs: number;
  #order: number | undefined;
  #beat = 0;
  #beatMs = 0;
  #lastMessage = "";

  constructor(client: KubeClient, options: AcquireLockOptions) {
    this.#client = client;
    this.#options = options;
    this.#ref = leaseRef(options.namespace, options.release);
    this.#id = options.random.bytes(8).toHex();
    this.#identity = `${options.holder} ${this.#id}`;
    this.#startMs = options.clock.now();
  }

  async run(): Promise<ReleaseLock> {
    const { clock, random, signal } = this.#options;
    try {
      for (let round = 0;; round++) {
        signal?.throwIfAborted();
        const view = round === 0 ? undefined : await this.#read();
        const held = view === undefined ? await this.#create(round > 0) : await this.#step(view);
        if (held === "again") continue;
        if (held !== undefined) return held;
        await clock.sleep(POLL_MS * (0.75 + random.number() / 2), signal);
      }
    } catch (error) {
      await this.#leaveQueue();
      throw error;
    }
  }

  async #read(): Promise<LeaseView | undefined> {
    const lease = await this.#client.get(this.#ref, this.#options.signal);
    return lease === undefined ? undefined : viewLease(lease);
  }

  /** Not cut off by the signal: whether the Lease is ours then would be unknown. */
  async #create(waited: boolean): Promise<HeldLock | "again"> {
    const { apiVersion, kind, name, namespace } = this.#ref;
    const nowMs = this.#options.clock.now();
    const labels = { "app.kubernetes.io/managed-by": "kstage" };
    const lease: Manifest = {
      apiVersion,
      kind,
      metadata: { name, namespace: namespace!, labels },
      spec: heldSpec(this.#identity, nowMs, 0),
    };
    try {
      return this.#hold(await this.#client.create(lease, { fieldManager: LOCK_MANAGER }), nowMs, waited);
    } catch (error) {
      if (isOutrun(error)) return "again";
      throw error;
    }
  }

  async #step(view: LeaseView): Promise<HeldLock | "again" | undefined> {
    const nowMs = this.#options.clock.now();
    this.#observer.observeLease(view, nowMs);
    const own = this.#order === undefined ? undefined : { id: this.#id, order: this.#order };
    const turn = decideTurn(view, this.#observer, { own, nowMs });
    if (turn.kind === "take") return await this.#take(view, turn.dead, nowMs);
    this.#refuseOrTell(turn, nowMs);
    if ((this.#options.waitMs ?? 0) === 0) return undefined;
    if (own === undefined) return await this.#queue(view, nowMs);
    if (nowMs - this.#beatMs >= BEAT_MS) await this.#showLife(nowMs);
    return undefined;
  }

  async #take(view: LeaseView, dead: readonly string[], nowMs: number): Promise<HeldLock | "again"> {
    const own = this.#order === undefined ? [] : [this.#id];
    const body = {
      metadata: { resourceVersion: view.resourceVersion, annotations: ticketAnnotations([], [...own, ...dead]) },
      spec: heldSpec(this.#identity, nowMs, view.transitions + 1),
    };
    try {
      return this.#hold(await this.#patch(body), nowMs, true);
    } catch (error) {
      return await this.#retry(error);
    }
  }

  async #queue(view: LeaseView, nowMs: number): Promise<"again" | undefined> {
    const order = lastOrder(view);
    const annotations = ticketAnnotations([{ id: this.#id, order, beat: 0 }]);
    try {
      await this.#patch({ metadata: { resourceVersion: view.resourceVersion, annotations } });
      this.#order = order;
      this.#beatMs = nowMs;
      return undefined;
    } catch (error) {
      return await this.#retry(error);
    }
  }

  /** Many come at once: a little later, each at its own moment. */
  async #retry(error: unknown): Promise<"again"> {
    if (!isOutrun(error)) throw error;
    const { clock, random, signal } = this.#options;
    await clock.sleep(random.number() * 200, signal);
    return "again";
  }

  async #showLife(nowMs: number): Promise<void> {
    const annotations = ticketAnnotations([{ id: this.#id, order: this.#order!, beat: ++this.#beat }]);
    this.#beatMs = nowMs;
    try {
      await this.#patch({ metadata: { annotations } });
    } catch (error) {
      if (!isOutrun(error)) throw error;
    }
  }

  /** In time, because those behind us would otherwise wait until the ticket has shown no life for long enough. */
  async #leaveQueue(): Promise<void> {
    if (this.#order === undefined) return;
    try {
      await this.#patch({ metadata: { annotations: ticketAnnotations([], [this.#id]) } });
    } catch {
      // It expires.
    }
  }

  #patch(body: { metadata: Record<string, never> | object; spec?: object }): Promise<Manifest> {
    return this.#client.patch(this.#ref, "merge", body as never, { fieldManager: LOCK_MANAGER });
  }

  #hold(lease: Manifest, nowMs: number, waited: boolean): HeldLock {
    const { clock } = this.#options;
    return new HeldLock(this.#client, { ref: this.#ref, identity: this.#identity, lease, nowMs, clock, waited });
  }

  #refuseOrTell({ blocker, isAlive, ahead }: Extract<Turn, { kind: "wait" }>, nowMs: number): void {
    const { waitMs = 0, release, namespace, onWait } = this.#options;
    const who = blocker === undefined ? `${ahead} that came before` : blocker.replace(/ [0-9a-f]{16}$/, "");
    const isOver = waitMs === 0 ? isAlive : nowMs - this.#startMs >= waitMs;
    if (isOver) throw locked({ who, release, namespace, waitMs });
    const place = ahead === 0 || blocker === undefined ? "" : `, ${ahead} in line before this deploy`;
    const message = waitMs === 0
      ? `the lock of ${release} is held by ${who}: looking whether it is alive`
      : `waiting for the lock of ${release}, held by ${who}${place}`;
    if (message !== this.#lastMessage) onWait?.(message);
    this.#lastMessage = message;
  }
}

function locked(
  { who, release, namespace, waitMs }: { who: string; release: string; namespace: string; waitMs: number },
): ReleaseError {
  const waited = waitMs === 0 ? "" : ` after waiting for ${formatDuration(waitMs)}`;
  return new ReleaseError(
    "LOCKED",
    `Cannot deploy ${release} in namespace ${namespace}: the lock is held by ${who}${waited}`,
    {
      hint: waitMs === 0
        ? "Wait for the turn of this deploy with --wait-for-lock 10m"
        : "Wait longer, or end the other deploy",
    },
  );
}

/** Whether another process was faster. */
export function isOutrun(error: unknown): boolean {
  return error instanceof ApiError &&
    (error.code === "CONFLICT" || error.code === "ALREADY_EXISTS" || error.code === "NOT_FOUND") &&
    error.about?.kind !== "namespaces";
}
