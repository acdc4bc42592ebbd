import {
  getKey,
  isObject,
  isRecordedReread,
  type JsonObject,
  type JsonValue,
  recordQuoted,
  recordReread,
  setKey,
} from "../../base/mod.ts";
import { refold } from "../../yaml/mod.ts";
import { isOldNonString, isQuotedAt, mustBeQuoted } from "../patch/yaml_scalars.ts";
import type { Resource } from "../resource.ts";
import { type ScalarPlace, shareScalar, writeScalar } from "../shared_scalars.ts";
import type { FieldSpec } from "./field_specs.ts";
import { type CompiledField, fieldTable, isNullAt, visitField, wrongKind } from "./field_table.ts";

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
  const list = Object.entries(entries).map(([name, value]) => new Entry(name, value));
  return (resources) => {
    if (list.length === 0) return;
    for (const resource of resources) setEntries(resource, table.fieldsOf(resource), list);
  };
}

function setEntries(resource: Resource, fields: readonly CompiledField[], entries: readonly Entry[]): void {
  for (const entry of entries) entry.begin();
  for (const field of fields) {
    visitField(resource, field, "object", (container, key) => {
      const object = (container as JsonObject)[key];
      // Nothing happens to null; what is to be created was created before.
      if (object === undefined || isNullAt(container, key)) return;
      if (!isObject(object)) throw wrongKind("MappingNode", object);
      for (const entry of entries) entry.set(object);
    });
  }
  for (const entry of entries) entry.end();
}

/**
 * A label or annotation to set. In kustomize it is one node for all fields of a resource, which takes over the quotes of
 * what it replaces, and stands itself where there was nothing: those fields have the quotes of the last one.
 *
 * @see kustomize `api/filters/filtersutil/setters.go`, `kyaml/yaml/fns.go` FieldSetter v5.8.1
 */
class Entry {
  readonly name: string;
  readonly value: string;
  /** Whether it is printed in quotes whether it has some or not. */
  readonly #looksQuoted: boolean;
  readonly #isNonString: boolean;
  #isQuoted = false;
  /** The places in which there was nothing. */
  #added: ScalarPlace[] = [];

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.#looksQuoted = mustBeQuoted(value);
    this.#isNonString = isOldNonString(value);
  }

  begin(): void {
    this.#isQuoted = false;
    this.#added = [];
  }

  set(object: JsonObject): void {
    const { name, value } = this;
    this.#isQuoted ||= this.#isNonString;
    if (getKey(object, name) === undefined) {
      setKey(object, name, value);
      this.#added.push({ container: object, key: name });
      return;
    }
    this.#isQuoted = isQuotedAt(object, name);
    const isFolded = isRecordedReread(object, name);
    writeScalar(object, name, isFolded ? refold(value) : value, (container, key) => {
      if (isFolded) recordReread(container, key, value);
      else this.#recordStyle(container, key);
    });
  }

  end(): void {
    shareScalar(this.#added);
    for (const { container, key } of this.#added) this.#recordStyle(container, key);
  }

  #recordStyle(container: JsonObject | JsonValue[], key: string | number): void {
    if (this.#isQuoted !== this.#looksQuoted) recordQuoted(container, key, this.#isQuoted);
  }
}
