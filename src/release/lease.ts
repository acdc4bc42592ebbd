import { getPath, isObject, type JsonObject } from "../base/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";

/**
 * The lock as it is stored: a Lease whose holder renews it. Who waits puts a ticket on it, an annotation with a place in
 * the queue and a beat that grows while the waiter lives.
 */

/** How long a holder, or a waiter, may give no sign of life. */
export const LEASE_MS = 30_000;

const TICKET = "ticket.kstage.dev/";

/** A waiter's place. */
export interface Ticket {
  id: string;
  /** Smaller ones come first; equal ones by id. */
  order: number;
  /** Grows while the waiter lives. */
  beat: number;
}

/** A Lease as the lock reads it. */
export interface LeaseView {
  resourceVersion: string;
  /** `<id> <name>` of the holder; undefined when nobody holds it. */
  holder?: string;
  /** Changes with every renewal and every holder. */
  stamp: string;
  /** How long the holder may give no sign of life. */
  durationMs: number;
  transitions: number;
  /** In the order of the queue. */
  tickets: Ticket[];
}

/** The Lease's name for a release. */
export function leaseRef(namespace: string, release: string): ObjectRef {
  return { apiVersion: "coordination.k8s.io/v1", kind: "Lease", namespace, name: `kstage-${release}` };
}

/** Reads a Lease. */
export function viewLease(lease: Manifest): LeaseView {
  const { holderIdentity, renewTime, leaseDurationSeconds, leaseTransitions } = isObject(lease.spec) ? lease.spec : {};
  const annotations = getPath(lease, "metadata", "annotations");
  const tickets = Object.entries(isObject(annotations) ? annotations : {}).map(([key, value]) =>
    parseTicket(key, String(value))
  ).filter((ticket) => ticket !== undefined);
  const holder = typeof holderIdentity === "string" && holderIdentity !== "" ? { holder: holderIdentity } : {};
  return {
    resourceVersion: String(lease.metadata.resourceVersion),
    ...holder,
    stamp: JSON.stringify([holderIdentity, renewTime, leaseTransitions].map((value) => value ?? null)),
    durationMs: typeof leaseDurationSeconds === "number" ? leaseDurationSeconds * 1000 : LEASE_MS,
    transitions: typeof leaseTransitions === "number" ? leaseTransitions : 0,
    tickets: tickets.sort(compareTickets),
  };
}

function parseTicket(key: string, value: string): Ticket | undefined {
  const match = /^(\d{1,15}) (\d{1,15})$/.exec(value);
  if (!key.startsWith(TICKET) || match === null) return undefined;
  return { id: key.slice(TICKET.length), order: Number(match[1]), beat: Number(match[2]) };
}

/** Who comes first. */
export function compareTickets(a: Pick<Ticket, "id" | "order">, b: Pick<Ticket, "id" | "order">): number {
  return a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Annotations that put tickets on the Lease, or take them off. */
export function ticketAnnotations(set: readonly Ticket[], remove: readonly string[] = []): JsonObject {
  return {
    ...Object.fromEntries(remove.map((id) => [TICKET + id, null])),
    ...Object.fromEntries(set.map(({ id, order, beat }) => [TICKET + id, `${order} ${beat}`])),
  };
}

/** The specification of a Lease that somebody holds from now on. */
export function heldSpec(holder: string, nowMs: number, transitions: number): JsonObject {
  const now = microTime(nowMs);
  return {
    holderIdentity: holder,
    leaseDurationSeconds: LEASE_MS / 1000,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: transitions,
  };
}

/** A time as Leases have it, with microseconds. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
