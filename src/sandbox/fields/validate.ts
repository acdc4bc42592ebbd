import { compareBytes, isObject, type JsonValue } from "../../base/mod.ts";
import type { ListType, Type } from "../schema/schema.ts";
import { formatStep } from "./field_set.ts";
import { stepOf } from "./typed_value.ts";

const ANY: Type = { is: "any" };

/**
 * What keeps an applied object from being merged: unknown fields, values of another shape, items without or with equal
 * keys.
 *
 * @returns Messages such as `.spec.foo: field not declared in schema`.
 * @see structured-merge-diff v6 `typed/validate.go`
 */
export function validateTyped(value: JsonValue, type: Type, path = ""): string[] {
  const fail = (message: string): string[] => [path === "" ? message : `${path}: ${message}`];
  if (value === null) return [];
  switch (type.is) {
    case "any":
      return [];
    case "scalar": {
      const problem = scalarProblem(value, type.scalar);
      return problem === undefined ? [] : fail(problem);
    }
    case "list": {
      if (!Array.isArray(value)) return fail(`expected list, got &{${formatGoValue(value)}}`);
      return validateItems(value, type, path, fail);
    }
    case "map": {
      if (!isObject(value)) return fail(`expected map, got &{${formatGoValue(value)}}`);
      return Object.entries(value).flatMap(([key, item]) => validateTyped(item, type.element, `${path}.${key}`));
    }
    case "record": {
      if (!isObject(value)) return fail(`expected map, got &{${formatGoValue(value)}}`);
      const problems: string[] = [];
      for (const [key, item] of Object.entries(value)) {
        const field = type.fields.get(key);
        if (field === undefined && !type.open) {
          problems.push(`${path}.${key}: field not declared in schema`);
          // The reference stops reading a map at its first unknown field.
          break;
        }
        problems.push(...validateTyped(item, field?.type ?? ANY, `${path}.${key}`));
      }
      return problems;
    }
  }
}

function validateItems(
  items: JsonValue[],
  type: ListType,
  path: string,
  fail: (message: string) => string[],
): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const [index, item] of items.entries()) {
    let label = `[${index}]`;
    if (type.semantic !== "atomic") {
      let step: string;
      try {
        step = stepOf(type, item);
      } catch (error) {
        problems.push(...fail(`element ${index}: ${(error as Error).message}`));
        break;
      }
      label = formatStep(step);
      if (seen.has(step)) problems.push(...fail(`duplicate entries for key ${label}`));
      seen.add(step);
    }
    problems.push(...validateTyped(item, type.element, path + label));
  }
  return problems;
}

function scalarProblem(value: JsonValue, scalar: string): string | undefined {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  switch (scalar) {
    case "bool":
      return typeof value === "boolean" ? undefined : `expected boolean, got &{${formatGoValue(value)}}`;
    case "int32":
    case "int64":
    case "double":
      return isNumber ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case "quantity":
    case "int-or-string":
      return typeof value === "object" ? `expected any scalar, got &{${formatGoValue(value)}}` : undefined;
    default:
      return typeof value === "string" ? undefined : `expected string, got ${debugValue(value)}`;
  }
}

/** A value as Go's `%v` prints it: `map[a:1]`. */
function formatGoValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  if (!isObject(value)) return String(value);
  return `map[${Object.keys(value).sort(compareBytes).map((key) => `${key}:${formatGoValue(value[key]!)}`).join(" ")}]`;
}

/** A value as Go's `%#v` prints structured-merge-diff's own. */
function debugValue(value: JsonValue): string {
  const text = typeof value === "string" ? JSON.stringify(value) : formatGoValue(value);
  return `&value.valueUnstructured{Value:${text}}`;
}

function goTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
