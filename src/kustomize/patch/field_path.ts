import { isObject, type JsonObject, type JsonValue } from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { findElement, wrongKind } from "./list_elements.ts";

/** A place in a value: a key of an object or an index of a list. */
export interface FieldPlace {
  container: JsonObject | JsonValue[];
  key: string | number;
}

/** The value at a place; undefined when nothing is there. */
export function valueAt({ container, key }: FieldPlace): JsonValue | undefined {
  return Object.hasOwn(container, key) ? (container as Record<string | number, JsonValue>)[key] : undefined;
}

/**
 * Splits a field path at its dots. `\.` is a dot that doesn't split; neither do dots between brackets, which stay
 * around `[key=value]` and otherwise go: `metadata.annotations.[a.b/c]`.
 *
 * @see kustomize `kyaml/utils/pathsplitter.go` v5.8.1, `SmarterPathSplitter`
 */
export function splitFieldPath(path: string, delimiter = "."): string[] {
  const split = splitEscaped(path, delimiter);
  const parts: string[] = [];
  for (let i = 0; i < split.length; i++) {
    if (!split[i]!.startsWith("[") || split[i]!.endsWith("]")) {
      parts.push(split[i]!);
      continue;
    }
    const start = i;
    while (i < split.length - 1 && (i === start || !split[i]!.endsWith("]"))) i++;
    const bracketed = split.slice(start, i + 1).join(delimiter);
    parts.push(bracketed.includes("=") ? bracketed : bracketed.replace(/^[[\]]+|[[\]]+$/g, ""));
  }
  return parts;
}

function splitEscaped(path: string, delimiter: string): string[] {
  const split = path.split(delimiter);
  if (split.length > 1 && split[0] === "") split.shift();
  const parts: string[] = [split[0]!];
  for (const part of split.slice(1)) {
    const last = parts.at(-1)!;
    if (last.endsWith("\\")) parts[parts.length - 1] = last.slice(0, -1) + delimiter + part;
    else parts.push(part);
  }
  return parts;
}

/** The index that a part of a path names, as Go's `strconv.Atoi` reads it. */
export function indexOf(part: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(part) ? Number(part) : undefined;
}

/** Whether a part of a path is `[key=value]`, which finds an item of a list. */
export function isItemPart(part: string): boolean {
  return part.startsWith("[") && part.endsWith("]");
}

/** Splits `[key=value]`; `[=value]` finds scalars. */
export function splitItemPart(part: string): { key: string; value: string } {
  const text = part.slice(1, -1);
  const equals = text.indexOf("=");
  if (equals < 0) {
    throw invalidPath("list path element must contain fieldName=fieldValue for element to match");
  }
  return { key: text.slice(0, equals), value: text.slice(equals + 1) };
}

/**
 * Finds the one place that a path names; blank parts are passed over.
 *
 * @param parts Fields, indexes of lists (`-` for the last item), or `[key=value]`.
 * @returns Undefined when something on the way is missing.
 * @throws {KustomizeError} INVALID_CONFIG for a path that cannot be right, INVALID_PATCH when a value on the way is of
 * the wrong kind.
 * @see kustomize `kyaml/yaml/fns.go` v5.8.1, `PathGetter`
 */
export function lookUp(root: JsonObject, parts: readonly string[]): FieldPlace | undefined {
  let place: FieldPlace | undefined = { container: { root }, key: "root" };
  for (const part of parts.map((part) => part.trim())) {
    if (part !== "") place = stepInto(valueAt(place), part);
    if (place === undefined) return undefined;
  }
  return place;
}

function stepInto(value: JsonValue | undefined, part: string): FieldPlace | undefined {
  const index = part === "-" ? -1 : indexOf(part);
  if (index !== undefined && index < 0 && part !== "-") throw invalidPath(`array index ${index} cannot be negative`);
  if (part === "*") throw invalidPath("wildcard is not supported in PathGetter");
  if (index === undefined && !isItemPart(part)) return fieldOf(value, part);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw wrongKind("SequenceNode", value);
  const { key, value: wanted } = index === undefined ? splitItemPart(part) : { key: "", value: "" };
  const at = index === undefined ? findElement(value, [key], [wanted]) : index < 0 ? value.length - 1 : index;
  return at >= 0 && at < value.length ? { container: value, key: at } : undefined;
}

function fieldOf(value: JsonValue | undefined, key: string): FieldPlace | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw wrongKind("MappingNode", value);
  return Object.hasOwn(value, key) ? { container: value, key } : undefined;
}

/** A path cannot be right. */
export function invalidPath(message: string): KustomizeError {
  return new KustomizeError("INVALID_CONFIG", message, {
    hint: "Paths look like spec.template.spec.containers.[name=web].image",
  });
}
