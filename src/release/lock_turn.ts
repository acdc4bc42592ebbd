import { compareTickets, LEASE_MS, type LeaseView, type Ticket } from "./lease.ts";

/**
 * What this process has seen of the others: since when a value has not changed, by its own clock. Clocks of machines are
 * never compared: whoever shows no change for as long as it may is dead, whoever shows one lives. As client-go does it.
 *
 * @see client-go `tools/leaderelection/leaderelection.go` v1.36
 */
export class Observer {
  readonly #seen = new Map<string, { value: string; sinceMs: number; changed: boolean }>();

  /** Takes in how something looks now. */
  observe(key: string, value: string, nowMs: number): void {
    const before = this.#seen.get(key);
    if (before?.value === value) return;
    this.#seen.set(key, { value, sinceMs: nowMs, changed: before !== undefined });
  }

  /** Takes in a whole Lease. */
  observeLease(view: LeaseView, nowMs: number): void {
    this.observe(HOLDER, view.stamp, nowMs);
    for (const { id, beat } of view.tickets) this.observe(id, String(beat), nowMs);
  }

  /** How long it has looked like this. */
  unchangedMs(key: string, nowMs: number): number {
    return nowMs - (this.#seen.get(key)?.sinceMs ?? nowMs);
  }

  /** Whether it has changed since it was first seen: then somebody lives. */
  isAlive(key: string): boolean {
    return this.#seen.get(key)?.changed ?? false;
  }
}

/** The observer's key of the holder. */
export const HOLDER = "";

/** What to do about a lock that somebody has, or has had. */
export type Turn =
  /** Take it; tickets of the dead are removed with that. */
  | { kind: "take"; dead: string[] }
  /** Others come first: look again later. `blocker` is the holder, undefined when it is a waiter. */
  | { kind: "wait"; blocker: string | undefined; isAlive: boolean; ahead: number };

/**
 * Whose turn it is: the first's in line whom nobody has found dead, as soon as the lock is free or its holder dead.
 *
 * @param own Our place, undefined while we have none.
 */
export function decideTurn(
  view: LeaseView,
  observer: Observer,
  { own, nowMs }: { own: Pick<Ticket, "id" | "order"> | undefined; nowMs: number },
): Turn {
  const isDead = ({ id }: Ticket) => observer.unchangedMs(id, nowMs) >= LEASE_MS;
  const others = view.tickets.filter(({ id }) => id !== own?.id);
  const ahead = others.filter((ticket) => own === undefined || compareTickets(ticket, own) < 0);
  const living = ahead.filter((ticket) => !isDead(ticket));
  const isFree = view.holder === undefined || observer.unchangedMs(HOLDER, nowMs) >= view.durationMs;
  if (isFree && living.length === 0) return { kind: "take", dead: others.filter(isDead).map(({ id }) => id) };
  const isAlive = isFree ? living.some(({ id }) => observer.isAlive(id)) : observer.isAlive(HOLDER);
  return { kind: "wait", blocker: isFree ? undefined : view.holder, isAlive, ahead: living.length };
}

/** The place behind all who are in line. */
export function lastOrder(view: LeaseView): number {
  return Math.max(0, ...view.tickets.map(({ order }) => order)) + 1;
}
