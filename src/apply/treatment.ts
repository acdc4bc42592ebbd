import { getPath, isObject } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";
import { type Autoscalers, REPLICAS, setsReplicas } from "./autoscaler.ts";
import type { FieldConflict } from "./conflicts.ts";
import { type LeftField, withoutField } from "./left_fields.ts";
import type { Candidate } from "./prepare.ts";
import { BEFORE_FIRST_APPLY, clientSideManagers, lacksOwners, undoManagers } from "./takeover.ts";

/**
 * Keeps the number of pods as it is when it is left to an autoscaler: a field that its last applier drops would fall
 * back to its default, so another manager holds it until the autoscaler takes it.
 *
 * @see Kubernetes documentation "Server-Side Apply", transferring ownership
 */
export const HANDOVER_MANAGER = "kstage-handover";

/** Who scales through the scale subresource, for all HorizontalPodAutoscalers. */
const AUTOSCALING_MANAGER = "kube-controller-manager";

/** How an object that exists is to be applied, given who else writes it. */
export interface Treatment {
  /** What is applied: without the fields that are left to others. */
  candidate: Candidate;
  /** Whether another dry-run tells what that does. */
  isRepeated: boolean;
  /** Whether fields in conflict are taken. */
  force: boolean;
  /** Managers of client-side apply whose fields become ours. */
  takesOver: string[];
  /** Whether those fields of {@link BEFORE_FIRST_APPLY} become ours that client-side apply once set. */
  adopts: boolean;
  /** Managers from whom fields in conflict are taken, because nobody acts as them any more. */
  forces: string[];
  /** The number of pods that is held for an autoscaler. */
  handsOver?: number;
}

/** What the treatment of all objects depends on. */
export interface TreatmentContext {
  fieldManager: string;
  /** Whether all fields in conflict are taken, those of ignored managers aside. */
  force: boolean;
  /** Managers to whom fields in conflict are left. */
  ignoredManagers: ReadonlySet<string>;
  autoscalers: Autoscalers;
}

/** Decides how an object is applied whose first dry-run met these conflicts. */
export function treat(
  candidate: Candidate,
  live: Manifest,
  conflicts: readonly FieldConflict[],
  context: TreatmentContext,
): Treatment {
  const { ignoredManagers, autoscalers, fieldManager } = context;
  const autoscaler = autoscalers.of(candidate.ref);
  const scaled = autoscaler === undefined ? candidate : leaveReplicas(candidate, autoscaler);
  const { reduced, left } = leaveIgnored(
    scaled,
    conflicts.filter(({ field }) => scaled === candidate || field !== REPLICAS),
    ignoredManagers,
  );
  const takesOver = [...clientSideManagers(live), ...undoManagers(live)].filter((manager) =>
    !ignoredManagers.has(manager)
  );
  const isStale = (conflict: FieldConflict) =>
    [BEFORE_FIRST_APPLY, HANDOVER_MANAGER].includes(conflict.manager) ||
    (isFormerScaling(conflict) && autoscalers.isWithout(candidate.ref));
  const isTaken = (conflict: FieldConflict) =>
    isStale(conflict) || (!conflict.subresource && takesOver.includes(conflict.manager));
  const isTakeover = left.length > 0 && left.every(isTaken);
  const handsOver = autoscaler === undefined ? undefined : heldReplicas(reduced, live, [fieldManager, ...takesOver]);
  return {
    candidate: reduced,
    isRepeated: reduced !== candidate || isTakeover || (left.length > 0 && context.force),
    force: isTakeover || context.force,
    takesOver,
    adopts: !ignoredManagers.has(BEFORE_FIRST_APPLY) && lacksOwners(live),
    forces: isTakeover ? [...new Set(left.filter(isStale).map(({ manager }) => manager))] : [],
    ...(handsOver === undefined ? {} : { handsOver }),
  };
}

/** Whether nothing of an object has to be taken over from `kubectl apply` or from managers of ours that nobody acts as. */
export function isOwnedAlone(live: Manifest): boolean {
  return clientSideManagers(live).length === 0 && undoManagers(live).length === 0 && !lacksOwners(live);
}

/** The candidate without its number of pods, if it has one. */
function leaveReplicas(candidate: Candidate, autoscaler: string): Candidate {
  return setsReplicas(candidate.desired)
    ? leave(candidate, { field: REPLICAS, to: autoscaler }) ?? candidate
    : candidate;
}

/** A candidate to be created anew: with as many pods as it has, where their number was left to an autoscaler. */
export function keepReplicas(candidate: Candidate, live: Manifest): Candidate {
  const { desired, leaves = [] } = candidate;
  const replicas = getPath(live, "spec", "replicas");
  const spec = getPath(desired, "spec");
  const isLeft = leaves.some(({ field }) => field === REPLICAS);
  if (!isLeft || typeof replicas !== "number" || !isObject(spec)) return candidate;
  const { leaves: _leaves, ...rest } = candidate;
  const others = leaves.filter(({ field }) => field !== REPLICAS);
  const kept = { ...rest, desired: { ...desired, spec: { ...spec, replicas } } };
  return others.length === 0 ? kept : { ...kept, leaves: others };
}

function leave(candidate: Candidate, left: LeftField): Candidate | undefined {
  const desired = withoutField(candidate.desired, left.field);
  return desired && { ...candidate, desired, leaves: [...candidate.leaves ?? [], left] };
}

/** Leaves the fields of ignored managers, also where others own them as well. */
function leaveIgnored(
  candidate: Candidate,
  conflicts: readonly FieldConflict[],
  ignored: ReadonlySet<string>,
): { reduced: Candidate; left: FieldConflict[] } {
  const fields = new Set<string>();
  let reduced = candidate;
  for (const { field, manager } of conflicts) {
    if (!ignored.has(manager) || fields.has(field)) continue;
    const next = leave(reduced, { field, to: manager });
    if (next === undefined) continue;
    fields.add(field);
    reduced = next;
  }
  return { reduced, left: conflicts.filter(({ field }) => !fields.has(field)) };
}

/** Autoscaling leaves its mark on the field when the autoscaler has gone. */
function isFormerScaling({ field, manager, subresource }: FieldConflict): boolean {
  return field === REPLICAS && manager === AUTOSCALING_MANAGER && subresource === "scale";
}

/** The number of pods that would fall back to its default, because all who own it stop to. */
function heldReplicas(candidate: Candidate, live: Manifest, managers: readonly string[]): number | undefined {
  const replicas = getPath(live, "spec", "replicas");
  if (setsReplicas(candidate.desired) || typeof replicas !== "number") return undefined;
  const owners = replicasOwners(live);
  return owners.length > 0 && owners.every((owner) => managers.includes(owner)) ? replicas : undefined;
}

/** Managers that own the number of pods; those that own it through a subresource are somebody else's. */
export function replicasOwners({ metadata: { managedFields } }: Manifest): string[] {
  if (!Array.isArray(managedFields)) return [];
  return managedFields.filter(isObject)
    .filter((entry) => getPath(entry, "fieldsV1", "f:spec", "f:replicas") !== undefined)
    .map(({ manager, subresource }) => subresource ? `${manager} ${subresource}` : String(manager));
}
