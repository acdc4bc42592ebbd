/** Label selectors in the form that objects carry. */
import type { LabelSelector } from "kubernetes-types/meta/v1";

/** Whether labels match a selector; an absent selector matches nothing, an empty one everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Record<string, string> = {}): boolean {
  if (selector === undefined) return false;
  const areEqual = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return areEqual && (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === "Exists") return value !== undefined;
    if (operator === "DoesNotExist") return value === undefined;
    if (operator === "In") return value !== undefined && values.includes(value);
    return operator === "NotIn" && (value === undefined || !values.includes(value));
  });
}

/** Whether labels match the map of a Service; an absent or empty one matches nothing. */
export function matchesMap(selector: Record<string, string> | undefined, labels: Record<string, string> = {}): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
