/** Events, as client-go's recorders write them. */
import type { Event } from "kubernetes-types/core/v1";
import type { Manifest } from "../../manifest/mod.ts";
import { type ObjectStore, timestamp } from "../store.ts";
import { createEventLimits } from "./event_limits.ts";
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
/**
 * @param store Where the events go, into their object's namespace.
 * @param now Milliseconds since 1970.
 * @see client-go `tools/record/events_cache.go` v0.36
 */
export function createEventRecorder(store: ObjectStore, now: () => number): EventRecorder {
  const names = new Map<string, { namespace: string; name: string }>();
  const limits = createEventLimits(now);
  let count = 0;
  let nextExpiry = 0;

  const find = (key: string): Manifest | undefined => {
    const known = names.get(key);
    return known && store.get({ apiVersion: "v1", kind: "Event", ...known });
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
      const isJoined = limits.joinsOthers(group, text.message);
      if (limits.isSpam(source)) return;
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
      limits.forget();
    },
  };
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
