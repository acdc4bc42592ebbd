import type { Manifest } from "../../manifest/mod.ts";

/**
 * How far the cluster is with making an object what its spec says.
 *
 * - `current`: it is; `warning` says what a person should know nevertheless.
 * - `inProgress`: not yet, and nothing in the object says that it never will be.
 * - `failed`: its controller gave up, for `reason` (one CamelCase word, as in conditions).
 * - `terminating`: it's being deleted.
 */
export type Status =
  | { kind: "current"; message: string; warning?: string }
  | { kind: "inProgress"; message: string }
  | { kind: "failed"; reason: string; message: string }
  | { kind: "terminating"; message: string };

/** Tells the status of objects of one kind, whose generation has been observed and which aren't being deleted. */
export type StatusRule = (object: Manifest) => Status;

/** The object is what its spec says. */
export function current(message: string, warning?: string): Status {
  return warning === undefined ? { kind: "current", message } : { kind: "current", message, warning };
}

/** The object isn't yet what its spec says. */
export function inProgress(message: string): Status {
  return { kind: "inProgress", message };
}

/** The object's controller gave up. */
export function failed(reason: string, message: string): Status {
  return { kind: "failed", reason, message };
}
