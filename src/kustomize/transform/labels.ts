import type { FieldSpec } from "./field_specs.ts";
import { fieldTable, setEntries, visitField } from "./field_table.ts";
import type { Transformer } from "./step.ts";

/**
 * Sets labels or annotations (kustomize `api/filters/labels/labels.go`, `api/filters/annotations/annotations.go` v5.8.1).
 *
 * @param entries Names and values to set.
 * @param fields Where the objects are that hold them.
 */
export function entriesTransformer(entries: Record<string, string>, fields: readonly FieldSpec[]): Transformer {
  const table = fieldTable(fields);
  const map = new Map(Object.entries(entries));
  return (resources) => {
    if (map.size === 0) return;
    for (const resource of resources) {
      for (const field of table.fieldsOf(resource)) {
        visitField(resource, field, "object", (container, key) => setEntries(container, key, map));
      }
    }
  };
}
