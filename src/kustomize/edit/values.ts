import type { Kustomization } from "../load/kustomization.ts";
import { compareBytes } from "../../base/mod.ts";
import { type EditCommand, editError } from "./request.ts";

/** `set namespace|nameprefix|namesuffix` (`edit/set/setnamespace.go`, `set_name_prefix.go` v5.8.1). */
export function setText(field: "namespace" | "namePrefix" | "nameSuffix", noun: string): EditCommand {
  return (args) => {
    if (args.length !== 1) throw editError(`must specify exactly one ${noun} value`);
    return (kustomization: Kustomization) => {
      kustomization[field] = args[0]!;
    };
  };
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** `set replicas NAME=COUNT…` (`edit/set/setreplicas.go` v5.8.1). */
export const setReplicas: EditCommand = (args) => {
  if (args.length === 0) throw editError("no replicas specified");
  const counts = new Map(args.map(parseReplicas));
  return (kustomization) => {
    const replicas = (kustomization.replicas ?? []).map((entry) => {
      const count = counts.get(entry.name ?? "");
      return count === undefined ? entry : { name: entry.name ?? "", count };
    });
    const added = [...counts].map(([name, count]) => ({ name, count }));
    kustomization.replicas = mergeByName(replicas, added);
  };
};

function parseReplicas(word: string): [string, number | bigint] {
  const parts = word.split("=");
  const [name = "", text = ""] = parts;
  const isCount = parts.length === 2 && /^[+-]?\d+$/.test(text);
  const count = isCount ? BigInt(text.replace(/^\+/, "")) : INT64.max + 1n;
  if (count < INT64.min || count > INT64.max) {
    throw editError("invalid format of replica, use the following format: <name>=<count>");
  }
  return [name, Number.isSafeInteger(Number(count)) ? Number(count) : count];
}

/**
 * Entries, the last of each name alone, with new ones added: in the order of names where the present ones are in it, as
 * kustomize leaves them, and else at the end, so that a person's own order stays.
 */
export function mergeByName<T extends { name?: string }>(present: readonly T[], added: readonly T[]): T[] {
  const byName = new Map(present.map((entry) => [entry.name ?? "", entry]));
  const merged = [...byName.values()];
  const isSorted = merged.every((entry, i) => i === 0 || compareNames(merged[i - 1]!, entry) < 0);
  const fresh = added.filter((entry) => !byName.has(entry.name ?? ""));
  merged.push(...fresh.toSorted(compareNames));
  return isSorted ? merged.toSorted(compareNames) : merged;
}

function compareNames(a: { name?: string }, b: { name?: string }): number {
  return compareBytes(a.name ?? "", b.name ?? "");
}
