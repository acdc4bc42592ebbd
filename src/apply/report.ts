import type { CodedError } from "../base/mod.ts";
import { type Manifest, type ObjectRef, refKey } from "../manifest/mod.ts";
import type { Change, Plan } from "./change.ts";
import { errorOfChange } from "./refusal.ts";

/** What became of one object; `recreated`: deleted and created anew. */
export type ApplyAction = "created" | "configured" | "recreated" | "unchanged" | "failed" | "skipped";

/** The result for one object. */
export interface ObjectResult {
  /** The object. */
  ref: ObjectRef;
  /** What was done to it. */
  action: ApplyAction;
  /** Warnings of the server, and our own. */
  warnings: string[];
  /** From sending the object to the server's answer; 0 when it was not sent. */
  seconds: number;
  /** The object as the server has it after the apply; absent when it was refused or skipped. */
  object?: Manifest;
  /** Why it failed. */
  error?: CodedError;
}

/** What an apply did. Objects are in the order of application. */
export interface ApplyReport {
  /**
   * `applied`: all objects are as planned. `failed`: one was refused and what came after it skipped. `interrupted`: the
   * signal was aborted. Nothing is undone in any case.
   */
  outcome: "applied" | "failed" | "interrupted";
  /** One per object. */
  results: ObjectResult[];
  /** The first failure. */
  error?: CodedError;
  /** From the first write to the end. */
  seconds: number;
}

/** Results of a plan that is not carried out: what a dry-run reports. */
export function reportPlan(plan: Plan): ObjectResult[] {
  return plan.changes.map((change) => {
    const { ref, warnings } = change;
    return { ref, warnings, seconds: 0, ...plannedOutcome(change) };
  });
}

function plannedOutcome(change: Change): Pick<ObjectResult, "action" | "object" | "error"> {
  switch (change.kind) {
    case "create":
      return { action: "created", object: change.result };
    case "update":
      return { action: "configured", object: change.result };
    case "recreate":
      return { action: "recreated", object: change.result };
    case "unchanged":
      return { action: "unchanged", object: change.live };
    case "deferred":
      return { action: "created", object: change.desired };
    case "unchecked":
      return { action: "configured", object: change.desired };
    default:
      return { action: "failed", error: errorOfChange(change) };
  }
}

/** Results in the order of the plan, the objects that were never sent added as skipped. */
export function orderResults(plan: Plan, results: ReadonlyMap<string, ObjectResult>): ObjectResult[] {
  return plan.changes.map(({ ref, warnings }) =>
    results.get(refKey(ref)) ?? { ref, action: "skipped", warnings, seconds: 0 }
  );
}
