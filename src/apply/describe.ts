import { formatRef, type ObjectRef } from "../manifest/mod.ts";
import type { Change, Plan, RecreateChange, UpdateChange } from "./change.ts";
import { consequenceOf } from "./consequence.ts";
import type { KeepChange, KeepReason, PrunePlan } from "./prune_plan.ts";
import { errorOfChange } from "./refusal.ts";

/** What a plan does to one object. */
export type PlannedAction =
  | "create"
  | "change"
  | "recreate"
  | "unchanged"
  | "apply"
  | "refuse"
  | "prune"
  | "keep";

/** What a plan does to one object, in words. */
export interface PlannedLine {
  ref: ObjectRef;
  /** For programs; `apply`: the server was not asked. */
  action: PlannedAction;
  /** For people: `change .spec.replicas; scales from 2 to 3 pods`. */
  text: string;
}

/** More paths than this are counted. */
const MOST_PATHS = 6;

/** A plan in words, object by object in its order. */
export function describeChanges(plan: Plan): PlannedLine[] {
  return plan.changes.map((change) => {
    const { action, clauses } = describeChange(change);
    const leaves = (change.leaves ?? []).map(({ field, to }) => `leaves ${field} to ${to}`);
    return { ref: change.ref, action, text: [...clauses, ...leaves].join("; ") };
  });
}

interface Description {
  action: PlannedAction;
  clauses: string[];
}

function describeChange(change: Change): Description {
  switch (change.kind) {
    case "create":
      return { action: "create", clauses: ["create", ...describeConsequence(change), ...describeScaling(change)] };
    case "deferred": {
      const named = change.waitsFor.map(formatRef);
      const after = named.length === 0 ? "" : ` once ${joinNames(named)} ${named.length === 1 ? "is" : "are"} there`;
      return { action: "create", clauses: [`create${after}`, ...describeScaling(change)] };
    }
    case "update":
      return { action: "change", clauses: describeUpdate(change) };
    case "recreate":
      return { action: "recreate", clauses: describeRecreation(change) };
    case "unchanged":
      return { action: "unchanged", clauses: ["unchanged"] };
    case "unchecked":
      return { action: "apply", clauses: ["apply, not checked"] };
    default:
      return { action: "refuse", clauses: [withoutSubject(errorOfChange(change).message)] };
  }
}

function describeScaling({ scaledBy }: Change): string[] {
  return scaledBy === undefined ? [] : [`from then on ${scaledBy} decides how many`];
}

function describeUpdate(change: UpdateChange): string[] {
  const { paths, takesOver = [], adopts, forces = [], handsOver } = change;
  const isTakenOver = takesOver.length > 0 || adopts !== undefined;
  return [
    paths.length === 0 ? "change who owns its fields" : `change ${joinPaths(paths)}`,
    ...describeConsequence(change),
    ...(isTakenOver ? ["takes it over from kubectl apply"] : []),
    ...(forces.length === 0 ? [] : [`takes fields from ${joinNames(forces)}, as whom nobody acts any more`]),
    ...(handsOver === undefined ? [] : [`keeps ${plural(handsOver, "pod")} until the autoscaler sets the number`]),
  ];
}

function describeRecreation(change: RecreateChange): string[] {
  return [`recreate, because ${joinPaths(change.fields)} can't be changed`, ...describeConsequence(change)];
}

function describeConsequence(change: Change): string[] {
  const consequence = consequenceOf(change);
  switch (consequence?.kind) {
    case "starts":
      return [`starts ${plural(consequence.pods, "pod")}`];
    case "rolls":
      return [`rolls ${plural(consequence.pods, "pod")}`];
    case "restarts":
      return [`all pods stop before ${plural(consequence.pods, "new one")} start${consequence.pods === 1 ? "s" : ""}`];
    case "scales":
      return [`scales from ${consequence.from} to ${plural(consequence.to, "pod")}`];
    case "waits":
      return [
        consequence.because === "paused" ? "rolls when it is resumed" : "a pod changes when somebody deletes it",
      ];
    default:
      return [];
  }
}

/** What is pruned and what is kept, in words. Objects that others control are left out: they are nobody's surprise. */
export function describePrune(plan: PrunePlan): PlannedLine[] {
  return plan.changes.flatMap((change): PlannedLine[] => {
    if (change.kind === "prune") return [{ ref: change.ref, action: "prune", text: "prune" }];
    if (change.because === "controlled") return [];
    return [{ ref: change.ref, action: "keep", text: `keep: ${describeKeep(change)}` }];
  });
}

const KEEP_REASONS: Record<KeepReason, string> = {
  "annotated": "its annotation kstage.dev/prune says so",
  "namespace": "namespaces go only with --prune-namespaces",
  "definition": "definitions go only with --prune-crds",
  "in-use": "it holds",
  "referenced": "needed by",
  "unreadable": "what needs it may not be read",
  "controlled": "controlled by",
  "copied": "its ApplySet label was not applied, but copied",
  "moved": "it left the ApplySet",
  "terminating": "it is being deleted already",
  "unplanned": "the saved plan does not prune it",
};

/** Why an object that left the overlay stays: `needed by replicaset/api-6d4f`. */
export function describeKeep({ because, by = [] }: Pick<KeepChange, "because" | "by">): string {
  return KEEP_REASONS[because] + (by.length === 0 ? "" : ` ${joinNames(by.map(formatRef))}`);
}

function joinPaths(paths: readonly string[]): string {
  const shown = paths.slice(0, MOST_PATHS).join(", ");
  return paths.length <= MOST_PATHS ? shown : `${shown} and ${paths.length - MOST_PATHS} more`;
}

/** At most three names: `a, b, c and 4 more`. */
function joinNames(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function withoutSubject(message: string): string {
  return message.replace(/^Cannot apply [^:]*: /, "");
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
