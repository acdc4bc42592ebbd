import { cloneJson, getPath, isObject, type JsonObject, type JsonValue } from "../base/mod.ts";
import type { Manifest } from "../manifest/mod.ts";

/** A field that a manifest has and that is not applied, because somebody else decides about it. */
export interface LeftField {
  /** As the server writes it: `.spec.replicas`, `.spec.template.spec.containers[name="api"].image`. */
  field: string;
  /** Whom it is left to: `horizontalpodautoscaler/api`, or a field manager. */
  to: string;
}

/**
 * A manifest without a field.
 *
 * Field names are not escaped in these paths (`.metadata.labels.app.kubernetes.io/name`), so the manifest itself tells
 * where each ends.
 *
 * @param field As a conflict of server-side apply names it.
 * @returns Undefined when the manifest has no such field.
 * @see structured-merge-diff v6 `fieldpath/element.go`
 */
export function withoutField(manifest: Manifest, field: string): Manifest | undefined {
  const copy = cloneJson(manifest);
  return removeAt(copy, field) ? copy : undefined;
}

/** Removes what a path names below a value; tells whether there was such a thing. */
function removeAt(value: JsonValue | undefined, path: string): boolean {
  if (isObject(value) && path.startsWith(".")) return removeFromObject(value, path);
  if (Array.isArray(value) && path.startsWith("[")) return removeFromList(value, path);
  return false;
}

function removeFromObject(object: JsonObject, path: string): boolean {
  // The longest key first: `.a.b` is the key "a.b" before it is a field of "a".
  const keys = Object.keys(object).filter((key) => startsWithStep(path, `.${key}`)).sort((a, b) => b.length - a.length);
  return keys.some((key) => {
    const rest = path.slice(key.length + 1);
    if (rest !== "") return removeAt(object[key], rest);
    delete object[key];
    return true;
  });
}

function removeFromList(list: JsonValue[], path: string): boolean {
  for (const [index, item] of list.entries()) {
    const rest = afterItem(path, item, index);
    if (rest === undefined) continue;
    if (rest !== "") return removeAt(item, rest);
    list.splice(index, 1);
    return true;
  }
  return false;
}

/** The path behind a list step, if that names this item: by its keys, its value or its index. */
function afterItem(path: string, item: JsonValue, index: number): string | undefined {
  const step = readListStep(path);
  if (step === undefined) return undefined;
  const { content, rest } = step;
  if (content === String(index)) return rest;
  if (content.startsWith("=")) return sameScalar(content.slice(1), item) ? rest : undefined;
  const pairs = readKeys(content);
  const isSame = pairs !== undefined &&
    pairs.every(([key, text]) => sameScalar(text, getPath(item, key) ?? DEFAULTS[key]));
  return isSame ? rest : undefined;
}

/** Keys that may be left out. */
const DEFAULTS: Record<string, JsonValue> = { protocol: "TCP" };

/** `[name="a]b"].image` is split behind the bracket that closes the step. */
function readListStep(path: string): { content: string; rest: string } | undefined {
  const match = /^\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/.exec(path);
  return match === null ? undefined : { content: match[1]!, rest: path.slice(match[0].length) };
}

/** `port=80,protocol="TCP"`. */
function readKeys(content: string): [string, string][] | undefined {
  const pairs = [...content.matchAll(/([A-Za-z][\w-]*)=("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/g)];
  return pairs.length === 0 ? undefined : pairs.map(([, key, text]) => [key!, text!]);
}

function sameScalar(text: string, value: JsonValue | undefined): boolean {
  return value !== undefined && (text === JSON.stringify(value) || text === String(value));
}

function startsWithStep(path: string, step: string): boolean {
  return path.startsWith(step) && (path.length === step.length || /[.[]/.test(path[step.length]!));
}
