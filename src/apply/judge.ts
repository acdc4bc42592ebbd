import { getPath, isObject } from "../base/mod.ts";
import type { ApiError, ApplyResult } from "../kube/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import type { Change, CreateChange, RefusedKind } from "./change.ts";
import { changedPaths, ownsSameFields } from "./compare.ts";
import { conflictsOf } from "./conflicts.ts";
import { immutableFields } from "./immutable.ts";
import type { Candidate } from "./prepare.ts";
import { withoutGone } from "./takeover.ts";
import type { Adoption } from "./adoption.ts";
import type { Treatment } from "./treatment.ts";

/** An object that exists, and how it is applied. */
export interface Existing {
  live: Manifest;
  treatment: Pick<Treatment, "takesOver" | "forces" | "handsOver">;
  adopts?: Adoption | undefined;
}

/** What an accepted dry-run means for an object that is not there yet. */
export function createChange(candidate: Candidate, { object, warnings }: ApplyResult): CreateChange {
  return { kind: "create", ...candidate, warnings: [...candidate.warnings, ...warnings], result: object };
}

/** What an accepted dry-run means for the object as it is now. */
export function compareWithLive(
  candidate: Candidate,
  { live, treatment, adopts }: Existing,
  { object, warnings }: ApplyResult,
  fieldManager: string,
): Change {
  const { takesOver, forces, handsOver } = treatment;
  const isMigrated = takesOver.length > 0 || adopts !== undefined;
  const migrated = isMigrated ? withoutGone(object, live, candidate.desired) : object;
  const result = handsOver === undefined ? migrated : withReplicas(migrated, handsOver);
  const base = { ...candidate, warnings: [...candidate.warnings, ...warnings, ...warningsAbout(live)] };
  const paths = changedPaths(live, result);
  const isWritten = isMigrated || forces.length > 0 || handsOver !== undefined || paths.length > 0;
  if (!isWritten && ownsSameFields(live, result, fieldManager)) return { kind: "unchanged", ...base, live };
  return {
    kind: "update",
    ...base,
    live,
    result,
    paths,
    ...(takesOver.length === 0 ? {} : { takesOver }),
    ...(adopts === undefined ? {} : { adopts }),
    ...(forces.length === 0 ? {} : { forces }),
    ...(handsOver === undefined ? {} : { handsOver }),
  };
}

/** The dry-run shows the default, because it does not know who holds the number of pods by then. */
function withReplicas(object: Manifest, replicas: number): Manifest {
  const spec = getPath(object, "spec");
  return isObject(spec) ? { ...object, spec: { ...spec, replicas } } : object;
}

function warningsAbout({ metadata }: Manifest): string[] {
  return metadata.deletionTimestamp === undefined
    ? []
    : ["The object is being deleted: what is applied to it will be gone with it"];
}

/** What a refusal of the server means: the server's reason, told apart by what can be done about it. */
export function refusedChange(candidate: Candidate, error: ApiError): RefusedKind {
  const { ref, desired, rank, warnings, leaves } = candidate;
  const base = { ref, desired, rank, warnings, error, ...(leaves === undefined ? {} : { leaves }) };
  const conflicts = conflictsOf(error);
  if (conflicts.length > 0) return { kind: "conflict", ...base, conflicts };
  const fields = immutableFields(error);
  return fields.length > 0 ? { kind: "immutable", ...base, fields } : { kind: "refused", ...base };
}
