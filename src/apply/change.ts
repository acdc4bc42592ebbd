import type { ApiError } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import type { FieldConflict } from "./conflicts.ts";

/** What all changes say. */
export interface ChangeBase {
  ref: ObjectRef;
  /** What is applied. */
  desired: Manifest;
  /** When it is applied; smaller ranks first. */
  rank: number;
  /** Warnings of the server's dry-run, and our own. */
  warnings: string[];
}

/** The object is new; `result` is what the server would store. */
export interface CreateChange extends ChangeBase {
  /** New. */
  kind: "create";
  /** What the server would store. */
  result: Manifest;
}

/** The object is there and would change. */
export interface UpdateChange extends ChangeBase {
  /** Changed. */
  kind: "update";
  /** The object as it is now. */
  live: Manifest;
  /** What the server would store. */
  result: Manifest;
  /**
   * Fields that change, as `.spec.template.spec.containers[name="api"].image`. Empty when only the ownership of fields
   * does: what is there is right already, but belongs to another manager.
   */
  paths: string[];
  /** Managers of `kubectl apply` whose fields become ours, so that what the overlay lacks is removed as well. */
  takesOver?: string[];
}

/** The object is there, as it should be, and owned by us: it is not written. */
export interface UnchangedChange extends ChangeBase {
  /** Nothing to do. */
  kind: "unchanged";
  /** The object as it is now. */
  live: Manifest;
}

/**
 * The server can't judge the object before others of the same plan exist. It is dry-run as soon as they do, before
 * anything else is written.
 */
export interface DeferredChange extends ChangeBase {
  /** To be judged later. */
  kind: "deferred";
  /** What it waits for: its namespace, the definition of its kind, a role. */
  waitsFor: ObjectRef[];
}

/** Planned without asking the server. */
export interface UncheckedChange extends ChangeBase {
  /** Not judged. */
  kind: "unchecked";
}

/** Others own fields that would change. */
export interface ConflictChange extends ChangeBase {
  /** Refused. */
  kind: "conflict";
  /** The fields, and who owns them. */
  conflicts: FieldConflict[];
  /** The server's refusal. */
  error: ApiError;
}

/** Fields would change that can't be changed on an existing object; it would have to be recreated. */
export interface ImmutableChange extends ChangeBase {
  /** Refused. */
  kind: "immutable";
  /** Such as `spec.selector`. */
  fields: string[];
  /** The server's refusal. */
  error: ApiError;
}

/** The server refuses the object for another reason. */
export interface RefusedChange extends ChangeBase {
  /** Refused. */
  kind: "refused";
  /** The server's refusal. */
  error: ApiError;
}

/** What applying one object would do. */
export type Change =
  | CreateChange
  | UpdateChange
  | UnchangedChange
  | DeferredChange
  | UncheckedChange
  | ConflictChange
  | ImmutableChange
  | RefusedChange;

/** A change that keeps the whole plan from being applied. */
export type RefusedKind = ConflictChange | ImmutableChange | RefusedChange;

/** What applying a set of objects would do, in the order of application. */
export interface Plan {
  /** One per object, in the order of application. */
  changes: Change[];
  /** Who will own the applied fields. */
  fieldManager: string;
  /** Whether fields that others own are taken over. */
  force: boolean;
  /** What the server does about unknown and duplicate fields. */
  fieldValidation: "Strict" | "Warn" | "Ignore";
  /** Requests at the same time. */
  concurrency: number;
}

/** Whether a change keeps the whole plan from being applied. */
export function isRefused(change: Change): change is RefusedKind {
  return change.kind === "conflict" || change.kind === "immutable" || change.kind === "refused";
}
