import { deepEqual, equal } from "../assert.ts";
import { formatRule, mergeRules } from "../../src/kube/mod.ts";

Deno.test("mergeRules() joins the resources of rules for the same group, verbs and place", () => {
  const rule = (group: string, resource: string, namespace?: string) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: ["get", "patch"],
    ...(namespace === undefined ? {} : { namespace }),
  });
  const rules = [
    rule("", "services", "a"),
    rule("", "configmaps", "a"),
    rule("", "services", "a"),
    rule("apps", "x", "a"),
  ];
  deepEqual(mergeRules([...rules, rule("", "namespaces")]), [
    { apiGroups: [""], resources: ["services", "configmaps"], verbs: ["get", "patch"], namespace: "a" },
    rule("apps", "x", "a"),
    rule("", "namespaces"),
  ]);
  deepEqual(rules[0], rule("", "services", "a"), "the rules given stay as they are");
});

Deno.test("mergeRules() joins the names of rules for one resource, and never lets a name count for another resource", () => {
  const rule = (resource: string, ...resourceNames: string[]) => ({
    apiGroups: [""],
    resources: [resource],
    resourceNames,
    verbs: ["get"],
  });
  deepEqual(mergeRules([rule("services", "a"), rule("services", "b"), rule("configmaps", "a")]), [
    rule("services", "a", "b"),
    rule("configmaps", "a"),
  ]);
  const { resourceNames: _, ...any } = rule("services");
  deepEqual(mergeRules([rule("services", "a"), any]), [any], "a rule for any name is enough");
});

Deno.test("formatRule() writes one item of a Role's rules", () => {
  equal(
    formatRule({ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] }),
    '- apiGroups: [""]\n  resources: ["pods/log"]\n  verbs: ["get"]',
  );
});
