import { getPath, isObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";

/** One entry of `status.conditions`; absent texts are empty. */
export interface Condition {
  type: string;
  /** `True`, `False` or `Unknown`. */
  status: string;
  reason: string;
  message: string;
  /** Milliseconds since 1970 of the last change of `status`. */
  transitionMs?: number;
  /** Milliseconds since 1970 of the last write; Deployments alone have it. */
  updateMs?: number;
  /** The generation that the condition speaks of, where controllers say so. */
  observedGeneration?: number;
}

/** An integer field; absent, null or not a number gives `otherwise`. Numbers in strings count: Argo writes such. */
export function readNumber<T>(otherwise: T, object: JsonValue | undefined, ...path: (string | number)[]): number | T {
  const value = getPath(object, ...path);
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : otherwise;
}

/** A text field; absent or not a text gives the empty text. */
export function readText(object: JsonValue | undefined, ...path: (string | number)[]): string {
  const value = getPath(object, ...path);
  return typeof value === "string" ? value : "";
}

/** The objects of a list field; anything else in it is left out. */
export function readObjects(object: JsonValue | undefined, ...path: (string | number)[]): Record<string, JsonValue>[] {
  const value = getPath(object, ...path);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A time field (RFC 3339) as milliseconds since 1970. */
export function readTime(object: JsonValue | undefined, ...path: (string | number)[]): number | undefined {
  const ms = Date.parse(readText(object, ...path));
  return Number.isNaN(ms) ? undefined : ms;
}

/** All entries of `status.conditions`. */
export function readConditions(object: Manifest): Condition[] {
  return readObjects(object, "status", "conditions").map((entry) => ({
    type: readText(entry, "type"),
    status: readText(entry, "status"),
    reason: readText(entry, "reason"),
    message: readText(entry, "message"),
    transitionMs: readTime(entry, "lastTransitionTime"),
    updateMs: readTime(entry, "lastUpdateTime"),
    observedGeneration: readNumber(undefined, entry, "observedGeneration"),
  }));
}

/** The condition of a type, or undefined. */
export function findCondition(object: Manifest, type: string): Condition | undefined {
  return readConditions(object).find((condition) => condition.type === type);
}

/** A condition's reason and message as one text. */
export function describeCondition({ type, status, reason, message }: Condition): string {
  return message || reason || `condition ${type} is ${status || "unset"}`;
}

/** The generation of the object's spec; 0 where the kind has none. */
export function generationOf(object: Manifest): number {
  return readNumber(0, object, "metadata", "generation");
}

/** The generation that the object's controller has seen; undefined where it doesn't say. */
export function observedGenerationOf(object: Manifest): number | undefined {
  return readNumber(undefined, object, "status", "observedGeneration");
}
