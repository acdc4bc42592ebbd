import type { Plan } from "./change.ts";
import { consequenceOf } from "./consequence.ts";

/** How many objects a plan changes how. */
export interface PlanSummary {
  /** New objects. */
  creates: number;
  /** Objects that change. */
  updates: number;
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
  /** Workloads whose pods are all replaced, by kind, and their pods. */
  rolls: { kind: string; workloads: number; pods: number }[];
}

/** Counts what a plan would do. */
export function summarizePlan(plan: Plan): PlanSummary {
  const summary: PlanSummary = {
    creates: 0,
    updates: 0,
    unchanged: 0,
    deferred: 0,
    unchecked: 0,
    refused: 0,
    takeovers: 0,
    rolls: [],
  };
  for (const change of plan.changes) {
    summary[COUNTERS[change.kind]]++;
    if (change.kind === "update" && change.takesOver !== undefined) summary.takeovers++;
    const consequence = consequenceOf(change);
    if (consequence?.kind === "rolls") addRoll(summary.rolls, change.ref.kind, consequence.pods);
  }
  return summary;
}

const COUNTERS = {
  create: "creates",
  update: "updates",
  unchanged: "unchanged",
  deferred: "deferred",
  unchecked: "unchecked",
  conflict: "refused",
  immutable: "refused",
  refused: "refused",
} as const;

function addRoll(rolls: PlanSummary["rolls"], kind: string, pods: number): void {
  const known = rolls.find((roll) => roll.kind === kind);
  if (known === undefined) rolls.push({ kind, workloads: 1, pods });
  else Object.assign(known, { workloads: known.workloads + 1, pods: known.pods + pods });
}

/** A plan in words: `2 to create, 1 to change, 5 unchanged; rolls 1 Deployment (3 pods)`. */
export function describePlan(plan: Plan): string {
  const { creates, deferred, updates, unchecked, refused, unchanged, takeovers, rolls } = summarizePlan(plan);
  const counts: [number, string][] = [
    [creates + deferred, "to create"],
    [updates, "to change"],
    [unchecked, "to apply, not checked"],
    [refused, "refused"],
    [unchanged, "unchanged"],
  ];
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const rolled = rolls.map(({ kind, workloads, pods }) => `${plural(workloads, kind)} (${plural(pods, "pod")})`);
  return [
    parts.length === 0 ? "nothing to apply" : parts.join(", "),
    ...(rolled.length === 0 ? [] : [`rolls ${rolled.join(", ")}`]),
    ...(takeovers === 0 ? [] : [`takes ${plural(takeovers, "object")} over from kubectl apply`]),
  ].join("; ");
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
