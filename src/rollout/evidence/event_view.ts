import type { Manifest } from "../../manifest/mod.ts";
import { readNumber, readText, readTime } from "../status/fields.ts";

/** What kstage keeps of an event. */
export interface EventView {
  uid: string;
  /** UID of the object that it's about. */
  objectUid: string;
  objectKind: string;
  objectName: string;
  /** `Warning` or `Normal`. */
  type: string;
  reason: string;
  message: string;
  /** How often it was seen. */
  count: number;
  firstMs?: number;
  lastMs?: number;
  /** Path of the container that it's about, such as `spec.containers{web}`. */
  fieldPath: string;
}

/** Reads an event of `v1` (or of `events.k8s.io/v1`, which names the same things otherwise). */
export function readEvent(event: Manifest): EventView {
  const object = event.involvedObject ?? event.regarding;
  const eventMs = readTime(event, "eventTime");
  const firstMs = readTime(event, "firstTimestamp") ?? readTime(event, "deprecatedFirstTimestamp") ?? eventMs;
  const lastMs = readTime(event, "lastTimestamp") ?? readTime(event, "series", "lastObservedTime") ??
    readTime(event, "deprecatedLastTimestamp") ?? eventMs;
  return {
    uid: readText(event, "metadata", "uid") || event.metadata.name,
    objectUid: readText(object, "uid"),
    objectKind: readText(object, "kind"),
    objectName: readText(object, "name"),
    type: readText(event, "type"),
    reason: readText(event, "reason"),
    message: (readText(event, "message") || readText(event, "note")).trim(),
    count: Math.max(
      ...[["count"], ["series", "count"], ["deprecatedCount"]].map((path) => readNumber(1, event, ...path)),
    ),
    firstMs,
    lastMs: lastMs ?? firstMs ?? readTime(event, "metadata", "creationTimestamp"),
    fieldPath: readText(object, "fieldPath"),
  };
}

/** Newest first; events without a time come last. */
export function compareNewestFirst(a: EventView, b: EventView): number {
  return (b.lastMs ?? 0) - (a.lastMs ?? 0);
}

/** An event as one line: reason, message, and how often. */
export function describeEvent({ reason, message, count }: EventView): string {
  return `${reason}: ${message}${count > 1 ? ` (${count} times)` : ""}`;
}
