import type { Plan } from "./change.ts";
import { consequenceOf } from "./consequence.ts";
import type { PrunePlan } from "./prune_plan.ts";

/** How many objects a plan changes how. */
export interface PlanSummary {
  /** New objects. */
  creates: number;
  /** Objects that change. */
  updates: number;
  /** Objects that are deleted and created anew. */
  recreates: number;
  /** Objects that are as they should be. */
  unchanged: number;
  /** Created for sure only when what they wait for exists. */
  deferred: number;
  /** Objects about which the server was not asked. */
  unchecked: number;
  /** Objects that keep the plan from being applied. */
  refused: number;
  /** Changes that take fields over from client-side `kubectl apply`. */
  takeovers: number;
  /** Objects of which fields are left to others. */
  leaves: number;
  /** Workloads whose pods are all replaced, by kind, and their pods. */
  rolls: { kind: string; workloads: number; pods: number }[];
}

/** Counts what a plan would do. */
export function summarizePlan(plan: Plan): PlanSummary {
  const summary: PlanSummary = {
    creates: 0,
    updates: 0,
    recreates: 0,
    unchanged: 0,
    deferred: 0,
    unchecked: 0,
    refused: 0,
    takeovers: 0,
    leaves: 0,
    rolls: [],
  };
  for (const change of plan.changes) {
    summary[COUNTERS[change.kind]]++;
    if (change.kind === "update" && (change.takesOver ?? change.adopts) !== undefined) summary.takeovers++;
    if (change.leaves !== undefined) summary.leaves++;
    const consequence = consequenceOf(change);
    if (consequence?.kind === "rolls" || consequence?.kind === "restarts") {
      addRoll(summary.rolls, change.ref.kind, consequence.pods);
    }
  }
  return summary;
}

const COUNTERS = {
  create: "creates",
  update: "updates",
  recreate: "recreates",
  unchanged: "unchanged",
  deferred: "deferred",
  unchecked: "unchecked",
  conflict: "refused",
  immutable: "refused",
  foreign: "refused",
  refused: "refused",
} as const;

function addRoll(rolls: PlanSummary["rolls"], kind: string, pods: number): void {
  const known = rolls.find((roll) => roll.kind === kind);
  if (known === undefined) rolls.push({ kind, workloads: 1, pods });
  else Object.assign(known, { workloads: known.workloads + 1, pods: known.pods + pods });
}

/** A plan in words: `2 to create, 1 to change, 5 unchanged, 1 to prune; rolls 1 Deployment (3 pods)`. */
export function describePlan(plan: Plan, prune?: PrunePlan): string {
  const summary = summarizePlan(plan);
  const { creates, deferred, updates, recreates, unchecked, refused, unchanged, takeovers, leaves, rolls } = summary;
  const counts: [number, string][] = [
    [creates + deferred, "to create"],
    [updates, "to change"],
    [recreates, "to recreate"],
    [unchecked, "to apply, not checked"],
    [refused, "refused"],
    [unchanged, "unchanged"],
    ...countPruned(prune),
  ];
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const rolled = rolls.map(({ kind, workloads, pods }) => `${plural(workloads, kind)} (${plural(pods, "pod")})`);
  return [
    parts.length === 0 ? "nothing to apply" : parts.join(", "),
    ...(rolled.length === 0 ? [] : [`rolls ${rolled.join(", ")}`]),
    ...(takeovers === 0 ? [] : [`takes ${plural(takeovers, "object")} over from kubectl apply`]),
    ...(leaves === 0 ? [] : [`leaves fields of ${plural(leaves, "object")} to others`]),
  ].join("; ");
}

function countPruned(prune: PrunePlan | undefined): [number, string][] {
  const changes = prune?.changes ?? [];
  const pruned = changes.filter(({ kind }) => kind === "prune").length;
  const kept = changes.filter((change) => change.kind === "keep" && change.because !== "controlled").length;
  return [[pruned, "to prune"], [kept, "that left the overlay kept"]];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
