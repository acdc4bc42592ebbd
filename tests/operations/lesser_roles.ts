/** Roles that lack a little, and what a run says is missing: for deployers in the sandbox and on a real cluster. */
import { deepEqual, equal } from "../assert.ts";

/** A rule of a Role. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** A Role without something, which is told as a rule. */
export interface Lesser {
  rules: Rule[];
  taken: Rule;
}

/** All Roles that lack exactly one rule, or one verb on one name where the rule has several. */
export function lesserRoles(rules: readonly Rule[]): Lesser[] {
  return rules.flatMap((rule, at) => {
    const withRest = (rest: Rule[]) => [...rules.slice(0, at), ...rest, ...rules.slice(at + 1)];
    const parts = partsOf(rule);
    const lesser = parts.length === 1
      ? []
      : parts.map((taken): Lesser => ({ taken, rules: withRest(rest(rule, taken)) }));
    return [{ taken: rule, rules: withRest([]) }, ...lesser];
  });
}

/** Each verb on each name. */
function partsOf({ resourceNames, verbs, ...what }: Rule): Rule[] {
  return verbs.flatMap((verb) =>
    resourceNames === undefined
      ? [{ ...what, verbs: [verb] }]
      : resourceNames.map((name) => ({ ...what, resourceNames: [name], verbs: [verb] }))
  );
}

function rest({ resourceNames, verbs, ...what }: Rule, taken: Rule): Rule[] {
  const others = verbs.filter((verb) => !taken.verbs.includes(verb));
  const without = others.length === 0 ? [] : [{ ...what, verbs: others }];
  if (resourceNames === undefined) return without;
  const names = resourceNames.filter((name) => !taken.resourceNames!.includes(name));
  return [
    ...without.map((rule) => ({ ...rule, resourceNames: taken.resourceNames! })),
    ...(names.length === 0 ? [] : [{ ...what, resourceNames: names, verbs }]),
  ];
}

/** What a run tells to add to a Role, a rule each. */
export function namedRules(text: string): Rule[] {
  const list = (words: string): string[] => JSON.parse(words);
  const pattern =
    /^ *- apiGroups: (\[.*\])\n *resources: (\[.*\])\n(?: *resourceNames: (\[.*\])\n)? *verbs: (\[.*\])/gm;
  return [...text.matchAll(pattern)].map(([, groups, resources, names, verbs]) => ({
    apiGroups: list(groups!),
    resources: list(resources!),
    ...(names === undefined ? {} : { resourceNames: list(names) }),
    verbs: list(verbs!),
  }));
}

/** Asserts that a run ended for want of something, and names exactly that. */
export function assertNamed({ exitCode, stderr }: { exitCode: number; stderr: string }, taken: Rule): void {
  const what = JSON.stringify(taken);
  equal(exitCode, 5, `without ${what}\n${stderr}`);
  deepEqual(namedRules(stderr), [taken], `without ${what}\n${stderr}`);
}
