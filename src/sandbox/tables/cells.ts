import { compareBytes, getPath, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";

/** The objects of a list; empty when there is none. */
export function listAt(value: JsonValue, ...path: string[]): JsonObject[] {
  const list = getPath(value, ...path);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/**
 * Time since a moment, as short as kubectl writes it: `45s`, `3m20s`, `5h`, `3d4h`, `2y30d`.
 *
 * @see Kubernetes `apimachinery/pkg/util/duration` `HumanDuration`
 */
export function formatAge(timestamp: JsonValue | undefined, nowMs: number): string {
  if (typeof timestamp !== "string") return "<unknown>";
  return formatSpan(nowMs - Date.parse(timestamp));
}

/** A span of milliseconds, as {@link formatAge} writes it. */
export function formatSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
  if (days < 365 * 2) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 && days % 365 > 0 ? `${years}y${days % 365}d` : `${years}y`;
}

/** Labels as `a=b,c=d`; `<none>` when there are none. */
export function formatLabels(labels: JsonValue | undefined): string {
  const entries = isObject(labels) ? Object.entries(labels) : [];
  if (entries.length === 0) return "<none>";
  return entries.map(([key, value]) => `${key}=${value}`).sort(compareBytes).join(",");
}

/** A LabelSelector object in one line. */
export function formatSelector(selector: JsonValue | undefined): string {
  if (!isObject(selector)) return "<none>";
  const labels = Object.entries(isObject(selector.matchLabels) ? selector.matchLabels : {})
    .map(([key, value]) => `${key}=${value}`).sort(compareBytes);
  const expressions = listAt(selector, "matchExpressions").map(({ key, operator, values }) => {
    const list = (Array.isArray(values) ? values : []).map(String).sort(compareBytes).join(",");
    switch (operator) {
      case "Exists":
        return String(key);
      case "DoesNotExist":
        return `!${key}`;
      default:
        return `${key} ${operator === "NotIn" ? "notin" : "in"} (${list})`;
    }
  });
  return [...labels, ...expressions].join(",") || "<none>";
}

/** Names and images of a template's containers: two cells. */
export function containerCells(template: JsonValue | undefined): [string, string] {
  const containers = listAt(template ?? null, "spec", "containers");
  return [containers.map(({ name }) => name).join(","), containers.map(({ image }) => image ?? "").join(",")];
}

/** `ReadWriteOnce` as `RWO`. */
export function formatAccessModes(modes: JsonValue | undefined): string {
  const short: Record<string, string> = {
    ReadWriteOnce: "RWO",
    ReadOnlyMany: "ROX",
    ReadWriteMany: "RWX",
    ReadWriteOncePod: "RWOP",
  };
  return (Array.isArray(modes) ? modes : []).map((mode) => short[String(mode)] ?? String(mode)).join(",");
}

/**
 * The text at a JSON path of a custom resource's column: `.spec.color`, `.status.conditions[?(@.type=="Ready")].status`.
 *
 * @returns undefined when there is nothing.
 */
export function readJsonPath(object: JsonValue, path: string): JsonValue | undefined {
  let current: JsonValue[] = [object];
  for (const [, name, quoted, filterKey, filterValue, index] of path.matchAll(STEP)) {
    const key = name ?? quoted;
    current = current.flatMap((value): JsonValue[] => {
      if (key !== undefined) {
        const found = getPath(value, key.replaceAll("\\.", "."));
        return found === undefined ? [] : [found];
      }
      if (!Array.isArray(value)) return [];
      if (index === "*") return value;
      if (index !== undefined) return value.slice(Number(index), Number(index) + 1);
      return value.filter((item) => String(getPath(item, ...filterKey!.split("."))) === filterValue);
    });
  }
  return current[0];
}

const STEP = /\.((?:[^.[\]\\]|\\.)+)|\['([^']+)'\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]|\[(\*|\d+)\]/g;
