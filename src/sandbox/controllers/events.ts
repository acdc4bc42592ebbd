/** Events, as client-go's recorders write them. */
import type { Event } from "kubernetes-types/core/v1";
import type { Manifest } from "../../manifest/mod.ts";
import { type ObjectStore, timestamp } from "../store.ts";
import { live, type LiveMeta, manifestOf, millis } from "./live.ts";

/** What happened to an object. */
export interface EventText {
  type: "Normal" | "Warning";
  reason: string;
  message: string;
  /** Who says so: `kubelet`, `deployment-controller`. */
  component: string;
  /** The node, where the component is the kubelet. */
  host?: string;
  /** The part of the object: `spec.containers{web}`. */
  fieldPath?: string;
  /**
   * Recorders of the newer API (the scheduler's) name an action, write `eventTime` in place of `firstTimestamp` and
   * count in `series`.
   */
  action?: string;
  /** Whether it stands for several; such events don't name who reports them. */
  isJoined?: boolean;
}

/** The object that an event is about. */
export interface EventSubject {
  apiVersion: string;
  kind: string;
  metadata: LiveMeta;
}

/** Writes events; the same event again only grows the count of the one that is there. */
export interface EventRecorder {
  record(subject: EventSubject, text: EventText): void;
  /** Removes events that nobody repeated for an hour, as the API server does. */
  expire(): void;
}

const LIFETIME_MS = 3_600_000;
/** From this many different messages about one thing on, they are put together. */
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
/** Events that a component may write about one object at once, and how long until it may write one more. */
const BURST = 25;
const REFILL_MS = 300_000;

/**
 * @param store Where the events go, into their object's namespace.
 * @param now Milliseconds since 1970.
 * @see client-go `tools/record/events_cache.go` v0.36 for what is counted, put together and left out
 */
export function createEventRecorder(store: ObjectStore, now: () => number): EventRecorder {
  const names = new Map<string, { namespace: string; name: string }>();
  const similar = new Map<string, { messages: Set<string>; lastMs: number }>();
  const budgets = new Map<string, { left: number; atMs: number }>();
  let count = 0;
  let nextExpiry = 0;

  const find = (key: string): Manifest | undefined => {
    const known = names.get(key);
    return known && store.get({ apiVersion: "v1", kind: "Event", ...known });
  };
  /** Whether there are so many messages about the same thing already that this one joins them. */
  const joinsOthers = (group: string, message: string): boolean => {
    const known = similar.get(group);
    const isOld = known === undefined || now() - known.lastMs > SIMILAR_WINDOW_MS;
    const messages = isOld ? new Set<string>() : known.messages;
    messages.add(message);
    similar.set(group, { messages, lastMs: now() });
    if (messages.size < SIMILAR_LIMIT) return false;
    messages.delete(messages.values().next().value!);
    return true;
  };
  const isSpam = (source: string): boolean => {
    const { left, atMs } = budgets.get(source) ?? { left: BURST, atMs: now() };
    const tokens = Math.min(BURST, left + (now() - atMs) / REFILL_MS);
    budgets.set(source, { left: tokens < 1 ? tokens : tokens - 1, atMs: now() });
    return tokens < 1;
  };
  const put = (key: string, subject: EventSubject, text: EventText): void => {
    const existing = find(key);
    if (existing !== undefined) {
      store.update({ ...repeated(existing, now()), message: text.message });
      return;
    }
    const namespace = subject.metadata.namespace ?? "default";
    // Real names end in the nanoseconds of the first event; the counter keeps those of one millisecond apart.
    const suffix = (BigInt(now()) * 1_000_000n + BigInt(count++ % 1_000_000)).toString(16);
    const name = `${subject.metadata.name}.${suffix}`;
    names.set(key, { namespace, name });
    store.create(firstEvent({ namespace, name }, subject, text, now()));
  };
  return {
    record(subject, text) {
      const source = [subject.metadata.uid, text.component, text.host].join("\0");
      const group = [source, text.type, text.reason].join("\0");
      const single = [group, text.fieldPath, text.message].join("\0");
      // The newer recorders neither join nor leave out.
      if (text.action !== undefined) return put(single, subject, text);
      const isJoined = joinsOthers(group, text.message);
      if (isSpam(source)) return;
      if (!isJoined) return put(single, subject, text);
      put(group, subject, { ...text, message: `(combined from similar events): ${text.message}`, isJoined });
    },
    expire() {
      if (now() < nextExpiry) return;
      nextExpiry = now() + 60_000;
      for (const [key, { namespace, name }] of names) {
        const event = find(key);
        if (event !== undefined && lastSeen(event) + LIFETIME_MS > now()) continue;
        if (event !== undefined) store.remove({ apiVersion: "v1", kind: "Event", namespace, name });
        names.delete(key);
      }
      forget(similar, ({ lastMs }) => now() - lastMs > SIMILAR_WINDOW_MS);
      forget(budgets, ({ left, atMs }) => left + (now() - atMs) / REFILL_MS >= BURST);
    },
  };
}

function forget<T>(entries: Map<string, T>, isStale: (entry: T) => boolean): void {
  for (const [key, entry] of entries) if (isStale(entry)) entries.delete(key);
}

function firstEvent(
  { namespace, name }: { namespace: string; name: string },
  subject: EventSubject,
  text: EventText,
  now: number,
): Manifest {
  const time = timestamp(now);
  const isNewStyle = text.action !== undefined;
  const { uid, resourceVersion } = subject.metadata;
  return manifestOf({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: subject.apiVersion,
      kind: subject.kind,
      name: subject.metadata.name,
      namespace: subject.metadata.namespace,
      uid,
      resourceVersion,
      fieldPath: text.fieldPath,
    },
    type: text.type,
    reason: text.reason,
    message: text.message,
    source: isNewStyle ? {} : { component: text.component, host: text.host },
    firstTimestamp: isNewStyle ? null : time,
    lastTimestamp: isNewStyle ? null : time,
    count: isNewStyle ? undefined : 1,
    eventTime: isNewStyle ? microTime(now) : null,
    action: text.action,
    reportingComponent: text.isJoined ? "" : text.component,
    reportingInstance: text.isJoined ? "" : isNewStyle ? `${text.component}-sandbox` : text.host ?? "",
  });
}

function repeated(event: Manifest, now: number): Manifest {
  const { count, series, eventTime } = live<Event>(event);
  if (typeof eventTime === "string") {
    return { ...event, series: { count: (series?.count ?? 1) + 1, lastObservedTime: microTime(now) } };
  }
  return { ...event, count: (count ?? 1) + 1, lastTimestamp: timestamp(now) };
}

function lastSeen(event: Manifest): number {
  const { lastTimestamp, series, eventTime } = live<Event>(event);
  return millis(lastTimestamp ?? series?.lastObservedTime ?? eventTime);
}

function microTime(ms: number): string {
  return new Date(ms).toISOString().replace(/(\.\d{3})Z$/, "$1000Z");
}
