import type { ApiError } from "../kube/mod.ts";
import type { Manifest, ObjectRef } from "../manifest/mod.ts";
import type { Adoption } from "./adoption.ts";
import type { ApplySet } from "./apply_set.ts";
import type { FieldConflict } from "./conflicts.ts";
import type { LeftField } from "./left_fields.ts";

/** What all changes say. */
export interface ChangeBase {
  /** The object. */
  ref: ObjectRef;
  /** What is applied. */
  desired: Manifest;
  /** When it is applied; smaller ranks first. */
  rank: number;
  /** Warnings of the server's dry-run, and our own. */
  warnings: string[];
  /** Other objects of the plan that it names to come before it. */
  dependsOn?: ObjectRef[];
  /** Fields that the manifest has and that are left to others; `desired` is without them. */
  leaves?: LeftField[];
  /** The autoscaler that decides about the manifest's number of pods once the object is there. */
  scaledBy?: string;
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
  /** Fields that client-side apply set when no record of owners was kept, and that become ours. */
  adopts?: Adoption;
  /** Managers from whom fields in conflict are taken, because nobody acts as them any more. */
  forces?: string[];
  /** The number of pods, which is held until the autoscaler takes it over from us. */
  handsOver?: number;
}

/** Fields change that can't be changed on an existing object: it is deleted and created anew. */
export interface RecreateChange extends ChangeBase {
  /** Replaced. */
  kind: "recreate";
  /** The object as it is now. */
  live: Manifest;
  /** What the server would store, as far as could be found out while the old one is there. */
  result: Manifest;
  /** The fields that can't be changed, such as `spec.selector`. */
  fields: string[];
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

/** The object is a member of another ApplySet, whose prune would delete it. */
export interface ForeignChange extends ChangeBase {
  /** Refused. */
  kind: "foreign";
  /** The id of the other set. */
  set: string;
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
  | RecreateChange
  | UnchangedChange
  | DeferredChange
  | UncheckedChange
  | ConflictChange
  | ImmutableChange
  | ForeignChange
  | RefusedChange;

/** A change that keeps the whole plan from being applied. */
export type RefusedKind = ConflictChange | ImmutableChange | ForeignChange | RefusedChange;

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
  /** The set that the objects become members of. */
  applySet?: ApplySet;
}

const REFUSED_KINDS = new Set<Change["kind"]>(["conflict", "immutable", "foreign", "refused"]);

/** Whether a change keeps the whole plan from being applied. */
export function isRefused(change: Change): change is RefusedKind {
  return REFUSED_KINDS.has(change.kind);
}
