import { getKey, isObject, type JsonValue } from "../../base/mod.ts";

/** One step into a value: a key, an index, all items, or the items that have a field of a value. */
type Step =
  | { kind: "key"; key: string }
  | { kind: "index"; index: number }
  | { kind: "all" }
  | { kind: "where"; path: string[]; value: string };

/** A parsed path through a JSON value. */
export type FieldQuery = readonly Step[];

const STEP =
  /\.([\w-]+(?:\\\.[\w-]+)*)|\['([^']+)'\]|\["([^"]+)"\]|\[(-?\d+)\]|(?:\.|\[)(\*)\]?|\[\?\(@((?:\.[\w-]+)+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\)\]/y;

/**
 * Parses the part of kubectl's JSONPath that picks fields: `{.status.phase}`, `.items[0].name`, `.items[*].name`,
 * `.metadata.labels['a.b/c']`, `.metadata.labels.a\\.b`, `.status.conditions[?(@.type=="Ready")].status`.
 *
 * @returns Undefined when the text is anything else.
 */
export function parseFieldQuery(text: string): FieldQuery | undefined {
  const path = /^\{(.*)\}$/s.exec(text.trim())?.[1] ?? text.trim();
  const steps: Step[] = [];
  // kubectl accepts a path without its first dot.
  const source = /^[.[]/.test(path) ? path : `.${path}`;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < source.length) {
    const match = STEP.exec(source);
    if (match === null) return undefined;
    steps.push(toStep(match));
  }
  return steps.length === 0 ? undefined : steps;
}

function toStep([, plain, single, double, index, all, where, ...values]: RegExpExecArray): Step {
  if (index !== undefined) return { kind: "index", index: Number(index) };
  if (all !== undefined) return { kind: "all" };
  if (where !== undefined) {
    return { kind: "where", path: where.slice(1).split("."), value: values.find((value) => value !== undefined) ?? "" };
  }
  return { kind: "key", key: plain?.replaceAll("\\.", ".") ?? single ?? double ?? "" };
}

/** All values that a query finds, in order; absent and null ones are left out. */
export function queryField(value: JsonValue, query: FieldQuery): JsonValue[] {
  let found: JsonValue[] = [value];
  for (const step of query) found = found.flatMap((item) => takeStep(item, step));
  return found;
}

function takeStep(value: JsonValue, step: Step): JsonValue[] {
  switch (step.kind) {
    case "key":
      return present(isObject(value) ? getKey(value, step.key) : undefined);
    case "index":
      return present(Array.isArray(value) ? value.at(step.index) : undefined);
    case "all":
      return Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
    case "where":
      return Array.isArray(value) ? value.filter((item) => hasValue(item, step.path, step.value)) : [];
  }
}

function hasValue(item: JsonValue, path: string[], wanted: string): boolean {
  const [found] = queryField(item, path.map((key) => ({ kind: "key", key })));
  return found !== undefined && String(found) === wanted;
}

function present(value: JsonValue | undefined): JsonValue[] {
  return value === undefined || value === null ? [] : [value];
}
