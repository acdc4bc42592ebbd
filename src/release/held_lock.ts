import type { Clock } from "../base/mod.ts";
import { ApiError, type KubeClient } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import { ReleaseError } from "./errors.ts";
import { LEASE_MS, type LeaseView, microTime, viewLease } from "./lease.ts";

/** How often a holder shows that it lives. */
const RENEW_MS = 5_000;

/** A holder that could not do so for this long stops writing, well before others may take the lock. */
const RENEW_DEADLINE_MS = LEASE_MS * 2 / 3;

/** How long letting go may take. */
const RELEASE_DEADLINE_MS = 3_000;

/** Who owns the Lease's fields. */
export const LOCK_MANAGER = "kstage-lock";

/** What a held lock is made of. */
interface HeldLockFacts {
  ref: ObjectRef;
  identity: string;
  lease: Manifest;
  /** When the request began that got it. */
  nowMs: number;
  clock: Clock;
  waited: boolean;
}

/** A Lease that is ours and is renewed in the background until it is released. */
export class HeldLock {
  readonly waited: boolean;
  readonly #client: KubeClient;
  readonly #facts: HeldLockFacts;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;
  #view: LeaseView;
  #renewedMs: number;

  constructor(client: KubeClient, facts: HeldLockFacts) {
    this.#client = client;
    this.#facts = facts;
    this.waited = facts.waited;
    this.#view = viewLease(facts.lease);
    this.#renewedMs = facts.nowMs;
    this.#renewing = this.#keepRenewing();
  }

  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  async release(): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    if (this.signal.aborted) return;
    await this.#within(RELEASE_DEADLINE_MS, (signal) => this.#letGo(signal)).catch(() => {});
  }

  async #keepRenewing(): Promise<void> {
    const { clock } = this.#facts;
    while (!this.#stop.signal.aborted && !this.signal.aborted) {
      try {
        await clock.sleep(RENEW_MS, this.#stop.signal);
      } catch {
        return;
      }
      const leftMs = this.#renewedMs + RENEW_DEADLINE_MS - clock.now();
      if (leftMs <= 0) return this.#lose("it could not be renewed in time");
      await this.#within(leftMs, (signal) => this.#renew(signal)).catch(() => {});
      if (!this.#stop.signal.aborted && clock.now() - this.#renewedMs >= RENEW_DEADLINE_MS) {
        this.#lose("it could not be renewed in time");
      }
    }
  }

  async #renew(signal: AbortSignal): Promise<void> {
    const { clock, identity, ref } = this.#facts;
    const startMs = clock.now();
    const body = {
      metadata: { resourceVersion: this.#view.resourceVersion },
      spec: { holderIdentity: identity, renewTime: microTime(startMs) },
    };
    try {
      this.#view = viewLease(await this.#client.patch(ref, "merge", body, { fieldManager: LOCK_MANAGER, signal }));
      this.#renewedMs = startMs;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.code !== "CONFLICT" && error.code !== "NOT_FOUND")) throw error;
      // Somebody got in line, or took the lock.
      if (await this.#reread(signal)) await this.#renew(signal);
    }
  }

  /** Reads the Lease anew. @returns Whether it is still ours. */
  async #reread(signal: AbortSignal): Promise<boolean> {
    const lease = await this.#client.get(this.#facts.ref, signal);
    const view = lease && viewLease(lease);
    if (view?.holder !== this.#facts.identity) {
      this.#lose(view?.holder === undefined ? "the Lease is gone" : "another deploy took it");
      return false;
    }
    this.#view = view;
    return true;
  }

  /** A Lease that nobody waits for is removed; one with a queue is left to the first in line. */
  async #letGo(signal: AbortSignal): Promise<void> {
    const { ref } = this.#facts;
    const { resourceVersion, tickets } = this.#view;
    try {
      if (tickets.length === 0) await this.#remove(signal);
      else {
        const body = { metadata: { resourceVersion }, spec: { holderIdentity: null } };
        await this.#client.patch(ref, "merge", body, { fieldManager: LOCK_MANAGER, signal });
      }
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "CONFLICT") throw error;
      if (await this.#reread(signal)) await this.#letGo(signal);
    }
  }

  async #remove(signal: AbortSignal): Promise<void> {
    const { resourceVersion } = this.#view;
    try {
      await this.#client.delete(this.#facts.ref, { resourceVersion, signal });
    } catch (error) {
      // Who may not delete Leases leaves one that nobody holds.
      if (!(error instanceof ApiError) || error.code !== "FORBIDDEN") throw error;
      const body = { metadata: { resourceVersion }, spec: { holderIdentity: null } };
      await this.#client.patch(this.#facts.ref, "merge", body, { fieldManager: LOCK_MANAGER, signal });
    }
  }

  /** Runs something that is given up after some time. */
  async #within<T>(ms: number, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timer = new AbortController();
    const deadline = new AbortController();
    this.#facts.clock.sleep(ms, timer.signal).then(() => deadline.abort(), () => {});
    try {
      return await action(deadline.signal);
    } finally {
      timer.abort();
    }
  }

  #lose(why: string): void {
    const error = new ReleaseError("LOCK_LOST", `Cannot go on: the lock of this deploy was lost, ${why}`, {
      hint: "Nothing more was written; see kstage history, and deploy again when no other deploy runs",
    });
    this.#lost.abort(error);
  }
}
