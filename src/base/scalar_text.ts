import { type JsonObject, type JsonValue, setKey } from "./json.ts";

interface WrittenScalar {
  /** The value at the time; the record is void once it has been replaced. */
  value: JsonValue;
  text: string;
  isQuoted?: boolean;
  /** Whether it stands behind a tag, which kustomize keeps in place of quotes. */
  isTagged?: boolean;
  /** The type that a string in quotes has until it is written. */
  hiddenTag?: string;
  /** Whether the value is what the text becomes when it is written and read once more. */
  isReread?: boolean;
  /** Whether the text decides the type anew when it is changed. */
  isUntyped?: boolean;
  /** The type that it has, where its text is nothing of that type. */
  wrongTag?: string;
}

/**
 * How scalars were written, where their value alone does not tell: `0x1F`, `1.10`, `True`, `~`, nothing at all for
 * null, `2001-01-01` for a date, or quotes around a string. kustomize copies and compares the text of scalars in a few places (replacements,
 * variables, merge keys), and a patch's number becomes a string where it takes the place of a quoted one. All else works
 * on plain values; so the few scalars that are written in an unusual way are kept beside the values.
 */
const written = new WeakMap<object, Map<string | number, WrittenScalar>>();

/** Objects and lists that stand, or will be written, inside of `{}` or `[]` of their own or around them. */
const inBraces = new WeakSet<object>();

/** Whether anything inside of braces was ever left out, so that it is worth looking for such. */
let hasEmptyInBraces = false;

/**
 * Remembers the text of a scalar. Nothing is kept when the text is the usual one of the value.
 *
 * @param container The object or list that holds the scalar.
 * @param key Key or index of the scalar.
 * @param text The text in the source, without quotes.
 */
export function recordScalarText(container: JsonObject | JsonValue[], key: string | number, text: string): void {
  const value = valueAt(container, key);
  if (value === undefined || text === usualText(value)) return;
  if (value === null && text === "" && inBraces.has(container)) hasEmptyInBraces = true;
  record(container, key, { value, text });
}

/**
 * Remembers whether a string was written in quotes or as a block. Needed only where the text does not tell: `80` must
 * have been quoted to be a string, and `yes please` probably was not.
 */
export function recordQuoted(container: JsonObject | JsonValue[], key: string | number, isQuoted = true): void {
  const value = valueAt(container, key);
  if (typeof value === "string") record(container, key, { value, text: value, isQuoted });
}

/**
 * Remembers that a scalar stands behind a tag of another type than its text has: a string (`!!str 5`), which never gets
 * quotes, or a float (`!!float 3`), which stays one in quotes.
 */
export function recordTagged(container: JsonObject | JsonValue[], key: string | number): void {
  const value = valueAt(container, key);
  if (typeof value === "string") record(container, key, { value, text: value, isQuoted: false, isTagged: true });
  else if (typeof value === "number") {
    record(container, key, { value, text: scalarTextAt(container, key), isTagged: true });
  }
}

/** Whether a scalar stands behind a tag of another type than its text has. */
export function isRecordedTagged(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = valueAt(container, key);
  return value !== undefined && recorded(container, key, value)?.isTagged === true;
}

/**
 * Remembers the type of a string in quotes that is a number or boolean until it is written and read again. kustomize makes
 * such where a patch puts a number in place of a string in quotes; a variable still gets the number.
 */
export function recordHiddenTag(container: JsonObject | JsonValue[], key: string | number, tag: string): void {
  const value = valueAt(container, key);
  if (typeof value === "string") record(container, key, { value, text: value, isQuoted: true, hiddenTag: tag });
}

/** The type that a string in quotes has until it is written, if that is not a string's. */
export function recordedHiddenTag(container: JsonObject | JsonValue[], key: string | number): string | undefined {
  const value = valueAt(container, key);
  return value === undefined ? undefined : recorded(container, key, value)?.hiddenTag;
}

/** Whether a string was written in quotes or as a block; undefined when nothing was recorded of the present value. */
export function isRecordedQuoted(container: JsonObject | JsonValue[], key: string | number): boolean | undefined {
  const value = valueAt(container, key);
  return value === undefined ? undefined : recorded(container, key, value)?.isQuoted;
}

/**
 * Remembers the text of a string whose value is what kustomize prints of it. kustomize writes every resource and reads it
 * again before it prints it, which may change folded blocks (`>`) and blocks that keep their line breaks; until then, the
 * text counts. A folded block is worth a record even where it stays the same: what takes its place is folded, too.
 */
export function recordReread(container: JsonObject | JsonValue[], key: string | number, text: string): void {
  const value = valueAt(container, key);
  if (typeof value === "string") record(container, key, { value, text, isQuoted: true, isReread: true });
}

/**
 * Remembers that a scalar has no type: kustomize makes such where it sets a name, and at the end of a path that it
 * creates. A replacement that changes the text later may make a number of it.
 */
export function recordUntyped(container: JsonObject | JsonValue[], key: string | number): void {
  const value = valueAt(container, key);
  if (value !== undefined && typeof value !== "object" || value === null) {
    record(container, key, { value, text: scalarTextAt(container, key), isUntyped: true });
  }
}

/** Whether a scalar has no type of its own. */
export function isRecordedUntyped(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = valueAt(container, key);
  return value !== undefined && recorded(container, key, value)?.isUntyped === true;
}

/** Whether any scalar was ever recorded as having a wrong type, so that it is worth looking for them. */
let hasWrongTags = false;

/**
 * Remembers the type of a scalar, for now a string, whose text is nothing of that type. kustomize makes such where a
 * replacement writes a text over a number, and minds only when it decodes the resource.
 */
export function recordWrongTag(container: JsonObject | JsonValue[], key: string | number, tag: string): void {
  const value = valueAt(container, key);
  if (typeof value !== "string") return;
  hasWrongTags = true;
  record(container, key, { value, text: value, isQuoted: false, wrongTag: tag });
}

/** The type of a scalar whose text is nothing of that type. */
export function recordedWrongTag(container: JsonObject | JsonValue[], key: string | number): string | undefined {
  const value = hasWrongTags ? valueAt(container, key) : undefined;
  return value === undefined ? undefined : recorded(container, key, value)?.wrongTag;
}

/** The first scalar in a value whose text is nothing of its type. */
export function findWrongTag(value: JsonValue): { text: string; tag: string } | undefined {
  if (!hasWrongTags || typeof value !== "object" || value === null) return undefined;
  const container = value as JsonObject | JsonValue[];
  for (const name of Object.keys(container)) {
    const tag = recordedWrongTag(container, Array.isArray(container) ? Number(name) : name);
    const item = (container as JsonObject)[name]!;
    const found = tag === undefined ? findWrongTag(item) : { text: item as string, tag };
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a string's value is what becomes of its text once it is written and read again. */
export function isRecordedReread(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = valueAt(container, key);
  return value !== undefined && recorded(container, key, value)?.isReread === true;
}

/**
 * The text of a scalar: as it was written where that is known and the value has not changed since, else the usual text
 * of its value. Empty for lists, objects and what isn't there.
 */
export function scalarTextAt(container: JsonObject | JsonValue[], key: string | number): string {
  const value = valueAt(container, key);
  if (value === undefined || (typeof value === "object" && value !== null)) return "";
  return recorded(container, key, value)?.text ?? usualText(value);
}

/** Whether a null was written as nothing (`key:`), not as `null` or `~`. */
export function isEmptyNull(container: JsonObject | JsonValue[], key: string | number): boolean {
  return valueAt(container, key) === null && recorded(container, key, null)?.text === "";
}

/** Lets a scalar at another place, where it must be already, be written as this one is. */
export function copyScalarText(
  from: JsonObject | JsonValue[],
  fromKey: string | number,
  to: JsonObject | JsonValue[],
  toKey: string | number,
): void {
  const scalar = written.get(from)?.get(fromKey);
  if (scalar !== undefined && Object.is(scalar.value, valueAt(from, fromKey))) record(to, toKey, scalar);
}

/** Remembers that a container is written inside of `{}` or `[]`, with all that is ever put into it. */
export function recordBraces(container: JsonObject | JsonValue[], isThere = true): void {
  if (isThere) inBraces.add(container);
  else inBraces.delete(container);
}

/** Whether a container is written inside of `{}` or `[]`. */
export function isRecordedInBraces(container: JsonObject | JsonValue[]): boolean {
  return inBraces.has(container);
}

/**
 * Puts right what patches and replacements have put inside of `{}` or `[]`, where no block scalar can stand and nothing
 * at all is the empty string: both have quotes there when kustomize writes the resource.
 */
export function settleBraces(value: JsonValue, isInside = false): void {
  if (typeof value !== "object" || value === null) return;
  const container = value as JsonObject | JsonValue[];
  const isWithin = isInside || inBraces.has(container);
  for (const name of Object.keys(container)) {
    const key = Array.isArray(container) ? Number(name) : name;
    const item = (container as JsonObject)[name]!;
    if (typeof item === "object" && item !== null) settleBraces(item, isWithin);
    else if (isWithin && (changesInBraces(container, key) || isEmptyNull(container, key))) {
      (container as JsonObject)[name] = scalarTextAt(container, key);
      recordQuoted(container, key);
    }
  }
}

/** Makes empty strings of what was left out inside of braces: as such it is printed. */
export function settleEmptyInBraces(value: JsonValue): void {
  if (hasEmptyInBraces) settleBraces(value);
}

/** Whether there are scalars in a value that {@link settleBraces} would change if they came to stand in braces. */
export function mayChangeInBraces(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  const container = value as JsonObject | JsonValue[];
  return Object.keys(container).some((name) => {
    const item = (container as JsonObject)[name]!;
    if (typeof item === "string") return changesInBraces(container, Array.isArray(container) ? Number(name) : name);
    return mayChangeInBraces(item);
  });
}

/** Whether a string is not what its text would be in quotes: folded text, and a timestamp, whose colons need them. */
function changesInBraces(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = (container as Record<string | number, JsonValue>)[key];
  if (typeof value !== "string") return false;
  const known = recorded(container, key, value);
  return known !== undefined && known.text !== value && (known.isReread === true || known.text.includes(":"));
}

/** Copies what is known of the scalars in a container, and of itself, to its copy. */
export function copyScalarTexts<T extends JsonObject | JsonValue[]>(from: T, to: T): void {
  const known = written.get(from);
  if (known !== undefined) written.set(to, new Map(known));
  if (inBraces.has(from)) inBraces.add(to);
}

/** A copy that shares nothing with the original, with what is known of the scalars in it. */
export function cloneWithScalarTexts<T extends JsonValue>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  let copy: JsonObject | JsonValue[];
  if (Array.isArray(value)) {
    copy = value.map((item) => cloneWithScalarTexts(item));
  } else {
    copy = {};
    for (const key of Object.keys(value)) setKey(copy, key, cloneWithScalarTexts((value as JsonObject)[key]!));
  }
  copyScalarTexts(value as JsonObject, copy as JsonObject);
  return copy as T;
}

/**
 * A copy as one gets by decoding what was read, without writing it in between: strings have their texts, and nothing is
 * known of how scalars were written.
 */
export function cloneDecoded<T extends JsonValue>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  const container = value as JsonObject | JsonValue[];
  const decode = (item: JsonValue, key: string | number) =>
    typeof item === "string" && isRecordedReread(container, key) ? scalarTextAt(container, key) : cloneDecoded(item);
  if (Array.isArray(value)) return value.map(decode) as T;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setKey(copy, key, decode((value as JsonObject)[key]!, key));
  return copy as T;
}

function record(container: object, key: string | number, scalar: WrittenScalar): void {
  const known = written.get(container);
  if (known === undefined) written.set(container, new Map([[key, scalar]]));
  else known.set(key, scalar);
}

function recorded(container: object, key: string | number, value: JsonValue): WrittenScalar | undefined {
  const known = written.get(container)?.get(key);
  return known !== undefined && Object.is(known.value, value) ? known : undefined;
}

function valueAt(container: JsonObject | JsonValue[], key: string | number): JsonValue | undefined {
  return Object.hasOwn(container, key) ? (container as Record<string | number, JsonValue>)[key] : undefined;
}

/** As go-yaml writes a scalar: exponents have two digits at least. */
function usualText(value: JsonValue): string {
  if (typeof value !== "number" || Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}
