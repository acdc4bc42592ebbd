import { compareBytes } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { isSameGvk, KINDS_FIRST, KINDS_LAST, rankKinds, sortText } from "../gvk.ts";
import type { Resource } from "../resource.ts";
import { formatGvk, type ResourceId } from "../resource_id.ts";
import type { ResourceSet } from "../resource_set.ts";

/** A kustomization's `sortOptions`. */
export interface SortOptions {
  order?: string;
  legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] };
}

/**
 * Sorts the output (kustomize `api/internal/builtins/SortOrderTransformer.go` v5.8.1).
 *
 * @throws {KustomizeError} INVALID_CONFIG for an unknown order or options that don't belong to it.
 */
export function sortResources(resources: ResourceSet, options: SortOptions): void {
  const { order, legacySortOptions } = options;
  if (order !== "fifo" && order !== "legacy") {
    throw new KustomizeError("INVALID_CONFIG", "the field 'sortOptions.order' must be one of [fifo, legacy]");
  }
  if (order === "fifo") {
    if (legacySortOptions === undefined) return;
    throw new KustomizeError(
      "INVALID_CONFIG",
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  }
  const ranks = legacySortOptions === undefined
    ? rankKinds(KINDS_FIRST, KINDS_LAST)
    : rankKinds(legacySortOptions.orderFirst ?? [], legacySortOptions.orderLast ?? []);
  const sorted = resources.toArray().map((resource) => sortable(resource, ranks)).sort(compare);
  resources.reorder(sorted.map(({ resource }) => resource));
}

interface Sortable {
  resource: Resource;
  id: ResourceId;
  rank: number;
  kindText: string;
  idText: string;
}

function sortable(resource: Resource, ranks: Map<string, number>): Sortable {
  const { id } = resource;
  return {
    resource,
    id,
    rank: ranks.get(id.kind) ?? 0,
    kindText: sortText(id),
    idText: `${formatGvk(id)}|${id.namespace || "~X"}|${id.name || "~N"}`,
  };
}

function compare(a: Sortable, b: Sortable): number {
  if (isSameGvk(a.id, b.id)) return compareBytes(a.idText, b.idText);
  if (a.rank !== b.rank) return a.rank - b.rank;
  const byKind = compareBytes(a.kindText, b.kindText);
  // The core Namespace goes before those of other groups, though its text sorts after them.
  const areNamespaces = a.id.kind === "Namespace" && b.id.kind === "Namespace";
  return areNamespaces && (a.id.group === "" || b.id.group === "") ? -byKind : byKind;
}
