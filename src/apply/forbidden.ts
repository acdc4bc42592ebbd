import { type Access, ApiError, type PolicyRule } from "../kube/mod.ts";
import { hasGeneratedName } from "../manifest/mod.ts";
import { describeRef } from "./describe_ref.ts";
import type { Change, RefusedChange } from "./change.ts";
import { rulesHint } from "./refusal.ts";

/** Something that a change needs and that its caller may not do. */
export interface Lack {
  change: Change;
  access: Access;
  /** For a right to hand on what one doesn't have: what that is, by the rules that grant it. */
  missing?: { rule: PolicyRule; accesses: Access[] }[];
}

/** The verbs of an apply, so that one request for permissions is enough. */
const APPLY_VERBS = ["get", "create", "patch"];

/**
 * A change that its caller may not make.
 *
 * @param isEverywhere Whether its namespace is not there yet, so that only rules for the whole cluster can help.
 */
export function forbiddenChange(change: Change, lacks: readonly Lack[], isEverywhere: boolean): RefusedChange {
  const { ref, desired, rank, warnings, leaves } = change;
  const verbs = lacks.filter(({ missing }) => missing === undefined).map(({ access }) => access.verb).sort();
  const grants = lacks.filter(({ missing }) => missing !== undefined).map(({ access }) =>
    `${access.verb === "bind" ? "its role" : "it"} grants what the token may not do itself`
  );
  const reasons = verbs.length === 0 ? grants : [`the token is not permitted to ${verbs.join(" and ")} it`, ...grants];
  const place = isEverywhere || ref.namespace === undefined ? {} : { namespace: ref.namespace };
  const missingRules = lacks.flatMap((lack) => rulesOf(lack)).map((rule): PolicyRule => ({ ...rule, ...place }));
  const error = new ApiError(
    "FORBIDDEN",
    `Cannot apply ${describeRef(ref)}: ${reasons.join("; ")}`,
    { status: 403, verb: "apply", ref, missingRules },
    { hint: rulesHint(missingRules).join("\n") },
  );
  return { kind: "refused", ref, desired, rank, warnings, error, ...(leaves === undefined ? {} : { leaves }) };
}

function rulesOf({ change: { ref }, access, missing }: Lack): PolicyRule[] {
  if (missing === undefined) {
    const names = hasGeneratedName(ref) ? {} : { resourceNames: [ref.name] };
    return [{ apiGroups: [access.group], resources: [access.resource], ...names, verbs: APPLY_VERBS }];
  }
  return missing.map(({ rule, accesses }) => {
    const all = <Key extends keyof Access>(key: Key) => [...new Set(accesses.map((access) => access[key]))];
    const paths = all("path").filter((path) => path !== undefined);
    const names = all("name").filter((name) => name !== "");
    return {
      apiGroups: paths.length > 0 ? [] : all("group"),
      resources: paths.length > 0 ? [] : all("resource"),
      ...(rule.resourceNames === undefined || names.length === 0 ? {} : { resourceNames: names }),
      verbs: all("verb"),
      ...(paths.length === 0 ? {} : { nonResourceURLs: paths }),
    };
  });
}
