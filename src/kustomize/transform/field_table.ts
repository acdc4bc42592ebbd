import {
  getKey,
  isObject,
  isRecordedUntyped,
  type JsonObject,
  type JsonValue,
  recordedWrongTag,
  recordQuoted,
  recordScalarText,
  recordUntyped,
  setKey,
} from "../../base/mod.ts";
import { KustomizeError } from "../errors.ts";
import { isSelected } from "../gvk.ts";
import type { Kind } from "../kind_table.ts";
import { writeScalar } from "../shared_scalars.ts";
import { isQuotedAt, isSurelyText, mustBeQuoted, readPlainScalar } from "../patch/yaml_scalars.ts";
import type { Resource } from "../resource.ts";
import { formatId } from "../resource_id.ts";
import type { FieldSpec } from "./field_specs.ts";

/** A field spec with its path taken apart. */
export interface CompiledField {
  readonly spec: FieldSpec;
  readonly steps: readonly Step[];
}

interface Step {
  readonly name: string;
  /** Written as `name[]`: a list that is never created. */
  readonly isList: boolean;
}

/** What a missing field is created as; undefined creates nothing. */
export type CreatedKind = "object" | "scalar" | undefined;

/** Called with the container of a field and its key or index there. */
export type FieldVisitor = (container: JsonObject | JsonValue[], key: string | number) => void;

/** Field specs, found by an object's kind without looking at all of them each time. */
export class FieldTable {
  readonly #specs: readonly FieldSpec[];
  readonly #byKind = new Map<Kind, readonly CompiledField[]>();

  constructor(specs: readonly FieldSpec[]) {
    this.#specs = specs;
  }

  /** The specs that are for this object's kind, in order. */
  fieldsOf({ gvk }: Resource): readonly CompiledField[] {
    let fields = this.#byKind.get(gvk);
    if (fields === undefined) {
      fields = this.#specs.filter((spec) => isSelected(gvk, spec)).map(compileField);
      this.#byKind.set(gvk, fields);
    }
    return fields;
  }
}

const tables = new WeakMap<readonly FieldSpec[], FieldTable>();

/** The table of a list of specs; made once per list, so lists are not to be changed afterwards. */
export function fieldTable(specs: readonly FieldSpec[]): FieldTable {
  let table = tables.get(specs);
  if (table === undefined) tables.set(specs, table = new FieldTable(specs));
  return table;
}

/** Takes a spec's path apart. */
export function compileField(spec: FieldSpec): CompiledField {
  const steps = splitPath(spec.path).map((part) =>
    part.endsWith("[]") ? { name: part.slice(0, -2), isList: true } : { name: part, isList: false }
  );
  return { spec, steps };
}

/** Splits at slashes that no backslash precedes; one leading slash is dropped (`kyaml/utils/pathsplitter.go` v5.8.1). */
export function splitPath(path: string, delimiter = "/"): string[] {
  const parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === "") parts.shift();
  const joined = [parts[0]!];
  for (const part of parts.slice(1)) {
    const last = joined.at(-1)!;
    if (last.endsWith("\\")) joined[joined.length - 1] = last.slice(0, -1) + delimiter + part;
    else joined.push(part);
  }
  return joined;
}

/**
 * Calls the visitor at each place that a field spec leads to; lists on the way are passed through. Missing parts are
 * created when the spec says so, and null ones replaced (kustomize `api/filters/fieldspec/fieldspec.go` v5.8.1).
 *
 * @throws {KustomizeError} INVALID_PATCH when the path leads through a scalar, or the visitor fails.
 */
export function visitField(resource: Resource, field: CompiledField, created: CreatedKind, visit: FieldVisitor): void {
  try {
    visitObject(resource.value, field, 0, created, visit);
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    const message = `considering field '${field.spec.path}' of object ${formatId(resource.id)}: ${error.message}`;
    throw new KustomizeError(error.code, message, { hint: error.hint, place: error.place, cause: error });
  }
}

function visitValue(
  container: JsonObject | JsonValue[],
  key: string | number,
  field: CompiledField,
  at: number,
  created: CreatedKind,
  visit: FieldVisitor,
): void {
  if (at === field.steps.length) return visit(container, key);
  const value = (container as JsonObject)[key];
  if (value === undefined || isNullAt(container, key)) return;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) visitValue(value, i, field, at, created, visit);
  } else if (isObject(value)) {
    visitObject(value, field, at, created, visit);
  } else {
    throw new KustomizeError("INVALID_PATCH", "expected sequence or mapping node");
  }
}

function visitObject(
  object: JsonObject,
  field: CompiledField,
  at: number,
  created: CreatedKind,
  visit: FieldVisitor,
): void {
  const { name, isList } = field.steps[at]!;
  if (name === "") throw new KustomizeError("INVALID_PATCH", "cannot set or create an empty field name");
  const creates = field.spec.create && created !== undefined && !isList;
  const value = getKey(object, name);
  if (value === undefined || isNullAt(object, name)) {
    const isLast = at + 1 === field.steps.length;
    if (creates && isLast && created === "scalar") createScalar(object, name);
    else if (creates) setKey(object, name, {});
    else if (value === undefined) return;
    else if (isList) setKey(object, name, []);
  }
  visitValue(object, name, field, at + 1, created, visit);
}

/** Nobody has written it, so there are no quotes to keep. */
function createScalar(object: JsonObject, name: string): void {
  setKey(object, name, "");
  recordQuoted(object, name, false);
}

/**
 * Whether a null is at a place. What is empty because it has no type is none, and a text that a replacement has written
 * over a null still is one.
 */
export function isNullAt(container: JsonObject | JsonValue[], key: string | number): boolean {
  const value = (container as JsonObject)[key];
  return value === null ? !isRecordedUntyped(container, key) : recordedWrongTag(container, key) === "!!null";
}

/**
 * Replaces a scalar.
 *
 * @throws {KustomizeError} INVALID_PATCH when an object or list is there.
 */
export function setScalar(container: JsonObject | JsonValue[], key: string | number, value: JsonValue): void {
  const current = (container as JsonObject)[key];
  if (typeof current === "object" && current !== null) throw wrongKind("ScalarNode", current);
  writeScalar(container, key, value);
}

/**
 * Replaces a scalar by a string that has quotes where the scalar had some.
 *
 * @throws {KustomizeError} INVALID_PATCH when an object or list is there.
 */
export function setText(container: JsonObject | JsonValue[], key: string | number, text: string): void {
  const isQuoted = isQuotedAt(container, key);
  setScalar(container, key, text);
  if (isQuoted !== mustBeQuoted(text)) recordQuoted(container, key, isQuoted);
}

/**
 * Replaces a scalar by a text without a type, as kustomize does with names and images: the text is read anew as YAML
 * unless the scalar was quoted, so that a prefix `0x` can make a number of a name, and so can a later replacement.
 *
 * @throws {KustomizeError} INVALID_PATCH when an object or list is there.
 */
export function setUntypedText(container: JsonObject | JsonValue[], key: string | number, text: string): void {
  const wasQuoted = isQuotedAt(container, key);
  setScalar(container, key, wasQuoted || isSurelyText(text) ? text : readPlainScalar(text));
  if (wasQuoted) return recordQuoted(container, key);
  recordScalarText(container, key, text);
  recordUntyped(container, key);
}

/** The error of a value that is of another kind than it must be. */
export function wrongKind(expected: string, value: JsonValue): KustomizeError {
  const actual = Array.isArray(value) ? "SequenceNode" : isObject(value) ? "MappingNode" : "ScalarNode";
  return new KustomizeError("INVALID_PATCH", `wrong node kind: expected ${expected} but got ${actual}`);
}
