import type { CodedError } from "../base/mod.ts";
import { ApiError, formatRule, mergeRules, type PolicyRule } from "../kube/mod.ts";
import { ApplyError } from "./apply_error.ts";
import { describeRef } from "./describe_ref.ts";
import { type ImmutableChange, isRefused, type Plan, type RefusedKind } from "./change.ts";
import { conflictHint, describeConflicts } from "./conflicts.ts";
import { isPrecious, RECREATE_ANNOTATION } from "./recreate_rules.ts";

/** The error of one refused change: what the server said, and what can be done about it. */
export function errorOfChange(change: RefusedKind): CodedError {
  const { ref } = change;
  const subject = `Cannot apply ${describeRef(ref)}`;
  switch (change.kind) {
    case "conflict": {
      const message = `${subject}: ${describeConflicts(change.conflicts)}`;
      const options = { hint: conflictHint(change.conflicts), cause: change.error };
      return new ApplyError("CONFLICT", message, [ref], options);
    }
    case "immutable": {
      const message = `${subject}: ${change.fields.join(", ")} can't be changed on an existing object`;
      return new ApplyError("IMMUTABLE", message, [ref], { hint: immutableHint(change), cause: change.error });
    }
    case "foreign":
      return new ApplyError("OTHER_SET", `${subject}: it belongs to another ApplySet, "${change.set}"`, [ref], {
        hint: "Two overlays would prune each other's objects: remove it from one of them, or take it over with " +
          "--force-conflicts",
      });
    default:
      return change.error;
  }
}

function immutableHint({ ref }: ImmutableChange): string {
  if (!isPrecious(ref)) {
    return `Let it be deleted and created anew with --recreate or the annotation ${RECREATE_ANNOTATION}: "true", ` +
      "or give the new one another name";
  }
  return `What a ${ref.kind} holds would be lost with it: give the new one another name, or let it be deleted and ` +
    `created anew with the annotation ${RECREATE_ANNOTATION}: "true"`;
}

/**
 * Why a plan can't be applied: the one refusal itself, or an error that tells all of them. Permissions that are missing
 * for several objects become one list of rules.
 *
 * @returns Undefined when it can be applied.
 */
export function refusalOf(plan: Plan): CodedError | undefined {
  const refused = plan.changes.filter(isRefused);
  if (refused.length <= 1) return refused[0] && errorOfChange(refused[0]);
  const errors = refused.map(errorOfChange);
  const lines = errors.map((error) => `  ${error.message.replace(/^Cannot apply /, "")}`);
  const message = `Cannot apply ${refused.length} of ${plan.changes.length} objects: nothing was written\n${
    lines.join("\n")
  }`;
  const forbidden = errors.filter((error): error is ApiError =>
    error instanceof ApiError && error.code === "FORBIDDEN"
  );
  const hint = hintOf(errors, forbidden);
  const options = { cause: errors[0], ...(hint === undefined ? {} : { hint }) };
  if (forbidden.length === refused.length) {
    const missingRules = forbidden.flatMap((error) => error.missingRules);
    return new ApiError("FORBIDDEN", message, { status: 403, verb: "apply", missingRules }, options);
  }
  return new ApplyError("REFUSED", message, refused.map(({ ref }) => ref), options);
}

function hintOf(errors: readonly CodedError[], forbidden: readonly ApiError[]): string | undefined {
  const others = errors.filter((error) => error.code !== "FORBIDDEN").map(({ hint }) => hint);
  const hints = [...new Set([...others, ...rulesHint(forbidden.flatMap(({ missingRules }) => missingRules))])].filter((
    hint,
  ) => hint !== undefined);
  return hints.length === 0 ? undefined : hints.join("\n");
}

/** What to do about rules that are missing, a text per namespace. */
export function rulesHint(rules: readonly PolicyRule[]): string[] {
  const byPlace = Map.groupBy(mergeRules(rules), ({ namespace }) => namespace);
  return [...byPlace].map(([namespace, its]) => {
    const role = namespace === undefined ? "a ClusterRole" : `a Role in namespace ${namespace}`;
    const what = its.length === 1 ? "this rule" : "these rules";
    return `Add ${what} to ${role} bound to the token's account:\n${its.map(formatRule).join("\n")}`;
  });
}
