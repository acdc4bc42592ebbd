import { equalJson, isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import type { Manifest } from "../../manifest/mod.ts";
import { type FieldError, invalidValue } from "../api/status.ts";
import type { NameRule } from "./names.ts";

/** Keys and values of an object; none of anything else. */
export function entriesOf(value: JsonValue | undefined): [string, JsonValue][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** The objects of a list; none of anything else. */
export function itemsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** What a rule for names has against a value. */
export function byRule(rule: NameRule, field: string, value: string): FieldError[] {
  return rule(value).map((text) => invalidValue(field, value, text));
}

/** The spec of an object; empty when it has none. */
export function specOf(object: Manifest): JsonObject {
  return isObject(object.spec) ? object.spec : {};
}

/** The error of a field that can't change. */
export function immutable(field: string, next: JsonValue | undefined, live: JsonValue | undefined): FieldError[] {
  return equalJson(next, live) ? [] : [invalidValue(field, next, "field is immutable")];
}

/** A count of at least 0, or a percentage. */
export function countOrPercent(value: JsonValue | undefined, field: string): FieldError[] {
  if (typeof value === "number") {
    return value < 0 ? [invalidValue(field, value, "must be greater than or equal to 0")] : [];
  }
  if (value === undefined || /^[0-9]+%$/.test(String(value))) return [];
  return [
    invalidValue(
      field,
      value,
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
    ),
  ];
}
