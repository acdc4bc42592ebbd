import { equalJson, isObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldError, invalidValue, requiredValue, unsupportedValue } from "../api/status.ts";
import { itemsOf } from "./validation_parts.ts";

export function validateRules(role: Manifest, isNamespaced: boolean): FieldError[] {
  return itemsOf(role.rules).flatMap((rule, index) => {
    const at = `rules[${index}]`;
    const has = (key: string): boolean => Array.isArray(rule[key]) && rule[key].length > 0;
    const errors: FieldError[] = [];
    if (!has("verbs")) errors.push(requiredValue(`${at}.verbs`, "verbs must contain at least one value"));
    if (has("nonResourceURLs")) {
      if (isNamespaced) {
        errors.push(
          invalidValue(
            `${at}.nonResourceURLs`,
            rule.nonResourceURLs,
            "namespaced rules cannot apply to non-resource URLs",
          ),
        );
      }
      return errors;
    }
    if (!has("apiGroups")) {
      errors.push(requiredValue(`${at}.apiGroups`, "resource rules must supply at least one api group"));
    }
    if (!has("resources")) {
      errors.push(requiredValue(`${at}.resources`, "resource rules must supply at least one resource"));
    }
    return errors;
  });
}

export function validateBinding(binding: Manifest): FieldError[] {
  const errors: FieldError[] = [];
  const ref = isObject(binding.roleRef) ? binding.roleRef : {};
  const kinds = binding.kind === "RoleBinding" ? ["Role", "ClusterRole"] : ["ClusterRole"];
  if (ref.apiGroup !== "rbac.authorization.k8s.io") {
    errors.push(unsupportedValue("roleRef.apiGroup", ref.apiGroup ?? "", ["rbac.authorization.k8s.io"]));
  }
  if (!kinds.includes(String(ref.kind))) errors.push(unsupportedValue("roleRef.kind", ref.kind ?? "", kinds));
  if (!ref.name) errors.push(requiredValue("roleRef.name"));
  for (const [index, subject] of itemsOf(binding.subjects).entries()) {
    const at = `subjects[${index}]`;
    if (!subject.name) errors.push(requiredValue(`${at}.name`));
    if (!["ServiceAccount", "User", "Group"].includes(String(subject.kind))) {
      errors.push(unsupportedValue(`${at}.kind`, subject.kind ?? "", ["ServiceAccount", "User", "Group"]));
    }
    if (subject.kind === "ServiceAccount" && !subject.namespace && binding.kind === "ClusterRoleBinding") {
      errors.push(requiredValue(`${at}.namespace`));
    }
  }
  return errors;
}

export function validateBindingUpdate(next: Manifest, live: Manifest): FieldError[] {
  if (equalJson(next.roleRef, live.roleRef)) return [];
  const { apiGroup = "", kind = "", name = "" } = isObject(next.roleRef) ? next.roleRef : {};
  return [invalidValue("roleRef", { APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef")];
}
