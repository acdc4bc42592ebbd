import { getPath, isObject } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";

/** A workload's `spec.selector` as a label selector; undefined when it has more than `matchLabels`. */
export function selectorOf(workload: Manifest): string | undefined {
  const selector = getPath(workload, "spec", "selector");
  if (!isObject(selector) || !isObject(selector.matchLabels)) return undefined;
  if (Array.isArray(selector.matchExpressions) && selector.matchExpressions.length > 0) return undefined;
  const pairs = Object.entries(selector.matchLabels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? undefined : pairs.join(",");
}
