import { getPath, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { formatAge } from "./cells.ts";

/** How objects of a kind look in a table. */
export interface Columns {
  /** Names; a trailing `:integer`, `:boolean` or `:date` is the type, `+` marks what only `-o wide` shows. */
  names: readonly string[];
  /** One cell per column. */
  cells(object: Manifest, nowMs: number): JsonValue[];
}

/** How long ago an object was created. */
export function age(object: Manifest, nowMs: number): string {
  return formatAge(object.metadata.creationTimestamp, nowMs);
}

/** A number of an object; 0 when absent. */
export function number(object: JsonValue, ...path: string[]): number {
  return Number(getPath(object, ...path) ?? 0);
}

/** A value of an object as text; empty when absent. */
export function text(object: JsonValue, ...path: string[]): string {
  return String(getPath(object, ...path) ?? "");
}

/** A cell whose empty text is `<none>`. */
export function orNone(value: string): string {
  return value === "" ? "<none>" : value;
}

/** A cell whose empty text is `<unset>`. */
export function orUnset(value: string): string {
  return value === "" ? "<unset>" : value;
}
