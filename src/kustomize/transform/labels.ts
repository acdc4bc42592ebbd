import { getKey, isObject, type JsonObject, type JsonValue, setKey } from "../../base/mod.ts";
import type { Resource } from "../resource.ts";
import { type ScalarPlace, shareScalar, writeScalar } from "../shared_scalars.ts";
import type { FieldSpec } from "./field_specs.ts";
import { type CompiledField, fieldTable, visitField, wrongKind } from "./field_table.ts";

/**
 * Sets labels or annotations (kustomize `api/filters/labels/labels.go`, `api/filters/annotations/annotations.go` v5.8.1).
 *
 * @param entries Names and values to set.
 * @param fields Where the objects are that hold them.
 */
export function entriesTransformer(
  entries: Record<string, string>,
  fields: readonly FieldSpec[],
): (resources: Iterable<Resource>) => void {
  const table = fieldTable(fields);
  const list = Object.entries(entries);
  return (resources) => {
    if (list.length === 0) return;
    for (const resource of resources) setEntries(resource, table.fieldsOf(resource), list);
  };
}

function setEntries(resource: Resource, fields: readonly CompiledField[], entries: [string, string][]): void {
  const added: ScalarPlace[][] = entries.map(() => []);
  for (const field of fields) {
    visitField(resource, field, "object", (container, key) => {
      const object = (container as JsonObject)[key];
      // Nothing happens to null; what is to be created was created before.
      if (object === null || object === undefined) return;
      entries.forEach(([name, value], i) => {
        if (setEntry(object, name, value)) added[i]!.push({ container: object as JsonObject, key: name });
      });
    });
  }
  // What is added to several fields is one scalar from now on.
  for (const places of added) shareScalar(places);
}

/** Sets an entry; returns whether it is new. */
function setEntry(object: JsonValue, name: string, value: string): boolean {
  if (!isObject(object)) throw wrongKind("MappingNode", object);
  const isNew = getKey(object, name) === undefined;
  if (isNew) setKey(object, name, value);
  else writeScalar(object, name, value);
  return isNew;
}
