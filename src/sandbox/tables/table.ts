import type { JsonObject, JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { partialMetadata } from "../api/media.ts";
import type { Resource } from "../api/resources.ts";
import { formatAge, readJsonPath } from "./cells.ts";
import type { Columns } from "./column.ts";
import { COLUMNS, DEFAULT_COLUMNS } from "./columns.ts";

/** What of each object a row carries: `Metadata`, `Object` or `None`. */
export type IncludeObject = "Metadata" | "Object" | "None";

/** A table of objects, as `kubectl get` asks for it. */
export interface TableOptions {
  resource: Resource;
  /** Metadata of the list; empty for a single object. */
  metadata: JsonObject;
  includeObject: IncludeObject;
  nowMs: number;
  /** Leaves the columns out, as later events of a watch do. @default {false} */
  withoutColumns?: boolean;
}

/** Makes a `meta.k8s.io/v1` Table. */
export function makeTable(objects: readonly Manifest[], options: TableOptions): JsonObject {
  const { resource, metadata, includeObject, nowMs, withoutColumns = false } = options;
  const columns = columnsOf(resource);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withoutColumns ? [] : definitionsOf(resource, columns),
    rows: objects.map((object) => rowOf(object, columns, includeObject, nowMs)),
  };
}

function rowOf(object: Manifest, columns: Columns, include: IncludeObject, nowMs: number): JsonObject {
  const row: JsonObject = { cells: columns.cells(object, nowMs) };
  if (include === "Object") row.object = object;
  else if (include === "Metadata") row.object = partialMetadata(object);
  return row;
}

function columnsOf({ group, kind, custom }: Resource): Columns {
  if (custom === undefined) return COLUMNS[`${group}/${kind}`] ?? DEFAULT_COLUMNS;
  const columns = custom.columns.length > 0
    ? custom.columns
    : [{ name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }];
  return {
    names: ["Name", ...columns.map(({ name, type, priority }) => `${name}:${type}${(priority ?? 0) > 0 ? "+" : ""}`)],
    cells: (object, nowMs) => [
      object.metadata.name,
      ...columns.map(({ type, jsonPath }) => customCell(readJsonPath(object, jsonPath), type, nowMs)),
    ],
  };
}

function customCell(value: JsonValue | undefined, type: string, nowMs: number): JsonValue {
  if (value === undefined || value === null) return null;
  if (type === "date") return formatAge(value, nowMs);
  if (type === "string" && typeof value !== "string") return JSON.stringify(value);
  return value;
}

function definitionsOf({ group, kind }: Resource, { names }: Columns): JsonObject[] {
  return names.map((text, index) => {
    const isWide = text.endsWith("+");
    const [name = "", type = "string", format] = text.replace(/\+$/, "").split(":");
    return {
      name,
      type,
      format: format ?? (index === 0 && name === "Name" ? "name" : ""),
      description: `${name} of the ${kind}${group === "" ? "" : ` in ${group}`}`,
      priority: isWide ? 1 : 0,
    };
  });
}
